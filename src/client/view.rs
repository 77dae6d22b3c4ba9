//! What the client's user sees: the interactive client's wording for one socket, the two-socket
//! client's for several.

use super::connection::{ClientConnection, ConnectionEnd};
use crate::net::Error;
use crate::protocol::framing::content;
use crate::reason::Why;
use crate::repr::{Bytes, Excerpt, Peer, PeerLabel, Text};
use crate::screen::keyboard::Keyboard;
use crate::screen::{Line, Screen};
use crate::sys::{FdSet, Signal};

/// An open question at the bottom of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// What to send.
    Message,
    /// Whether to leave, with this many connections.
    Leave(usize),
}

/// Shows what happens.
#[derive(Debug)]
pub(super) struct ClientView {
    screen: Screen,
    several: bool,
    standing: Option<Question>,
}

/// What was lost with a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loss<'a> {
    /// Why it ended.
    pub(super) end: ConnectionEnd,
    /// The message that awaits a reply.
    pub(super) unanswered: Option<&'a [u8]>,
    /// The messages that are left.
    pub(super) unsent: Unsent,
}

/// Messages that are not sent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unsent {
    /// How many, at least.
    pub(super) count: u64,
    /// Whether there are more.
    pub(super) or_more: bool,
}

impl ClientView {
    /// For one socket or `several`.
    pub(super) fn new(screen: Screen, several: bool) -> Self {
        Self { screen, several, standing: None }
    }

    /// Shows an event, unless quiet.
    pub(super) fn event(&mut self, line: &Line<'_>) {
        self.screen.event(line);
    }

    /// Shows a warning or an error.
    pub(super) fn error(&mut self, line: &Line<'_>) {
        self.screen.say(line);
    }

    /// The single socket has been answered this many times.
    pub(super) fn step(&mut self, step: u64) {
        if !self.several {
            self.screen.event(&Line::Step { step });
        }
    }

    /// A message goes out.
    pub(super) fn sending(&mut self, connection: &ClientConnection, bytes: &[u8]) {
        let (on, bytes) = (self.label(connection), Bytes(bytes));
        self.screen.event(&Line::Sending { on, bytes });
    }

    /// A reply came. With --quiet only replies are shown.
    pub(super) fn reply(&mut self, connection: &ClientConnection, bytes: &[u8]) {
        let (on, text, bytes) = (self.label(connection), Text(content(bytes)), Bytes(bytes));
        self.screen.say(&match () {
            () if self.screen.is_quiet() => Line::Reply { text },
            () if self.several => Line::Received { on, bytes },
            () => Line::Receiving { bytes },
        });
    }

    /// A notice came.
    pub(super) fn notice(&mut self, connection: &ClientConnection, bytes: &[u8]) {
        let (on, text) = (self.label(connection), Text(content(bytes)));
        self.screen.event(&Line::Notice { on, text });
    }

    /// The server closed the connection; if `unforeseen`, that is shown even with --quiet.
    pub(super) fn closed_by_server(&mut self, connection: &ClientConnection, unforeseen: bool) {
        let on = self.label(connection);
        if self.screen.is_quiet() && unforeseen {
            self.screen.say(&Line::ServerClosedOnUs { on });
        } else {
            self.screen.event(&Line::ServerClosed { on });
        }
    }

    /// The connection failed, or something was lost with it; `timeout` is how long a reply may
    /// take.
    pub(super) fn lost(&mut self, connection: &ClientConnection, loss: &Loss<'_>, timeout: u64) {
        let (on, peer) = (self.label(connection), Peer(connection.peer));
        let words = Text(connection.last_words.as_bytes());
        let cause = match loss.end {
            ConnectionEnd::Closed if connection.last_words.is_empty() => Line::LostClosed { peer },
            ConnectionEnd::Closed => Line::LostSaying { peer, words },
            ConnectionEnd::Failed(call, errno) => {
                Line::LostFailed { call, peer, errno: Why(errno) }
            }
            ConnectionEnd::Late => Line::LostLate { peer, count: timeout },
        };
        let mut what = self.screen.words(&cause);
        if let Some(message) = loss.unanswered.map(Excerpt) {
            what += &self.screen.words(&match loss.end {
                ConnectionEnd::Late => Line::LateTo { message },
                _ if connection.is_cut_off => Line::ReplyCutOff { message },
                _ => Line::NoReplyTo { message },
            });
        }
        what += &self.unsent(loss.unsent);
        self.screen.say(&Line::Lost { on, what: &what });
    }

    /// The client is to end although something is left to be sent.
    pub(super) fn interrupted(&mut self, unsent: Unsent) {
        let what = self.screen.words(&Line::Interrupted) + &self.unsent(unsent);
        self.screen.say(&Line::Lost { on: PeerLabel(None), what: &what });
    }

    /// The user does not wait for the reply on this connection.
    pub(super) fn abandoned(&mut self, connection: &ClientConnection) {
        let message = Excerpt(connection.unanswered().unwrap_or_default());
        let what = self.screen.words(&Line::Interrupted)
            + &self.screen.words(&Line::NoReplyTo { message });
        self.screen.say(&Line::Lost { on: self.label(connection), what: &what });
    }

    fn unsent(&self, unsent: Unsent) -> String {
        match unsent {
            Unsent { count: 0, .. } => String::new(),
            Unsent { count, or_more: false } => self.screen.words(&Line::Unsent { count }),
            Unsent { count, or_more: true } => self.screen.words(&Line::UnsentAtLeast { count }),
        }
    }

    /// The time it was connected.
    pub(super) fn time(&mut self, connection: &ClientConnection, seconds: u64) {
        let on = self.label(connection);
        self.screen.event(&Line::TimeConnected { on, seconds });
    }

    /// The client closes a socket.
    pub(super) fn closing(&mut self, connection: &ClientConnection) {
        self.screen.event(&match self.label(connection) {
            PeerLabel(Some(local)) => Line::ClosingSocketOf { local: Peer(local) },
            PeerLabel(None) => Line::ClosingSocket,
        });
    }

    /// Asks a question, in place of any open one.
    pub(super) fn ask(&mut self, question: Question) {
        self.withdraw();
        self.screen.ask(&match question {
            Question::Message => Line::AskMessage,
            Question::Leave(count) => Line::AskLeave { count },
        });
        self.standing = Some(question);
    }

    /// Writes as much as there is room for, with the open question on the last line, and adds the
    /// output to the set if some is left.
    ///
    /// # Errors
    ///
    /// Standard output cannot be written to.
    pub(super) fn watch(&mut self, write: &mut FdSet) -> Result<(), Error> {
        self.screen.watch(write);
        self.screen.check()
    }

    /// The open question.
    pub(super) fn standing(&self) -> Option<Question> {
        self.standing
    }

    /// The question has been answered with this line.
    pub(super) fn answered(&mut self, line: &[u8], keyboard: &Keyboard) {
        show_typed(&mut self.screen, line, keyboard);
        self.withdraw();
    }

    /// Shows what is being typed after the question, if one is open.
    pub(super) fn typing(&mut self, keyboard: &mut Keyboard) {
        match self.standing {
            Some(_) => self.screen.typing(keyboard),
            None => self.screen.hide_typing(),
        }
    }

    /// Lets a signal do what it does by default.
    pub(super) fn give_way(&mut self, signal: Signal, keyboard: &mut Keyboard) {
        self.screen.give_way(signal, keyboard);
    }

    /// Another process may have used the terminal.
    pub(super) fn restore(&mut self) {
        self.screen.restore();
    }

    /// Closes the question.
    pub(super) fn withdraw(&mut self) {
        self.screen.withdraw_question();
        self.standing = None;
    }

    fn label(&self, connection: &ClientConnection) -> PeerLabel {
        PeerLabel(self.several.then_some(connection.local))
    }
}

/// Shows a line that has been typed; one that comes from a pipe has not been.
pub(super) fn show_typed(screen: &mut Screen, line: &[u8], keyboard: &Keyboard) {
    screen.typed(if keyboard.edits() { line } else { &[] }, keyboard);
}
