//! Parents and children: what a child keeps, and which children are not reaped.

use super::facts::{Errno, Facts, after};
use super::listening::{self, Listening};
use super::{Fault, Mistake, found};
use crate::trace::model::address::sockaddr;
use crate::trace::model::calls::Does;
use crate::trace::model::channel::Name;
use crate::trace::model::meaning::{Meaning, On};
use std::collections::{BTreeMap, HashMap, HashSet};

pub(super) fn rules(facts: &Facts<'_>) -> Vec<Fault> {
    let mut all: Vec<_> = listening::all(facts).iter().flat_map(|one| kept(facts, one)).collect();
    all.extend(zombies(facts));
    all
}

/// Children that hold a listening socket, do not accept, and outlive the processes that do. Needs:
/// their log.
fn kept(facts: &Facts<'_>, listening: &Listening) -> Vec<Fault> {
    let Listening { fd, addr, .. } = *listening;
    // The step after which no accepting process holds it.
    let accepts = |process: usize| !facts.doing(process, Does::Accepts).is_empty();
    let acceptors = listening.holders.iter().filter(|holder| accepts(holder.process));
    let Some(gone) = acceptors.map(|holder| holder.until).max() else { return Vec::new() };
    let told = listening.holders.iter().skip(1).filter_map(|holder| {
        let child = holder.process;
        let own = facts.by(child);
        let is_listener = |on: &On| matches!(on, On::Listener(_) | On::More(_));
        let waits = own.iter().any(|&index| {
            facts.story.awaited(facts.step(index))[0].iter().any(is_listener)
        });
        let serves = own.iter().any(|&index| {
            facts.step(index).end.is_some_and(|end| facts.is_accepted(end))
                && facts.does(index, &[Does::Receives, Does::Sends])
        });
        // A child that runs another program keeps much that it does not need.
        let runs = [Does::Runs, Does::Forks].iter().any(|&does| !facts.doing(child, does).is_empty());
        if accepts(child) || waits || runs || !serves || !facts.recorded(child).closes {
            return None;
        }
        // Many correct programs do so, and their children do not outlive them: it counts only if it does harm.
        let is_orphan = facts.is_in_order() && gone < holder.until && is_missed(facts, listening, gone, holder.until);
        if !is_orphan {
            return None;
        }
        let who = facts.who(child);
        Some(found(
            Mistake::ChildKeeps,
            holder.since,
            format!("{who} atiende a un cliente y no cierra el descriptor {fd}, el de escucha, que heredó, y lo sigue \
                 teniendo cuando su padre ya no: {addr} queda ocupado, y nadie acepta"),
            format!("{who} serves one client and does not close descriptor {fd}, the listening one, which it \
                 inherited, and still has it when its parent no longer does: {addr} stays in use, and nobody accepts"),
        ))
    });
    told.collect()
}

/// Whether a socket that nobody accepts from did harm: to a bind, to a connect, or by lasting long.
fn is_missed(facts: &Facts<'_>, listening: &Listening, from: usize, until: usize) -> bool {
    let last = until.min(facts.acts.len()).saturating_sub(1);
    let named = (from..=last).filter(|&step| facts.does(step, &[Does::Binds, Does::Connects]));
    let mut missed = named.filter(|&step| match sockaddr(facts.call(step).arg(1)) {
        Name::Inet(addr) => listening.takes(addr),
        _ => false,
    });
    let needs = |step: usize| {
        facts.acts[step].errno == Errno::AddrInUse
            || (facts.does(step, &[Does::Connects]) && facts.is_fine(step))
    };
    let took = facts.step(last).time().saturating_sub(facts.step(from).time());
    missed.any(needs)
        || (facts.has_times()
            && took >= LONG
            && facts.end_of(listening.process()).is_some_and(|end| end <= from))
}

/// In microseconds: how long a zombie must exist if its parent waits for others, and how long a socket that nobody
/// accepts from must exist if nobody connects.
const LONG: u64 = 1_000_000;

/// Needs: the children's exits, or the signals for them; that their parent goes on after one of them; and that its log
/// would show what it reaps.
fn zombies(facts: &Facts<'_>) -> Vec<Fault> {
    let mut of_process: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    let mut negligent: HashSet<usize> = HashSet::new();
    let mut reaped: HashSet<(usize, usize)> = HashSet::new();
    let mut told: HashMap<(usize, usize), usize> = HashMap::new();
    for (index, step) in facts.story.steps.iter().enumerate() {
        let Some(child) = step.other else { continue };
        let pair = (facts.process(index), child);
        if facts.does(index, &[Does::Reaps]) {
            reaped.insert(pair);
        } else if step.meaning == Meaning::ChildEnded {
            told.entry(pair).or_insert(index);
        }
    }
    for fork in facts.all(Does::Forks) {
        let step = facts.step(fork);
        let (parent, Some(child)) = (facts.process(fork), step.other) else { continue };
        let end = facts.end_of(child).or_else(|| told.get(&(parent, child)).copied());
        let is_left = step.meaning == Meaning::Fork && !reaped.contains(&(parent, child));
        // A child whose parent ended before it is reaped by another process.
        let is_outlived = |end: &usize| facts.end_of(parent).is_none_or(|last| *end < last);
        if let Some(end) = end.filter(|end| is_left && is_outlived(end)) {
            of_process.entry(parent).or_default().push((end, child));
            if goes_on(facts, parent, end) {
                negligent.insert(parent);
            }
        }
    }
    of_process.retain(|&parent, _| {
        facts.recorded(parent).reaps && negligent.contains(&parent) && !ignores(facts, parent)
    });
    let found = of_process.into_iter().map(|(parent, mut all)| {
        all.sort_unstable();
        let pids = super::some(all.iter().map(|&(_, child)| facts.story.tasks[child].pid));
        let (who, end) = (facts.who(parent), all[0].0);
        let (es, en) = match facts.doing(parent, Does::Reaps) {
            [] => ("no llama nunca a wait ni a waitpid", "never calls wait or waitpid"),
            _ => (
                "llama a waitpid menos veces que hijos terminan",
                "calls waitpid fewer times than children end",
            ),
        };
        let (left_es, left_en) = match all.len() {
            1 => ("queda 1 zombi".into(), "1 zombie is left".into()),
            count => (format!("quedan {count} zombis"), format!("{count} zombies are left")),
        };
        found(
            Mistake::Zombies,
            end,
            format!("{who} {es}: {left_es}, pid {pids}"),
            format!("{who} {en}: {left_en}, pid {pids}"),
        )
    });
    found.collect()
}

/// Whether a parent that had time to reap does something else.
fn goes_on(facts: &Facts<'_>, parent: usize, end: usize) -> bool {
    let waits = !facts.doing(parent, Does::Reaps).is_empty();
    let mut accepts = after(facts.doing(parent, Does::Accepts), end).iter();
    let ended = facts.step(end).time();
    let last = facts.by(parent).last().map_or(0, |&last| facts.step(last).time());
    (!waits && accepts.any(|&index| facts.is_fine(index)))
        || (facts.has_times() && last >= ended + LONG)
}

/// Whether the kernel reaps its children for it.
fn ignores(facts: &Facts<'_>, parent: usize) -> bool {
    let does = |index: usize| {
        facts.story.raw(facts.step(index)).any(|line| {
            line.contains("rt_sigaction(SIGCHLD")
                && (line.contains("SA_NOCLDWAIT") || line.contains("{sa_handler=SIG_IGN"))
        })
    };
    let mut process = Some(parent);
    while let Some(own) = process {
        if facts.doing(own, Does::SetsHandler).iter().any(|&index| does(index)) {
            return true;
        }
        process = facts.story.tasks[own].parent.filter(|&parent| parent != own);
    }
    false
}
