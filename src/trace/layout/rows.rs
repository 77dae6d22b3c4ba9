//! The rows of the picture: time goes down, one row per event. What happens at the same time in
//! different lanes may share a row, so that a message is a level arrow.

use super::lanes::Lane;
use super::links::Links;
use crate::trace::model::story::Story;
use crate::trace::model::topic::Topic;
use std::collections::BTreeMap;

/// Where each mark has its place.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// The row of each step that is a mark.
    pub of: BTreeMap<usize, usize>,
    /// The time of each row, in microseconds; none if nothing happens in it.
    pub times: Vec<Option<u64>>,
    /// Rows before which nothing happened for a while.
    pub after_idle: Vec<usize>,
}

/// Events further apart than this, in microseconds, do not share a row.
const TOGETHER: u64 = 2000;

/// Nothing for this long, in microseconds, is worth a gap.
const IDLE: u64 = 30_000;

/// A range of lanes that a level arrow crosses.
type Span = (usize, usize);

struct Placing<'a> {
    story: &'a Story,
    lanes: &'a [Lane],
    links: &'a Links,
    rows: Rows,
    /// Of each lane: how many marks are placed, and the next row that is free.
    next: Vec<(usize, usize)>,
    /// In each row: the lanes with something written in them.
    taken: BTreeMap<usize, Vec<usize>>,
    /// In each row: the level arrows.
    level: BTreeMap<usize, Vec<Span>>,
    /// The lowest row, and the latest time in it.
    row: usize,
    last: u64,
}

/// Places every mark.
#[must_use]
pub fn place(story: &Story, lanes: &[Lane], links: &Links) -> Rows {
    let mut placing = Placing {
        story,
        lanes,
        links,
        rows: Rows::default(),
        next: vec![(0, 0); lanes.len()],
        taken: BTreeMap::new(),
        level: BTreeMap::new(),
        row: 0,
        last: 0,
    };
    while let Some((lane, step)) = placing.choose() {
        placing.put(lane, step);
    }
    placing.rows
}

impl Placing<'_> {
    /// The next mark of a lane.
    fn next(&self, lane: usize) -> Option<usize> {
        let mark = self.lanes[lane].marks.get(self.next[lane].0);
        mark.map(|mark| mark.step)
    }

    fn time(&self, step: usize) -> u64 {
        self.story.steps[step].time()
    }

    /// Whether all that leads to a step is placed, but for one.
    fn is_ready(&self, step: usize, but: Option<usize>) -> bool {
        let fork = self.links.fork_of(self.story.steps[step].task);
        let mut causes = self.links.causes(step).iter().chain(&fork);
        causes.all(|cause| Some(*cause) == but || self.rows.of.contains_key(cause))
    }

    /// The earliest of the next marks whose causes are placed.
    fn choose(&self) -> Option<(usize, usize)> {
        let next = (0..self.lanes.len()).filter_map(|lane| Some((lane, self.next(lane)?)));
        next.min_by_key(|&(_, step)| (!self.is_ready(step, None), self.time(step)))
    }

    /// The first row that a lane's next mark may have.
    fn earliest(&self, lane: usize) -> usize {
        let (index, free) = self.next[lane];
        let mark = self.lanes[lane].marks.get(index);
        let waits = mark.is_some_and(|mark| !mark.waits.is_empty());
        // The head of a forked lane takes two rows.
        let fork = self.links.fork_of(self.lanes[lane].task);
        let born = fork.and_then(|fork| self.rows.of.get(&fork));
        free.max(born.map_or(0, |row| row + 2)) + usize::from(waits)
    }

    fn put(&mut self, lane: usize, step: usize) {
        let at = self.time(step);
        let is_first = self.rows.of.is_empty();
        let is_apart = !is_first && at >= self.last.saturating_add(TOGETHER);
        let is_idle = !is_first && at >= self.last.saturating_add(IDLE);
        let mut row = (self.row + usize::from(is_apart)).max(self.earliest(lane));
        for cause in self.links.causes(step) {
            row = row.max(self.rows.of.get(cause).copied().unwrap_or(0));
        }
        // What it leads to belongs in the same row, if it can be there.
        let ends = self.ends(step);
        for &(end, _) in &ends {
            row = row.max(self.earliest(end));
        }
        while !self.fits(lane, step, row) {
            row += 1;
        }
        if is_idle {
            self.rows.after_idle.push(row);
        }
        self.take(lane, step, row);
        for (end, step) in ends {
            if self.earliest(end) <= row && self.fits(end, step, row) {
                self.take(end, step, row);
            }
        }
    }

    /// The next marks of other lanes that a step leads to at nearly the same time, or with nothing
    /// else in between.
    fn ends(&self, step: usize) -> Vec<(usize, usize)> {
        let at = self.time(step);
        let is_soon = |lane: usize, effect: usize| {
            let end = self.time(effect);
            let own = self.links.lane_of(self.story.steps[step].task);
            let others = (0..self.lanes.len()).filter(|&other| other != lane);
            let mut next = others.filter_map(|other| {
                let skip = usize::from(own == Some(other));
                let mark = self.lanes[other].marks.get(self.next[other].0 + skip);
                mark.map(|mark| self.time(mark.step))
            });
            end < at.saturating_add(TOGETHER)
                || (end < at.saturating_add(IDLE) && next.all(|time| time >= end))
        };
        let effects = self.links.effects(step).iter();
        let ends = effects.filter_map(|&effect| {
            let lane = self.links.lane_of(self.story.steps[effect].task)?;
            let is_next = self.next(lane) == Some(effect) && is_soon(lane, effect);
            (is_next && self.is_ready(effect, Some(step))).then_some((lane, effect))
        });
        ends.collect()
    }

    /// The level arrows of a step, should it stand in that row.
    fn levels(&self, lane: usize, step: usize, row: usize) -> Vec<Span> {
        let told = &self.story.steps[step];
        let causes = self.links.causes(step).iter().filter(|cause| {
            // A child is reaped where it stands: that arrow is always level.
            told.topic == Topic::Wait || self.rows.of.get(cause) == Some(&row)
        });
        let causes = causes.map(|&cause| self.story.steps[cause].task);
        let forked = told.other.filter(|_| told.topic == Topic::Fork);
        let lanes = causes.chain(forked).filter_map(|task| self.links.lane_of(task));
        lanes.map(|end| (lane.min(end), lane.max(end))).collect()
    }

    /// Whether a mark fits in a row, so that no arrow crosses anything written there.
    fn fits(&self, lane: usize, step: usize, row: usize) -> bool {
        let taken = self.taken.get(&row).map_or(&[][..], Vec::as_slice);
        let level = self.level.get(&row).map_or(&[][..], Vec::as_slice);
        let inside = |lane: usize, (left, right): Span| left < lane && lane < right;
        let mine = self.levels(lane, step, row);
        let is_apart = |&(left, right): &Span| {
            taken.iter().all(|&other| !inside(other, (left, right)))
                && level.iter().all(|&(l, r)| r <= left || right <= l)
        };
        !taken.contains(&lane)
            && !level.iter().any(|&span| inside(lane, span))
            && mine.iter().all(is_apart)
    }

    fn take(&mut self, lane: usize, step: usize, row: usize) {
        let levels = self.levels(lane, step, row);
        self.level.entry(row).or_default().extend(levels);
        self.taken.entry(row).or_default().push(lane);
        let at = self.time(step);
        self.rows.of.insert(step, row);
        let rows = self.rows.times.len().max(row + 1);
        self.rows.times.resize(rows, None);
        let earliest = self.rows.times[row].map_or(at, |time| time.min(at));
        self.rows.times[row] = Some(earliest);
        self.next[lane] = (self.next[lane].0 + 1, row + 1);
        // What it waits for next is written below it.
        let next = self.lanes[lane].marks.get(self.next[lane].0);
        let waits = next.map_or(&self.lanes[lane].waits, |mark| &mark.waits);
        if !waits.is_empty() {
            self.taken.entry(row + 1).or_default().push(lane);
        }
        let told = &self.story.steps[step];
        let forked = told.other.filter(|_| told.topic == Topic::Fork);
        if let Some(child) = forked.and_then(|child| self.links.lane_of(child)) {
            for row in [row, row + 1] {
                self.taken.entry(row).or_default().push(child);
            }
        }
        self.row = self.row.max(row);
        self.last = self.last.max(at);
    }
}
