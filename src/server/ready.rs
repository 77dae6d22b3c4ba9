//! What the select server waits for, and the two ways of waiting.
//!
//! **Plain select**, on every connection, as in the textbook. Its cost grows with the number of
//! descriptors, ready or not: with 8,000 clients of which one sends, nearly all of it is wasted.
//!
//! **Select on one descriptor that stands for all of them**: an epoll instance, in which the kernel keeps
//! the descriptors and records which become ready, is itself a descriptor that select can wait for. When
//! it is ready, `epoll_wait` names the ready ones. The cost grows with the number of those, and is one
//! more call.
//!
//! So: up to 64 connections it is plain select, and strace shows the textbook. With more an epoll
//! instance is used (until half as many are left), and plain select only while more than a third of
//! the connections are found ready (until less than a quarter are): descriptors that are nearly
//! always ready are found faster by looking at them all. Without epoll, or with `--plain-select`, it
//! is always plain select.

use super::connection::Wants;
use super::wait;
use crate::sys::{Epoll, Errno, FdSet};
use std::os::fd::AsFd;
use std::time::Instant;

/// Up to this many connections, plain select.
const FEW: usize = 64;

/// The connections, and what they wait for.
#[derive(Debug)]
pub struct Ready {
    read: FdSet,
    write: FdSet,
    connections: usize,
    /// The same set in the kernel.
    epoll: Option<Epoll>,
    plain_only: bool,
    /// Many connections were ready the last time.
    is_busy: bool,
}

impl Ready {
    /// No connection yet; `plain_only` for plain select with any number of them.
    #[must_use]
    pub fn new(plain_only: bool) -> Self {
        let (read, write) = (FdSet::new(), FdSet::new());
        Self { read, write, connections: 0, epoll: None, plain_only, is_busy: false }
    }

    /// Adds a connection, which waits for nothing yet.
    pub fn insert(&mut self) {
        self.connections += 1;
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections
    }

    /// Changes what a connection waits for.
    pub fn update(&mut self, fd: &impl AsFd, wants: Wants) {
        let before = (self.read.contains(fd), self.write.contains(fd));
        let now = (wants.read, wants.write);
        if before == now {
            return;
        }
        self.read.set(fd, wants.read);
        self.write.set(fd, wants.write);
        if let Some(epoll) = &self.epoll {
            let set = epoll.set(fd, before, now);
            self.or_plain(set);
        }
    }

    /// Removes a connection that is about to be closed; closing removes it from the epoll instance.
    pub fn remove(&mut self, fd: &impl AsFd) {
        self.connections -= 1;
        self.read.remove(fd);
        self.write.remove(fd);
        if self.connections < FEW / 2 {
            self.epoll = None;
        }
    }

    /// Waits until a connection or one of the descriptors in the sets is ready, a signal has come, or the
    /// deadline has. Afterwards the sets hold what is ready; returns how many that is.
    ///
    /// # Errors
    ///
    /// Those of select, except `EINTR`. The sets then hold all connections: trying each finds those
    /// that are ready.
    pub fn wait(
        &mut self,
        read: &mut FdSet,
        write: &mut FdSet,
        deadline: Option<Instant>,
    ) -> Result<usize, Errno> {
        if self.epoll.is_none() && self.connections > FEW && !self.plain_only {
            let made = Epoll::of(&self.read, &self.write);
            self.epoll = self.or_plain(made);
        }
        let found = match &mut self.epoll {
            Some(epoll) if !self.is_busy => {
                read.insert(&*epoll);
                let found = wait(read, write, deadline, None);
                let many = read.contains(&*epoll);
                read.remove(&*epoll);
                // It does not block, so it is not interrupted.
                let named = if many { epoll.ready(read, write) } else { Ok(0) };
                match self.or_plain(named) {
                    Some(named) => found.map(|found| found + named),
                    None => {
                        read.unite(&self.read);
                        write.unite(&self.write);
                        found
                    }
                }
            }
            _ => {
                read.unite(&self.read);
                write.unite(&self.write);
                wait(read, write, deadline, None)
            }
        };
        match found {
            Ok(found) => {
                self.is_busy = found * if self.is_busy { 4 } else { 3 } > self.connections;
            }
            Err(_) => {
                read.unite(&self.read);
                write.unite(&self.write);
            }
        }
        found
    }

    /// If epoll fails (no descriptor, no memory) only plain select is left; the sets then hold all
    /// connections: see [`wait`](Self::wait).
    fn or_plain<T>(&mut self, made: Result<T, Errno>) -> Option<T> {
        if made.is_err() {
            self.plain_only = true;
            self.epoll = None;
        }
        made.ok()
    }
}
