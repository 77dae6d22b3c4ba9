//! A log, line by line: the process of each, and lines without an end.

use super::call::Call;
use super::calls::Calls;
use super::line::{self, LinePiece, LogLine};
use super::lines;
use super::record::{Record, TraceEvent};
use super::time::Time;
use std::rc::Rc;

/// A log, so far.
#[derive(Clone, Debug)]
pub(super) struct Log {
    /// The calls in its lines.
    pub calls: Calls,
    is_in_table: bool,
}

/// How the rest of a broken line begins.
const RESTS: [&str; 10] =
    [")", ",", "]", "}", "\"", "=", " = ", " => ", " <unfinished ...>", " <detached ...>"];

impl Log {
    /// `own`: the process of lines without a pid, or a number less than 1 that stands for it.
    pub fn new(file: &str, own: i32) -> Self {
        Self { calls: Calls::new(file, own), is_in_table: false }
    }

    /// The next record, if the lines read so far allow one.
    pub fn next(&mut self) -> Option<Record> {
        self.calls.pop()
    }

    /// Takes the next line. The last one may be incomplete.
    pub fn line(&mut self, bytes: &[u8], is_whole: bool) {
        self.calls.notes.lines += 1;
        self.calls.is_half = !is_whole;
        let text = lines::text(bytes);
        if text.is_empty() {
            return;
        }
        if RESTS.iter().any(|rest| text.starts_with(rest)) && self.calls.mend(&text) {
            return;
        }
        let line = line::split(&text);
        match line::piece(line.rest) {
            Some(piece) => {
                self.is_in_table = false;
                self.take(line.pid, line.time, piece);
            }
            None if self.is_of_table(&text) => {}
            None => self.odd(&text, &line),
        }
    }

    /// There are no more lines, or they cannot be read. Calls that have begun are returned as they
    /// are.
    pub fn end(&mut self, error: Option<std::io::Error>) {
        self.calls.notes.unread = error.map(|error| (Rc::clone(&self.calls.file), error.into()));
        self.calls.end();
    }

    /// Whether a line that is not understood belongs to the table of -C.
    fn is_of_table(&mut self, text: &str) -> bool {
        let is_of_it =
            self.is_in_table || text.starts_with("% time") || text.starts_with("------ ----");
        self.is_in_table = is_of_it && !text.ends_with(" total");
        is_of_it
    }

    /// Handles a line that is not understood by itself.
    fn odd(&mut self, text: &str, line: &LogLine<'_>) {
        // A message of strace is in the middle of its own line: both go to the terminal.
        let said = ["strace: Process ", "Process "].iter().find_map(|start| line.rest.rfind(start));
        let (start, said) = match said {
            Some(at) => (&line.rest[..at], line::piece(&line.rest[at..])),
            None => (line.rest, None),
        };
        if Call::is_open(start) {
            self.calls.notes.is_cut_short |= self.calls.is_half;
            self.calls.broken = self.take(line.pid, line.time, LinePiece::Unfinished(start));
            self.take(None, None, said.unwrap_or(LinePiece::Nothing));
            return;
        }
        // The program has printed a text without a line end.
        let later = text
            .get(1..)
            .and_then(|rest| rest.find("[pid "))
            .map(|at| line::split(&text[at + 1..]));
        match later.and_then(|line| Some((line, line::piece(line.rest)?))) {
            Some((line, piece)) => drop(self.take(line.pid, line.time, piece)),
            None => self.calls.reject(self.calls.notes.lines, text),
        }
    }

    /// Takes a line that is understood. Returns its process.
    fn take(&mut self, pid: Option<i32>, time: Option<Time>, piece: LinePiece<'_>) -> Option<i32> {
        match piece {
            LinePiece::Attached(pid) => self.calls.meet(pid),
            LinePiece::LetGo(pid) if self.calls.tasks.has(pid) => {
                self.calls.leave(pid, self.calls.clock.last(), TraceEvent::LetGo)
            }
            _ => {}
        }
        if matches!(piece, LinePiece::Nothing | LinePiece::Attached(_) | LinePiece::LetGo(_)) {
            return None;
        }
        let at = self.calls.clock.at(time, self.calls.notes.lines);
        self.calls.end_wait(Some(at));
        let pid = pid.unwrap_or_else(|| self.calls.tasks.alone());
        if self.calls.tasks.is_own(pid, matches!(piece, LinePiece::Resumed(..))) {
            self.calls.name_own(pid);
        }
        self.calls.meet(pid);
        self.calls.tell(pid, at, self.calls.notes.lines, piece);
        Some(pid)
    }
}
