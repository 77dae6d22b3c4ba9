//! What the select server waits for, and the waiting.
//!
//! select costs as much as it has descriptors to look at: with 10,000 clients of which 10 talk, nearly
//! all of it goes into finding out again that the others are silent. So the descriptors that were
//! ready lately are kept in a small *hot set*, and select waits on those alone, until
//!
//! - they have been silent for a **lull**, `LULL` (2 us) for each connection: then it waits on all,
//!   which costs about half of that, and so no more than a third of the time;
//! - or a **full look** is due, `PERIOD` (20 ms) after the last, however busy they are.
//!
//! So a client outside the hot set waits for a lull, and at the most for `PERIOD`; then for the full
//! look, and for its turn in the loop.
//!
//! A look at the hot set that found several is followed by one that does not wait: more have probably
//! come meanwhile, and select does less for who does not wait.
//!
//! Below `FEW` (64) connections, or when most are hot, there is nothing to gain, and strace shows the
//! textbook's loop.

use super::connection::Interest;
use super::wait;
use crate::net::Error;
use crate::sys::FdSet;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

/// Up to so many connections, plain select.
const FEW: usize = 64;

/// So long must the hot set be silent, for each connection, before select waits on all.
const LULL: Duration = Duration::from_micros(2);

/// From one full look to the next. No lull is longer.
const PERIOD: Duration = Duration::from_millis(20);

/// Waiting for nothing.
const NONE: Interest = Interest { read: false, write: false };

/// A descriptor stays hot for one to two of these after it was last ready, and until the next full look.
const GENERATION: Duration = Duration::from_millis(10);

/// The interests of all connections, and what select last found ready.
#[derive(Debug)]
pub struct Watch {
    all: Interests,
    hot: Interests,
    /// The members of the hot set: ready in this generation, or in the one before.
    recent: FdSet,
    previous: FdSet,
    renewed_at: Instant,
    connections: usize,
    full_look_at: Instant,
    /// The last look at the hot set found several.
    is_busy: bool,
    /// What is ready to be read, also of the descriptors that are no connections.
    pub read: FdSet,
    /// What is ready to be written.
    pub write: FdSet,
}

#[derive(Debug, Default)]
struct Interests {
    read: FdSet,
    write: FdSet,
}

impl Interests {
    fn set(&mut self, fd: &impl AsFd, interest: Interest) {
        self.read.set(fd, interest.read);
        self.write.set(fd, interest.write);
    }
}

impl Watch {
    /// Nobody to wait for yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            all: Interests::default(),
            hot: Interests::default(),
            recent: FdSet::new(),
            previous: FdSet::new(),
            renewed_at: Instant::now(),
            connections: 0,
            full_look_at: Instant::now(),
            is_busy: false,
            read: FdSet::new(),
            write: FdSet::new(),
        }
    }

    /// A new connection. It is hot: it has come to say something.
    pub fn insert(&mut self, connection: &impl AsFd, interest: Interest) {
        self.connections += 1;
        self.recent.insert(connection);
        self.update(connection, interest);
    }

    /// What a connection waits for has changed.
    pub fn update(&mut self, connection: &impl AsFd, interest: Interest) {
        self.all.set(connection, interest);
        let is_hot = self.recent.contains(connection) || self.previous.contains(connection);
        // One that has cooled since the hot set was worked out leaves it, or its bits would go stale.
        self.hot.set(connection, if is_hot { interest } else { NONE });
    }

    /// A connection is about to be closed.
    pub fn remove(&mut self, connection: &impl AsFd) {
        self.connections -= 1;
        self.recent.remove(connection);
        self.previous.remove(connection);
        self.update(connection, NONE);
    }

    /// Whether select does not look at all connections every time.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.connections > FEW
    }

    /// Waits until a connection or one of the `others` is ready for reading, a signal has come, or
    /// the deadline has. Now and then it returns with nothing ready.
    ///
    /// # Errors
    ///
    /// select's, but for `EINTR`.
    pub fn wait(&mut self, others: &FdSet, deadline: Option<Instant>) -> Result<(), Error> {
        if !self.is_partial() || self.hot.read.len() * 2 > self.connections {
            self.full_look(others, deadline)?;
            return Ok(());
        }
        let now = Instant::now();
        if now >= self.full_look_at && self.full_look(others, Some(now))? > 0 {
            return Ok(());
        }
        let lull = if self.is_busy { Duration::ZERO } else { LULL * self.connections as u32 };
        let until = self.full_look_at.min(now + lull);
        let is_last = deadline.is_some_and(|deadline| deadline <= until);
        let found = self.look(true, others, if is_last { deadline } else { Some(until) })?;
        self.remember();
        let was_busy = std::mem::replace(&mut self.is_busy, found > 1);
        if found == 0 && !was_busy && !is_last {
            self.full_look(others, deadline)?;
        }
        Ok(())
    }

    /// Waits on all, and renews the hot set. How many are ready.
    fn full_look(&mut self, others: &FdSet, deadline: Option<Instant>) -> Result<usize, Error> {
        let found = self.look(false, others, deadline)?;
        if self.is_partial() {
            self.renew();
        }
        Ok(found)
    }

    /// One select, on the hot set or on all. How many are ready.
    fn look(
        &mut self,
        hot: bool,
        others: &FdSet,
        deadline: Option<Instant>,
    ) -> Result<usize, Error> {
        let interests = if hot { &self.hot } else { &self.all };
        self.read.copy_from(&interests.read);
        self.read.unite(others);
        self.write.copy_from(&interests.write);
        wait(&mut self.read, &mut self.write, deadline)
    }

    /// What was found ready is recent.
    fn remember(&mut self) {
        self.recent.unite(&self.read);
        self.recent.unite(&self.write);
    }

    /// Works out anew what is hot: what was ready in this generation or in the one before.
    fn renew(&mut self) {
        self.remember();
        for (hot, all) in
            [(&mut self.hot.read, &self.all.read), (&mut self.hot.write, &self.all.write)]
        {
            hot.copy_from(&self.recent);
            hot.unite(&self.previous);
            hot.intersect(all);
        }
        let now = Instant::now();
        self.full_look_at = now + PERIOD;
        if now >= self.renewed_at + GENERATION {
            self.renewed_at = now;
            std::mem::swap(&mut self.previous, &mut self.recent);
            self.recent.clear();
        }
    }
}

impl Default for Watch {
    fn default() -> Self {
        Self::new()
    }
}
