//! A colour for each client: its lane, its connection, the child that serves it.

use crate::trace::layout::geometry::Geometry;
use crate::trace::model::story::{Arrow, Story};
use crate::trace::model::task::Part;
use crate::trace::model::topic::Topic;

/// The classes of colour: four for clients, one for what is nobody's, one for Ctrl-C.
pub const ALL: [&str; 6] = ["c1", "c2", "c3", "c4", "none", "alarm"];

/// The colour of a channel.
#[must_use]
pub fn of_channel(story: &Story, channel: usize) -> &'static str {
    let owner = story.channels[channel].client();
    let several = |owner| story.channels.iter().filter(|c| c.client() == Some(owner)).count() > 1;
    let number = match owner {
        // A client with several sockets: a colour for each.
        Some(owner) if !several(owner) => story.tasks[owner].number.saturating_sub(1),
        _ => channel,
    };
    ALL[number % 4]
}

/// The colour of a task.
#[must_use]
pub fn of_task(story: &Story, task: usize) -> &'static str {
    let told = &story.tasks[task];
    match told.part {
        Part::Server => "none",
        _ => told.about.map_or("none", |end| of_channel(story, end.channel)),
    }
}

/// The colour of a mark.
#[must_use]
pub fn of_mark(story: &Story, step: usize) -> &'static str {
    let told = &story.steps[step];
    let is_server = |task: &usize| story.tasks[*task].part == Part::Server;
    match (told.topic, told.end, told.other) {
        (Topic::Interrupt, _, _) => "alarm",
        (_, Some(end), _) => of_channel(story, end.channel),
        (_, _, Some(other)) if !is_server(&other) => of_task(story, other),
        _ => of_task(story, told.task),
    }
}

/// The colour of an arrow.
#[must_use]
pub fn of_arrow(story: &Story, arrow: &Arrow) -> &'static str {
    match of_mark(story, arrow.from) {
        "none" => of_mark(story, arrow.to),
        hue => hue,
    }
}

/// The colour of a lane.
#[must_use]
pub fn of_lane(story: &Story, geometry: &Geometry, lane: usize) -> &'static str {
    of_task(story, geometry.lanes[lane].task)
}
