//! Which tasks are alive in a log, which call each has begun, and whose lines those without a pid
//! are.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// Half a call: when and where it began, and how.
#[derive(Clone, Debug)]
pub(super) struct Half {
    pub at: u64,
    pub line: u64,
    pub text: String,
}

/// The processes and threads of a log.
#[derive(Clone, Debug)]
pub(super) struct Tasks {
    /// The task of lines without a pid.
    pub own: i32,
    own_is_said: bool,
    alive: BTreeMap<i32, Option<Half>>,
    /// Children that have been made but have done nothing yet.
    pub expected: BTreeSet<i32>,
}

impl Tasks {
    pub fn new(own: i32) -> Self {
        Self { own, own_is_said: false, alive: BTreeMap::new(), expected: BTreeSet::new() }
    }

    /// The task of a line without a pid: strace omits it while there is only one task.
    pub fn alone(&self) -> i32 {
        let other = self.alive.keys().next().filter(|_| self.alive.len() == 1);
        other.copied().unwrap_or(self.own)
    }

    /// Whether the lines without a pid are this task's too; it has not been seen before.
    pub fn is_own(&self, pid: i32, is_resumed: bool) -> bool {
        let is_new = !self.alive.contains_key(&pid) && !self.expected.contains(&pid);
        // A task in the middle of a call does not begin another: then it is a child.
        let own = self.alive.get(&self.own).filter(|half| is_resumed || half.is_none());
        !self.own_is_said && own.is_some() && is_new
    }

    /// The lines without a pid are this task's. Returns the number that stood for it.
    pub fn name_own(&mut self, pid: i32) -> Option<i32> {
        self.own_is_said = true;
        let before = std::mem::replace(&mut self.own, pid);
        if before == pid {
            return None;
        }
        let half = self.alive.remove(&before).flatten();
        self.alive.insert(pid, half);
        Some(before)
    }

    /// Records a task; returns whether it is new, and no call is known to have made it.
    pub fn meet(&mut self, pid: i32) -> bool {
        let Entry::Vacant(task) = self.alive.entry(pid) else { return false };
        task.insert(None);
        !self.expected.remove(&pid)
    }

    /// The task has made a child.
    pub fn expect(&mut self, child: i32) {
        if !self.alive.contains_key(&child) {
            self.expected.insert(child);
        }
    }

    /// Whether it is alive.
    pub fn has(&self, pid: i32) -> bool {
        self.alive.contains_key(&pid)
    }

    /// Whether no task is alive.
    pub fn are_over(&self) -> bool {
        self.alive.is_empty()
    }

    /// It has begun a call.
    pub fn begin(&mut self, pid: i32, half: Option<Half>) {
        self.alive.insert(pid, half);
    }

    /// Takes the call that it has begun, if it has.
    pub fn take(&mut self, pid: i32, is_meant: impl FnOnce(&Half) -> bool) -> Option<Half> {
        self.alive.get_mut(&pid)?.take_if(|half| is_meant(half))
    }

    /// It has ended.
    pub fn remove(&mut self, pid: i32) {
        self.alive.remove(&pid);
    }

    /// All that have begun a call, in that order.
    pub fn begun(&self) -> Vec<i32> {
        let begun = self.alive.iter().filter_map(|(pid, half)| Some((half.as_ref()?.line, *pid)));
        let mut begun: Vec<_> = begun.collect();
        begun.sort_unstable();
        begun.into_iter().map(|(_, pid)| pid).collect()
    }
}
