//! The participants: processes and their threads.

use crate::trace::read::recorded::Recorded;

/// A process, or a thread of one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Task {
    /// Its pid.
    pub pid: i32,
    /// The first thread of its process, an index; its own if it is the first. They share their
    /// descriptors.
    pub leader: usize,
    /// The task that made it, an index, if the log tells.
    pub parent: Option<usize>,
    /// The name of the program that it runs, if the log tells.
    pub program: String,
    /// Its arguments, as strace shows them.
    pub arguments: String,
    /// Whether the log shows what it does. It does not for children of a program traced without -f.
    pub is_traced: bool,
    /// Which calls its log would show.
    pub recorded: Recorded,
    /// Whether it is one of this package's programs, of which more is known.
    pub is_ours: bool,
    /// Its part, for its place in the picture.
    pub part: Part,
    /// How it is named.
    pub called: Called,
    /// Its number among those with the same name, from 1; 0 if it is the only one.
    pub number: usize,
    /// The task whose name precedes its own, an index, if its own is not enough: the process of a thread.
    pub of: Option<usize>,
    /// How many channels it has connected.
    pub connected: usize,
    /// Its end of a channel: the first on which it connects, sends or receives.
    pub about: Option<EndRef>,
}

/// What a task is named after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Called {
    /// The program that it runs.
    #[default]
    Program,
    /// It is a fork of another task and runs the same program.
    Child,
    /// It is a thread.
    Thread,
    /// Its part: one of this package's programs.
    Part,
}

/// The part of a task, by what it does: for its place in the picture, not for its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// It listens, or accepts.
    Server,
    /// A server forked it, and it runs the same program.
    Child,
    /// It connects, and does not listen.
    Client,
    /// Neither.
    #[default]
    Other,
}

/// One of the two ends of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndRef {
    /// The channel, an index.
    pub channel: usize,
    /// Which of its ends, 0 or 1.
    pub end: usize,
}

impl EndRef {
    /// The other end.
    #[must_use]
    pub fn peer(self) -> Self {
        Self { end: 1 - self.end, ..self }
    }
}
