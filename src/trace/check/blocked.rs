//! Waiting in the wrong place, and not waiting at all.

use super::facts::{Errno, Facts, after, before};
use super::{Found, Mistake, found};
use crate::trace::model::calls::Does;
use crate::trace::model::topic::{On, Topic};
use std::collections::HashMap;

pub(super) fn rules(facts: &Facts<'_>) -> Vec<Found> {
    let tasks = 0..facts.story.tasks.len();
    tasks
        .flat_map(|task| {
            let mut all = blocked(facts, task);
            all.extend(busy(facts, task));
            all
        })
        .collect()
}

/// A wait that is so long, in microseconds, holds the others up.
const LONG: u64 = 300_000;

/// accept or recv waits in a task that waits for several at once with select, poll or epoll. Needs: times.
fn blocked(facts: &Facts<'_>, task: usize) -> Vec<Found> {
    let own = &facts.of_task[task];
    let mut all = Vec::new();
    let mut last_wait: Option<usize> = None;
    let mut has_clients = false;
    for &step in own {
        if facts.is_wait(step) {
            let awaited = facts.story.awaited(facts.step(step))[0];
            has_clients |=
                awaited.iter().any(|on| matches!(on, On::End(end) if facts.is_accepted(*end)));
            last_wait = Some(step);
            continue;
        }
        let (Some(wait), told) = (last_wait, facts.step(step)) else { continue };
        let is_long = facts.has_times() && told.took() >= LONG && told.can_wait;
        if !has_clients || !is_long || !facts.does(step, &[Does::Accepts, Does::Receives]) {
            continue;
        }
        let ready = facts.story.ready(facts.step(wait));
        let is_accept = facts.does(step, &[Does::Accepts]);
        let is_ready = ready.iter().any(|on| match on {
            On::Listener(_) => is_accept,
            On::End(end) => !is_accept && Some(*end) == told.end,
            On::More(_) => true,
            _ => false,
        });
        // One accept or recv is what the wait has promised.
        let first = !before(after(own, wait), step).iter().any(|&index| {
            facts.acts[index].fd == facts.acts[step].fd
                && facts.does(index, &[Does::Accepts, Does::Receives])
        });
        if is_ready && first {
            continue;
        }
        let others = facts.story.awaited(facts.step(wait))[0].len();
        let (fd, time) = (facts.acts[step].fd, crate::trace::draw::time::seconds(told.took(), 1));
        let name = if is_accept { "accept" } else { "recv" };
        let who = facts.who(task);
        all.push(found(
            Mistake::BlockedLoop,
            step,
            format!(
                "{who} se queda {time} s en {name}({fd}), y en ese tiempo no vigila a los \
                 {others} que espera en su bucle"
            ),
            format!(
                "{who} stays {time} s in {name}({fd}), and in that time does not watch the \
                 {others} that its loop waits for"
            ),
        ));
    }
    all
}

/// So often EAGAIN from one descriptor, without waiting for anything, is a busy loop.
const BUSY: usize = 16;

/// The time between two of those, in microseconds: where it is longer there may be waits that strace was not asked for.
const BETWEEN: u64 = 5_000;

/// Needs: times, or waits elsewhere in the log.
fn busy(facts: &Facts<'_>, task: usize) -> Vec<Found> {
    let mut streaks: HashMap<i32, (usize, usize, usize)> = HashMap::new();
    let mut all: Vec<(usize, usize, usize)> = Vec::new();
    for &step in &facts.of_task[task] {
        let act = facts.acts[step];
        let topic = facts.step(step).topic;
        let is_again =
            matches!(topic, Topic::RecvNothing | Topic::SendNothing | Topic::AcceptNobody);
        let waits = (facts.is_wait(step) && topic != Topic::Look)
            || matches!(
                topic,
                Topic::Sleep | Topic::Lock | Topic::Pause | Topic::Blocked | Topic::Wait
            )
            || facts.step(step).took() > BETWEEN;
        if is_again && act.errno == Errno::Again && act.fd > 2 {
            let streak = streaks.entry(act.fd).or_insert((step, step, 0));
            *streak = (streak.0, step, streak.2 + 1);
        } else if waits || (facts.is_fine(step) && act.fd > 2) {
            // It has waited, or got on with something.
            all.extend(streaks.drain().map(|(_, streak)| streak));
        }
    }
    all.extend(streaks.into_values());
    let told = all.into_iter().filter_map(|(first, last, count)| {
        let took = facts.step(last).time().saturating_sub(facts.step(first).time());
        let is_dense = || facts.has_times() && took / (count as u64) < BETWEEN;
        let is_seen = || !facts.has_times() && (0..facts.acts.len()).any(|step| facts.is_wait(step));
        if count < BUSY || !(is_dense() || is_seen()) {
            return None;
        }
        let fd = facts.acts[first].fd;
        let name = facts.told(first);
        let who = facts.who(task);
        Some(found(
            Mistake::BusyLoop,
            first,
            format!("{who} llama a {name}({fd}) y recibe EAGAIN {count} veces seguidas, sin esperar entre una y otra"),
            format!("{who} calls {name}({fd}) and gets EAGAIN {count} times in a row, without waiting in between"),
        ))
    });
    told.collect()
}
