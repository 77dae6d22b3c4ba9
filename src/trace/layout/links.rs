//! The links between the items of the picture.

use super::items::{ItemKind, Items};
use super::lanes::Lanes;
use crate::trace::model::story::{ArrowKind, Story};

/// Something that goes from one item to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The item that it comes from.
    pub from: usize,
    /// The item that it goes to.
    pub to: usize,
    /// The index of its arrow in the story.
    pub arrow: usize,
}

/// Something that goes to, or comes from, what is not drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stub {
    /// The item.
    pub item: usize,
    /// The lane of the other end, or the one that stands for it.
    pub lane: usize,
    /// Whether it goes there.
    pub is_out: bool,
    /// The index of its arrow in the story.
    pub arrow: usize,
}

/// All links.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// What goes from item to item.
    pub all: Vec<Link>,
    /// Links to or from elsewhere.
    pub stubs: Vec<Stub>,
    /// Of each lane: the item that makes its task.
    pub births: Vec<Option<usize>>,
    /// Of each item: the links to it.
    causes: Vec<Vec<usize>>,
    /// Of each item: the links from it.
    effects: Vec<Vec<usize>>,
}

impl Links {
    /// The links between the items.
    #[must_use]
    pub fn new(story: &Story, lanes: &Lanes, items: &Items) -> Self {
        let mut this = Self {
            births: vec![None; lanes.all.len()],
            causes: vec![Vec::new(); items.all.len()],
            effects: vec![Vec::new(); items.all.len()],
            ..Self::default()
        };
        for (index, item) in items.all.iter().enumerate() {
            let ItemKind::Mark(step) = item.what else { continue };
            let told = &story.steps[step];
            if let Some(child) = told.other.filter(|_| told.meaning.makes_task()) {
                let lane = lanes.own(child).filter(|_| lanes.of(told.task) != lanes.of(child));
                lane.into_iter().for_each(|lane| this.births[lane] = Some(index));
            }
        }
        for (arrow, told) in story.arrows.iter().enumerate() {
            let lane = |step: usize| lanes.of(story.steps[step].task);
            match (items.of(told.from), items.of(told.to)) {
                (Some(from), Some(to)) if from != to => this.join(Link { from, to, arrow }),
                (Some(item), None) => this.end(lane(told.to), item, true, arrow),
                (None, Some(item)) => this.end(lane(told.from), item, false, arrow),
                _ => {}
            }
        }
        this
    }

    fn join(&mut self, link: Link) {
        self.effects[link.from].push(self.all.len());
        self.causes[link.to].push(self.all.len());
        self.all.push(link);
    }

    /// Only one end is drawn. Several to the same lane count as one.
    fn end(&mut self, lane: Option<usize>, item: usize, is_out: bool, arrow: usize) {
        let Some(lane) = lane else { return };
        let is_same = |stub: &Stub| (stub.item, stub.lane, stub.is_out) == (item, lane, is_out);
        // The arrows of an item follow one another, or nearly so.
        if !self.stubs.iter().rev().take(16).any(is_same) {
            self.stubs.push(Stub { item, lane, is_out, arrow });
        }
    }

    /// The items that lead to this one.
    pub fn causes(&self, item: usize) -> impl Iterator<Item = usize> + use<'_> {
        self.causes[item].iter().map(|&link| self.all[link].from)
    }

    /// The items that this one leads to.
    pub fn effects(&self, item: usize) -> impl Iterator<Item = usize> + use<'_> {
        self.effects[item].iter().map(|&link| self.all[link].to)
    }

    /// The lane of the task that an item makes.
    #[must_use]
    pub fn born_of(&self, item: usize) -> Option<usize> {
        self.births.iter().position(|&birth| birth == Some(item))
    }

    /// Whether a kind of arrow is drawn.
    #[must_use]
    pub fn has(&self, story: &Story, kind: ArrowKind) -> bool {
        self.all.iter().any(|link| story.arrows[link.arrow].kind == kind)
    }
}
