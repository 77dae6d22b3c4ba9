//! What a log says, one thing after another.

use super::call::Call;
use std::rc::Rc;

/// Something that happened to a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The process. 0 or less: the log does not give its number, or not yet.
    pub pid: i32,
    /// When it began, in microseconds since the first record; the number of its line if there are no times.
    pub at: u64,
    /// The log.
    pub file: Rc<str>,
    /// The number of the line where it began, from 1.
    pub line: u64,
    /// What happened.
    pub event: TraceEvent,
}

/// What happens to a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TraceEvent {
    /// It makes a call.
    Call(Call),
    /// It gets a signal.
    Signal(Signal),
    /// It exits.
    End,
    /// strace detaches from it.
    LetGo,
    /// A signal has stopped it.
    Stopped(Signal),
    /// A signal ends it.
    Killed(Signal),
    /// Its number is now known.
    Named(i32),
}

/// A signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Its name.
    pub name: Box<str>,
    /// The process that sent it, or whose end it reports.
    pub sender: Option<i32>,
    /// strace's line.
    pub raw: Box<str>,
}

impl Record {
    /// When it was over.
    #[must_use]
    pub fn until(&self) -> u64 {
        self.at.saturating_add(self.call().and_then(|call| call.took).unwrap_or(0))
    }

    /// The call, if it is one.
    #[must_use]
    pub fn call(&self) -> Option<&Call> {
        match &self.event {
            TraceEvent::Call(call) => Some(call),
            _ => None,
        }
    }

    /// The log's line, without process and time. Empty if it is not one line.
    #[must_use]
    pub fn raw(&self) -> &str {
        match &self.event {
            TraceEvent::Call(call) => call.text(),
            TraceEvent::Signal(signal)
            | TraceEvent::Stopped(signal)
            | TraceEvent::Killed(signal) => &signal.raw,
            TraceEvent::End | TraceEvent::LetGo | TraceEvent::Named(_) => "",
        }
    }

    /// The process or thread that this made.
    #[must_use]
    pub fn child(&self) -> Option<i32> {
        let call = self.call().filter(|call| makes_task(call.name()))?;
        // In its own namespace it has another number: `= 5 /* 20250 in strace's PID NS */`.
        let outside = call
            .result()
            .split_once("/* ")
            .and_then(|(_, rest)| rest.split_once(" in strace's PID NS")?.0.parse().ok());
        outside.or_else(|| call.value.and_then(|pid| pid.try_into().ok())).filter(|&pid| pid > 0)
    }
}

/// Whether a call of this name makes a process or a thread.
#[must_use]
pub fn makes_task(name: &str) -> bool {
    matches!(name, "clone" | "clone3" | "fork" | "vfork")
}
