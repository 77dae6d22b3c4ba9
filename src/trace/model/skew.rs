//! Corrects small errors in time. strace takes the time of a line a little before it starts measuring the call, so a
//! call seems to end some microseconds early: in two logs, bytes may seem to arrive before they are sent. The end of
//! such a call is moved to when they are sent.

use super::meaning::Meaning;
use super::story::{Step, Story};
use super::task::EndRef;
use std::collections::BTreeMap;

/// In microseconds: a larger error has another cause.
const MOST: u64 = 10_000;

/// What an end has sent: for each send, the bytes in all by then, and when it began.
#[derive(Default)]
struct Sent {
    sent: Vec<(u64, u64)>,
    received: u64,
    next: usize,
    is_lost: bool,
}

/// Corrects when calls end.
pub(super) fn mend(story: &mut Story) {
    take_turns(story);
    let mut ways: BTreeMap<EndRef, Sent> = BTreeMap::new();
    let mut connects = BTreeMap::new();
    for step in &story.steps {
        let Some(end) = step.end else { continue };
        match step.meaning {
            Meaning::Connect => drop(connects.insert(end.channel, step.at)),
            Meaning::Send if !story.channels[end.channel].is_of_messages() => {
                let way = ways.entry(end).or_default();
                let before = way.sent.last().map_or(0, |sent| sent.0);
                way.is_lost |= step.bytes.is_none();
                way.sent.push((before + u64::from(step.bytes.unwrap_or(0)), step.at));
            }
            _ => {}
        }
    }
    let mut late = Vec::new();
    for (index, step) in story.steps.iter().enumerate() {
        let Some(end) = step.end else { continue };
        let from = match step.meaning {
            Meaning::Accept => connects.get(&end.channel).copied(),
            Meaning::Recv => ways.get_mut(&end.peer()).and_then(|way| way.receive(step)),
            _ => None,
        };
        if let Some(from) = from.filter(|from| (1..MOST).contains(&from.saturating_sub(step.until)))
        {
            late.push((index, from));
        }
    }
    // But not after what its task does next.
    let mut next = vec![u64::MAX; story.tasks.len()];
    for index in (0..story.steps.len()).rev() {
        let step = &mut story.steps[index];
        if let Some((_, from)) = late.pop_if(|late| late.0 == index) {
            step.until = from.min(next[step.task]).max(step.until);
        }
        next[step.task] = step.at;
    }
}

/// A task does one thing after another, even if rounded times (`-r`) or a clock set back say otherwise.
fn take_turns(story: &mut Story) {
    let mut last = vec![0; story.tasks.len()];
    for step in &mut story.steps {
        let last = &mut last[step.task];
        step.at = step.at.max(*last);
        step.until = step.until.max(step.at);
        *last = step.time();
    }
}

impl Sent {
    /// When the last bytes that a call receives were sent.
    fn receive(&mut self, step: &Step) -> Option<u64> {
        self.is_lost |= step.bytes.is_none();
        self.received += u64::from(step.bytes?);
        while self.sent.get(self.next).is_some_and(|sent| sent.0 < self.received) {
            self.next += 1;
        }
        self.sent.get(self.next).filter(|_| !self.is_lost).map(|sent| sent.1)
    }
}
