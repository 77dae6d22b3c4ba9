//! The calls of a log, each with its process, and with its two halves joined.

use super::call::Call;
use super::line::{self, LinePiece};
use super::notes::Notes;
use super::order::Order;
use super::record::{Record, Signal, TraceEvent};
use super::tasks::{Half, Tasks};
use super::time::{LogClock, TimeKind};
use std::rc::Rc;

/// The calls of a log, so far.
#[derive(Clone, Debug)]
pub(super) struct Calls {
    /// The log's name.
    pub file: Rc<str>,
    /// Its times.
    pub clock: LogClock,
    /// Whose log it is.
    pub tasks: Tasks,
    /// What it lacks.
    pub notes: Notes,
    /// The process whose line was broken off by the program's output or a message of strace: the rest may be
    /// on the next line.
    pub broken: Option<i32>,
    /// Whether this is the last line and is incomplete.
    pub is_half: bool,
    /// A call that may have waited, without a duration: it lasted until the next line.
    waited: Option<Record>,
    out: Order,
    /// Whether calls have durations (-T).
    is_measured: bool,
}

/// Calls that can block for long. The duration of others is not worth a guess.
const CAN_WAIT: [&str; 21] = [
    "accept",
    "accept4",
    "connect",
    "read",
    "readv",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "select",
    "pselect6",
    "poll",
    "ppoll",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "wait4",
    "waitid",
    "futex",
    "nanosleep",
    "clock_nanosleep",
    "flock",
];

impl Calls {
    /// `own`: the process of lines without a pid, or a number less than 1 that stands for it.
    pub fn new(file: &str, own: i32) -> Self {
        Self {
            file: file.into(),
            clock: LogClock::default(),
            tasks: Tasks::new(own),
            notes: Notes::default(),
            broken: None,
            waited: None,
            out: Order::default(),
            is_measured: false,
            is_half: false,
        }
    }

    /// The next record, if the lines read so far allow one.
    pub fn pop(&mut self) -> Option<Record> {
        self.out.pop()
    }

    /// The log has ended. Calls that have begun are returned as they are.
    pub fn end(&mut self) {
        self.end_wait(None);
        self.broken = None;
        for pid in self.tasks.begun() {
            self.interrupt(pid);
        }
    }

    /// Takes the rest of the broken line, if there is one.
    pub fn mend(&mut self, text: &str) -> bool {
        let Some(pid) = self.broken.take() else { return false };
        let Some(mut half) = self.take_half(pid, |_| true) else { return false };
        half.text.push_str(text);
        match line::piece(&half.text) {
            Some(piece) => self.tell(pid, half.at, half.line, piece),
            None => self.reject(half.line, &half.text),
        }
        true
    }

    /// Takes what a line of a process says, at that time.
    pub fn tell(&mut self, pid: i32, at: u64, line: u64, piece: LinePiece<'_>) {
        match piece {
            LinePiece::Call(call) => {
                self.interrupt(pid);
                self.call(pid, at, line, call, None);
            }
            LinePiece::Unfinished(text) => {
                self.interrupt(pid);
                self.out.begin(name(text));
                self.tasks.begin(pid, Some(Half { at, line, text: text.into() }));
            }
            LinePiece::Resumed(name, tail) => self.resume(pid, at, line, name, tail),
            LinePiece::Detached(text) => {
                self.interrupt(pid);
                self.give_up(pid, &Half { at, line, text: text.into() });
                self.leave(pid, at, TraceEvent::LetGo);
            }
            LinePiece::Signal(name, sender, raw) => {
                let signal = Signal { name: name.into(), sender, raw: raw.into() };
                self.push(pid, at, line, TraceEvent::Signal(signal));
            }
            LinePiece::Stopped(name, raw) => {
                let signal = Signal { name: name.into(), sender: None, raw: raw.into() };
                self.push(pid, at, line, TraceEvent::Stopped(signal));
            }
            LinePiece::Exited => self.leave(pid, at, TraceEvent::End),
            LinePiece::Killed(name, raw) => {
                let signal = Signal { name: name.into(), sender: None, raw: raw.into() };
                self.leave(pid, at, TraceEvent::Killed(signal));
            }
            LinePiece::Superseded(thread) => {
                // Its execve returns in the process whose number it takes over.
                let half = self.tasks.take(thread, |_| true);
                self.leave(thread, at, TraceEvent::End);
                self.interrupt(pid);
                self.tasks.begin(pid, half);
            }
            LinePiece::Attached(_) | LinePiece::LetGo(_) | LinePiece::Nothing => {}
        }
    }

    /// The second half of a call.
    fn resume(&mut self, pid: i32, at: u64, line: u64, resumed: &str, tail: &str) {
        let Some(mut half) = self.take_half(pid, |half| name(&half.text) == resumed) else {
            self.interrupt(pid);
            return self.reject(line, &format!("<... {resumed} resumed>{tail}"));
        };
        half.text.push_str(tail);
        match line::piece(&half.text) {
            Some(LinePiece::Call(call)) => {
                let passed = Some(at.saturating_sub(half.at));
                self.call(pid, half.at, half.line, call, passed);
            }
            Some(piece) => self.tell(pid, half.at, half.line, piece),
            None => self.reject(half.line, &half.text),
        }
    }

    /// A complete call; `passed` is its duration, if the line does not say it.
    fn call(&mut self, mut pid: i32, at: u64, line: u64, mut call: Call, passed: Option<u64>) {
        // A line that is cut may lack the last digits of the result.
        if self.is_half && call.took.is_none() && !call.text().ends_with(')') {
            self.notes.is_cut_short = true;
            let (begun, _) = call.text().rsplit_once(" = ").unwrap_or_default();
            return self.give_up(pid, &Half { at, line, text: begun.into() });
        }
        self.notes.see(&call);
        self.is_measured |= call.took.is_some() && self.clock.kind != TimeKind::None;
        // If the order of the lines says more than the times, durations are dropped.
        call.took = call.took.filter(|_| !self.clock.counts_lines());
        call.took = call.took.or(passed);
        // Every program with a C library begins with this call, which returns its pid.
        let says_own = pid < 1 && matches!(call.name(), "set_tid_address" | "gettid");
        if let Some(own) =
            call.value.and_then(|pid| pid.try_into().ok()).filter(|&own| says_own && own > 0)
        {
            self.name_own(own);
            pid = own;
        }
        let can_wait =
            call.took.is_none() && call.value.is_some() && CAN_WAIT.contains(&call.name());
        let record = self.record(pid, at, line, TraceEvent::Call(call));
        if let Some(child) = record.child() {
            self.tasks.expect(child);
        }
        if can_wait && !self.is_measured && self.clock.kind != TimeKind::None {
            self.waited = Some(record);
        } else {
            self.out.push(record);
        }
    }

    /// The process has moved on: the call that it had begun is not resumed.
    fn interrupt(&mut self, pid: i32) {
        let Some(half) = self.take_half(pid, |_| true) else { return };
        if self.broken.take_if(|broken| *broken == pid).is_some() {
            self.reject(half.line, &half.text);
        }
        self.give_up(pid, &half);
    }

    /// Records a call that has only a beginning.
    fn give_up(&mut self, pid: i32, half: &Half) {
        if let Some(call) = Call::begun(&half.text) {
            self.push(pid, half.at, half.line, TraceEvent::Call(call));
        }
    }

    /// The process ends, or is no longer traced.
    pub fn leave(&mut self, pid: i32, at: u64, event: TraceEvent) {
        self.broken.take_if(|broken| *broken == pid);
        self.interrupt(pid);
        self.notes.has_end |= !matches!(event, TraceEvent::LetGo);
        self.push(pid, at, self.notes.lines, event);
        self.tasks.remove(pid);
    }

    /// Bounds how long a call may have waited: until now at most.
    pub fn end_wait(&mut self, now: Option<u64>) {
        let Some(mut record) = self.waited.take() else { return };
        if let (Some(now), TraceEvent::Call(call)) = (now, &mut record.event) {
            call.took = Some(now.saturating_sub(record.at));
            self.notes.unmeasured = true;
        }
        self.out.push(record);
    }

    /// The process of lines without a pid turns out to be this one.
    pub fn name_own(&mut self, pid: i32) {
        self.interrupt(pid);
        if let Some(before) = self.tasks.name_own(pid) {
            let named =
                self.record(before, self.clock.last(), self.notes.lines, TraceEvent::Named(pid));
            self.out.name(named, pid);
            if let Some(broken) = self.broken.as_mut().filter(|broken| **broken == before) {
                *broken = pid;
            }
        }
    }

    /// A line is not understood. If it is the last one of a log, it was cut short.
    pub fn reject(&mut self, line: u64, text: &str) {
        if self.is_half && self.notes.calls > 0 {
            self.notes.is_cut_short = true;
        } else {
            self.notes.reject(&self.file, line, text);
        }
    }

    /// A task is seen.
    pub fn meet(&mut self, pid: i32) {
        if self.tasks.meet(pid) {
            self.out.meet(pid);
        }
    }

    /// Takes the call that a process has begun, if it matches.
    fn take_half(&mut self, pid: i32, is_meant: impl FnOnce(&Half) -> bool) -> Option<Half> {
        let half = self.tasks.take(pid, is_meant)?;
        self.out.end(name(&half.text));
        Some(half)
    }

    fn push(&mut self, pid: i32, at: u64, line: u64, event: TraceEvent) {
        let record = self.record(pid, at, line, event);
        self.out.push(record);
    }

    fn record(&self, pid: i32, at: u64, line: u64, event: TraceEvent) -> Record {
        Record { pid, at, file: Rc::clone(&self.file), line, event }
    }
}

/// The name of the call that a text begins with.
fn name(text: &str) -> &str {
    text.split('(').next().unwrap_or_default()
}
