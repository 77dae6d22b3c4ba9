//! The sets of select: a descriptor that does not fit, is closed, or is lost.

use super::facts::{Act, Errno, Facts, after, before};
use super::{Fault, Mistake, found};
use crate::trace::model::address::descriptors;
use crate::trace::model::calls::Does;
use crate::trace::model::meaning::Meaning;
use std::collections::BTreeSet;

/// How many descriptors fit into an fd_set.
const FD_SETSIZE: i32 = 1024;

/// In microseconds: a wait that took this long was in vain.
const LONG: u64 = 1_000_000;

pub(super) fn rules(facts: &Facts<'_>) -> Vec<Fault> {
    let mut all = too_high(facts);
    all.extend(closed(facts));
    let tasks = 0..facts.story.tasks.len();
    all.extend(tasks.filter_map(|task| lost(facts, task)));
    all
}

fn too_high(facts: &Facts<'_>) -> Vec<Fault> {
    let mut all = Vec::new();
    for step in facts.all(Does::Selects) {
        let count: i32 = facts.call(step).arg(0).parse().unwrap_or(0);
        if count > FD_SETSIZE {
            let fd = count - 1;
            all.push(found(
                Mistake::SetSize,
                step,
                format!("select({count}, …): el descriptor {fd} no cabe en un fd_set, que llega a 1023; FD_SET \
                     escribe fuera de él"),
                format!("select({count}, …): descriptor {fd} does not fit in an fd_set, which ends at 1023; \
                     FD_SET writes outside it"),
            ));
        }
    }
    for process in 0..facts.of_task.len() {
        if facts.story.tasks[process].leader != process {
            continue;
        }
        all.extend(died_of_it(facts, process));
    }
    all
}

/// The C library, or Python's, has prevented that memory is overwritten.
fn died_of_it(facts: &Facts<'_>, process: usize) -> Option<Fault> {
    let own = facts.by(process);
    let prints = |text: &str| {
        own.iter()
            .copied()
            .find(|&index| facts.printed(index).is_some_and(|printed| printed.contains(text)))
    };
    let is_too_high = |index: &usize| {
        facts.does(*index, &[Does::Accepts, Does::MakesSocket])
            && facts.acts[*index].value >= Some(FD_SETSIZE)
    };
    let made = own.iter().copied().find(is_too_high);
    let refused = prints("filedescriptor out of range in select");
    let is_killed = || {
        let end =
            facts.end_of(process).filter(|&end| facts.step(end).meaning == Meaning::Killed)?;
        let name = facts.call(end);
        let waits = own.iter().any(|&index| facts.does(index, &[Does::Polls, Does::EpollWaits]));
        let selects = own.iter().any(|&index| facts.does(index, &[Does::Selects]));
        let is_seen = selects
            || ["buffer overflow detected", "FD_SETSIZE on fd_set"]
                .iter()
                .any(|text| prints(text).is_some());
        (["SIGABRT", "SIGSEGV", "SIGBUS"].contains(&name.name()) && is_seen && !waits).then_some(())
    };
    let step = refused.or_else(|| is_killed().and(made))?;
    let fd = made.map_or(FD_SETSIZE, |made| facts.acts[made].value.unwrap_or(FD_SETSIZE));
    Some(found(
        Mistake::SetSize,
        step,
        format!(
            "el descriptor {fd} no cabe en un fd_set, que llega a 1023, y el programa termina por ello"
        ),
        format!(
            "descriptor {fd} does not fit in an fd_set, which ends at 1023, and the program ends because of it"
        ),
    ))
}

/// A descriptor that is waited for but not open.
fn closed(facts: &Facts<'_>) -> Vec<Fault> {
    let failed = facts.all(Does::Selects).filter(|&step| facts.acts[step].errno == Errno::BadFd);
    let told = failed.map(|step| {
        let call = facts.call(step);
        let sets: Vec<_> = (1..4).flat_map(|set| descriptors(call.arg(set))).collect();
        let process = facts.process(step);
        let last = |does: Does, is_it: &dyn Fn(&Act) -> bool| {
            let all = before(facts.doing(process, does), step).iter().rev();
            all.copied().find(|&index| is_it(&facts.acts[index]))
        };
        let is_closed = |fd: i32| {
            let makes = [Does::Accepts, Does::MakesSocket, Does::Opens];
            let made = makes.map(|does| last(does, &|act| act.value == Some(fd)));
            let closed = last(Does::Closes, &|act| act.fd == fd);
            closed.is_some() && made.iter().all(|made| *made < closed)
        };
        let is_shown = sets.iter().any(|(_, shown)| shown.is_some());
        let bad =
            sets.iter().find(|(fd, shown)| if is_shown { shown.is_none() } else { is_closed(*fd) });
        let (es, en) = match bad {
            Some((fd, _)) => {
                (format!("el descriptor {fd}, que está"), format!("descriptor {fd}, which is"))
            }
            None => ("un descriptor que está".into(), "a descriptor that is".into()),
        };
        found(
            Mistake::Sets,
            step,
            format!("select da EBADF: en sus conjuntos hay {es} cerrado"),
            format!("select gives EBADF: its sets contain {en} closed"),
        )
    });
    told.collect()
}

/// One select of a task: what it waits for to read, and what of it is left in the set when it returns.
struct Turn {
    step: usize,
    asked: BTreeSet<i32>,
    left: BTreeSet<i32>,
}

impl Turn {
    fn of(facts: &Facts<'_>, step: usize) -> Option<Self> {
        let call = facts.call(step);
        let numbers =
            |list: &str| descriptors(list).into_iter().map(|(fd, _)| fd).collect::<BTreeSet<_>>();
        let asked = numbers(call.arg(1));
        // `2 (in [3 5], out [4])`
        let ready = call.result().split_once("in [").and_then(|(_, rest)| rest.split_once(']'));
        let left = match (facts.acts[step].errno, ready) {
            (Errno::None, Some((ready, _))) => numbers(ready),
            (Errno::None, None) => BTreeSet::new(),
            _ => asked.clone(),
        };
        (call.arg(1) != "NULL").then_some(Self { step, asked, left })
    }
}

impl Turn {
    /// The descriptors that were waited for, were not ready, are still open, and are not waited for in the next
    /// turn; if that one waits only for what this one has left, and for new ones.
    fn lost(&self, facts: &Facts<'_>, next: &Self) -> Option<Vec<i32>> {
        if self.asked.is_subset(&next.asked) {
            return None;
        }
        let process = facts.process(self.step);
        let done = |fd: i32, does: Does, of: fn(&Act) -> Option<i32>| {
            let all = before(after(facts.doing(process, does), self.step), next.step);
            all.iter().any(|&index| of(&facts.acts[index]) == Some(fd))
        };
        let closes = |fd: i32| done(fd, Does::Closes, |act| Some(act.fd));
        let makes = [Does::Accepts, Does::MakesSocket, Does::Opens, Does::Duplicates];
        let made = |fd: i32| makes.iter().any(|&does| done(fd, does, |act| act.value));
        let gone = self.asked.difference(&self.left).copied();
        let gone: Vec<_> = gone.filter(|&fd| fd > 2 && !closes(fd)).collect();
        let is_reused = next.asked.iter().all(|&fd| self.left.contains(&fd) || made(fd));
        (!gone.is_empty() && is_reused).then_some(gone)
    }
}

/// The set that select has changed is used again: a descriptor that was not ready is never waited for again. Needs:
/// what is closed, and that the next select waits for nothing else, or that the last wait was in vain.
fn lost(facts: &Facts<'_>, task: usize) -> Option<Fault> {
    let selects = facts.of_task[task].iter().copied();
    let selects: Vec<_> = selects.filter(|&step| facts.does(step, &[Does::Selects])).collect();
    let &last = selects.last().filter(|_| facts.recorded(facts.story.tasks[task].leader).closes)?;
    let in_vain = facts.has_times()
        && facts.step(last).took() >= LONG
        && facts.acts[last].value.unwrap_or(0) <= 0;
    let mut place = 1;
    let mut last_turn = Turn::of(facts, selects[0]);
    while let Some(&step) = selects.get(place) {
        let next = Turn::of(facts, step);
        place += 1;
        let gone =
            last_turn.as_ref().zip(next.as_ref()).and_then(|(this, next)| this.lost(facts, next));
        last_turn = next;
        let Some(gone) = gone else { continue };
        // If one of them is waited for again, only a later select can have lost one.
        let again = selects[place..].iter().position(|&step| {
            Turn::of(facts, step).is_some_and(|turn| gone.iter().any(|fd| turn.asked.contains(fd)))
        });
        if let Some(again) = again {
            place += again;
            last_turn = Turn::of(facts, selects[place]);
            place += 1;
        } else if in_vain || last_turn.as_ref().is_some_and(|next| next.asked.is_empty()) {
            let (fds, who) = (super::some(gone.into_iter()), facts.who(task));
            return Some(found(
                Mistake::Sets,
                step,
                format!(
                    "{who} espera solo lo que el select anterior dejó en el conjunto: el descriptor {fds} no se \
                     vigila nunca más"
                ),
                format!(
                    "{who} waits only for what the previous select left in the set: descriptor {fds} is never \
                     watched again"
                ),
            ));
        }
    }
    None
}
