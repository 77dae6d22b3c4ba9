//! What is shown of a story, and what is counted instead.
//!
//! Three things fold, one after another, by comparing kinds of calls and never their data: lanes that are alike (see
//! [`lanes`](super::lanes)), strands that are alike (a thousand connections, each with the same calls on both
//! sides), and within a strand an exchange that repeats the one before it. If too many steps are left, the first and
//! the last ones are shown.

use super::lanes::Lanes;
use super::limits::Limits;
use super::more::{More, MoreKind, merged};
use super::repeats;
use super::strands::{self, Strand};
use crate::trace::model::channel;
use crate::trace::model::story::{Step, Story};
use std::collections::BTreeMap;

/// A story with much left out.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// The steps that are shown, in order.
    pub shown: Vec<usize>,
    /// What is counted instead of shown, in order.
    pub mores: Vec<More>,
}

/// A step, with its strand and the lane that it is in. Small: there are as many as there are calls in the log.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Member {
    strand: Strand,
    lane: u32,
    step: u32,
}

impl Member {
    fn lane(&self) -> usize {
        self.lane as usize
    }

    fn step(&self) -> usize {
        self.step as usize
    }
}

/// Folds those steps of a story that matter.
pub fn fold(
    story: &Story,
    lanes: &Lanes,
    limits: &Limits,
    matters: impl Fn(&Step) -> bool,
) -> Folded {
    let steps = story.steps.iter().zip(0..).filter(|(step, _)| matters(step));
    let mut members: Vec<Member> = steps
        .filter_map(|(told, step)| {
            let lane = u32::try_from(lanes.of(told.task)?).ok()?;
            Some(Member { strand: strands::of(told), lane, step })
        })
        .collect();
    members.sort_unstable();
    let (kept, folded) = (limits.alike, Folded::default());
    let mut folding = Folding { story, lanes, kept, folded };
    folding.take_shared(&mut members);
    let mut alike: BTreeMap<Vec<u32>, Vec<&[Member]>> = BTreeMap::new();
    for strand in members.chunk_by(|a, b| a.strand == b.strand) {
        match strand[0].strand {
            Strand::Own(_) => folding.exchanges(strand),
            _ => alike.entry(folding.kind(strand)).or_default().push(strand),
        }
    }
    alike.into_values().for_each(|strands| folding.strands(&strands));
    folding.finish(limits.steps)
}

struct Folding<'a> {
    story: &'a Story,
    lanes: &'a Lanes,
    kept: usize,
    folded: Folded,
}

impl Folding<'_> {
    /// Counts what is in shared lanes, and leaves it out; whole strands, if at most one other task takes part. Also
    /// leaves out what concerns only tasks without a lane, which do nothing of note.
    fn take_shared(&mut self, members: &mut Vec<Member>) {
        let mut shared: Vec<Option<More>> = vec![None; self.lanes.all.len()];
        let mut rest = Vec::new();
        for strand in members.chunk_by(|a, b| a.strand == b.strand) {
            if self.is_about_nobody(strand[0].strand) {
                continue;
            }
            let about = match strand[0].strand {
                Strand::Task(task) => self.lanes.of(task as usize),
                _ => None,
            };
            let lanes = || strand.iter().map(Member::lane).chain(about);
            let Some(lane) = lanes().find(|&lane| self.lanes.is_shared(lane)) else {
                rest.extend_from_slice(strand);
                continue;
            };
            let mut own: Vec<_> = lanes().filter(|&lane| !self.lanes.is_shared(lane)).collect();
            own.dedup();
            let kind =
                if self.lanes.all[lane].is_alike { MoreKind::Alike } else { MoreKind::Others };
            let more = shared[lane].get_or_insert_with(|| More::of(kind));
            more.meet(lane);
            for member in strand {
                if own.len() < 2 || self.lanes.is_shared(member.lane()) {
                    more.add(member.lane(), member.step());
                } else {
                    rest.push(*member);
                }
            }
        }
        *members = rest;
        for (lane, more) in shared.into_iter().enumerate() {
            let count = self.lanes.all[lane].others;
            self.folded.mores.extend(more.map(|more| More { count, ..more }));
        }
    }

    /// Whether a strand concerns tasks without a lane: one that another makes, or all but one at the ends of a pipe.
    fn is_about_nobody(&self, strand: Strand) -> bool {
        let is_idle =
            |task: usize| self.lanes.of(task).is_none() && self.story.tasks[task].is_traced;
        match strand {
            Strand::Task(task) => is_idle(task as usize),
            Strand::Channel(channel) => {
                let channel = &self.story.channels[channel as usize];
                let tasks = || channel.ends.iter().flat_map(|end| end.tasks.iter().copied());
                let mut drawn: Vec<_> = tasks().filter(|&task| !is_idle(task)).collect();
                drawn.sort_unstable();
                drawn.dedup();
                channel.kind == channel::ChannelKind::Pipe
                    && drawn.len() < 2
                    && tasks().any(is_idle)
            }
            Strand::Own(_) => false,
        }
    }

    /// The same for strands that are alike: in the same lanes, with the same calls in each.
    fn kind(&self, members: &[Member]) -> Vec<u32> {
        let mut kind = Vec::new();
        for side in members.chunk_by(|a, b| a.lane == b.lane) {
            kind.extend([u32::MAX, side[0].lane]);
            kind.extend(repeats::shape(&self.symbols(side)));
        }
        kind
    }

    fn symbols(&self, members: &[Member]) -> Vec<u32> {
        let steps = members.iter().map(|member| &self.story.steps[member.step()]);
        steps.map(|step| strands::symbol(self.story, step)).collect()
    }

    /// Shows the first few of strands that are alike.
    fn strands(&mut self, strands: &[&[Member]]) {
        let shown = if strands.len() <= self.kept + 1 { strands.len() } else { self.kept };
        strands[..shown].iter().for_each(|strand| self.exchanges(strand));
        if shown < strands.len() {
            let mut more = More { count: strands.len() - shown, ..More::of(MoreKind::Alike) };
            let hidden = strands[shown..].iter().copied().flatten();
            hidden.for_each(|member| more.add(member.lane(), member.step()));
            self.folded.mores.push(more);
        }
    }

    /// Shows the first few of exchanges that are alike, on each side of a strand.
    fn exchanges(&mut self, members: &[Member]) {
        let mut mores: Vec<More> = Vec::new();
        for side in members.chunk_by(|a, b| a.lane == b.lane) {
            let mut from = 0;
            let others = mores.len();
            for repeat in repeats::find(&self.symbols(side), self.kept) {
                self.folded.shown.extend(side[from..repeat.hidden.start].iter().map(Member::step));
                from = repeat.hidden.end;
                let mut more = More { count: repeat.times, ..More::of(MoreKind::Alike) };
                let hidden = side[repeat.hidden].iter();
                hidden.for_each(|member| more.add(member.lane(), member.step()));
                // The same exchange, from the other side.
                let is_same = |other: &&mut More| {
                    other.count == more.count && other.first < more.last && more.first < other.last
                };
                match mores[..others].iter_mut().find(is_same) {
                    Some(other) => other.join(&more),
                    None => mores.push(more),
                }
            }
            self.folded.shown.extend(side[from..].iter().map(Member::step));
        }
        self.folded.mores.append(&mut mores);
    }

    fn finish(self, most: usize) -> Folded {
        let Folded { mut shown, mores } = self.folded;
        shown.sort_unstable();
        let mut folded = Folded { shown, mores: merged(mores) };
        folded.cut(self.story, self.lanes, most);
        folded
    }
}

impl Folded {
    /// Leaves out steps in the middle, so that at most `most` are left.
    pub fn cut(&mut self, story: &Story, lanes: &Lanes, most: usize) {
        if self.shown.len() <= most {
            return;
        }
        let (from, to) = (most - most / 3, self.shown.len() - most / 3);
        let mut rest = More::of(MoreKind::Steps);
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
