//! The order of records: what a child does comes after the call that made it, even where strace wrote that call's end
//! down later.

use super::record::{Record, makes_task};
use std::collections::{HashSet, VecDeque};

/// As many records are held back at most. A child of vfork can do much before it runs another program.
const MOST: usize = 4096;

/// Records of a log on their way out.
#[derive(Debug, Default)]
pub(super) struct Order {
    queue: VecDeque<Record>,
    /// Tasks that have been seen and that no call is known to have made.
    orphans: HashSet<i32>,
    /// Calls begun that make a task.
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

    /// Takes the record in that gives a task its number, which what is held back has then too.
    pub fn name(&mut self, record: Record, pid: i32) {
        self.queue.iter_mut().filter(|held| held.pid == record.pid).for_each(|held| held.pid = pid);
        self.queue.push_front(record);
    }

    /// Takes a record in.
    pub fn push(&mut self, record: Record) {
        let Some(fork) = record.call().filter(|call| makes_task(call.name())) else {
            return self.queue.push_back(record);
        };
        let child = record.child().filter(|child| self.orphans.remove(child));
        // Of a call whose end is not told, whoever is there and that no other call has made may be the child.
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
            // Nobody else will be said to have made them.
            self.orphans.clear();
        }
    }

    /// Gives the next record, if it may be told already.
    pub fn pop(&mut self) -> Option<Record> {
        let first = self.queue.front()?;
        let is_held =
            self.forking > 0 && self.queue.len() <= MOST && self.orphans.contains(&first.pid);
        if is_held { None } else { self.queue.pop_front() }
    }
}
