//! What leads to what among the marks of the picture, looked up quickly.

use super::lanes::Lane;
use crate::trace::model::story::Story;
use crate::trace::model::topic::Topic;
use std::collections::{BTreeMap, BTreeSet};

/// The links between marks.
#[derive(Clone, Debug, Default)]
pub struct Links {
    causes: BTreeMap<usize, Vec<usize>>,
    effects: BTreeMap<usize, Vec<usize>>,
    lanes: BTreeMap<usize, usize>,
    forks: BTreeMap<usize, usize>,
}

impl Links {
    /// The links between the marks of `lanes`.
    #[must_use]
    pub fn new(story: &Story, lanes: &[Lane]) -> Self {
        let marks = lanes.iter().flat_map(|lane| &lane.marks);
        let marks: BTreeSet<_> = marks.map(|mark| mark.step).collect();
        let mut links = Self::default();
        for (index, lane) in lanes.iter().enumerate() {
            links.lanes.insert(lane.task, index);
        }
        for arrow in &story.arrows {
            if marks.contains(&arrow.from) && marks.contains(&arrow.to) {
                links.causes.entry(arrow.to).or_default().push(arrow.from);
                links.effects.entry(arrow.from).or_default().push(arrow.to);
            }
        }
        for (index, step) in story.steps.iter().enumerate() {
            if let Some(child) = step.other.filter(|_| step.topic == Topic::Fork) {
                links.forks.insert(child, index);
            }
        }
        links
    }

    /// The marks that an arrow leads from to a mark.
    #[must_use]
    pub fn causes(&self, step: usize) -> &[usize] {
        self.causes.get(&step).map_or(&[], Vec::as_slice)
    }

    /// The marks that an arrow leads to from a mark.
    #[must_use]
    pub fn effects(&self, step: usize) -> &[usize] {
        self.effects.get(&step).map_or(&[], Vec::as_slice)
    }

    /// Whether no process was forked.
    #[must_use]
    pub fn is_without_forks(&self) -> bool {
        self.forks.is_empty()
    }

    /// The lane of a process.
    #[must_use]
    pub fn lane_of(&self, task: usize) -> Option<usize> {
        self.lanes.get(&task).copied()
    }

    /// The step that made a process.
    #[must_use]
    pub fn fork_of(&self, task: usize) -> Option<usize> {
        self.forks.get(&task).copied()
    }
}
