//! How a connection ends: its client is answered `SALIR` or told by a notice, reads what it is owed,
//! and closes, or has had its time to.

use super::Connection;
use crate::protocol::reply::Notice;
use crate::server::outbox::CAP;
use crate::server::service::Service;
use crate::sys::{self, MSG_DONTWAIT, SHUT_WR};
use crate::text::Line;
use std::time::{Duration, Instant};

/// After `SALIR`, how long the client has to close by itself.
const FAREWELL: Duration = Duration::from_secs(1);

/// After a notice and the end of file that follows it, how long the client has to close. Until then
/// what it sends is read and thrown away: closing with input unread would be a reset, which can
/// overtake the notice.
const LINGER: Duration = Duration::from_millis(500);

/// How long a client that leaves may take to read the next of what it is owed; the grace period if that
/// is longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// A drain reads at most so many buffers: what had arrived, not what a flood adds meanwhile.
const DRAIN: usize = 64;

#[derive(Debug)]
pub(super) struct Leaving {
    /// Told by a notice, rather than answered `SALIR`.
    pub(super) told: bool,
    /// Since the outbox is empty: when to close without waiting for the client.
    until: Option<Instant>,
}

impl Connection {
    /// The operator closes the clients: answers what has arrived, without delay, and tells this one.
    pub fn close(&mut self, service: &mut Service) {
        // With thousands to close, and a slow terminal, the turn of the loop is long.
        service.tick();
        for _ in 0..DRAIN {
            if self.leaving.is_some() || self.at_end || !self.read(MSG_DONTWAIT, service) {
                break;
            }
            if self.outbox.len() >= CAP {
                // Who does not read its replies is owed no more of them: here too, memory is bounded.
                self.release(None, service);
                self.flush(service);
                if self.closed || self.outbox.len() >= CAP {
                    break;
                }
            }
        }
        if self.session.deadline().is_some() {
            self.session.end_of_file();
            self.answer(0, service);
        }
        self.release(None, service);
        if !self.closed && self.leaving.is_none() {
            service.trace.journal.event(&Line::Closed(self.peer));
            let seconds = self.connected().seconds_until(&service.now);
            self.tell(Notice::Closing(seconds), service);
        }
        self.active = service.now.monotonic;
        self.flush(service);
    }

    /// Cuts it off, whatever it is still owed.
    pub fn cut(&mut self, _: &mut Service) {
        self.closed = true;
    }

    /// No message is answered any more: the client is `told` so, or has been answered `SALIR`.
    pub(super) fn leave(&mut self, told: bool) {
        self.leaving = Some(Leaving { told, until: None });
    }

    /// Appends a notice, the last thing that the client gets.
    pub(super) fn tell(&mut self, notice: Notice, service: &mut Service) {
        self.active = service.now.monotonic;
        notice.write(self.outbox.buffer());
        self.outbox.release();
        self.leave(true);
        self.flush(service);
    }

    /// Once the outbox is empty: closes if the client has, else starts the client's time to close.
    pub(super) fn settle(&mut self, now: Instant) {
        if !self.outbox.is_empty() {
            return;
        }
        self.closed |= self.at_end;
        match &mut self.leaving {
            Some(Leaving { told, until: until @ None }) if !self.closed => {
                if *told {
                    // A client that has gone has nothing to be told.
                    self.closed |= sys::shutdown(&self.socket, SHUT_WR).is_err();
                }
                *until = Some(now + if *told { LINGER } else { FAREWELL });
            }
            _ => {}
        }
    }

    /// When a client that is leaving is not waited for any more.
    pub(super) fn gives_up_at(&self, leaving: &Leaving, grace: Duration) -> Option<Instant> {
        let stalled = || self.active + grace.max(PATIENCE);
        leaving.until.or_else(|| (!self.outbox.ready().is_empty()).then(stalled))
    }
}
