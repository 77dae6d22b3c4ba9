//! Which processes hold a listening socket, from when to when.

use super::facts::{Facts, before};
use crate::trace::model::address::sockaddr;
use crate::trace::model::calls::Does;
use crate::trace::model::channel::{ChannelKind, Name};
use crate::trace::model::meaning::Meaning;
use std::collections::HashMap;
use std::net::SocketAddr;

/// A listening socket.
pub(super) struct Listening {
    pub addr: SocketAddr,
    pub fd: i32,
    /// The step that made it listen.
    pub from: usize,
    pub holders: Vec<Holder>,
}

/// A process that holds it.
pub(super) struct Holder {
    pub process: usize,
    pub since: usize,
    /// The step after which it no longer holds it; the length of the story if it always does.
    pub until: usize,
}

impl Listening {
    /// The first that held it.
    pub fn process(&self) -> usize {
        self.holders[0].process
    }

    /// Whether any process holds it at that step.
    pub fn is_open(&self, step: usize) -> bool {
        self.holders.iter().any(|holder| holder.since <= step && step < holder.until)
    }

    /// Whether a connect to that address comes here.
    pub fn takes(&self, addr: SocketAddr) -> bool {
        Name::Inet(self.addr).may_be(&Name::Inet(addr))
    }
}

/// All sockets that listen on a port.
pub(super) fn all(facts: &Facts<'_>) -> Vec<Listening> {
    let mut book = Holdings { all: Vec::new(), held: HashMap::new(), end: facts.acts.len() };
    for (index, act) in facts.acts.iter().enumerate() {
        let process = facts.process(index);
        match act.does {
            Some(Does::Listens) if facts.is_fine(index) => {
                let addr = address(facts, index);
                if let Some(addr) = addr.filter(|_| !book.held.contains_key(&(process, act.fd))) {
                    book.all.push(Listening { addr, fd: act.fd, from: index, holders: Vec::new() });
                    book.hold(book.all.len() - 1, process, index);
                }
            }
            Some(Does::Forks) if facts.step(index).meaning == Meaning::Fork => {
                let Some(child) = facts.step(index).other else { continue };
                for place in 0..book.all.len() {
                    let held = book.held.get(&(process, book.all[place].fd));
                    if held.is_some_and(|&(known, _)| known == place) {
                        book.hold(place, child, index);
                    }
                }
            }
            Some(Does::Closes) => book.release(process, act.fd, index),
            Some(Does::ClosesRange) => {
                let call = facts.call(index);
                let [from, to] = [0, 1].map(|arg| call.arg(arg).parse::<i64>().unwrap_or(i64::MAX));
                book.release_all(process, index, |fd| (from..=to).contains(&i64::from(fd)));
            }
            // It is not known whether exec closes it.
            Some(Does::Runs) if facts.is_fine(index) => book.release_all(process, index, |_| true),
            _ if facts.end_of(process) == Some(index) => {
                book.release_all(process, index, |_| true);
            }
            _ => {}
        }
    }
    book.all
}

/// What each process holds at the moment.
struct Holdings {
    all: Vec<Listening>,
    /// By process and descriptor: which socket, and which of its holders.
    held: HashMap<(usize, i32), (usize, usize)>,
    end: usize,
}

impl Holdings {
    fn hold(&mut self, place: usize, process: usize, since: usize) {
        let listening = &mut self.all[place];
        self.held.insert((process, listening.fd), (place, listening.holders.len()));
        listening.holders.push(Holder { process, since, until: self.end });
    }

    fn release(&mut self, process: usize, fd: i32, step: usize) {
        if let Some((place, holder)) = self.held.remove(&(process, fd)) {
            self.all[place].holders[holder].until = step;
        }
    }

    fn release_all(&mut self, process: usize, step: usize, which: impl Fn(i32) -> bool) {
        for place in 0..self.all.len() {
            let fd = self.all[place].fd;
            if which(fd) {
                self.release(process, fd, step);
            }
        }
    }
}

/// The address of the socket that a step makes listen.
fn address(facts: &Facts<'_>, step: usize) -> Option<SocketAddr> {
    let own = &facts.acts[step];
    let binds = facts.doing(facts.process(step), Does::Binds);
    // Its port may only be known later.
    let told = facts.story.listeners.iter().find_map(|listener| match listener.name {
        Name::Inet(addr)
            if listener.kind == ChannelKind::Tcp && listener.task == facts.step(step).task =>
        {
            Some(addr)
        }
        _ => None,
    });
    let mut binds = before(binds, step).iter().rev();
    let bound = binds.find(|&&index| facts.acts[index].fd == own.fd && facts.is_fine(index));
    match bound.map(|&index| sockaddr(facts.call(index).arg(1))) {
        Some(Name::Inet(addr)) if addr.port() != 0 => Some(addr),
        Some(Name::Inet(addr)) => told.filter(|told| told.ip() == addr.ip()),
        _ => told,
    }
}
