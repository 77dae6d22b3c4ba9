//! Waiting in the wrong place, and not waiting at all.

use super::facts::{Errno, Facts, after, before};
use super::{Fault, Mistake, found};
use crate::screen::Lang;
use crate::trace::model::calls::Does;
use crate::trace::model::meaning::{Meaning, On};
use crate::trace::words::time::seconds;
use std::collections::HashMap;

pub(super) fn rules(facts: &Facts<'_>) -> Vec<Fault> {
    let tasks = 0..facts.story.tasks.len();
    tasks
        .flat_map(|task| {
            let mut all = blocked(facts, task);
            all.extend(busy(facts, task));
            all
        })
        .collect()
}

/// In microseconds: a wait this long holds up the others.
const LONG: u64 = 300_000;

/// accept or recv blocks in a task that waits for several descriptors at once with select, poll or epoll.
/// Needs: times.
fn blocked(facts: &Facts<'_>, task: usize) -> Vec<Fault> {
    let own = &facts.of_task[task];
    let mut all = Vec::new();
    let mut last_wait: Option<usize> = None;
    let mut has_clients = false;
    for &step in own {
        if facts.is_wait(step) {
            let awaited = facts.story.awaited(facts.step(step))[0];
            // A wait for one alone may be a timeout: Python polls before each call on such a socket.
            has_clients |= awaited.len() > 1
                && awaited.iter().any(|on| matches!(on, On::End(end) if facts.is_accepted(*end)));
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
        // The wait allows one accept or recv.
        let first = !before(after(own, wait), step).iter().any(|&index| {
            facts.acts[index].fd == facts.acts[step].fd
                && facts.does(index, &[Does::Accepts, Does::Receives])
        });
        if is_ready && first {
            continue;
        }
        let fd = facts.acts[step].fd;
        let [es, en] = [Lang::Es, Lang::En].map(|lang| seconds(told.took(), 1, lang));
        let name = if is_accept { "accept" } else { "recv" };
        let who = facts.who(task);
        all.push(found(
            Mistake::BlockedLoop,
            step,
            format!(
                "{who} se queda {es} s en {name}({fd}), y en ese tiempo su bucle no \
                 vigila nada más"
            ),
            format!(
                "{who} stays {en} s in {name}({fd}), and in that time its loop \
                 watches nothing else"
            ),
        ));
    }
    all
}

/// This many times EAGAIN from one descriptor, without waiting for anything, is a busy loop.
const BUSY: usize = 16;

/// A call that took this many microseconds has waited, whatever it is.
const WAITED: u64 = 5_000;

/// The time from one to the next, in microseconds: if it is longer it may sleep in a call that strace was not asked
/// for.
const BETWEEN: u64 = 500;

/// Needs: times, not in whole seconds, that leave no room to sleep in; and what it reads and writes in between.
fn busy(facts: &Facts<'_>, task: usize) -> Vec<Fault> {
    let recorded = facts.recorded(facts.story.tasks[task].leader);
    if !facts.has_times() || facts.story.missing.coarse > 0 || !recorded.reads {
        return Vec::new();
    }
    let mut streaks: HashMap<i32, Vec<usize>> = HashMap::new();
    let mut all: Vec<Vec<usize>> = Vec::new();
    for &step in &facts.of_task[task] {
        let act = facts.acts[step];
        let meaning = facts.step(step).meaning;
        let is_again =
            matches!(meaning, Meaning::RecvNothing | Meaning::SendNothing | Meaning::AcceptNobody);
        let waits = (facts.is_wait(step) && meaning != Meaning::Look)
            || matches!(
                meaning,
                Meaning::Sleep | Meaning::Lock | Meaning::Pause | Meaning::Blocked | Meaning::Wait
            )
            || facts.step(step).took() > WAITED;
        if is_again && act.errno == Errno::Again && act.fd > 2 {
            streaks.entry(act.fd).or_default().push(step);
        } else if waits || (facts.is_fine(step) && act.fd > 2) {
            // It has waited, or made progress.
            all.extend(streaks.drain().map(|(_, streak)| streak));
        }
    }
    all.extend(streaks.into_values());
    let told = all.into_iter().filter(|streak| streak.len() >= BUSY).filter_map(|streak| {
        // Most of them: sometimes another process has the processor.
        let times = streak.iter().map(|&step| facts.step(step).time());
        let times: Vec<_> = times.collect();
        let mut between: Vec<_> =
            times.windows(2).map(|two| two[1].saturating_sub(two[0])).collect();
        between.sort_unstable();
        let usual = between[between.len() / 2];
        if usual >= BETWEEN {
            return None;
        }
        let (first, count) = (streak[0], streak.len());
        let fd = facts.acts[first].fd;
        let name = facts.told(first);
        let who = facts.who(task);
        Some(found(
            Mistake::BusyLoop,
            first,
            format!("{who} llama a {name}({fd}) y recibe EAGAIN {count} veces seguidas, una cada {usual} µs"),
            format!("{who} calls {name}({fd}) and gets EAGAIN {count} times in a row, one every {usual} µs"),
        ))
    });
    told.collect()
}
