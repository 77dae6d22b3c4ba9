//! Strands: a strand is all the steps about one channel, about one task that another makes and reaps, or
//! about the task alone.

use crate::trace::model::meaning::{Level, Meaning};
use crate::trace::model::story::{Step, Story};
use crate::trace::model::task::EndRef;

/// What several steps have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strand {
    /// They go through the channel with this index.
    Channel(u32),
    /// They are between the task with this index and an older one.
    Task(u32),
    /// They are the task's own.
    Own(u32),
}

/// The strand of a step.
#[must_use]
pub fn of(step: &Step) -> Strand {
    // There are not more of them than lines in the log.
    let index = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    match (step.end, step.other) {
        (Some(end), _) => Strand::Channel(index(end.channel)),
        (None, Some(other)) => Strand::Task(index(other.max(step.task))),
        (None, None) => Strand::Own(index(step.task)),
    }
}

/// Whether a step has its own place in the picture. What a task does with a pipe that only it has does not.
#[must_use]
pub fn is_mark(story: &Story, step: &Step) -> bool {
    let is_idle = |end: EndRef| !story.channels[end.channel].is_used();
    step.meaning.level() == Level::Mark && !(closes(step.meaning) && step.end.is_some_and(is_idle))
}

fn closes(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Close | Meaning::CloseCopy | Meaning::CloseInherited)
}

/// The kind of a step: the same for two that differ only in numbers and bytes.
#[must_use]
pub fn symbol(story: &Story, step: &Step) -> u32 {
    let meaning = step.meaning as u32;
    if step.meaning != Meaning::Failed {
        return meaning;
    }
    // Different failures are different kinds.
    let line = story.raw(step).next().unwrap_or_default();
    let end = line.rfind(" = -1 ").and_then(|at| line.get(at..)).unwrap_or_default();
    let errno = end.split(' ').nth(3).unwrap_or_default();
    let name = line.split('(').next().unwrap_or_default().bytes();
    let bytes = name.chain(errno.bytes());
    bytes.fold(meaning, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte))) | 1 << 31
}
