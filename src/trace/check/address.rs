//! Ports and addresses: bound, listened on and connected to.

use super::facts::{Errno, Facts, after, before};
use super::listening::{self, Listening};
use super::{Fault, Mistake, found, ports};
use crate::trace::model::address::{between, sockaddr};
use crate::trace::model::calls::Does;
use crate::trace::model::channel::Name;
use crate::trace::model::meaning::Meaning;
use std::net::SocketAddr;

pub(super) fn rules(facts: &Facts<'_>) -> Vec<Fault> {
    let listening = listening::all(facts);
    let swapped = ports::swapped(facts);
    let mut all: Vec<_> = swapped.iter().map(|swapped| swapped.told(facts)).collect();
    all.extend(not_listening(facts));
    all.extend(in_use(facts, &listening));
    let bound: Vec<_> = facts.all(Does::Binds).filter(|&step| facts.is_fine(step)).collect();
    for refused in refused(facts) {
        // Nobody listens there because the other process has the wrong port.
        if !swapped.iter().any(|swapped| swapped.is_about(refused.addr.port())) {
            all.extend(explain(facts, &listening, &bound, refused));
        }
    }
    all
}

/// The address that a bind or a connect names.
pub(super) fn inet(facts: &Facts<'_>, step: usize) -> Option<SocketAddr> {
    match sockaddr(facts.call(step).arg(1)) {
        Name::Inet(addr) => Some(addr),
        _ => None,
    }
}

/// The step that made the socket of this step.
fn made(facts: &Facts<'_>, step: usize) -> Option<usize> {
    let (process, fd) = (facts.process(step), facts.acts[step].fd);
    let last = |does: Does| {
        let mut all = before(facts.doing(process, does), step).iter().rev().copied();
        all.find(|&index| facts.acts[index].value == Some(fd))
    };
    last(Does::MakesSocket).max(last(Does::Accepts))
}

/// Whether this has been done, successfully, with its descriptor since its socket was made.
fn has_done(facts: &Facts<'_>, made: usize, step: usize, does: Does) -> bool {
    let fd = facts.acts[step].fd;
    let all = before(after(facts.doing(facts.process(step), does), made), step);
    all.iter().any(|&index| facts.acts[index].fd == fd && facts.is_fine(index))
}

/// An accept on a socket that does not listen. Needs: how the socket was made.
fn not_listening(facts: &Facts<'_>) -> Vec<Fault> {
    let failed = facts.all(Does::Accepts).filter_map(|step| {
        let fd = facts.acts[step].fd;
        let errno = facts.call(step).errno()?.to_owned();
        let is_wrong = matches!(facts.acts[step].errno, Errno::Invalid | Errno::NotListening);
        let made = is_wrong.then(|| made(facts, step))??;
        // A shutdown ends the listening; some programs wake an accept that way.
        if [Does::Listens, Does::ShutsDown].iter().any(|&does| has_done(facts, made, step, does)) {
            return None;
        }
        let (es, en) = match facts.does(made, &[Does::Accepts]) {
            true => (
                "es una conexión aceptada, no el socket de escucha".into(),
                "is an accepted connection, not the listening socket".into(),
            ),
            false => (
                format!("no escucha: ningún listen({fd}) salió bien"),
                format!("does not listen: no listen({fd}) has succeeded"),
            ),
        };
        Some(found(
            Mistake::NoListen,
            step,
            format!("accept da {errno}: el descriptor {fd} {es}"),
            format!("accept gives {errno}: descriptor {fd} {en}"),
        ))
    });
    failed.collect()
}

/// A bind that fails. Needs: how the socket was made, and that nothing listens there at that time.
fn in_use(facts: &Facts<'_>, listening: &[Listening]) -> Vec<Fault> {
    let failed = facts.all(Does::Binds).filter_map(|step| {
        let addr = inet(facts, step).filter(|_| facts.acts[step].errno == Errno::AddrInUse)?;
        let made = made(facts, step)?;
        let is_stream = facts.call(made).arg(1).contains("SOCK_STREAM");
        let mut options = after(facts.doing(facts.process(step), Does::SetsOption), made).iter();
        let is_reused = options.any(|&index| {
            index < step
                && facts.acts[index].fd == facts.acts[step].fd
                && facts.step(index).meaning == Meaning::ReuseAddr
                && facts.call(index).arg(3) == "[1]"
        });
        let is_held = listening.iter().any(|other| other.takes(addr) && (other.is_open(step) || !facts.is_in_order()));
        // Another port will do as well.
        let mut later = after(facts.doing(facts.process(step), Does::Binds), step).iter();
        let goes_on = later.any(|&index| {
            facts.is_fine(index)
                && inet(facts, index).is_some_and(|other| other.port() != addr.port())
        });
        if !is_stream || is_held || goes_on || is_reused {
            return None;
        }
        let fd = facts.acts[step].fd;
        Some(found(
            Mistake::NoReuse,
            step,
            format!(
                "bind a {addr} da EADDRINUSE, y el descriptor {fd} no tiene SO_REUSEADDR: el puerto lo retienen \
                 conexiones anteriores, en TIME_WAIT, si nadie más escucha ahí"
            ),
            format!(
                "bind to {addr} gives EADDRINUSE, and descriptor {fd} has no SO_REUSEADDR: the port is held by \
                 earlier connections, in TIME_WAIT, unless somebody else listens there"
            ),
        ))
    });
    failed.collect()
}

/// A connect that was refused, with no success afterwards.
#[derive(Clone, Copy)]
struct Refused {
    step: usize,
    addr: SocketAddr,
}

fn refused(facts: &Facts<'_>) -> Vec<Refused> {
    let mut all: Vec<(usize, Refused)> = Vec::new();
    for step in 0..facts.acts.len() {
        let process = facts.process(step);
        let is_answer = facts.step(step).meaning == Meaning::ConnectDone;
        if !is_answer && !facts.does(step, &[Does::Connects]) {
            continue;
        }
        let call = facts.call(step);
        let is_refused = facts.acts[step].errno == Errno::Refused
            || (is_answer && between(call.arg(3), "[", "]") == Some("ECONNREFUSED"));
        // For a connect in the background, the address is in the call that began it.
        let begun = match is_answer {
            false => Some(step),
            true => {
                let mut all =
                    before(facts.doing(process, Does::Connects), step).iter().rev().copied();
                all.find(|&index| facts.acts[index].fd == facts.acts[step].fd)
            }
        };
        let Some(addr) = begun.and_then(|begun| inet(facts, begun)) else { continue };
        let is_stream = facts.step(step).meaning != Meaning::SetPeer;
        if is_refused && is_stream {
            all.push((process, Refused { step, addr }));
        } else if facts.is_fine(step) && is_stream {
            all.retain(|(other, _)| *other != process);
        }
    }
    // Of several attempts, the first.
    let mut known = std::collections::HashSet::new();
    all.retain(|(process, refused)| known.insert((*process, refused.addr.port())));
    all.into_iter().map(|(_, refused)| refused).collect()
}

/// Why nobody was listening.
fn explain(
    facts: &Facts<'_>,
    listening: &[Listening],
    bound: &[usize],
    refused: Refused,
) -> Option<Fault> {
    let Refused { step, addr } = refused;
    // Too early or too late, but to the right address.
    if listening.iter().any(|listening| listening.takes(addr)) {
        return None;
    }
    if let Some(bound) = only_bound(facts, listening, bound, refused) {
        let who = facts.who(facts.step(bound).task);
        let fd = facts.acts[bound].fd;
        return Some(found(
            Mistake::NoListen,
            bound,
            format!(
                "{who} asocia el descriptor {fd} a {addr} y no llama a listen({fd}): quien se conecta recibe ECONNREFUSED"
            ),
            format!(
                "{who} binds descriptor {fd} to {addr} and does not call listen({fd}): whoever connects gets ECONNREFUSED"
            ),
        ));
    }
    let elsewhere = |same_port: bool| {
        listening.iter().find(move |other| {
            (other.addr.port() == addr.port()) == same_port
                && (other.is_open(step) || !facts.is_in_order())
        })
    };
    if let Some(other) = elsewhere(true) {
        let who = facts.who(facts.step(other.from).task);
        let own = other.addr;
        return Some(found(
            Mistake::OnlyLocal,
            step,
            format!(
                "connect a {addr} da ECONNREFUSED: {who} escucha en ese puerto, pero solo en {own}"
            ),
            format!(
                "connect to {addr} gives ECONNREFUSED: {who} listens on that port, but only on {own}"
            ),
        ));
    }
    let (es, en) = match elsewhere(false) {
        None => (String::new(), String::new()),
        Some(other) => {
            let (who, own) = (facts.who(facts.step(other.from).task), other.addr);
            (format!("; {who} escucha en {own}"), format!("; {who} listens on {own}"))
        }
    };
    Some(found(
        Mistake::NobodyThere,
        step,
        format!("connect a {addr} da ECONNREFUSED: ahí no escucha nadie{es}"),
        format!("connect to {addr} gives ECONNREFUSED: nobody listens there{en}"),
    ))
}

/// The bind to that address of a socket that never listens, in a process that is still alive.
fn only_bound(
    facts: &Facts<'_>,
    listening: &[Listening],
    bound: &[usize],
    refused: Refused,
) -> Option<usize> {
    before(bound, refused.step).iter().copied().find(|&step| {
        let process = facts.process(step);
        let own = facts.acts[step];
        let is_there = inet(facts, step)
            .is_some_and(|addr| Name::Inet(addr).may_be(&Name::Inet(refused.addr)));
        let made = made(facts, step);
        let is_stream = made.is_some_and(|made| facts.call(made).arg(1).contains("SOCK_STREAM"));
        let used = [Does::Connects, Does::Listens, Does::Closes].iter().any(|&does| {
            let later = after(facts.doing(process, does), step).iter();
            later
                .take_while(|&&index| index < refused.step)
                .any(|&index| facts.acts[index].fd == own.fd)
        });
        let is_gone = facts.end_of(process).is_some_and(|end| end < refused.step);
        is_there
            && is_stream
            && !used
            && !is_gone
            && process != facts.process(refused.step)
            && !listening.iter().any(|listening| listening.process() == process)
    })
}
