//! Ports whose two bytes are in the wrong order.

use super::address::inet;
use super::facts::Facts;
use super::{Fault, Mistake, found};
use crate::trace::model::calls::Does;
use std::collections::{HashMap, HashSet};

/// A port whose two bytes are in the wrong order.
pub(super) struct Swapped {
    step: usize,
    port: u16,
    meant: u16,
    proof: Proof,
}

/// The proof that the other port was meant.
enum Proof {
    Argument,
    Printed,
    /// A step of another process.
    Other(usize),
}

/// Needs: an argument, a printed line or another process with the port that was meant.
pub(super) fn swapped(facts: &Facts<'_>) -> Vec<Swapped> {
    let named: Vec<_> = (0..facts.acts.len())
        .filter(|&step| facts.does(step, &[Does::Binds, Does::Connects]))
        .filter_map(|step| Some((step, inet(facts, step)?.port())))
        .collect();
    // The first process that names each port, and the first other one.
    let mut users: HashMap<u16, [Option<usize>; 2]> = HashMap::new();
    for &(step, port) in &named {
        let [first, second] = users.entry(port).or_default();
        match first {
            None => *first = Some(step),
            Some(first) if facts.process(*first) != facts.process(step) => {
                second.get_or_insert(step);
            }
            Some(_) => {}
        }
    }
    let mut all = Vec::new();
    let mut known = HashSet::new();
    let mut printed = HashMap::new();
    for &(step, port) in &named {
        if known.insert((facts.process(step), port)) {
            let process = facts.process(step);
            let printed = printed.entry(process).or_insert_with(|| self::printed(facts, process));
            let proof = proof(facts, &users, (step, port), printed);
            all.extend(proof.map(|proof| Swapped { step, port, meant: port.swap_bytes(), proof }));
        }
    }
    // Of two that differ only in this, the one that binds.
    let steps = all.iter().map(|one| one.step);
    let binds: Vec<_> = steps.filter(|&step| facts.does(step, &[Does::Binds])).collect();
    all.retain(|one| !matches!(one.proof, Proof::Other(other) if binds.contains(&other)));
    all
}

/// The proof that a port is not the one that was meant.
fn proof(
    facts: &Facts<'_>,
    users: &HashMap<u16, [Option<usize>; 2]>,
    (step, port): (usize, u16),
    printed: &[u16],
) -> Option<Proof> {
    let meant = port.swap_bytes();
    let process = facts.process(step);
    let given = numbers(&facts.story.tasks[facts.step(step).task].arguments);
    if port == 0 || meant == port || given.contains(&port) {
        return None;
    }
    if given.contains(&meant) {
        return Some(Proof::Argument);
    }
    let other = |port: u16| {
        let users = users.get(&port)?.iter().flatten();
        users.copied().find(|&other| facts.process(other) != process)
    };
    if let Some(user) = other(meant).filter(|_| other(port).is_none()) {
        return Some(Proof::Other(user));
    }
    (printed.contains(&meant) && !printed.contains(&port)).then_some(Proof::Printed)
}

/// How many printed lines of a program are searched for its port.
const MANY: usize = 100;

/// The numbers that a process prints.
fn printed(facts: &Facts<'_>, process: usize) -> Vec<u16> {
    let lines = facts.by(process).iter().filter_map(|&step| facts.printed(step));
    lines.take(MANY).flat_map(|line| numbers(&line)).collect()
}

impl Swapped {
    /// Whether this is about that port.
    pub fn is_about(&self, port: u16) -> bool {
        [self.port, self.meant].contains(&port)
    }

    pub fn told(&self, facts: &Facts<'_>) -> Fault {
        let Self { step, port, meant, .. } = *self;
        let (es, en) = match self.proof {
            Proof::Argument => ("el que se le dio".into(), "which it was given".into()),
            Proof::Printed => ("el que escribe en la pantalla".into(), "which it prints".into()),
            Proof::Other(other) => {
                let who = facts.who(facts.step(other).task);
                (format!("el que usa {who}"), format!("which {who} uses"))
            }
        };
        found(
            Mistake::PortOrder,
            step,
            format!("el puerto {port} es {meant}, {es}, con sus dos bytes al revés"),
            format!("port {port} is {meant}, {en}, with its two bytes swapped"),
        )
    }
}

/// The numbers in a text, those that can be ports.
fn numbers(text: &str) -> Vec<u16> {
    let words = text.split(|char: char| !char.is_ascii_digit());
    words.filter_map(|word| word.parse().ok()).filter(|&port| port != 0).collect()
}
