//! Warnings that may come in large numbers: one is printed, and later the number that were not.

use super::lang::Lang;
use super::{Line, Screen};
use crate::net::Error;
use std::time::{Duration, Instant};

/// A warning of one kind is printed at most this often; then the number that were not.
const WARNING_INTERVAL: Duration = Duration::from_secs(10);

/// Warnings whose rate is limited, each kind by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A client was refused at the limit.
    Full,
    /// accept has no descriptor or memory.
    NoRoom,
    /// fork has failed.
    NoFork,
    /// No memory for a client, or for its messages.
    NoMemory,
    /// A load balancer sent no PROXY header, or a wrong one.
    Header,
    /// A supervisor could not be notified.
    NotNotified,
    /// This call has failed and will be tried again.
    Retried(&'static str),
}

impl Warning {
    /// What it is about: a call, or a word from the table of lines.
    fn what(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Full, Lang::Es) => "completo",
            (Self::Full, Lang::En) => "full",
            (Self::NoRoom, _) => "accept",
            (Self::NoFork, _) => "fork",
            (Self::NoMemory, Lang::Es) => "sin memoria",
            (Self::NoMemory, Lang::En) => "no memory",
            (Self::Header, Lang::Es) => "cabecera PROXY",
            (Self::Header, Lang::En) => "PROXY header",
            (Self::NotNotified, _) => "sd_notify",
            (Self::Retried(call), _) => call,
        }
    }
}

#[derive(Debug)]
pub(super) struct Warned {
    kind: Warning,
    at: Instant,
    suppressed: usize,
}

impl Screen {
    /// Prints a warning, unless one of its kind was printed recently.
    pub fn warn(&mut self, kind: Warning, line: &Line<'_>, now: Instant) {
        match self.warned.iter_mut().find(|warned| warned.kind == kind) {
            Some(warned) if now < warned.at + WARNING_INTERVAL => {
                warned.suppressed += 1;
                return;
            }
            Some(warned) => warned.at = now,
            None => self.warned.push(Warned { kind, at: now, suppressed: 0 }),
        }
        self.say(line);
    }

    /// Warns of a call that has failed and will be tried again.
    pub fn warn_of(&mut self, error: &Error, now: Instant) {
        self.warn(Warning::Retried(error.call()), &Line::Retried { error }, now);
    }

    /// Prints how many warnings were suppressed: of each kind whose interval is over by `now`, or
    /// without a time of every kind.
    pub fn own_up(&mut self, now: Option<Instant>) {
        for index in 0..self.warned.len() {
            let warned = &mut self.warned[index];
            let due = now.is_none_or(|now| now >= warned.at + WARNING_INTERVAL);
            if due && warned.suppressed > 0 {
                warned.at = now.unwrap_or(warned.at);
                let (count, kind) = (std::mem::take(&mut warned.suppressed), warned.kind);
                self.say(&Line::Suppressed { count, what: kind.what(self.lang) });
            }
        }
    }

    /// When to call [`own_up`](Self::own_up).
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let silent = self.warned.iter().filter(|warned| warned.suppressed > 0);
        silent.map(|warned| warned.at + WARNING_INTERVAL).min()
    }
}
