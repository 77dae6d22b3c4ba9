//! The mistakes that a log proves: which, at which step, why it is a mistake, how to correct it.
//!
//! A rule says nothing if the log lacks what it needs: most need the logs of both sides, and some need times. The
//! consequence of one mistake is not reported as another.

mod accepted;
mod address;
mod blocked;
mod facts;
mod fork;
mod interrupted;
mod listening;
mod messages;
mod ports;
mod sets;
mod stream;
#[cfg(test)]
mod tests;
mod turns;

use super::model::finding::{Finding, Mistake, Said};
use super::model::story::Story;
use facts::Facts;
use std::collections::HashMap;

/// What a rule finds: the mistake, the step, and what is wrong.
type Fault = (Mistake, usize, Said);

fn found(mistake: Mistake, step: usize, es: String, en: String) -> Fault {
    (mistake, step, Said { es, en })
}

/// The first few items, as a list.
fn some(all: impl Iterator<Item = impl ToString>) -> String {
    let all: Vec<_> = all.map(|one| one.to_string()).collect();
    let shown = all.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
    if all.len() > 8 { shown + ", …" } else { shown }
}

/// The mistakes that the story proves, in the order of their steps; each one once per program, with its count.
#[must_use]
pub fn all(story: &Story) -> Vec<Finding> {
    let facts = &Facts::of(story);
    let rules: [fn(&Facts<'_>) -> Vec<Fault>; 11] = [
        address::rules,
        accepted::rules,
        blocked::rules,
        fork::rules,
        interrupted::rules,
        messages::rules,
        sets::rules,
        stream::short_sends,
        stream::zeros,
        stream::broken_pipes,
        stream::unread,
    ];
    let mut all: Vec<_> = rules.iter().flat_map(|rule| rule(facts)).collect();
    all.sort_by_key(|(mistake, step, _)| (*step, *mistake));
    let mut findings: Vec<Finding> = Vec::new();
    let mut known = HashMap::new();
    for (mistake, step, reason) in all {
        let task = &story.tasks[story.steps[step].task];
        let place = *known.entry((mistake, &task.program)).or_insert(findings.len());
        match findings.get_mut(place) {
            Some(finding) => finding.times += 1,
            None => findings.push(Finding { mistake, step, reason, times: 1 }),
        }
    }
    findings
}
