//! The order of records: what a child does comes after the call that made it, even if strace wrote the end of that
//! call later.

use super::record::{Record, makes_task};
use std::collections::{HashSet, VecDeque};

/// How many records may be held back. A child of vfork can do much before it executes a program.
const MOST: usize = 4096;

/// Records of a log on their way out.
#[derive(Clone, Debug, Default)]
pub(super) struct Order {
    queue: VecDeque<Record>,
    /// Tasks that have been seen, but not the call that made them.
    orphans: HashSet<i32>,
    /// Task-making calls in progress.
    forking: usize,
}

impl Order {
    /// A call of this name has begun, in a half line.
    pub fn begin(&mut self, name: &str) {
        self.forking += usize::from(makes_task(name));
    }

    /// It has ended, or never will.
    pub fn end(&mut self, name: &str) {
        self.forking -= usize::from(makes_task(name));
    }

    /// A task is seen for the first time.
    pub fn meet(&mut self, pid: i32) {
        if self.forking > 0 {
            self.orphans.insert(pid);
        }
    }

    /// Takes the record that gives a task its number, also in the records held back.
    pub fn name(&mut self, record: Record, pid: i32) {
        self.queue.iter_mut().filter(|held| held.pid == record.pid).for_each(|held| held.pid = pid);
        self.queue.push_front(record);
    }

    /// Takes a record.
    pub fn push(&mut self, record: Record) {
        let Some(fork) = record.call().filter(|call| makes_task(call.name())) else {
            return self.queue.push_back(record);
        };
        let child = record.child().filter(|child| self.orphans.remove(child));
        // If the log does not show the end of a call, any task that no other call made may be its child.
        let is_open = fork.is_unfinished();
        let is_child = |held: &Record| match child {
            Some(child) => held.pid == child,
            None => is_open && self.orphans.contains(&held.pid),
        };
        match self.queue.iter().take(MOST).position(is_child) {
            Some(before) => self.queue.insert(before, record),
            None => self.queue.push_back(record),
        }
        if self.forking == 0 {
            // No other call will be said to have made them.
            self.orphans.clear();
        }
    }

    /// Returns the next record, if it need not be held back.
    pub fn pop(&mut self) -> Option<Record> {
        let first = self.queue.front()?;
        let is_held =
            self.forking > 0 && self.queue.len() <= MOST && self.orphans.contains(&first.pid);
        if is_held { None } else { self.queue.pop_front() }
    }
}
