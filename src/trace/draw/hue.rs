//! A colour for each client: its lane, its connection, the child that serves it.

use crate::trace::layout::geometry::Geometry;
use crate::trace::layout::lanes::connection_of;
use crate::trace::model::cast::Role;
use crate::trace::model::story::{Arrow, Story};
use crate::trace::model::topic::Topic;

/// The classes of colour: four for clients, one for what is nobody's, one for Ctrl-C.
pub const ALL: [&str; 6] = ["c1", "c2", "c3", "c4", "none", "alarm"];

/// The colour of a connection.
#[must_use]
pub fn of_connection(story: &Story, connection: usize) -> &'static str {
    let owner = story.connections.get(connection).and_then(|known| known.owner);
    let several = |owner| story.connections.iter().filter(|c| c.owner == Some(owner)).count() > 1;
    let number = match owner {
        // A client with several sockets: a colour for each.
        Some(owner) if !several(owner) => story.processes[owner].number.saturating_sub(1),
        _ => connection,
    };
    ALL[number % 4]
}

/// The colour of a process.
#[must_use]
pub fn of_process(story: &Story, process: usize) -> &'static str {
    let told = &story.processes[process];
    match told.role {
        Role::Server => "none",
        Role::Child | Role::Client => connection_of(story, process)
            .map_or("none", |connection| of_connection(story, connection)),
    }
}

/// The colour of a mark.
#[must_use]
pub fn of_mark(story: &Story, step: usize) -> &'static str {
    let told = &story.steps[step];
    let is_server = |process: &usize| story.processes[*process].role == Role::Server;
    match (told.topic, told.connection, told.other) {
        (Topic::Interrupt, _, _) => "alarm",
        (_, Some(connection), _) => of_connection(story, connection),
        (_, _, Some(other)) if !is_server(&other) => of_process(story, other),
        _ => of_process(story, told.process),
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
    of_process(story, geometry.lanes[lane].process)
}
