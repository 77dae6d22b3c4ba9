//! What every connection of a server is served with.

use super::options::Options;
use super::trace::Trace;
use crate::clock::{Clock, Now};
use crate::journal::Journal;
use crate::protocol::session::Rules;
use std::time::Duration;

/// The rules, the trace, the time of this turn of the loop, and the buffer that all receive into.
#[derive(Debug)]
pub struct Service {
    /// How messages are found and answered.
    pub rules: Rules,
    /// Whether a client is greeted.
    pub greeting: bool,
    /// Wait before each reply.
    pub delay: Duration,
    /// Close a client that is silent this long.
    pub idle: Option<Duration>,
    /// How long a client that leaves may take to read what it is owed.
    pub grace: Duration,
    /// Who prints.
    pub trace: Trace,
    /// The present, as of the last [`tick`](Self::tick).
    pub now: Now,
    clock: Clock,
    /// For recv. A page: a client's input is taken in small turns, so that none keeps others waiting.
    pub buffer: [u8; 4096],
}

impl Service {
    /// As the options say.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        let mut clock = Clock::new();
        Self {
            rules: options.rules,
            greeting: options.greeting,
            delay: options.delay,
            idle: options.idle,
            grace: options.grace,
            trace: Trace::new(Journal::new(options.lang, options.quiet), options.program),
            now: clock.now(),
            buffer: [0; 4096],
            clock,
        }
    }

    /// Reads the clocks.
    pub fn tick(&mut self) {
        self.now = self.clock.now();
    }
}
