//! A signal that interrupts a call, where that is taken for an error, for data or for the end.

use super::facts::{Errno, Facts, after, before};
use super::{Fault, Mistake, found};
use crate::trace::model::calls::Does;
use crate::trace::model::meaning::Meaning;

/// Signals that do not ask a program to end.
const HARMLESS: [&str; 7] =
    ["SIGCHLD", "SIGCONT", "SIGWINCH", "SIGUSR1", "SIGUSR2", "SIGIO", "SIGURG"];

/// How many steps after a signal may belong to its handler, or to the handling of an error.
const NEAR: usize = 12;

const WAITS: [Does; 7] = [
    Does::Accepts,
    Does::Connects,
    Does::Receives,
    Does::Sends,
    Does::Selects,
    Does::Polls,
    Does::EpollWaits,
];

/// Needs: the handler, or the EINTR itself.
pub(super) fn rules(facts: &Facts<'_>) -> Vec<Fault> {
    let interrupted = (0..facts.acts.len())
        .filter(|&step| facts.acts[step].errno == Errno::Interrupted && facts.does(step, &WAITS));
    interrupted.filter_map(|step| told(facts, step)).collect()
}

fn told(facts: &Facts<'_>, step: usize) -> Option<Fault> {
    let own = after(&facts.of_task[facts.step(step).task], step);
    let signal = facts.signal(*own.first()?)?;
    if !HARMLESS.contains(&signal.as_str()) || !returns(facts, step, &signal) {
        return None;
    }
    let name = facts.told(step);
    let fd = facts.acts[step].fd;
    let name = if fd < 0 { format!("{name}()") } else { format!("{name}({fd})") };
    let (es, en) = taken_for(facts, step, own)?;
    Some(found(
        Mistake::Interrupted,
        step,
        format!("{signal} interrumpe {name}, que da EINTR, y el programa {es}"),
        format!("{signal} interrupts {name}, which gives EINTR, and the program {en}"),
    ))
}

/// Whether the call returns to the program, and is not restarted by the kernel.
fn returns(facts: &Facts<'_>, step: usize, signal: &str) -> bool {
    if facts.call(step).errno() == Some("EINTR") {
        return true;
    }
    let set = before(facts.doing(facts.process(step), Does::SetsHandler), step);
    let mut set = set.iter().rev();
    let line = set.find_map(|&index| {
        let mut lines = facts.story.raw(facts.step(index));
        lines.find(|line| line.starts_with(&format!("rt_sigaction({signal},"))).map(String::from)
    });
    let always = facts.is_wait(step);
    line.is_some_and(|line| {
        let action = line.split('}').next().unwrap_or_default();
        let is_caught = !action.contains("SIG_DFL") && !action.contains("SIG_IGN");
        is_caught && (always || !action.contains("SA_RESTART"))
    })
}

/// What the program does about it, if it is wrong.
fn taken_for(
    facts: &Facts<'_>,
    step: usize,
    own: &[usize],
) -> Option<(&'static str, &'static str)> {
    let act = facts.acts[step];
    let end = facts.step(step).end;
    let mut says = false;
    for &next in own.iter().take(NEAR) {
        let does = |wanted: &[Does]| facts.does(next, wanted);
        let printed = facts.printed(next);
        if does(&[Does::Sends]) && facts.call(next).arg(2) == "18446744073709551615" {
            return Some(("toma el -1 por una cantidad de bytes", "takes the -1 for a byte count"));
        }
        if let Some(printed) = printed {
            says |= printed.contains("Interrupted system call") || printed.contains("EINTR");
            continue;
        }
        let is_close = matches!(
            facts.step(next).meaning,
            Meaning::Close | Meaning::CloseCopy | Meaning::CloseOne
        );
        if is_close && end.is_some() && facts.step(next).end == end {
            return Some((
                "cierra la conexión, como si el otro se hubiera ido",
                "closes the connection, as if the other side had left",
            ));
        }
        if facts.step(next).meaning == Meaning::Exit {
            let is_error = facts.call(next).arg(0) != "0";
            let words =
                ("termina, como si fuera un error fatal", "ends, as if that were a fatal error");
            return (is_error || says).then_some(words);
        }
        if does(&WAITS)
            && (facts.acts[next].fd == act.fd || facts.is_wait(next) || does(&[Does::Accepts]))
        {
            return None;
        }
    }
    None
}
