//! How a connection ends, and how the client ends: by itself, or because it is told to.

use super::connection::{ClientConnection, ConnectionEnd};
use super::options::Mode;
use super::session::ClientSession;
use super::view::{Loss, Unsent};
use crate::cli::Outcome;
use crate::screen::Line;
use crate::screen::keyboard::Keyboard;
use crate::sys::{self, FdSet};
use std::time::{Duration, Instant};

/// How much of the unsent input is counted: as much as a pipe holds.
const ENOUGH: usize = 1 << 16;

impl ClientSession<'_> {
    /// Asks for and sends nothing more, except `SALIR`.
    pub(super) fn leave(&mut self) {
        self.leaving = true;
        self.view.withdraw();
    }

    /// Leaves, because it is told to. That is a failure if there was more to send.
    pub(super) fn interrupt(&mut self) {
        let unsent = self.unsent();
        if unsent.count > 0 {
            self.outcome = Outcome::Failed;
            self.view.interrupted(unsent);
        }
        self.leave();
    }

    /// Leaves, because the user has said so: replies that have not come are not waited for.
    pub(super) fn abandon(&mut self) {
        self.leave();
        let farewell = self.farewell();
        let awaits = |connection: &mut ClientConnection| connection.awaits_reply();
        let abandoned: Vec<_> = self.connections.extract_if(.., awaits).collect();
        for mut connection in abandoned {
            self.outcome = Outcome::Failed;
            self.view.abandoned(&connection);
            // After a part of a message it would be more of that message.
            if !connection.wants_write() && !connection.is_broken() {
                self.view.sending(&connection, &farewell);
                connection.send(&farewell, Instant::now());
            }
            self.close(&connection);
        }
    }

    /// Stops waiting for anything, and says so.
    pub(super) fn cut_short(&mut self, line: &Line<'_>) {
        self.fail(line);
        self.connections.clear();
        self.is_cut = true;
    }

    /// Prints what has failed.
    pub(super) fn fail(&mut self, line: &Line<'_>) {
        self.outcome = Outcome::Failed;
        self.view.error(line);
    }

    /// A connection has ended by itself. That is not a failure if nothing was lost with it.
    pub(super) fn retire(&mut self, connection: &ClientConnection, end: ConnectionEnd) {
        if self.connections.is_empty() {
            self.view.withdraw();
        }
        let farewell = connection.is_leaving();
        // After a goodbye, the server's or ours, a reset counts as a close.
        let parting = farewell || !connection.last_words.is_empty();
        let end = if parting && matches!(end, ConnectionEnd::Failed(..)) {
            ConnectionEnd::Closed
        } else {
            end
        };
        let closed = end == ConnectionEnd::Closed;
        let needs_no_reply = closed && farewell && !connection.is_cut_off;
        let unanswered = connection.unanswered().filter(|_| !needs_no_reply);
        let unsent = self.unsent();
        let nothing_lost = unanswered.is_none() && unsent.count == 0 && !connection.is_refused;
        if closed {
            let unforeseen = nothing_lost && !farewell;
            self.view.closed_by_server(connection, unforeseen);
        }
        if closed && nothing_lost {
            self.close(connection);
        } else {
            self.outcome = Outcome::Failed;
            let loss = Loss { end, unanswered, unsent };
            self.view.lost(connection, &loss, self.options.timeout.as_secs());
            self.view.closing(connection);
        }
    }

    /// Says goodbye to a connection.
    pub(super) fn close(&mut self, connection: &ClientConnection) {
        if self.options.mode != Mode::Parts {
            self.view.time(connection, connection.seconds(Instant::now()));
        }
        self.view.closing(connection);
    }

    /// What was still to be sent: the rest of the list, or of a pipe or file. At a terminal the user sees
    /// what becomes of it.
    fn unsent(&mut self) -> Unsent {
        match () {
            () if self.leaving => Unsent::default(),
            () if !self.asks() => Unsent { count: self.left(), or_more: false },
            () if self.keyboard.is_terminal() => Unsent::default(),
            () => self.unread(),
        }
    }

    /// The lines that are there to be read; if there are many, the first ones.
    fn unread(&mut self) -> Unsent {
        let has_more = |keyboard: &Keyboard| !keyboard.is_at_end() && is_ready(keyboard);
        let bytes =
            |keyboard: &Keyboard| keyboard.untaken().map(|line| line.len() + 1).sum::<usize>();
        while bytes(&self.keyboard) < ENOUGH && has_more(&self.keyboard) {
            if self.keyboard.read().is_err() {
                self.keyboard.give_up();
            }
        }
        let messages =
            self.keyboard.untaken().filter(|line| !(self.options.raw && line.is_empty()));
        Unsent { count: messages.count() as u64, or_more: has_more(&self.keyboard) }
    }
}

fn is_ready(keyboard: &Keyboard) -> bool {
    let mut read = FdSet::new();
    read.insert(keyboard);
    sys::select(Some(&mut read), None, None, Some(Duration::ZERO)) == Ok(1)
}
