//! Accepted sockets that are not closed: by the parent that has forked for them, or by anybody.

use super::facts::{Errno, Facts, after};
use super::{Fault, Mistake, found};
use crate::trace::model::calls::Does;
use crate::trace::model::meaning::{Meaning, On};
use crate::trace::model::task::EndRef;
use std::collections::{BTreeMap, HashMap};

pub(super) fn rules(facts: &Facts<'_>) -> Vec<Fault> {
    let watched = Waited::of(facts);
    let accepted: Vec<_> =
        facts.all(Does::Accepts).filter_map(|step| AcceptedEnd::of(facts, step)).collect();
    let kept = accepted.iter().filter_map(|one| one.kept_by_parent(facts, &watched));
    kept.chain(leaked(facts, &watched, &accepted)).collect()
}

/// When each process last waited for each end, and for ends that are not named.
#[derive(Default)]
struct Waited {
    ends: HashMap<(usize, EndRef), usize>,
    others: HashMap<usize, usize>,
}

impl Waited {
    fn of(facts: &Facts<'_>) -> Self {
        let mut watched = Self::default();
        for step in (0..facts.acts.len()).filter(|&step| facts.is_wait(step)) {
            let process = facts.process(step);
            for on in facts.story.awaited(facts.step(step)).into_iter().flatten() {
                match on {
                    On::End(end) => drop(watched.ends.insert((process, *end), step)),
                    On::More(_) => drop(watched.others.insert(process, step)),
                    _ => {}
                }
            }
        }
        watched
    }

    fn last(&self, process: usize, end: EndRef) -> Option<usize> {
        let [named, other] = [self.ends.get(&(process, end)), self.others.get(&process)];
        named.max(other).copied()
    }
}

/// A socket that was accepted.
struct AcceptedEnd {
    step: usize,
    fd: i32,
    end: EndRef,
    process: usize,
}

impl AcceptedEnd {
    fn of(facts: &Facts<'_>, step: usize) -> Option<Self> {
        let end = facts.step(step).end?;
        let fd = facts.acts[step].value?;
        Some(Self { step, fd, end, process: facts.process(step) })
    }

    /// The last step in which its process sends or receives through it, or waits for it.
    fn last_use(&self, facts: &Facts<'_>, watched: &Waited) -> Option<usize> {
        const MOVES: [Does; 5] =
            [Does::Sends, Does::Receives, Does::SendsFile, Does::Splices, Does::ShutsDown];
        let mut own = facts.on(self.end).iter().rev().copied();
        let moved =
            own.find(|&index| facts.process(index) == self.process && facts.does(index, &MOVES));
        moved.max(watched.last(self.process, self.end)).filter(|&last| last > self.step)
    }

    /// Whether a step closes its end, or makes a copy that cannot be followed.
    fn closes(facts: &Facts<'_>, step: usize) -> bool {
        let meaning = facts.step(step).meaning;
        matches!(
            meaning,
            Meaning::Close | Meaning::CloseCopy | Meaning::CloseOne | Meaning::Duplicate
        )
    }

    /// The fork for it, before the next accept, and the child that uses it.
    fn fork(&self, facts: &Facts<'_>) -> Option<(usize, usize)> {
        let next = self.next_accept(facts, self.step).unwrap_or(usize::MAX);
        let forks = after(facts.doing(self.process, Does::Forks), self.step).iter().copied();
        let forks = forks.take_while(|&fork| fork < next);
        let uses = |child: usize| {
            let is_seen = facts.story.tasks[child].is_traced;
            !is_seen || facts.on(self.end).iter().any(|&index| facts.process(index) == child)
        };
        forks
            .filter(|&fork| facts.step(fork).meaning == Meaning::Fork)
            .filter_map(|fork| Some((fork, facts.step(fork).other?)))
            .find(|&(_, child)| uses(child))
    }

    fn next_accept(&self, facts: &Facts<'_>, step: usize) -> Option<usize> {
        after(facts.doing(self.process, Does::Accepts), step).first().copied()
    }

    /// Needs: the parent's log, up to its next accept, with what it closes.
    fn kept_by_parent(&self, facts: &Facts<'_>, watched: &Waited) -> Option<Fault> {
        if !facts.recorded(self.process).closes {
            return None;
        }
        let (fork, child) = self.fork(facts)?;
        let next = self.next_accept(facts, fork)?;
        // If it is closed late, but before the next accept, it was open only while no client came.
        let is_closed = after(facts.on(self.end), fork).iter().any(|&index| {
            index < next && facts.process(index) == self.process && Self::closes(facts, index)
        });
        let is_used = self.last_use(facts, watched).is_some_and(|last| last > fork);
        if is_used || is_closed {
            return None;
        }
        let (parent, child) = (facts.who(self.process), facts.who(child));
        let (fd, client) = (self.fd, facts.peer(self.end));
        Some(found(
            Mistake::ParentKeeps,
            self.step,
            format!(
                "{parent} vuelve a accept sin cerrar el descriptor {fd}, que atiende {child}: cuando este lo cierre, \
                 {client} no verá el fin de archivo"
            ),
            format!(
                "{parent} goes back to accept without closing descriptor {fd}, which {child} serves: when the child \
                 closes it, {client} will not see end of file"
            ),
        ))
    }

    /// The step after which it is no longer needed.
    fn left(&self, facts: &Facts<'_>, watched: &Waited) -> Option<usize> {
        let has_ended =
            |index: &usize| matches!(facts.step(*index).meaning, Meaning::RecvEnd | Meaning::Reset);
        let seen = facts.on(self.end).iter().copied().find(has_ended);
        let closes = |index: &usize| facts.step(*index).meaning == Meaning::Close;
        let told = facts.on(self.end.peer()).iter().copied().find(closes);
        // A server that serves one client after another, and has accepted the next.
        let is_simple = !facts.has_threads(self.process) && !facts.multiplexes(self.process);
        let last = self.last_use(facts, watched).filter(|_| is_simple);
        seen.into_iter().chain(told).chain(last).min()
    }
}

/// Needs: at least two, what their process closes, and that it has accepted another since, or has no descriptor left.
fn leaked(facts: &Facts<'_>, watched: &Waited, accepted: &[AcceptedEnd]) -> Vec<Fault> {
    let mut of_process: BTreeMap<usize, Vec<&AcceptedEnd>> = BTreeMap::new();
    // Each process's last accept that returned a client, or failed for want of a descriptor.
    let mut last: BTreeMap<usize, usize> = BTreeMap::new();
    for step in facts.all(Does::Accepts) {
        if facts.is_fine(step) || facts.acts[step].errno == Errno::NoDescriptors {
            last.insert(facts.process(step), step);
        }
    }
    for one in accepted {
        let is_closed = facts.on(one.end).iter().any(|&index| AcceptedEnd::closes(facts, index));
        if is_closed || !facts.recorded(one.process).closes || one.fork(facts).is_some() {
            continue;
        }
        let Some(left) = one.left(facts, watched) else { continue };
        // If it is still used after that, it is not forgotten.
        let used = one.last_use(facts, watched).map_or(left, |last| last.max(left));
        let is_end = |index: &&usize| facts.step(**index).meaning == Meaning::RecvEnd;
        let spins = facts.on(one.end).iter().filter(is_end).count() > 2;
        if last[&one.process] > used && !spins {
            of_process.entry(one.process).or_default().push(one);
        }
    }
    let none_left = |process: usize| {
        let mut all = facts.doing(process, Does::Accepts).iter();
        all.any(|&index| facts.acts[index].errno == Errno::NoDescriptors)
    };
    let enough =
        of_process.into_iter().filter(|(process, all)| all.len() > 1 || none_left(*process));
    let told = enough.map(|(process, all)| {
        let count = all.len();
        let of = accepted.iter().filter(|one| one.process == process).count();
        let fds = all.iter().map(|one| one.fd);
        let (fds, who) = (super::some(fds), facts.who(process));
        found(
            Mistake::NeverClosed,
            all[0].step,
            format!(
                "{who} no cierra nunca {count} de los {of} sockets que acepta, cuyos clientes ya se fueron o ya no \
                 atiende: descriptores {fds}"
            ),
            format!(
                "{who} never closes {count} of the {of} sockets that it accepts, whose clients have left or are no \
                 longer served: descriptors {fds}"
            ),
        )
    });
    told.collect()
}
