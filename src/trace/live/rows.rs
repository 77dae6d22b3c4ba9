//! The rows that are shown: one for each step that matters, with what leads to it.

use super::watch::LiveFrame;
use crate::screen::Lang;
use crate::trace::draw::colour::Colours;
use crate::trace::layout::arrivals::{causes, waited};
use crate::trace::model::meaning::{Level, Meaning};
use crate::trace::model::story::{Step, Story};
use crate::trace::words::show;
use crate::trace::words::time::{self, duration};
use std::collections::HashMap;

/// Waits shorter than this, in microseconds, are not shown.
const VISIBLE: u64 = 10_000;

/// The longest data that is quoted.
const LONG: usize = 60;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LiveRow {
    /// Its number, from 1; 0 until it has a place.
    pub number: usize,
    /// When, in microseconds, if there are times.
    pub at: Option<String>,
    /// The task whose column it is in.
    pub task: usize,
    pub text: String,
    /// What is sent or received, in quotes.
    pub data: String,
    /// A class of colour.
    pub colour: &'static str,
    /// Whether it is a wait that is over.
    pub is_wait: bool,
    /// Whether the task ends with it.
    pub is_end: bool,
    /// The tasks that it comes from.
    pub from: Vec<usize>,
    /// The task that it makes.
    pub makes: Option<usize>,
    /// The tasks that are waiting meanwhile.
    pub waiting: Vec<usize>,
}

/// The rows of what is new.
#[must_use]
pub(super) fn new(frame: &LiveFrame<'_>, colours: &Colours<'_>, lang: Lang) -> Vec<LiveRow> {
    let story = frame.story;
    let mut rows = Vec::new();
    // What each task does next, if that may be a wait.
    let mut next: HashMap<usize, &Step> = HashMap::new();
    for &running in frame.running {
        next.insert(story.steps[running].task, &story.steps[running]);
    }
    for &index in frame.new.iter().rev() {
        let step = &story.steps[index];
        if let Some(mut row) = row(story, colours, index, lang) {
            let is_waiting =
                |next: &&&Step| next.can_wait && next.at <= step.time() && next.task != step.task;
            row.waiting = next.values().filter(is_waiting).map(|next| next.task).collect();
            row.waiting.sort_unstable();
            rows.push(row);
        }
        next.insert(step.task, step);
    }
    rows.reverse();
    rows
}

fn row(story: &Story, colours: &Colours<'_>, index: usize, lang: Lang) -> Option<LiveRow> {
    let step = &story.steps[index];
    if !is_shown(story, index) {
        return None;
    }
    let is_wait = step.meaning.level() == Level::Wait;
    let mut text =
        if is_wait { show::waiting(story, step, lang) } else { show::label(story, step, lang) };
    if step.took() >= VISIBLE && (is_wait || waited(story, index)) {
        text = format!("{text} {}", duration(step.took(), lang));
    }
    let mut from: Vec<_> =
        causes(story, index).iter().map(|arrow| story.steps[arrow.from].task).collect();
    from.dedup();
    Some(LiveRow {
        number: 0,
        at: time::at(story, step.time(), 3, lang),
        task: step.task,
        text,
        data: show::quote(&story.data(step), LONG),
        colour: colours.of_mark(index),
        is_wait,
        is_end: matches!(step.meaning, Meaning::Exit | Meaning::Killed),
        from,
        makes: step.other.filter(|_| step.meaning.makes_task()),
        waiting: Vec::new(),
    })
}

/// Whether a step has a row.
#[must_use]
pub(super) fn is_shown(story: &Story, index: usize) -> bool {
    let step = &story.steps[index];
    match step.meaning.level() {
        Level::Mark => true,
        Level::Wait => step.took() >= VISIBLE && !is_in_vain(story, step),
        Level::Before | Level::After => false,
    }
}

/// Whether a call only timed out. Many programs do so again and again.
fn is_in_vain(story: &Story, step: &Step) -> bool {
    matches!(step.meaning, Meaning::Select | Meaning::LastLook) && story.call(step).value == Some(0)
}
