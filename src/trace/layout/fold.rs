//! What of a story is shown, and what is counted in its place.
//!
//! Three things fold, one after the other, all by comparing kinds of calls and never what they carry:
//! lanes that are alike (see [`lanes`](super::lanes)), strands that are alike (a thousand connections, each with the
//! same calls on both sides), and within a strand an exchange that repeats the one before it. Of what is left the
//! first and the last steps are shown, if they are too many.

use super::lanes::Lanes;
use super::limits::Limits;
use super::repeats;
use super::strands::{self, Strand};
use crate::trace::model::story::{Step, Story};
use std::collections::BTreeMap;

/// A story with much left out.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// The steps that are shown, in order.
    pub shown: Vec<usize>,
    /// What is counted in place of others, in order.
    pub mores: Vec<More>,
}

/// What is counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct More {
    /// What it is.
    pub kind: Kind,
    /// How many of them.
    pub count: usize,
    /// How many steps that makes.
    pub steps: usize,
    /// The first of those steps.
    pub first: usize,
    /// The last of them.
    pub last: usize,
    /// The lanes in which they are, or which stand for their tasks, from left to right.
    pub lanes: Vec<usize>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// What is like that which is shown just before.
    #[default]
    Alike,
    /// What tasks do that share a lane and are not alike.
    Others,
    /// Steps of all kinds.
    Steps,
}

impl More {
    fn of(kind: Kind) -> Self {
        Self { kind, first: usize::MAX, ..Self::default() }
    }

    fn add(&mut self, lane: usize, step: usize) {
        self.steps += 1;
        self.first = self.first.min(step);
        self.last = self.last.max(step);
        if let Err(place) = self.lanes.binary_search(&lane) {
            self.lanes.insert(place, lane);
        }
    }

    fn join(&mut self, other: &Self) {
        self.steps += other.steps;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.lanes.extend(&other.lanes);
        self.lanes.sort_unstable();
        self.lanes.dedup();
    }
}

/// A step with the lane that it is in.
type Member = (usize, usize);

/// Folds those steps of a story that matter.
pub fn fold(
    story: &Story,
    lanes: &Lanes,
    limits: &Limits,
    matters: impl Fn(&Step) -> bool,
) -> Folded {
    let steps = story.steps.iter().enumerate().filter(|(_, step)| matters(step));
    let mut members: Vec<(Strand, usize, usize)> = steps
        .filter_map(|(index, step)| Some((strands::of(step), lanes.of(step.task)?, index)))
        .collect();
    members.sort_unstable();
    let mut folding = Folding {
        story,
        lanes,
        kept: limits.alike,
        folded: Folded::default(),
        shared: vec![None; lanes.all.len()],
    };
    let mut alike: BTreeMap<Vec<u32>, Vec<Vec<Member>>> = BTreeMap::new();
    for strand in members.chunk_by(|a, b| a.0 == b.0) {
        let Some(shown) = folding.without_shared(strand) else { continue };
        match strand[0].0 {
            Strand::Own(_) => folding.exchanges(&shown),
            Strand::Channel(_) | Strand::Task(_) => {
                let known = alike.entry(folding.kind(&shown)).or_default();
                known.push(shown);
            }
        }
    }
    for strands in alike.into_values() {
        folding.strands(&strands);
    }
    folding.finish(limits.steps)
}

struct Folding<'a> {
    story: &'a Story,
    lanes: &'a Lanes,
    kept: usize,
    folded: Folded,
    /// Of each lane that tasks share: what is counted in it.
    shared: Vec<Option<More>>,
}

impl Folding<'_> {
    /// The members of a strand but for those of tasks that share a lane, and none of them if it is all about such.
    fn without_shared(&mut self, strand: &[(Strand, usize, usize)]) -> Option<Vec<Member>> {
        let about = match strand[0].0 {
            Strand::Task(task) => match self.lanes.of(task) {
                // A task that does nothing of note, made for something else. Unless that is not known.
                None if self.story.tasks[task].is_traced => return None,
                lane => lane,
            },
            _ => None,
        };
        let lanes = strand.iter().map(|member| member.1).chain(about);
        let shared = lanes.clone().find(|&lane| self.lanes.is_shared(lane));
        let Some(shared) = shared else {
            return Some(strand.iter().map(|&(_, lane, step)| (lane, step)).collect());
        };
        let mut own: Vec<_> = lanes.filter(|&lane| !self.lanes.is_shared(lane)).collect();
        own.dedup();
        let is_of_others = |lane: usize| own.len() < 2 || self.lanes.is_shared(lane);
        let kind = if self.lanes.all[shared].is_alike { Kind::Alike } else { Kind::Others };
        let more = self.shared[shared].get_or_insert_with(|| More::of(kind));
        for &(_, lane, step) in strand.iter().filter(|member| is_of_others(member.1)) {
            more.add(lane, step);
        }
        if !more.lanes.contains(&shared) {
            more.lanes.push(shared);
            more.lanes.sort_unstable();
        }
        let rest = strand.iter().filter(|member| !is_of_others(member.1));
        let rest: Vec<_> = rest.map(|&(_, lane, step)| (lane, step)).collect();
        (!rest.is_empty()).then_some(rest)
    }

    /// The same for strands that are alike: in the same lanes, with the same calls in each.
    fn kind(&self, members: &[Member]) -> Vec<u32> {
        let mut kind = Vec::new();
        for side in members.chunk_by(|a, b| a.0 == b.0) {
            kind.extend([u32::MAX, u32::try_from(side[0].0).unwrap_or(0)]);
            kind.extend(repeats::shape(&self.symbols(side)));
        }
        kind
    }

    fn symbols(&self, members: &[Member]) -> Vec<u32> {
        members
            .iter()
            .map(|&(_, step)| strands::symbol(self.story, &self.story.steps[step]))
            .collect()
    }

    /// Shows the first few of strands that are alike.
    fn strands(&mut self, strands: &[Vec<Member>]) {
        let shown = if strands.len() <= self.kept + 1 { strands.len() } else { self.kept };
        strands[..shown].iter().for_each(|strand| self.exchanges(strand));
        if shown < strands.len() {
            let mut more = More { count: strands.len() - shown, ..More::of(Kind::Alike) };
            strands[shown..].iter().flatten().for_each(|&(lane, step)| more.add(lane, step));
            self.folded.mores.push(more);
        }
    }

    /// Shows the first few of exchanges that are alike, on each side of a strand.
    fn exchanges(&mut self, members: &[Member]) {
        let mut mores: Vec<More> = Vec::new();
        for side in members.chunk_by(|a, b| a.0 == b.0) {
            let mut from = 0;
            let others = mores.len();
            for repeat in repeats::find(&self.symbols(side), self.kept) {
                self.folded
                    .shown
                    .extend(side[from..repeat.hidden.start].iter().map(|member| member.1));
                from = repeat.hidden.end;
                let mut more = More { count: repeat.times, ..More::of(Kind::Alike) };
                side[repeat.hidden].iter().for_each(|&(lane, step)| more.add(lane, step));
                // The same as the other side sees it.
                let is_same = |other: &&mut More| {
                    other.count == more.count && other.first < more.last && more.first < other.last
                };
                match mores[..others].iter_mut().find(is_same) {
                    Some(other) => other.join(&more),
                    None => mores.push(more),
                }
            }
            self.folded.shown.extend(side[from..].iter().map(|member| member.1));
        }
        self.folded.mores.append(&mut mores);
    }

    fn finish(mut self, most: usize) -> Folded {
        self.count_shared();
        let Folded { mut shown, mores } = self.folded;
        shown.sort_unstable();
        let mut folded = Folded { shown, mores: merged(mores) };
        if folded.shown.len() > most {
            folded.cut(self.story, self.lanes, most);
        }
        folded
    }

    /// What is counted in lanes that tasks share: how many tasks.
    fn count_shared(&mut self) {
        for (lane, more) in std::mem::take(&mut self.shared).into_iter().enumerate() {
            let count = self.lanes.all[lane].others;
            self.folded.mores.extend(more.map(|more| More { count, ..more }));
        }
    }
}

/// Those that tell of the same in other words are one: as many, in a lane of both, at one time.
fn merged(mut mores: Vec<More>) -> Vec<More> {
    mores.sort_by_key(|more| (more.first, more.last));
    let mut merged: Vec<More> = Vec::new();
    for more in mores {
        let is_same = |other: &&mut More| {
            (other.kind, other.count) == (more.kind, more.count)
                && more.first < other.last
                && other.lanes.iter().any(|lane| more.lanes.contains(lane))
        };
        // One that is like it is near, if there is any.
        match merged.iter_mut().rev().take(8).find(is_same) {
            Some(other) => other.join(&more),
            None => merged.push(more),
        }
    }
    merged
}

impl Folded {
    /// Leaves out what is in the midst, so that no more than `most` steps are left.
    pub fn cut(&mut self, story: &Story, lanes: &Lanes, most: usize) {
        let (from, to) = (most - most / 3, self.shown.len() - most / 3);
        if from >= to {
            return;
        }
        let mut rest = More::of(Kind::Steps);
        for step in self.shown.drain(from..to) {
            if let Some(lane) = lanes.of(story.steps[step].task) {
                rest.add(lane, step);
            }
        }
        self.mores.retain(|more| {
            let is_inside = (rest.first..=rest.last).contains(&more.first);
            if is_inside {
                rest.join(more);
            }
            !is_inside
        });
        rest.count = rest.steps;
        let place = self.mores.partition_point(|more| more.first < rest.first);
        self.mores.insert(place, rest);
    }
}
