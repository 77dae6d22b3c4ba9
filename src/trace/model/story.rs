//! A story: who takes part, what they do, and what leads to what.

use super::channel::Channel;
use super::data::{self, Data};
use super::task::{EndRef, Task};
use super::topic::{On, Topic};
use crate::trace::read::call::Call;

/// A conversation, as seen by the kernel.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// Who takes part, in order of appearance.
    pub tasks: Vec<Task>,
    /// What they talk through, in the order in which it came about.
    pub channels: Vec<Channel>,
    /// What they do, in the order in which it is done.
    pub steps: Vec<Step>,
    /// What leads to what, in the order of the effects.
    pub arrows: Vec<Arrow>,
    /// What the log cannot tell.
    pub missing: Missing,
    /// How many lines of strace all this was told in.
    pub lines: usize,
    /// Of all steps, strace's lines.
    pub(super) raw: String,
    /// What is waited for, each set once; the first is empty.
    pub(super) sets: Vec<Vec<On>>,
}

/// What the log cannot tell, for want of an option of strace or for another reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// There are no times: the order is that of the lines.
    pub times: bool,
    /// Descriptors are not explained (no -yy): who is connected to whom is concluded from the calls.
    pub addresses: bool,
    /// Children that were made and not traced (no -f).
    pub children: usize,
    /// Strings that strace cut (-s).
    pub cut: usize,
    /// Lines that were not understood.
    pub lines: usize,
    /// The first of them.
    pub first: String,
}

/// Something that a task does, or that happens to it.
#[derive(Clone, Debug)]
pub struct Step {
    /// Who, an index.
    pub task: usize,
    /// What it is about.
    pub topic: Topic,
    /// When it began, in microseconds since the first record.
    pub at: u64,
    /// When it was done.
    pub until: u64,
    /// The end of a channel that it is about.
    pub end: Option<EndRef>,
    /// The task that is made, signalled or reaped, or that sent the signal; an index.
    pub other: Option<usize>,
    /// Whether it may have slept in this call.
    pub can_wait: bool,
    /// For what the call waits to read and to write, and what of it was ready (or the ends of a pipe that was
    /// made): places in the story's sets.
    pub(super) sets: [u32; 3],
    /// Where its lines are in the story's raw text.
    pub(super) raw: (usize, u32),
}

impl Story {
    /// strace's lines of a step, without process and time.
    pub fn raw<'s>(&'s self, step: &Step) -> impl Iterator<Item = &'s str> + use<'s> {
        let (start, length) = step.raw;
        self.raw.get(start..start + length as usize).unwrap_or_default().lines()
    }

    /// The call of a step; of a signal, a call of its name.
    #[must_use]
    pub fn call(&self, step: &Step) -> Call {
        let line = self.raw(step).next().unwrap_or_default();
        let signal = || line.split(' ').find(|word| word.starts_with("SIG")).unwrap_or_default();
        Call::read(line).unwrap_or_else(|| Call::of_name(signal()))
    }

    /// The bytes that a step sends or receives, as far as strace shows them.
    #[must_use]
    pub fn data(&self, step: &Step) -> Data {
        if step.topic.has_data() { data::of(&self.call(step)) } else { Data::default() }
    }

    /// For what a step waits: to read, and to write.
    #[must_use]
    pub fn awaited(&self, step: &Step) -> [&[On]; 2] {
        [step.sets[0], step.sets[1]].map(|set| self.set(set))
    }

    /// What was ready, or the ends of a pipe that was made.
    #[must_use]
    pub fn ready(&self, step: &Step) -> &[On] {
        self.set(step.sets[2])
    }

    fn set(&self, index: u32) -> &[On] {
        self.sets.get(index as usize).map_or(&[], Vec::as_slice)
    }
}

impl Step {
    /// The time that places it among the others, in microseconds: what can wait is there when it
    /// returns, anything else when it is called. So a cause comes before its effect.
    #[must_use]
    pub fn time(&self) -> u64 {
        if self.topic.can_wait() { self.until } else { self.at }
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
    /// The step that causes, an index.
    pub from: usize,
    /// The step that it leads to, an index.
    pub to: usize,
    /// What goes.
    pub kind: Kind,
}

/// What goes from one task to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `connect` to `accept`.
    Connect,
    /// Bytes: `send` to `recv`.
    Data,
    /// The end of the bytes: `shutdown` or `close` to the `recv` that returns 0. Also what tells all children,
    /// to the `select` that sees it.
    End,
    /// `kill` to the signal, or a child's exit to SIGCHLD.
    Signal,
    /// `exit` to `wait`.
    Reap,
}
