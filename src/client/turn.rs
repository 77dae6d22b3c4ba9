//! One turn of the client's loop: wait for sockets, keyboard and signals at once, then serve them.

use super::connection::Connection;
use super::replies::Piece;
use super::session::Session;
use super::view::Question;
use crate::cli::Outcome;
use crate::net::Error;
use crate::screen::Line;
use crate::screen::keyboard::Typed;
use crate::sys::{self, Errno, FdSet};
use nix::sys::signal::Signal;
use std::time::Instant;

impl Session<'_> {
    /// Waits until something happens, or `until`, and does what it asks for.
    pub(super) fn turn(&mut self, until: Option<Instant>) -> Result<(), Error> {
        let (mut read, mut write) = self.interest();
        let deadlines = self.connections.iter().filter_map(Connection::deadline);
        let deadline = deadlines.chain(until).min();
        let wait = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        self.view.drain()?;
        match sys::select(Some(&mut read), Some(&mut write), None, wait) {
            Ok(_) => {}
            // The self-pipe will say which signal; the sets say nothing.
            Err(Errno::EINTR) => return Ok(()),
            Err(errno) => return Err(Error::new("select", "client", errno)),
        }
        if read.contains(&self.signals) {
            self.heed_signals();
        }
        self.serve(&read, &write);
        if read.contains(&self.keyboard) {
            self.keyboard.read();
        }
        self.heed_answer();
        Ok(())
    }

    /// What to wait for, to read and to write. The keyboard only while a question stands.
    fn interest(&self) -> (FdSet, FdSet) {
        let (mut read, mut write) = (FdSet::new(), FdSet::new());
        read.insert(&self.signals);
        if self.view.standing().is_some() {
            read.insert(&self.keyboard);
        }
        for connection in &self.connections {
            read.insert(connection);
            if connection.wants_write() {
                write.insert(connection);
            }
        }
        (read, write)
    }

    /// Sends and receives on the sockets that are ready, and shows what came.
    fn serve(&mut self, read: &FdSet, write: &FdSet) {
        let now = Instant::now();
        for connection in &mut self.connections {
            if write.contains(&*connection) {
                connection.flush(now);
            }
            if read.contains(&*connection) || connection.is_broken() {
                connection.receive(&mut self.buffer, now);
            }
            while let Some(piece) = connection.take(now) {
                match piece {
                    Piece::Notice(line) => self.view.notice(connection, &line),
                    Piece::Reply(reply) | Piece::Part(reply) => self.view.reply(connection, &reply),
                }
            }
        }
        let has_ended = |connection: &mut Connection| connection.end.is_some();
        let ended: Vec<_> = self.connections.extract_if(.., has_ended).collect();
        for connection in &ended {
            if let Some(end) = connection.end {
                self.retire(connection, end);
            }
        }
    }

    /// SIGINT asks at a terminal, and leaves elsewhere; a second one answers yes, one more does not
    /// wait for the server. SIGTERM and SIGHUP leave.
    fn heed_signals(&mut self) {
        let came = self.signals.take();
        let interrupted = came.contains(Signal::SIGINT);
        let told = came.contains(Signal::SIGTERM) || came.contains(Signal::SIGHUP);
        if interrupted && self.leaving {
            self.outcome = Outcome::Failed;
            self.view.error(&Line::CutShort { count: self.connections.len() });
            self.connections.clear();
        } else if interrupted && !told && self.can_ask() {
            self.view.ask(Question::Leave(self.connections.len()));
        } else if interrupted || told {
            self.leave();
        }
    }

    /// Whether somebody is there to be asked, and has not been.
    fn can_ask(&self) -> bool {
        let asked = matches!(self.view.standing(), Some(Question::Leave(_)));
        let there = self.keyboard.is_terminal() && !self.keyboard.is_in_background();
        self.asks() && there && !asked
    }

    /// Takes what was typed as the answer to whether to leave, if that was the question.
    fn heed_answer(&mut self) {
        while let Some(question @ Question::Leave(_)) = self.view.standing() {
            match self.keyboard.take() {
                None => return,
                Some(Typed::EndOfFile | Typed::Gone) => self.leave(),
                Some(Typed::Line(line)) => {
                    self.view.answered(self.keyboard.is_terminal());
                    match parse_answer(&line) {
                        Some(true) => self.leave(),
                        Some(false) => {}
                        None => self.view.ask(question),
                    }
                }
            }
        }
    }
}

/// Yes or no, in either language.
fn parse_answer(line: &[u8]) -> Option<bool> {
    match String::from_utf8_lossy(line).trim().to_lowercase().as_str() {
        "s" | "sí" | "si" | "y" | "yes" => Some(true),
        "n" | "no" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_taken_in_both_languages() {
        for yes in ["s", "S", "sí", "SÍ", " si\r", "y", "Yes"] {
            assert_eq!(parse_answer(yes.as_bytes()), Some(true));
        }
        assert_eq!(parse_answer(b"N"), Some(false));
        assert_eq!(parse_answer(b"no "), Some(false));
        for other in ["", "x", "nope", "\u{fffd}"] {
            assert_eq!(parse_answer(other.as_bytes()), None);
        }
    }
}
