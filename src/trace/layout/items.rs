//! What has its own place in the picture: a call, or the count that stands for many; with what goes with it.

use super::arrivals;
use super::fold::Folded;
use super::lanes::Lanes;
use super::strands;
use crate::trace::model::meaning::Level;
use crate::trace::model::story::Story;

/// Something with its own place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub what: ItemKind,
    /// Its lanes, from left to right; of a call, one.
    pub lanes: Vec<usize>,
    /// The step that decides its time.
    pub at: usize,
    /// The calls in which its task waited before, perhaps including this one.
    pub waits: Vec<usize>,
    /// Less interesting calls that go with it.
    pub aside: Vec<usize>,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// A call, or a signal: the index of its step.
    Mark(usize),
    /// A count: its index.
    More(usize),
}

/// All items, and what is after the last of each lane.
#[derive(Clone, Debug, Default)]
pub struct Items {
    /// In the order of their times.
    pub all: Vec<Item>,
    /// The indexes of the items of each lane.
    pub in_lane: Vec<Vec<usize>>,
    /// Of each lane: the calls that it is still waiting in at the end.
    pub waits: Vec<Vec<usize>>,
}

/// What a lane did since its last mark.
#[derive(Clone, Default)]
struct PendingSteps {
    waits: Vec<usize>,
    aside: Vec<usize>,
    /// The mark, if it is shown.
    last: Option<usize>,
}

impl Items {
    /// Everything that is shown.
    #[must_use]
    pub fn new(story: &Story, lanes: &Lanes, folded: &Folded) -> Self {
        let marks = folded.shown.iter().map(|&step| Item {
            what: ItemKind::Mark(step),
            lanes: lanes.of(story.steps[step].task).into_iter().collect(),
            at: step,
            waits: Vec::new(),
            aside: Vec::new(),
        });
        let mores = folded.mores.iter().enumerate().map(|(index, more)| Item {
            what: ItemKind::More(index),
            lanes: more.lanes.clone(),
            at: more.first,
            waits: Vec::new(),
            aside: Vec::new(),
        });
        let mut all: Vec<_> = marks.chain(mores).collect();
        all.sort_by_key(|item| item.at);
        let mut this = Self { all, in_lane: vec![Vec::new(); lanes.all.len()], waits: Vec::new() };
        for (index, item) in this.all.iter().enumerate() {
            item.lanes.iter().for_each(|&lane| this.in_lane[lane].push(index));
        }
        this.add_what_is_between(story, lanes);
        this
    }

    /// The item that shows a step.
    #[must_use]
    pub fn of(&self, step: usize) -> Option<usize> {
        let from = self.all.partition_point(|item| item.at < step);
        // A count from there on may be beside it.
        let near = self.all[from..].iter().take_while(|item| item.at == step);
        let place = near.into_iter().position(|item| item.what == ItemKind::Mark(step))?;
        Some(from + place)
    }

    fn add_what_is_between(&mut self, story: &Story, lanes: &Lanes) {
        let mut pending = vec![PendingSteps::default(); lanes.all.len()];
        let is_mark = |&item: &usize| matches!(self.all[item].what, ItemKind::Mark(_));
        let marks: Vec<_> = (0..self.all.len()).filter(is_mark).collect();
        let mut marks = marks.into_iter().peekable();
        for (index, step) in story.steps.iter().enumerate() {
            let Some(lane) = lanes.own(step.task) else { continue };
            let pending = &mut pending[lane];
            match (step.meaning.level(), pending.last) {
                _ if strands::is_mark(story, step) => {
                    let before = std::mem::take(pending);
                    if let Some(item) = marks.next_if(|&item| self.all[item].at == index) {
                        self.all[item].aside = before.aside;
                        self.all[item].waits = before.waits;
                        self.all[item].split_waits(story, index);
                        pending.last = Some(item);
                    }
                }
                (Level::Wait, _) => pending.waits.push(index),
                (Level::Mark | Level::After, Some(last)) => self.all[last].aside.push(index),
                (Level::Mark | Level::Before | Level::After, _) => pending.aside.push(index),
            }
        }
        for mut pending in pending {
            if let Some(last) = pending.last {
                self.all[last].aside.append(&mut pending.aside);
            }
            pending.waits.retain(|&step| is_long(story, step));
            self.waits.push(pending.waits);
        }
    }
}

impl Item {
    /// Whether a step goes with it, and is not just counted.
    #[must_use]
    pub fn has(&self, step: usize) -> bool {
        self.what == ItemKind::Mark(step)
            || self.aside.contains(&step)
            || self.waits.contains(&step)
    }

    /// Separates the calls that waited from those that returned at once.
    fn split_waits(&mut self, story: &Story, step: usize) {
        let last = self.waits.last().copied();
        let is_caused = !arrivals::causes(story, step).is_empty();
        let is_told = |&wait: &usize| {
            let for_this = Some(wait) == last && is_caused && !arrivals::waited(story, step);
            if for_this { !arrivals::was_there(story, step, wait) } else { is_long(story, wait) }
        };
        let (told, short) = self.waits.drain(..).partition(is_told);
        self.waits = told;
        self.aside.extend::<Vec<_>>(short);
        if arrivals::waited(story, step) {
            self.waits.push(step);
        }
    }
}

/// Whether a wait is worth a bar although nothing is known to have come of it.
fn is_long(story: &Story, step: usize) -> bool {
    story.steps[step].took() >= arrivals::LONG_WAIT
}
