//! The lines typed earlier, to be edited again.

use super::line::EditedLine;
use std::collections::{BTreeMap, VecDeque};
use std::mem;

/// How many lines are kept, and how many bytes.
const MOST: usize = 500;
const MOST_BYTES: usize = 1 << 20;

/// The lines of this run, and which of them is being edited.
#[derive(Debug, Default)]
pub(super) struct History {
    past: VecDeque<Vec<u8>>,
    /// How many bytes those are.
    bytes: usize,
    /// The line being edited; past the last it is a new one.
    at: usize,
    /// Edited lines that were left for others, as they were then.
    left: BTreeMap<usize, Vec<u8>>,
}

impl History {
    /// Adds a finished line as the newest, unless it repeats the last or is empty.
    pub(super) fn add(&mut self, line: &[u8]) {
        if !line.is_empty() && self.past.back().is_none_or(|last| last != line) {
            self.past.push_back(line.to_vec());
            self.bytes += line.len();
        }
        while self.past.len() > MOST || self.bytes > MOST_BYTES {
            self.bytes -= self.past.pop_front().map_or(0, |oldest| oldest.len());
        }
        self.left.clear();
        self.at = self.past.len();
    }

    /// Replaces the line by the one before it.
    pub(super) fn older(&mut self, line: &mut EditedLine) {
        if let Some(to) = self.at.checked_sub(1) {
            self.walk(to, line);
        }
    }

    /// Replaces the line by the one after it.
    pub(super) fn newer(&mut self, line: &mut EditedLine) {
        if self.at < self.past.len() {
            self.walk(self.at + 1, line);
        }
    }

    fn walk(&mut self, to: usize, line: &mut EditedLine) {
        let text = self.left.remove(&to).or_else(|| self.past.get(to).cloned()).unwrap_or_default();
        let left = mem::replace(line, EditedLine::from(text));
        self.left.insert(mem::replace(&mut self.at, to), left.into());
    }
}
