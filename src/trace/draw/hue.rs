//! A colour for each channel: what is done about it, its client's lane, the child that serves it.

use crate::trace::layout::items::{Items, What};
use crate::trace::layout::lanes::Lanes;
use crate::trace::model::channel::Kind;
use crate::trace::model::story::{Arrow, Story};
use crate::trace::model::task::Part;
use crate::trace::model::topic::Topic;
use std::collections::BTreeMap;

/// The classes of colour: those of channels, over and over; one for what is nobody's, one for Ctrl-C.
pub const ALL: [&str; 8] = ["c1", "c2", "c3", "c4", "c5", "c6", "none", "alarm"];

/// How many there are for channels.
const CHANNELS: usize = 6;

/// The colours of a picture.
pub(super) struct Hues<'a> {
    story: &'a Story,
    /// Of the channels that are drawn: which colour, from 0.
    channels: BTreeMap<usize, usize>,
    /// Of each task: the first channel of its that is drawn, of sockets if there is one.
    tasks: BTreeMap<usize, usize>,
}

impl<'a> Hues<'a> {
    pub(super) fn new(story: &'a Story, items: &Items) -> Self {
        let (mut channels, mut tasks) = (BTreeMap::new(), BTreeMap::<usize, usize>::new());
        for item in &items.all {
            let What::Mark(step) = item.what else { continue };
            let Some(channel) = story.steps[step].end.map(|end| end.channel) else { continue };
            if story.channels[channel].known.is_some() {
                continue;
            }
            let next = channels.len();
            channels.entry(channel).or_insert(next);
            let is_pipe = |channel: usize| story.channels[channel].kind == Kind::Pipe;
            let known = tasks.entry(story.steps[step].task).or_insert(channel);
            if is_pipe(*known) && !is_pipe(channel) {
                *known = channel;
            }
        }
        Self { story, channels, tasks }
    }

    /// The colour of a channel.
    fn of_channel(&self, channel: usize) -> &'static str {
        self.channels.get(&channel).map_or("none", |number| ALL[number % CHANNELS])
    }

    fn of_task(&self, task: usize) -> &'static str {
        let told = &self.story.tasks[task];
        match told.part {
            Part::Server => "none",
            _ => self.tasks.get(&task).map_or("none", |&channel| self.of_channel(channel)),
        }
    }

    /// The colour of a call.
    pub(super) fn of_mark(&self, step: usize) -> &'static str {
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
