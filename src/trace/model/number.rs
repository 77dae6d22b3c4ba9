//! The names of tasks, so that no two have the same one.

use super::story::Story;
use super::task::{Called, Part, Task};
use std::collections::{BTreeMap, BTreeSet};

/// Gives every task its name. `is_copy`: whether it is a fork that runs its parent's program.
pub(super) fn number(story: &mut Story, is_copy: impl Fn(usize) -> bool) {
    for (index, task) in story.tasks.iter_mut().enumerate() {
        task.called = match task {
            Task { leader, .. } if *leader != index => Called::Thread,
            Task { is_ours: true, part, .. } if *part != Part::Other => Called::Part,
            Task { parent: Some(_), .. } if is_copy(index) => Called::Child,
            _ => Called::Program,
        };
    }
    // The owners of children and threads: if there is only one, they need no longer name.
    let owners: Vec<_> = (0..story.tasks.len()).map(|index| owner(story, index)).collect();
    let mut families: BTreeMap<Called, BTreeSet<usize>> = BTreeMap::new();
    for (task, owner) in story.tasks.iter().zip(&owners) {
        families.entry(task.called).or_default().extend(owner);
    }
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for (index, owner) in owners.iter().enumerate() {
        let task = &mut story.tasks[index];
        task.of = owner.filter(|_| families[&task.called].len() > 1);
        let count = counts.entry(key(task, *owner)).or_default();
        *count += 1;
        task.number = *count;
    }
    for (index, owner) in owners.iter().enumerate() {
        let task = &mut story.tasks[index];
        let can_be_alone = match task.called {
            Called::Program => true,
            Called::Part => task.part == Part::Server,
            Called::Child | Called::Thread => false,
        };
        if can_be_alone && counts[&key(task, *owner)] == 1 {
            task.number = 0;
        }
    }
}

/// The group in which a task is numbered: by part for ours, by program for others, by owner for children and threads.
fn key(task: &Task, owner: Option<usize>) -> (Called, Part, String, Option<usize>) {
    match task.called {
        Called::Part => (task.called, task.part, String::new(), None),
        Called::Program => (task.called, Part::Other, task.program.clone(), None),
        Called::Child | Called::Thread => (task.called, Part::Other, String::new(), owner),
    }
}

/// The task that a child or a thread belongs to: the process of a thread, the first of those that forked each other.
fn owner(story: &Story, index: usize) -> Option<usize> {
    match story.tasks[index].called {
        Called::Thread => Some(story.tasks[index].leader),
        Called::Child => {
            let mut at = index;
            while story.tasks[at].called != Called::Program {
                at = match &story.tasks[at] {
                    Task { leader, .. } if *leader != at => *leader,
                    Task { parent: Some(parent), .. } => *parent,
                    _ => break,
                };
            }
            Some(at)
        }
        Called::Program | Called::Part => None,
    }
}
