//! A client's outgoing queue: what is to be sent and has not been, and what must wait its delay.

use std::collections::VecDeque;
use std::time::Instant;

/// Over this many bytes queued nothing more is read from the client, until it has read some.
pub const CAP: usize = 64 * 1024;

/// A buffer larger than this is given back once it is empty.
const KEEP: usize = 4096;

/// Bytes in order: first those sent already, then those ready to be sent, then the replies held back
/// until they are due.
#[derive(Debug, Default)]
pub struct Outbox {
    bytes: Vec<u8>,
    sent: usize,
    ready: usize,
    held: VecDeque<Held>,
}

#[derive(Debug)]
struct Held {
    due: Instant,
    len: usize,
}

impl Outbox {
    /// The buffer, to append a reply to. Then call [`release`](Self::release) or
    /// [`hold`](Self::hold), which give those bytes.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Makes what was appended ready, and gives it. Nothing may be held back.
    pub fn release(&mut self) -> &[u8] {
        let from = self.ready;
        self.ready = self.bytes.len();
        &self.bytes[from..]
    }

    /// Holds the last `len` bytes appended back until `due`.
    pub fn hold(&mut self, len: usize, due: Instant) {
        self.held.push_back(Held { due, len });
    }

    /// When the last reply held back is due.
    #[must_use]
    pub fn last_due(&self) -> Option<Instant> {
        self.held.back().map(|held| held.due)
    }

    /// How many replies are held back.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// When the next reply held back is due.
    #[must_use]
    pub fn next_due(&self) -> Option<Instant> {
        self.held.front().map(|held| held.due)
    }

    /// Makes the next reply held back ready, and gives it; `None` if it is not due by `now`, or if
    /// there is none. Without a time, due or not.
    pub fn release_due(&mut self, now: Option<Instant>) -> Option<&[u8]> {
        let due = self.next_due()?;
        if now.is_some_and(|now| due > now) {
            return None;
        }
        let held = self.held.pop_front()?;
        let from = self.ready;
        self.ready += held.len;
        Some(&self.bytes[from..self.ready])
    }

    /// The bytes to be sent now.
    #[must_use]
    pub fn ready(&self) -> &[u8] {
        &self.bytes[self.sent..self.ready]
    }

    /// The first `count` of the ready bytes have been sent.
    pub fn advance(&mut self, count: usize) {
        self.sent += count;
        if self.is_empty() {
            self.bytes.clear();
            if self.bytes.capacity() > KEEP {
                self.bytes = Vec::new();
            }
        } else if self.sent >= CAP {
            self.bytes.drain(..self.sent);
        } else {
            return;
        }
        self.ready -= self.sent;
        self.sent = 0;
    }

    /// How many bytes are queued, ready or held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len() - self.sent
    }

    /// Whether nothing is queued.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn bytes_leave_in_order_also_in_part() {
        let mut outbox = Outbox::default();
        outbox.buffer().extend_from_slice(b"uno dos");
        assert_eq!(outbox.release(), b"uno dos");
        outbox.advance(4);
        outbox.buffer().extend_from_slice(b" tres");
        assert_eq!(outbox.release(), b" tres");
        assert_eq!(outbox.ready(), b"dos tres");
        outbox.advance(8);
        assert!(outbox.is_empty());
    }

    #[test]
    fn a_held_reply_waits_until_it_is_due() {
        let (mut outbox, now) = (Outbox::default(), Instant::now());
        for (text, delay) in [(b"uno", 1), (b"dos", 2)] {
            outbox.buffer().extend_from_slice(text);
            outbox.hold(3, now + Duration::from_secs(delay));
        }
        assert_eq!(outbox.release_due(Some(now)), None);
        assert_eq!(outbox.ready(), b"");
        assert_eq!(outbox.release_due(Some(now + Duration::from_secs(1))), Some(&b"uno"[..]));
        assert_eq!(outbox.release_due(Some(now + Duration::from_secs(1))), None);
        outbox.advance(3);
        assert_eq!(outbox.release_due(Some(now + Duration::from_secs(2))), Some(&b"dos"[..]));
        assert_eq!((outbox.ready(), outbox.next_due()), (&b"dos"[..], None));
    }

    #[test]
    fn a_queue_that_never_empties_stays_bounded() {
        let mut outbox = Outbox::default();
        for _ in 0..1000 {
            outbox.buffer().extend_from_slice(&[b'x'; 1000]);
            outbox.release();
            outbox.advance(outbox.len() - 1);
        }
        assert_eq!(outbox.len(), 1);
        assert!(outbox.bytes.capacity() < 4 * CAP);
    }
}
