//! What is counted instead of drawn: how many of what, where, from when to when.

/// What is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct More {
    /// What it is.
    pub kind: MoreKind,
    /// How many of them.
    pub count: usize,
    /// How many steps that makes.
    pub steps: usize,
    /// The first of those steps.
    pub first: usize,
    /// The last of them.
    pub last: usize,
    /// The lanes that they are in, or that stand for their tasks, from left to right.
    pub lanes: Vec<usize>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MoreKind {
    /// More of what is shown just before.
    #[default]
    Alike,
    /// What tasks do that share a lane but are not alike.
    Others,
    /// Steps of all kinds.
    Steps,
}

impl More {
    pub(super) fn of(kind: MoreKind) -> Self {
        Self { kind, first: usize::MAX, ..Self::default() }
    }

    pub(super) fn add(&mut self, lane: usize, step: usize) {
        self.steps += 1;
        self.first = self.first.min(step);
        self.last = self.last.max(step);
        self.meet(lane);
    }

    /// Takes note of a lane.
    pub(super) fn meet(&mut self, lane: usize) {
        if let Err(place) = self.lanes.binary_search(&lane) {
            self.lanes.insert(place, lane);
        }
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.steps += other.steps;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.lanes.extend(&other.lanes);
        self.lanes.sort_unstable();
        self.lanes.dedup();
    }
}

/// Merges those that count the same thing from two sides: as many, with a lane in common, at the
/// same time.
pub(super) fn merged(mut mores: Vec<More>) -> Vec<More> {
    mores.sort_by_key(|more| (more.first, more.last));
    let mut merged: Vec<More> = Vec::new();
    for more in mores {
        let is_same = |other: &&mut More| {
            (other.kind, other.count) == (more.kind, more.count)
                && more.first < other.last
                && other.lanes.iter().any(|lane| more.lanes.contains(lane))
        };
        // If there is one like it, it is near.
        match merged.iter_mut().rev().take(8).find(is_same) {
            Some(other) => other.join(&more),
            None => merged.push(more),
        }
    }
    merged
}
