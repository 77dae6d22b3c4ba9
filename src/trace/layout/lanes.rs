//! The lanes of the picture: one per process, in an order that keeps the arrows short, and on each
//! its marks and what it waited for in between.

use crate::trace::model::story::{Arrow, Story};
use crate::trace::model::task::Part;
use crate::trace::model::topic::Level;

/// The life of a process, as the picture shows it.
#[derive(Clone, Debug, Default)]
pub struct Lane {
    /// The process, an index.
    pub task: usize,
    /// What it does.
    pub marks: Vec<Mark>,
    /// Calls that it still waits in at the end.
    pub waits: Vec<usize>,
}

/// A call (or a signal) that has a place of its own in the picture.
#[derive(Clone, Debug, Default)]
pub struct Mark {
    /// The step, an index.
    pub step: usize,
    /// The calls in which it waited before, maybe also this one.
    pub waits: Vec<usize>,
    /// Calls of less interest that go with it.
    pub folded: Vec<usize>,
}

/// A call with no known cause that took this long, in microseconds, has waited.
pub const LONG_WAIT: u64 = 1000;

/// More clients than this are not drawn.
const MOST: usize = 12;

/// The lanes, from left to right: the server in the midst with its children beside it, the clients
/// outside.
#[must_use]
pub fn all(story: &Story) -> Vec<Lane> {
    order(story).into_iter().map(|task| lane(story, task)).collect()
}

fn order(story: &Story) -> Vec<usize> {
    let of_part = |part| {
        let tasks = story.tasks.iter().enumerate();
        tasks.filter(move |(_, task)| task.part == part).map(|(index, _)| index)
    };
    let mut children: Vec<_> = of_part(Part::Child).collect();
    // Clients on the left with their children, and on the right.
    let mut sides = [const { (Vec::new(), Vec::new()) }; 2];
    for (index, client) in of_part(Part::Client).take(MOST).enumerate() {
        let (clients, served) = &mut sides[index % 2];
        clients.push(client);
        let is_served = |child: &usize| {
            let about = story.tasks[*child].about;
            about.is_some_and(|end| story.channels[end.channel].client() == Some(client))
        };
        while let Some(position) = children.iter().position(is_served) {
            served.push(children.remove(position));
        }
    }
    // Children of clients that are not drawn, or that there is no log of.
    for (index, child) in children.into_iter().take(MOST).enumerate() {
        sides[index % 2].1.push(child);
    }
    let [(left, left_children), (right, right_children)] = sides;
    let server = of_part(Part::Server);
    let right = right.into_iter().chain(right_children).rev();
    left.into_iter().chain(left_children).chain(server).chain(right).collect()
}

fn lane(story: &Story, task: usize) -> Lane {
    let mut lane = Lane { task, ..Lane::default() };
    let mut next = Mark::default();
    for (index, step) in story.steps.iter().enumerate() {
        if step.task != task {
            continue;
        }
        match (step.topic.level(), lane.marks.last_mut()) {
            (Level::Mark, _) => {
                next.step = index;
                if waited(story, index) {
                    next.waits.push(index);
                } else if let Some(&last) = next.waits.last()
                    && was_there(story, index, last)
                {
                    next.folded.extend(next.waits.pop());
                }
                lane.marks.push(std::mem::take(&mut next));
            }
            (Level::Wait, _) => next.waits.push(index),
            (Level::After, Some(last)) => last.folded.push(index),
            (Level::Before | Level::After, _) => next.folded.push(index),
        }
    }
    lane.waits = next.waits;
    if let Some(last) = lane.marks.last_mut() {
        last.folded.append(&mut next.folded);
    }
    lane
}

/// Whether all that led to a step was there before a call that could have waited for it.
fn was_there(story: &Story, index: usize, wait: usize) -> bool {
    let mut causes = story.arrows.iter().filter(|arrow| arrow.to == index).peekable();
    let begun = story.steps[wait].at;
    causes.peek().is_some() && causes.all(|arrow| story.steps[arrow.from].until <= begun)
}

/// Whether a call could not return at once: what it returned came about after it was made.
#[must_use]
pub fn waited(story: &Story, index: usize) -> bool {
    let step = &story.steps[index];
    if !step.can_wait {
        return false;
    }
    let mut causes = story.arrows.iter().filter(|arrow| arrow.to == index).peekable();
    if causes.peek().is_none() {
        return step.took() >= LONG_WAIT;
    }
    causes.any(|arrow: &Arrow| story.steps[arrow.from].at > step.at)
}
