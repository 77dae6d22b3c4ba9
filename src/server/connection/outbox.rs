//! What a connection has to send.

use crate::limits::may_take;
use std::collections::VecDeque;
use std::time::Instant;

/// With more than this many bytes queued, nothing is read from the client until it has read some.
pub const CAP: usize = 64 * 1024;

/// A buffer larger than this is freed once it is empty.
const KEEP: usize = 4096;

/// Bytes not yet sent: first those that are ready, then the replies held back until they are due.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    pub(super) bytes: Vec<u8>,
    pub(super) sent: usize,
    pub(super) ready: usize,
    pub(super) held: VecDeque<Held>,
}

/// A reply held back: until when, and where it ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) due: Instant,
    pub(super) end: usize,
}

impl Outbox {
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.held.front().map(|held| held.due)
    }

    /// How many bytes are queued, ready or held.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() - self.sent
    }

    /// Whether there is memory to hold back another reply.
    pub(super) fn can_hold_one_more(&mut self) -> bool {
        self.held.len() < self.held.capacity()
            || (may_take(2 * self.held.capacity() * size_of::<Held>())
                && self.held.try_reserve(1).is_ok())
    }

    /// The first `count` ready bytes have been sent; returns whether that was everything.
    pub(super) fn advance(&mut self, count: usize) -> bool {
        self.sent += count;
        let is_empty = self.len() == 0;
        if is_empty || self.sent >= CAP {
            let sent = std::mem::take(&mut self.sent);
            self.bytes.drain(..sent);
            self.ready -= sent;
            self.held.iter_mut().for_each(|held| held.end -= sent);
        }
        if is_empty && self.bytes.capacity() > KEEP {
            self.bytes = Vec::new();
        }
        is_empty
    }
}
