//! What the select server waits for, and the waiting.
//!
//! select costs as much as it has descriptors to look at: with 10,000 clients of which 10 talk, nearly
//! all of it goes into finding out again that the others are silent. So the descriptors that were
//! ready lately are kept in a small *hot set*. select waits on those alone until a **full look** at
//! all is due, which is `SHARE` (31) times as long after the last one as that one took: about 3 % of
//! the time goes into full looks, whatever they cost. When the hot set has been silent for all that
//! time the server is idle, and waits on all.
//!
//! So a client outside the hot set, however busy the others are, waits at most `SHARE + 1` times the
//! cost of a full look (of which at most 2 ms count), and then for its turn in the loop: some 1 ms with
//! 1,000 connected, some 10 ms with 10,000.
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

/// How many times its own cost lies between two full looks.
const SHARE: u32 = 31;

/// A full look that seems to take longer was interrupted: its process was stopped, or another ran.
const MOST_COST: Duration = Duration::from_millis(2);

/// Waiting for nothing.
const NONE: Interest = Interest { read: false, write: false };

/// A descriptor stays hot for one to two of these after it was last ready.
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
    full_look_cost: Duration,
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
            full_look_cost: Duration::ZERO,
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
    /// the deadline has.
    ///
    /// # Errors
    ///
    /// select's, but for `EINTR`.
    pub fn wait(&mut self, others: &FdSet, deadline: Option<Instant>) -> Result<(), Error> {
        if !self.is_partial() || self.hot.read.len() * 2 > self.connections {
            return self.full_look(others, deadline);
        }
        let now = Instant::now();
        if now >= self.full_look_at {
            self.full_look(others, Some(now))?;
            let end = Instant::now();
            self.full_look_cost = (end - now).min(MOST_COST);
            self.full_look_at = end + SHARE * self.full_look_cost;
            if self.has_found() {
                return Ok(());
            }
        }
        let until = deadline.map_or(self.full_look_at, |at| at.min(self.full_look_at));
        self.look(true, others, Some(until))?;
        self.remember();
        if self.has_found() || deadline.is_some_and(|at| at <= until) {
            return Ok(());
        }
        self.full_look(others, deadline)
    }

    /// Waits on all, and renews the hot set.
    fn full_look(&mut self, others: &FdSet, deadline: Option<Instant>) -> Result<(), Error> {
        self.look(false, others, deadline)?;
        if self.is_partial() {
            self.renew();
        }
        Ok(())
    }

    /// One select, on the hot set or on all.
    fn look(&mut self, hot: bool, others: &FdSet, deadline: Option<Instant>) -> Result<(), Error> {
        let interests = if hot { &self.hot } else { &self.all };
        self.read.copy_from(&interests.read);
        self.read.unite(others);
        self.write.copy_from(&interests.write);
        wait(&mut self.read, &mut self.write, deadline)
    }

    fn has_found(&self) -> bool {
        !self.read.is_empty() || !self.write.is_empty()
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
