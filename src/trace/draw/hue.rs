//! A colour for each client: its lane, its channel, the child that serves it.

use crate::trace::layout::lanes::Lanes;
use crate::trace::model::story::{Arrow, Story};
use crate::trace::model::task::Part;
use crate::trace::model::topic::Topic;

/// The classes of colour: those of clients, over and over; one for what is nobody's, one for Ctrl-C.
pub const ALL: [&str; 8] = ["c1", "c2", "c3", "c4", "c5", "c6", "none", "alarm"];

/// How many there are for clients.
const CLIENTS: usize = 6;

/// The colours of a story.
pub(in crate::trace) struct Hues<'a> {
    story: &'a Story,
}

impl<'a> Hues<'a> {
    pub(in crate::trace) fn new(story: &'a Story) -> Self {
        Self { story }
    }

    /// The colour of a channel.
    fn of_channel(&self, channel: usize) -> &'static str {
        let told = &self.story.channels[channel];
        if told.known.is_some() {
            return "none";
        }
        let number = match told.client() {
            Some(owner) if self.story.tasks[owner].connected == 1 => {
                self.story.tasks[owner].number.saturating_sub(1)
            }
            // A client with several sockets: a colour for each.
            _ => channel,
        };
        ALL[number % CLIENTS]
    }

    /// The colour of a task.
    pub(in crate::trace) fn of_task(&self, task: usize) -> &'static str {
        let told = &self.story.tasks[task];
        match told.part {
            Part::Server => "none",
            _ => told.about.map_or("none", |end| self.of_channel(end.channel)),
        }
    }

    /// The colour of a call.
    pub(in crate::trace) fn of_mark(&self, step: usize) -> &'static str {
        let told = &self.story.steps[step];
        let is_server = |task: &usize| self.story.tasks[*task].part == Part::Server;
        match (told.topic, told.end, told.other) {
            (Topic::Interrupt, _, _) => "alarm",
            (_, Some(end), _) => self.of_channel(end.channel),
            (_, _, Some(other)) if !is_server(&other) => self.of_task(other),
            _ => self.of_task(told.task),
        }
    }

    /// The colour of an arrow.
    pub(super) fn of_arrow(&self, arrow: &Arrow) -> &'static str {
        match self.of_mark(arrow.from) {
            "none" => self.of_mark(arrow.to),
            hue => hue,
        }
    }

    /// The colour of a lane: that of its task, and none if it stands for several.
    pub(super) fn of_lane(&self, lanes: &Lanes, lane: usize) -> &'static str {
        if lanes.is_shared(lane) { "none" } else { self.of_task(lanes.all[lane].task) }
    }
}
