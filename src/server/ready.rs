//! What the select server waits for, and the two ways in which it does.
//!
//! **Plain select**, on every connection, as in the textbook. It costs as much as there are descriptors
//! to look at, ready or not: with 8,000 clients of whom one speaks, nearly all of it is for nothing.
//!
//! **Select on one descriptor that stands for all of them**: an epoll instance, in which the kernel keeps
//! who is waited for and notes who becomes ready, is itself a descriptor that select can wait on. When it
//! is ready, `epoll_wait` names the ready ones. That costs as much as it finds, and one call more.
//!
//! So: up to 64 connections plain select, and strace shows the textbook. With more there is an epoll
//! instance (until half as many are left), and plain select only while it found more than a third of
//! all ready (and until that is less than a quarter): who is nearly always ready is found faster by
//! looking. Where there is no epoll, or `--plain-select` is asked for, plain select is all.

use super::connection::Wants;
use super::wait;
use crate::sys::{Epoll, Errno, FdSet};
use std::os::fd::AsFd;
use std::time::Instant;

/// Up to so many connections, plain select.
const FEW: usize = 64;

/// The connections, and what they wait for.
#[derive(Debug)]
pub struct Ready {
    read: FdSet,
    write: FdSet,
    connections: usize,
    /// The same in the kernel.
    epoll: Option<Epoll>,
    plain_only: bool,
    /// Most connections were ready the last time.
    is_busy: bool,
}

impl Ready {
    /// No connection yet; `plain_only` for the textbook at any number of them.
    #[must_use]
    pub fn new(plain_only: bool) -> Self {
        let (read, write) = (FdSet::new(), FdSet::new());
        Self { read, write, connections: 0, epoll: None, plain_only, is_busy: false }
    }

    /// A new connection, which waits for nothing yet.
    pub fn insert(&mut self) {
        self.connections += 1;
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections
    }

    /// What a connection waits for from now on.
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

    /// A connection is about to be closed, which removes it from the epoll instance.
    pub fn remove(&mut self, fd: &impl AsFd) {
        self.connections -= 1;
        self.read.remove(fd);
        self.write.remove(fd);
        if self.connections < FEW / 2 {
            self.epoll = None;
        }
    }

    /// Waits until a connection or one of the descriptors in the sets is ready, a signal has come, or the
    /// deadline has. The sets then hold what is ready; how many that are.
    ///
    /// # Errors
    ///
    /// select's, but for `EINTR`. The sets then hold all connections: what is ready of them is found by
    /// trying.
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
                // It does not wait, and so is not interrupted.
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

    /// Where epoll fails (no descriptor, no memory) plain select is all; the sets then hold all connections:
    /// see [`wait`](Self::wait).
    fn or_plain<T>(&mut self, made: Result<T, Errno>) -> Option<T> {
        if made.is_err() {
            self.plain_only = true;
            self.epoll = None;
        }
        made.ok()
    }
}
