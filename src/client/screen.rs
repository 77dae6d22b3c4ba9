//! What the person at the client sees: the interactive client's wording for one socket, the
//! two-socket client's for several.

use super::connection::Connection;
use crate::journal::Journal;
use crate::protocol::framing::content;
use crate::sys::SocketAddr;
use crate::text::{Line, Loss};

/// A question that stands at the bottom of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// What to send.
    Message,
    /// Whether to leave, with so many connections.
    Leave(usize),
}

/// Prints what happens.
#[derive(Debug)]
pub(super) struct Screen {
    journal: Journal,
    several: bool,
    standing: Option<Question>,
}

impl Screen {
    /// For one socket or `several`.
    pub(super) fn new(journal: Journal, several: bool) -> Self {
        Self { journal, several, standing: None }
    }

    /// Prints an event, unless quiet.
    pub(super) fn event(&mut self, line: &Line<'_>) {
        self.journal.event(line);
    }

    /// Prints a warning or an error.
    pub(super) fn error(&mut self, line: &Line<'_>) {
        self.journal.error(line);
    }

    /// The one socket has been answered so many times.
    pub(super) fn step(&mut self, step: u64) {
        if !self.several {
            self.journal.event(&Line::Step(step));
        }
    }

    /// A message goes out.
    pub(super) fn sending(&mut self, connection: &Connection, bytes: &[u8]) {
        let on = self.name(connection);
        self.journal.event(&Line::Sending { on, bytes });
    }

    /// A reply came. Quiet, it is all there is to see.
    pub(super) fn reply(&mut self, connection: &Connection, bytes: &[u8]) {
        let on = self.name(connection);
        if self.journal.is_quiet() {
            self.journal.print([Line::Reply(content(bytes))]);
        } else {
            self.journal.event(&Line::Received { on, bytes });
        }
    }

    /// A notice came.
    pub(super) fn notice(&mut self, connection: &Connection, bytes: &[u8]) {
        let (on, text) = (self.name(connection), content(bytes));
        self.journal.event(&Line::Notice { on, text });
    }

    /// The server closed the connection; `unforeseen` is news although quiet.
    pub(super) fn closed_by_server(&mut self, connection: &Connection, unforeseen: bool) {
        let on = self.name(connection);
        if self.journal.is_quiet() && unforeseen {
            self.journal.error(&Line::ServerClosed { on });
        } else {
            self.journal.event(&Line::ServerClosed { on });
        }
    }

    /// The connection failed, or took something with it.
    pub(super) fn lost(&mut self, connection: &Connection, loss: Loss<'_>) {
        let on = self.name(connection);
        self.journal.error(&Line::ConnectionLost { on, loss });
    }

    /// The time it was connected.
    pub(super) fn time(&mut self, connection: &Connection, seconds: u64) {
        let on = self.name(connection);
        self.journal.event(&Line::TimeConnected { on, seconds });
    }

    /// The client closes a socket.
    pub(super) fn closing(&mut self, connection: &Connection) {
        let on = self.name(connection);
        self.journal.event(&Line::ClosingSocket { on });
    }

    /// Puts a question, instead of any that stands.
    pub(super) fn ask(&mut self, question: Question) {
        self.withdraw();
        self.journal.ask(&match question {
            Question::Message => Line::AskMessage,
            Question::Leave(connections) => Line::AskLeave(connections),
        });
        self.standing = Some(question);
    }

    /// Before waiting: the question that stands is on the last line again.
    pub(super) fn restore_prompt(&mut self) {
        self.journal.restore_prompt();
    }

    /// The question that stands.
    pub(super) fn standing(&self) -> Option<Question> {
        self.standing
    }

    /// The question has been answered, and the answer has ended its line if it was `echoed`, as a
    /// terminal does.
    pub(super) fn answered(&mut self, echoed: bool) {
        if echoed {
            self.journal.answered();
        }
        self.withdraw();
    }

    /// No question stands any more.
    pub(super) fn withdraw(&mut self) {
        self.journal.withdraw_question();
        self.standing = None;
    }

    fn name(&self, connection: &Connection) -> Option<SocketAddr> {
        self.several.then_some(connection.local)
    }
}
