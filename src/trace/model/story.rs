//! A story: who takes part, what they do, and what leads to what.

use super::abridged::{ROOM, abridge};
use super::channel::{Channel, ChannelKind, Name};
use super::data::{self, Data};
use super::finding::Finding;
use super::ledger::Ledger;
use super::meaning::{Meaning, On};
use super::moves::throws_away;
use super::only::Told;
use super::task::{EndRef, Task};
use crate::screen::Lang;
use crate::trace::read::call::Call;
use crate::trace::read::notes::Notes;
use std::ops::Range;

/// A conversation, as seen by the kernel.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// The participants, in order of appearance.
    pub tasks: Vec<Task>,
    /// The channels, in the order in which they were made.
    pub channels: Vec<Channel>,
    /// The listening sockets.
    pub listeners: Vec<Listener>,
    /// The sockets that tasks had open when they ended, if their logs show what is closed.
    pub left: Vec<Left>,
    /// What they do, in order.
    pub steps: Vec<Step>,
    /// What leads to what, in the order of the effects.
    pub arrows: Vec<Arrow>,
    /// What is wrong in it.
    pub findings: Vec<Finding>,
    /// What the steps are about, if only some were chosen.
    pub(super) told: Option<Told>,
    /// What the log lacks.
    pub missing: Notes,
    /// When it began, in microseconds since midnight, if the log says.
    pub start: Option<u64>,
    /// How many records it was made from.
    pub lines: usize,
    /// Of all steps, strace's lines.
    pub(super) raw: String,
    /// The sets of what is waited for, each one once; the first is empty.
    pub(super) sets: Vec<Vec<On>>,
    /// What changes with the steps.
    pub(super) ledger: Ledger,
}

/// A descriptor of a socket, open when its task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// The task, an index.
    pub task: usize,
    /// The number of the descriptor.
    pub number: i32,
}

/// A listening socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// The task that made it listen, or was the first seen to accept.
    pub task: usize,
    /// Its address.
    pub name: Name,
    /// The kind of the connections to it.
    pub kind: ChannelKind,
}

/// Something that a task does, or that happens to it.
#[derive(Clone, Debug)]
pub struct Step {
    /// The task, an index.
    pub task: usize,
    /// What it means.
    pub meaning: Meaning,
    /// When it began, in microseconds since the first record.
    pub at: u64,
    /// When it was done.
    pub until: u64,
    /// The end of a channel that it is about.
    pub end: Option<EndRef>,
    /// The task that is made, signalled or reaped, or that sent the signal; an index.
    pub other: Option<usize>,
    /// How many bytes it moves; `None` if that is not known, or it moves none.
    pub bytes: Option<u32>,
    /// Whether it may have slept in this call.
    pub can_wait: bool,
    /// Whether both sides have seen the end of file that is sent or received in this step.
    pub is_end_seen: bool,
    /// The number of the line where it begins, from 1.
    pub line: u32,
    /// Which message of a call that moves several, from 0.
    pub(in crate::trace) part: u32,
    /// What the call waits to read and to write, and what was ready (or the ends of a new pipe): places in
    /// the story's sets.
    pub(super) sets: [u32; 3],
    /// Where its lines are in the story's raw text.
    pub(super) raw: (u32, u32),
}

impl Story {
    /// Why there is nothing to show, if so.
    #[must_use]
    pub fn nothing(&self, lang: Lang) -> Option<String> {
        let is_talk = |step: &Step| {
            step.end.is_some()
                || matches!(step.meaning, Meaning::Listen | Meaning::Socket | Meaning::Connect)
        };
        let words = match lang {
            Lang::Es => {
                "nadie habla con nadie: no hay ningún socket ni ninguna tubería (¿strace -f?)"
            }
            Lang::En => {
                "nobody talks to anybody: there is neither a socket nor a pipe (strace -f?)"
            }
        };
        (!self.steps.iter().any(is_talk)).then(|| words.into())
    }

    /// strace's lines of a step, without process and time.
    pub fn raw<'s>(&'s self, step: &Step) -> impl Iterator<Item = &'s str> + use<'s> {
        self.raw.get(step.place()).unwrap_or_default().lines()
    }

    /// The call of a step; for a signal, a call with its name.
    #[must_use]
    pub fn call(&self, step: &Step) -> Call {
        let line = self.raw(step).next().unwrap_or_default();
        Call::read(line).unwrap_or_else(|| {
            let signal = line.split(' ').find(|word| word.starts_with("SIG"));
            Call::of_name(signal.unwrap_or_default())
        })
    }

    /// The bytes that a step sends or receives, as far as strace shows them.
    #[must_use]
    pub fn data(&self, step: &Step) -> Data {
        if step.meaning.has_data() {
            let call = self.call(step);
            let is_tcp = |end: EndRef| self.channels[end.channel].kind == ChannelKind::Tcp;
            if throws_away(&call) && step.end.is_some_and(is_tcp) {
                return Data::unseen(step.bytes);
            }
            data::of(&call, step.part as usize, step.bytes)
        } else {
            Data::default()
        }
    }

    /// Keeps strace's line; returns where.
    pub(super) fn keep(&mut self, line: &str) -> (u32, u32) {
        let start = self.raw.len();
        if start < ROOM {
            self.raw.push_str(line);
        } else {
            abridge(line, &mut self.raw);
        }
        (start as u32, (self.raw.len() - start) as u32)
    }

    /// Keeps one more line for a step.
    pub(super) fn keep_more(&mut self, step: usize, line: &str) {
        let place = self.steps[step].place();
        if place.end < self.raw.len() {
            // Its lines are one stretch: they move to the end.
            let own = self.raw[place].to_owned();
            self.steps[step].raw = self.keep(&own);
        }
        self.raw.push('\n');
        self.keep(line);
        let (start, length) = &mut self.steps[step].raw;
        *length = self.raw.len() as u32 - *start;
    }

    /// What a step waits to read, and to write.
    #[must_use]
    pub fn awaited(&self, step: &Step) -> [&[On]; 2] {
        [step.sets[0], step.sets[1]].map(|set| self.set(set))
    }

    /// What was ready, or the ends of a new pipe.
    #[must_use]
    pub fn ready(&self, step: &Step) -> &[On] {
        self.set(step.sets[2])
    }

    fn set(&self, index: u32) -> &[On] {
        self.sets.get(index as usize).map_or(&[], Vec::as_slice)
    }
}

impl Step {
    /// The time that places it among the others, in microseconds: when it returns if it can wait,
    /// otherwise when it is called. So a cause comes before its effect.
    #[must_use]
    pub fn time(&self) -> u64 {
        if self.meaning.can_wait() { self.until } else { self.at }
    }

    /// Where its lines are.
    fn place(&self) -> Range<usize> {
        let (start, length) = self.raw;
        start as usize..start as usize + length as usize
    }

    /// How long it took.
    #[must_use]
    pub fn took(&self) -> u64 {
        self.until.saturating_sub(self.at)
    }
}

/// Something that goes from one task to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// The cause, a step's index.
    pub from: usize,
    /// The effect, a step's index.
    pub to: usize,
    /// What goes.
    pub kind: ArrowKind,
}

/// What goes from one task to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrowKind {
    /// `connect` to `accept`.
    Connect,
    /// Bytes: `send` to `recv`.
    Data,
    /// The end of the bytes: `shutdown` or `close` to the `recv` that returns 0. Also the message to all
    /// children, to the `select` that sees it.
    End,
    /// `kill` to the signal, or a child's exit to SIGCHLD.
    Signal,
    /// `exit` to `wait`.
    Reap,
    /// The closing of one end to the error of the other, whose bytes are lost.
    Reset,
}
