//! The rows of the picture: time goes down, one row per event. Events at the same time in different
//! lanes may share a row, so that a message is a horizontal arrow.

use super::items::{ItemKind, Items};
use super::links::Links;
use super::more::More;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::story::Story;
use std::collections::BTreeMap;

/// The place of each item.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// The row of each item.
    pub of: Vec<usize>,
    /// The time of each row, in microseconds; none if nothing happens in it.
    pub times: Vec<Option<u64>>,
    /// Rows before which nothing happened for a while, and for how long, in microseconds.
    pub after_idle: BTreeMap<usize, u64>,
}

/// In microseconds: events further apart than this do not share a row.
const TOGETHER: u64 = 2000;

/// In microseconds: an idle time this long gets a gap.
const IDLE: u64 = 30_000;

/// The lanes that something horizontal crosses.
type LaneSpan = (usize, usize);

struct RowPlacing<'a> {
    story: &'a Story,
    items: &'a Items,
    mores: &'a [More],
    links: &'a Links,
    rows: Rows,
    placed: Vec<bool>,
    /// Of each lane: how many of its items are placed, and the next row that is free.
    next: Vec<(usize, usize)>,
    /// In each row: the lanes with something written in them.
    taken: BTreeMap<usize, Vec<usize>>,
    /// In each row: what is horizontal.
    level: BTreeMap<usize, Vec<LaneSpan>>,
    /// The lowest row, and the latest time in it.
    row: usize,
    last: Option<u64>,
}

/// Places every item.
#[must_use]
pub fn place(story: &Story, items: &Items, mores: &[More], links: &Links) -> Rows {
    let count = items.all.len();
    let mut placing = RowPlacing {
        story,
        items,
        mores,
        links,
        rows: Rows { of: vec![0; count], ..Rows::default() },
        placed: vec![false; count],
        next: vec![(0, 0); items.in_lane.len()],
        taken: BTreeMap::new(),
        level: BTreeMap::new(),
        row: 0,
        last: None,
    };
    while let Some(item) = placing.choose() {
        placing.put(item);
    }
    placing.rows
}

impl RowPlacing<'_> {
    /// The next item of a lane.
    fn next(&self, lane: usize) -> Option<usize> {
        self.items.in_lane[lane].get(self.next[lane].0).copied()
    }

    fn time(&self, item: usize) -> u64 {
        self.story.steps[self.items.all[item].at].time()
    }

    fn lanes(&self, item: usize) -> &[usize] {
        &self.items.all[item].lanes
    }

    /// Whether everything that leads to an item is placed, except `but`.
    fn is_ready(&self, item: usize, but: Option<usize>) -> bool {
        let births = self.lanes(item).iter().filter_map(|&lane| self.links.births[lane]);
        let mut causes = self.links.causes(item).chain(births);
        causes.all(|cause| Some(cause) == but || self.placed[cause])
            && self.lanes(item).iter().all(|&lane| self.next(lane) == Some(item))
    }

    /// The earliest of the next items whose causes are placed.
    fn choose(&self) -> Option<usize> {
        let next = (0..self.next.len()).filter_map(|lane| self.next(lane));
        next.min_by_key(|&item| (!self.is_ready(item, None), item))
    }

    /// The first row that an item may have.
    fn earliest(&self, item: usize) -> usize {
        let waits = usize::from(!self.items.all[item].waits.is_empty());
        let free = self.lanes(item).iter().map(|&lane| {
            // The head of a lane that begins here takes two rows.
            let birth = self.links.births[lane].filter(|&birth| self.placed[birth]);
            self.next[lane].1.max(birth.map_or(0, |birth| self.rows.of[birth] + 2))
        });
        free.max().unwrap_or(0) + waits
    }

    fn put(&mut self, item: usize) {
        let at = self.time(item);
        let is_after = |pause: u64| self.last.is_some_and(|last| at >= last.saturating_add(pause));
        // Without times, or in whole seconds, each event has a row.
        let missing = &self.story.missing;
        let is_timed = missing.untimed == 0 && missing.coarse == 0;
        let is_apart = is_after(if is_timed { TOGETHER } else { 0 });
        let is_idle = is_after(IDLE) && self.story.missing.untimed == 0;
        let mut row = (self.row + usize::from(is_apart)).max(self.earliest(item));
        for cause in self.links.causes(item) {
            row = row.max(self.rows.of[cause]);
        }
        // Its effects belong in the same row, if they fit there.
        let ends = self.ends(item);
        for &end in &ends {
            row = row.max(self.earliest(end));
        }
        while !self.fits(item, row) {
            row += 1;
        }
        if let Some(last) = self.last.filter(|_| is_idle) {
            self.rows.after_idle.insert(row, at - last);
        }
        self.take(item, row);
        for end in ends {
            if self.earliest(end) <= row && self.fits(end, row) {
                self.take(end, row);
            }
        }
    }

    /// The next items of other lanes that an item leads to at nearly the same time, or with nothing
    /// else in between.
    fn ends(&self, item: usize) -> Vec<usize> {
        let at = self.time(item);
        let own = self.lanes(item);
        let is_soon = |effect: usize| {
            let end = self.time(effect);
            let others = (0..self.next.len()).filter(|lane| !self.lanes(effect).contains(lane));
            let mut next = others.filter_map(|other| {
                let skip = usize::from(own.contains(&other));
                let next = self.items.in_lane[other].get(self.next[other].0 + skip);
                next.map(|&next| self.time(next))
            });
            end < at.saturating_add(TOGETHER)
                || (end < at.saturating_add(IDLE) && next.all(|time| time >= end))
        };
        let is_next = |&effect: &usize| self.is_ready(effect, Some(item)) && is_soon(effect);
        self.links.effects(item).filter(is_next).collect()
    }

    /// The horizontal lines of an item, if it were in that row.
    fn levels(&self, item: usize, row: usize) -> Vec<LaneSpan> {
        let told = &self.items.all[item];
        let ItemKind::Mark(step) = told.what else {
            let ends = told.lanes.first().zip(told.lanes.last());
            return ends.map(|(&left, &right)| (left, right)).into_iter().collect();
        };
        let lane = told.lanes[0];
        let causes = self.links.causes(item).filter(|&cause| {
            // A child is reaped in its parent's row: that arrow is always horizontal.
            self.story.steps[step].meaning == Meaning::Wait
                || (self.placed[cause] && self.rows.of[cause] == row)
        });
        let causes = causes.map(|cause| self.lanes(cause)[0]);
        let stubs = self.links.stubs.iter().filter(|stub| stub.item == item).map(|stub| stub.lane);
        let lanes = causes.chain(stubs).chain(self.links.born_of(item));
        lanes.map(|end| (lane.min(end), lane.max(end))).collect()
    }

    /// Whether an item fits in a row, so that no horizontal line crosses any text there.
    fn fits(&self, item: usize, row: usize) -> bool {
        let taken = self.taken.get(&row).map_or(&[][..], Vec::as_slice);
        let level = self.level.get(&row).map_or(&[][..], Vec::as_slice);
        let inside = |lane: usize, (left, right): LaneSpan| left < lane && lane < right;
        let mine = self.levels(item, row);
        let is_apart = |&(left, right): &LaneSpan| {
            taken.iter().all(|&other| !inside(other, (left, right)))
                && level.iter().all(|&(l, r)| r <= left || right <= l)
        };
        let is_free =
            |lane: usize| !taken.contains(&lane) && !level.iter().any(|&span| inside(lane, span));
        self.lanes(item).iter().all(|&lane| is_free(lane)) && mine.iter().all(is_apart)
    }

    fn take(&mut self, item: usize, row: usize) {
        let levels = self.levels(item, row);
        self.level.entry(row).or_default().extend(levels);
        self.placed[item] = true;
        self.rows.of[item] = row;
        let rows = self.rows.times.len().max(row + 1);
        self.rows.times.resize(rows, None);
        let at = self.time(item);
        let earliest = self.rows.times[row].map_or(at, |time| time.min(at));
        self.rows.times[row] = Some(earliest);
        for &lane in &self.items.all[item].lanes {
            self.taken.entry(row).or_default().push(lane);
            let mut next = self.next[lane].0 + usize::from(self.next(lane) == Some(item));
            while self.items.in_lane[lane].get(next).is_some_and(|&next| self.placed[next]) {
                next += 1;
            }
            self.next[lane] = (next, row + 1);
            // What it waits for next is written below it.
            let waits = match self.next(lane) {
                Some(next) => &self.items.all[next].waits,
                None => &self.items.waits[lane],
            };
            if !waits.is_empty() {
                self.taken.entry(row + 1).or_default().push(lane);
            }
        }
        if let Some(child) = self.links.born_of(item) {
            // Its head, and what it waits for first.
            let waits = self.next(child).map(|next| &self.items.all[next].waits);
            let waits = waits.unwrap_or(&self.items.waits[child]);
            for row in row..row + 2 + usize::from(!waits.is_empty()) {
                self.taken.entry(row).or_default().push(child);
            }
        }
        let until = match self.items.all[item].what {
            ItemKind::Mark(_) => at,
            ItemKind::More(more) => self.story.steps[self.mores[more].last].time(),
        };
        self.row = self.row.max(row);
        self.last = Some(self.last.map_or(until, |last| last.max(until)));
    }
}
