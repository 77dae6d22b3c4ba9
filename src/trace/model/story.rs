//! A story: who takes part, what they do, and what leads to what.

use super::cast::{Connection, Process};
use super::topic::{On, Topic};
use crate::trace::read::call::Call;

/// A conversation, as seen by the kernel.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// Who takes part, in order of appearance.
    pub processes: Vec<Process>,
    /// Who is connected to whom.
    pub connections: Vec<Connection>,
    /// What they do, in the order in which it is done.
    pub steps: Vec<Step>,
    /// What leads to what.
    pub arrows: Vec<Arrow>,
    /// How many lines of strace all this was told in.
    pub lines: usize,
}

/// Something that a process does, or that happens to it.
#[derive(Clone, Debug)]
pub struct Step {
    /// Who, an index.
    pub process: usize,
    /// What it is about.
    pub topic: Topic,
    /// When it began, in microseconds since the first record.
    pub at: u64,
    /// When it was done.
    pub until: u64,
    /// The call; none for a signal.
    pub call: Call,
    /// The connection that it is about, an index.
    pub connection: Option<usize>,
    /// The process that is forked, signalled or reaped, or that sent the signal; an index.
    pub other: Option<usize>,
    /// The bytes sent or received.
    pub data: Vec<u8>,
    /// For what the call waits, to read and to write.
    pub awaited: [Vec<On>; 2],
    /// What was ready, or the ends of a pipe that was made.
    pub ready: Vec<On>,
    /// strace's lines, without process and time.
    pub raw: Vec<String>,
}

impl Step {
    /// The time that places it among the others, in microseconds: what can wait is there when it
    /// returns, anything else when it is called. So a cause comes before its effect.
    #[must_use]
    pub fn time(&self) -> u64 {
        if self.topic.can_wait() { self.until } else { self.at }
    }

    /// Whether it may have slept in this call.
    #[must_use]
    pub fn can_wait(&self) -> bool {
        let told = [self.call.arg(2), self.call.arg(3)];
        self.topic.can_wait() && !told.iter().any(|arg| ["MSG_DONTWAIT", "WNOHANG"].contains(arg))
    }

    /// How long it took.
    #[must_use]
    pub fn took(&self) -> u64 {
        self.until.saturating_sub(self.at)
    }
}

/// Something that goes from one process to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// The step that causes, an index.
    pub from: usize,
    /// The step that it leads to, an index.
    pub to: usize,
    /// What goes.
    pub kind: Kind,
}

/// What goes from one process to another.
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
