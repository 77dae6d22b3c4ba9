//! A colour for each channel: for the calls on it, its client's lane, and the child that serves it.

use crate::trace::layout::items::{ItemKind, Items};
use crate::trace::layout::lanes::Lanes;
use crate::trace::model::channel::ChannelKind;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::story::{Arrow, Story};
use crate::trace::model::task::Part;
use std::collections::BTreeMap;

/// The classes of colour: those of channels, used in turn; one for no channel, one for Ctrl-C.
pub const ALL: [&str; 8] = ["c1", "c2", "c3", "c4", "c5", "c6", "none", "alarm"];

/// How many there are for channels.
const CHANNELS: usize = 6;

/// The channels that are shown.
#[derive(Clone, Debug, Default)]
pub(in crate::trace) struct Channels {
    /// The colour of each, from 0, in order of appearance.
    colours: BTreeMap<usize, usize>,
    /// Of each task: its first channel shown, a socket's if there is one.
    tasks: BTreeMap<usize, usize>,
}

impl Channels {
    /// A step is shown.
    pub(in crate::trace) fn show(&mut self, story: &Story, step: usize) {
        let Some(channel) = story.steps[step].end.map(|end| end.channel) else { return };
        if story.channels[channel].known.is_some() {
            return;
        }
        let next = self.colours.len();
        self.colours.entry(channel).or_insert(next);
        let is_pipe = |channel: usize| story.channels[channel].kind == ChannelKind::Pipe;
        let known = self.tasks.entry(story.steps[step].task).or_insert(channel);
        if is_pipe(*known) && !is_pipe(channel) {
            *known = channel;
        }
    }
}

/// The colours of a picture.
pub(in crate::trace) struct Colours<'a> {
    story: &'a Story,
    channels: Channels,
}

impl<'a> Colours<'a> {
    pub(super) fn new(story: &'a Story, items: &Items) -> Self {
        let mut channels = Channels::default();
        for item in &items.all {
            if let ItemKind::Mark(step) = item.what {
                channels.show(story, step);
            }
        }
        Self { story, channels }
    }

    /// The same while a story is still being told: with the channels shown so far.
    pub(in crate::trace) fn of(story: &'a Story, channels: Channels) -> Self {
        Self { story, channels }
    }

    /// The colour of a channel.
    fn of_channel(&self, channel: usize) -> &'static str {
        self.channels.colours.get(&channel).map_or("none", |number| ALL[number % CHANNELS])
    }

    /// The colour of a task.
    pub(in crate::trace) fn of_task(&self, task: usize) -> &'static str {
        let told = &self.story.tasks[task];
        match told.part {
            Part::Server => "none",
            _ => self.channels.tasks.get(&task).map_or("none", |&channel| self.of_channel(channel)),
        }
    }

    /// The colour of a call.
    pub(in crate::trace) fn of_mark(&self, step: usize) -> &'static str {
        let told = &self.story.steps[step];
        let is_server = |task: &usize| self.story.tasks[*task].part == Part::Server;
        match (told.meaning, told.end, told.other) {
            (Meaning::Interrupt, _, _) => "alarm",
            (_, Some(end), _) => self.of_channel(end.channel),
            (_, _, Some(other)) if !is_server(&other) => self.of_task(other),
            _ => self.of_task(told.task),
        }
    }

    /// The colour of an arrow.
    pub(super) fn of_arrow(&self, arrow: &Arrow) -> &'static str {
        match self.of_mark(arrow.from) {
            "none" => self.of_mark(arrow.to),
            colour => colour,
        }
    }

    /// The colour of a lane: that of its task, and none if it stands for several.
    pub(super) fn of_lane(&self, lanes: &Lanes, lane: usize) -> &'static str {
        if lanes.is_shared(lane) { "none" } else { self.of_task(lanes.all[lane].task) }
    }
}
