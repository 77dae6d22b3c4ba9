//! One turn of the client's loop: wait for sockets, keyboard and signals at once, then serve them.

use super::connection::ClientConnection;
use super::replies::ReplyPiece;
use super::session::ClientSession;
use super::view::Question;
use crate::net::Error;
use crate::reason::Both;
use crate::screen::keyboard::Typed;
use crate::screen::{A_WHILE, Line};
use crate::sys::{self, Errno, FdSet};
use nix::sys::signal::{SigSet, Signal};
use std::thread;
use std::time::{Duration, Instant};

/// How often to check whether the terminal still belongs to other processes.
const BACKGROUND: Duration = Duration::from_secs(1);

impl ClientSession<'_> {
    /// Waits until something happens, or `until`, and handles it.
    pub(super) fn turn(&mut self, until: Option<Instant>) -> Result<(), Error> {
        self.drain_screen()?;
        if self.is_cut {
            return Ok(());
        }
        let (mut read, mut write) = self.interest();
        let deadlines = self.connections.iter().filter_map(ClientConnection::deadline);
        let mut until = deadlines.chain(until).min();
        if self.view.standing().is_some() {
            if self.keyboard.is_ours() {
                read.insert(&self.keyboard);
            } else {
                // Not every shell sends SIGCONT to a job that comes to the foreground without having
                // been stopped.
                until = until.into_iter().chain([Instant::now() + BACKGROUND]).min();
            }
        }
        self.wait(&mut read, &mut write, until)?;
        self.heed_signals(&read, true);
        self.serve(&read, &write);
        if read.contains(&self.keyboard) {
            self.read_keyboard();
        }
        self.heed_answer();
        Ok(())
    }

    /// Waits until everything is on the screen: the client is no faster than its reader. Only signals are
    /// handled meanwhile.
    pub(super) fn drain_screen(&mut self) -> Result<(), Error> {
        let mut since = None;
        self.view.typing(&mut self.keyboard);
        loop {
            let (mut read, mut write) = (FdSet::new(), FdSet::new());
            self.view.watch(&mut write)?;
            if write.is_empty() || self.is_cut {
                break;
            }
            since.get_or_insert_with(Instant::now);
            read.insert(&self.signals);
            self.wait(&mut read, &mut write, None)?;
            self.heed_signals(&read, false);
        }
        if let Some(since) = since {
            let time = since.elapsed();
            self.connections.iter_mut().for_each(|connection| connection.excuse(time));
        }
        Ok(())
    }

    /// Waits in select, at most `until`; not at all if a signal is pending.
    fn wait(
        &self,
        read: &mut FdSet,
        write: &mut FdSet,
        until: Option<Instant>,
    ) -> Result<(), Error> {
        let wait = until.map(|until| until.saturating_duration_since(Instant::now()));
        let wait = if self.signals.has_come() { Some(Duration::ZERO) } else { wait };
        match sys::select(Some(read), Some(write), None, wait) {
            Ok(_) => Ok(()),
            Err(Errno::EINTR) => {
                // The sets mean nothing now.
                read.clear();
                write.clear();
                Ok(())
            }
            Err(errno) => Err(Error::new("select", Both { es: "cliente", en: "client" }, errno)),
        }
    }

    /// What to wait for on the sockets, to read and to write.
    fn interest(&self) -> (FdSet, FdSet) {
        let (mut read, mut write) = (FdSet::new(), FdSet::new());
        read.insert(&self.signals);
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
                    ReplyPiece::Notice(line) => self.view.notice(connection, &line),
                    ReplyPiece::Reply(reply) | ReplyPiece::Part(reply) => {
                        self.view.reply(connection, &reply)
                    }
                }
            }
        }
        let has_ended = |connection: &mut ClientConnection| connection.end.is_some();
        let ended: Vec<_> = self.connections.extract_if(.., has_ended).collect();
        for connection in &ended {
            if let Some(end) = connection.end {
                self.retire(connection, end);
            }
        }
    }

    /// Reads what has been typed. An error is reported; it is not end of input, but nothing is read after
    /// it.
    fn read_keyboard(&mut self) {
        if !self.keyboard.is_ours() {
            return;
        }
        let Err(errno) = self.keyboard.read() else { return };
        let terminal_is_gone = self.keyboard.is_terminal() && errno == Errno::EIO;
        if !terminal_is_gone {
            self.fail(&Line::Failed { error: &Error::new("read", "stdin", errno) });
        }
        self.keyboard.give_up();
    }

    /// SIGINT asks at a terminal whose screen can be `seen`, and leaves elsewhere; a second one answers
    /// yes. SIGTERM and SIGHUP leave, and answer yes too. Any further one ends the client at once.
    fn heed_signals(&mut self, read: &FdSet, seen: bool) {
        // The handler may have failed to write to the self-pipe.
        if !read.contains(&self.signals) && !self.signals.has_come() {
            return;
        }
        let came = self.signals.take();
        if came == SigSet::empty() {
            // A spurious wake-up: the self-pipe may be unreadable.
            thread::sleep(A_WHILE);
        }
        self.heed_job_control(&came);
        let interrupted = came.contains(Signal::SIGINT);
        let told = came.contains(Signal::SIGTERM) || came.contains(Signal::SIGHUP);
        let count = self.connections.len();
        match () {
            () if !interrupted && !told => {}
            () if self.leaving && count > 0 => self.cut_short(&Line::CutShort { count }),
            () if self.leaving && !seen => self.cut_short(&Line::OutputCut),
            () if self.leaving => {}
            () if interrupted && !told && seen && self.can_ask() => {
                self.keyboard.forget();
                self.keyboard.begin_answer();
                self.view.typing(&mut self.keyboard);
                self.view.ask(Question::Leave(count));
            }
            () if self.is_asked() => self.abandon(),
            () => self.interrupt(),
        }
    }

    /// Gives the terminal back to the shell, for a while (Ctrl-Z) or for good (Ctrl-\), and takes
    /// it again.
    fn heed_job_control(&mut self, came: &SigSet) {
        for signal in [Signal::SIGTSTP, Signal::SIGQUIT] {
            if came.contains(signal) {
                self.view.give_way(signal, &mut self.keyboard);
            }
        }
        if came.contains(Signal::SIGCONT) {
            self.keyboard.edit();
            self.view.restore();
        }
    }

    /// Whether the user can be asked, and has not been.
    fn can_ask(&self) -> bool {
        let there = self.keyboard.is_terminal() && !self.keyboard.is_in_background();
        self.asks() && there && !self.is_asked()
    }

    /// Whether the question to leave is open.
    fn is_asked(&self) -> bool {
        matches!(self.view.standing(), Some(Question::Leave(_)))
    }

    /// Takes what was typed as the answer to whether to leave, if that was the question.
    fn heed_answer(&mut self) {
        while let Some(question @ Question::Leave(_)) = self.view.standing() {
            match self.keyboard.take() {
                None => return,
                Some(Typed::EndOfFile | Typed::Gone) => self.abandon(),
                Some(Typed::Line(line)) => {
                    self.view.answered(&line, &self.keyboard);
                    match parse_answer(&line) {
                        Some(true) => self.abandon(),
                        Some(false) => self.keyboard.end_answer(),
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
