//! Turns: who waits for whom. All rules need times, and the logs of both sides.

use super::facts::Facts;
use super::{Fault, Mistake, found};
use crate::screen::Lang;
use crate::trace::model::calls::Does;
use crate::trace::model::meaning::{Meaning, On};
use crate::trace::model::task::EndRef;
use crate::trace::words::more;
use crate::trace::words::time::seconds;
use std::collections::{BTreeSet, HashMap};

/// In microseconds: a wait that took this long was in vain.
const LONG: u64 = 1_000_000;

/// The last step in which a task has waited long for an end, and for nothing else.
pub(super) struct LongWaits(HashMap<EndRef, usize>);

impl LongWaits {
    pub fn of(facts: &Facts<'_>) -> Self {
        let mut last = HashMap::new();
        for (index, step) in facts.story.steps.iter().enumerate() {
            if !facts.has_times() || !step.can_wait || step.took() < LONG {
                continue;
            }
            let only = match facts.story.awaited(step) {
                [[On::End(only)], []] if facts.is_wait(index) => Some(*only),
                _ => step.end.filter(|_| facts.does(index, &[Does::Receives])),
            };
            last.extend(only.map(|end| (end, index)));
        }
        Self(last)
    }

    /// The last long wait for this end, if nothing came of it.
    pub fn in_vain(&self, facts: &Facts<'_>, end: EndRef) -> Option<usize> {
        let wait = *self.0.get(&end)?;
        let is_given_up = facts.is_wait(wait) && facts.acts[wait].value == Some(0);
        let is_over = matches!(
            facts.step(wait).meaning,
            Meaning::RecvEnd | Meaning::Reset | Meaning::RecvNothing
        );
        (is_broken_off(facts, wait) || is_given_up || is_over).then_some(wait)
    }
}

/// Whether a wait did not end with what it waited for, but by a signal or with the log.
fn is_broken_off(facts: &Facts<'_>, wait: usize) -> bool {
    match facts.step(wait).meaning {
        Meaning::Blocked => true,
        _ => facts.is_wait(wait) && facts.acts[wait].value.unwrap_or(-1) < 0,
    }
}

/// Both sides wait for each other, everything sent has arrived, and nothing else can end that.
pub(super) fn deadlock(facts: &Facts<'_>, waits: &LongWaits, client: EndRef) -> Option<Fault> {
    let ends = [client, client.peer()];
    let [Some(own), Some(other)] = ends.map(|end| waits.in_vain(facts, end)) else { return None };
    let both = [own, other];
    let steps = both.map(|wait| facts.step(wait));
    let from = steps.map(|step| step.at).into_iter().max()?;
    let until = steps.map(|step| step.until).into_iter().min()?;
    let took = until.checked_sub(from).filter(|&took| took >= LONG)?;
    let is_stuck = both.iter().zip(ends).all(|(&wait, end)| is_alone(facts, wait, end));
    let moved = |end: EndRef, topic: Meaning| {
        let all = facts
            .on(end)
            .iter()
            .filter(|&&step| facts.step(step).meaning == topic && facts.step(step).time() < until);
        all.map(|&step| facts.step(step).bytes.map(u64::from)).sum::<Option<u64>>()
    };
    let sent = ends.map(|end| moved(end, Meaning::Send));
    let came = [ends[1], ends[0]].map(|end| moved(end, Meaning::Recv));
    let is_all_there =
        sent == came && sent.iter().all(Option::is_some) && sent != [Some(0), Some(0)];
    let is_broken_off = both.iter().any(|&wait| is_broken_off(facts, wait));
    if !is_stuck || !is_all_there || !is_broken_off {
        return None;
    }
    let [client, server] = steps.map(|step| facts.who(step.task));
    let [fd, far] = both.map(|wait| fd_of(facts, wait));
    let bytes = more::bytes(sent[0]?);
    let [es, en] = [Lang::Es, Lang::En].map(|lang| seconds(took, 1, lang));
    Some(found(
        Mistake::BothWait,
        own,
        format!(
            "{client} espera a {server} en el descriptor {fd}, y {server} a {client} en el {far}: {es} s, hasta que \
             algo los interrumpe; {client} no llamó a shutdown(SHUT_WR), y todo lo que envió ha llegado ({bytes})"
        ),
        format!(
            "{client} waits for {server} on descriptor {fd}, and {server} for {client} on {far}: {en} s, until \
             something interrupts them; {client} has not called shutdown(SHUT_WR), and all that it sent has \
             arrived ({bytes})"
        ),
    ))
}

/// The descriptor that a wait is about.
fn fd_of(facts: &Facts<'_>, wait: usize) -> i32 {
    let call = facts.call(wait);
    match facts.is_wait(wait) {
        false => facts.acts[wait].fd,
        true => {
            let text = call.args().collect::<Vec<_>>().join(", ");
            let digits = text.split(['[', '=']).nth(1).unwrap_or_default();
            digits
                .split(|char: char| !char.is_ascii_digit())
                .find_map(|digits| digits.parse().ok())
                .unwrap_or(-1)
        }
    }
}

/// Whether only the waiting task can act on this end. Another thread of its process might send, and so might another
/// process that holds the descriptor.
fn is_alone(facts: &Facts<'_>, wait: usize, end: EndRef) -> bool {
    let own = facts.process(wait);
    let makes_threads = facts.doing(own, Does::Forks).iter();
    let has_threads = facts.has_threads(own)
        || makes_threads.clone().any(|&step| facts.step(step).meaning == Meaning::Thread);
    let others =
        facts.on(end).iter().map(|&step| facts.process(step)).filter(|&other| other != own);
    let has_left = |other: usize| {
        facts.on(end).iter().any(|&step| {
            facts.process(step) == other
                && step < wait
                && matches!(
                    facts.step(step).meaning,
                    Meaning::Close | Meaning::CloseCopy | Meaning::CloseOne
                )
        })
    };
    !has_threads && others.collect::<BTreeSet<_>>().into_iter().all(has_left)
}
