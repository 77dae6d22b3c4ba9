//! What happens to a client, as each server's screen words it.

use crate::journal::Journal;
use crate::net::Step;
use crate::sys::{Errno, SocketAddr};
use crate::text::{Line, Program};

/// A journal that knows which server it is of: the coursework's two have their own wordings.
#[derive(Debug)]
pub struct Trace {
    /// For the lines that both share.
    pub journal: Journal,
    program: Program,
}

impl Trace {
    /// The trace of `program`, `Fork` or `Select`.
    #[must_use]
    pub fn new(journal: Journal, program: Program) -> Self {
        Self { journal, program }
    }

    fn is_fork(&self) -> bool {
        self.program == Program::Fork
    }

    fn either(&mut self, fork: &Line<'_>, select: &Line<'_>) {
        self.journal.event(if self.is_fork() { fork } else { select });
    }

    /// About to call socket, bind and listen.
    pub fn starting(&mut self, host: &str, port: u16) {
        if !self.is_fork() {
            self.journal.event(&Line::SelectStart { host, port });
        }
    }

    /// One of them is done.
    pub fn step(&mut self, step: Step) {
        if self.is_fork() {
            self.journal.event(match step {
                Step::Socket => &Line::ForkSocket,
                Step::Bind => &Line::ForkBind,
                Step::Listen => &Line::ForkListen,
            });
        }
    }

    /// About to wait in select.
    pub fn waiting(&mut self) {
        if !self.is_fork() {
            self.journal.event(&Line::SelectWait);
        }
    }

    /// A client has connected.
    pub fn connected(&mut self, peer: SocketAddr) {
        self.either(&Line::ForkConnected(peer), &Line::SelectConnected(peer));
    }

    /// It sent `bytes`.
    pub fn received(&mut self, bytes: &[u8], peer: SocketAddr) {
        self.either(&Line::ForkReceived { bytes, peer }, &Line::SelectReceived { bytes, peer });
    }

    /// It gets `bytes`; the `last` are those that answer `SALIR`, on which the coursework's fork
    /// server says nothing.
    pub fn sending(&mut self, bytes: &[u8], peer: SocketAddr, last: bool) {
        if !(last && self.is_fork()) {
            self.either(&Line::ForkSending, &Line::SelectSending { bytes, peer });
        }
    }

    /// It has got all it was owed.
    pub fn drained(&mut self, peer: SocketAddr) {
        if !self.is_fork() {
            self.journal.event(&Line::SelectDrained(peer));
        }
    }

    /// It sends no more.
    pub fn end_of_file(&mut self, peer: SocketAddr) {
        self.either(&Line::ForkEnd(peer), &Line::SelectEnd(peer));
    }

    /// Its connection broke.
    pub fn lost(&mut self, peer: SocketAddr, errno: Errno) {
        self.journal.event(&Line::Lost { peer, errno });
    }
}
