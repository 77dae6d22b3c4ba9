//! Whether a call had to wait for what it returned, or found it there already.

use crate::trace::model::story::{Arrow, Story};

/// A call with no known cause that took this long, in microseconds, has waited.
pub const LONG_WAIT: u64 = 1000;

/// What led to a step.
#[must_use]
pub fn causes(story: &Story, step: usize) -> &[Arrow] {
    let from = story.arrows.partition_point(|arrow| arrow.to < step);
    let count = story.arrows[from..].partition_point(|arrow| arrow.to == step);
    &story.arrows[from..from + count]
}

/// Whether everything that led to a step was there before a call that could have waited for it.
#[must_use]
pub fn was_there(story: &Story, step: usize, wait: usize) -> bool {
    let (causes, begun) = (causes(story, step), story.steps[wait].at);
    !causes.is_empty() && causes.iter().all(|arrow| story.steps[arrow.from].until <= begun)
}

/// Whether a call could not return at once: what it returned came about after it was made.
#[must_use]
pub fn waited(story: &Story, step: usize) -> bool {
    let (causes, told) = (causes(story, step), &story.steps[step]);
    told.can_wait
        && if causes.is_empty() {
            told.took() >= LONG_WAIT
        } else {
            causes.iter().any(|arrow| story.steps[arrow.from].at > told.at)
        }
}
