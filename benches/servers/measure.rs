//! The measurements: what is done to each server, and what is read off it.

use crate::load::{Done, Held, short};
use crate::peers::{Peer, fork_servers, select_servers};
use crate::process::{Processors, Server};
use crate::table::Table;
use enchufe::limits::make_room_for;
use std::io::{IsTerminal, Write, stderr};
use std::time::Instant;

/// Connected clients, and how many of them are busy.
pub const HELD: [(usize, usize); 5] =
    [(10, 10), (100, 100), (1000, 1000), (1000, 10), (10_000, 10)];

// The titles of the tables.
pub const SHORT: &str = "short connections, 8 at a time";
pub const IDLE_FORK: &str = "memory, 100 idle clients";
pub const IDLE_SELECT: &str = "memory, 10000 idle clients";
pub const CLOSING_FORK: &str = "closing 1000 clients";
pub const CLOSING_SELECT: &str = "closing 10000 clients";
pub fn held_title(connected: usize, busy: usize) -> String {
    format!("{connected} connected, {busy} busy")
}

/// Two columns of a load's table.
pub const RATE: usize = 0;
pub const CPU: usize = 1;

const LOAD: &[&str] = &["per second", "CPU µs each", "p50 µs", "p99 µs"];
const MEMORY: &[&str] = &["Pss KiB/client", "resident MiB, all"];
const CLOSING: &[&str] = &["ms", "clients told"];

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Plan {
    pub rounds: usize,
    /// Short connections per run.
    pub connections: usize,
    /// Messages per run over held connections.
    pub messages: usize,
    /// Only tables with this in their title.
    pub only: String,
}

/// Measures one server once: a figure for each column of its table.
type Run<'a> = dyn Fn(&Peer) -> Result<Vec<f64>, String> + 'a;

/// A table to fill: whose runs, and how.
struct Measurement<'a> {
    table: Table,
    rounds: usize,
    /// Ours is the first.
    peers: Vec<Peer>,
    run: Box<Run<'a>>,
}

/// Everything, and notes on what could not be measured.
pub fn all(plan: &Plan) -> Result<(Vec<Table>, Vec<String>), String> {
    // For the load, and for the servers, which inherit it. With less, some will say EMFILE.
    let _ = make_room_for(2 * HELD[4].0);
    let mut notes = Vec::new();
    let mut measurements = measurements(plan, &mut notes)?;
    measurements.retain(|measurement| measurement.table.title.contains(&plan.only));
    if measurements.is_empty() {
        return Err(format!("no table has {:?} in its title", plan.only));
    }
    // Round by round, so that a change in the machine's speed touches all alike.
    for round in 1..=plan.rounds {
        for Measurement { table, rounds, peers, run } in &mut measurements {
            if round > *rounds {
                continue;
            }
            let mut failed = Vec::new();
            for (index, peer) in peers.iter().enumerate() {
                let what = format!("{}: {}, round {round}", table.title, peer.name);
                progress(&format!("{what} of {rounds}"));
                match run(peer) {
                    Ok(figures) => table.add(peer.name, peer.answers, figures),
                    Err(error) if index == 0 => return Err(format!("{what}: {error}")),
                    Err(error) => {
                        notes.push(format!("{what} and after: {error}"));
                        failed.push(peer.name);
                    }
                }
            }
            peers.retain(|peer| !failed.contains(&peer.name));
        }
    }
    progress("");
    Ok((measurements.into_iter().map(|measurement| measurement.table).collect(), notes))
}

fn measurements<'a>(
    plan: &'a Plan,
    notes: &mut Vec<String>,
) -> Result<Vec<Measurement<'a>>, String> {
    let processors = Processors::allowed()?;
    let (forks, selects) = (fork_servers(notes), select_servers(notes));
    // Memory and closing hardly vary.
    let few = plan.rounds.div_ceil(5);
    let mut all = Vec::new();
    let mut add = |title: &str, columns, compared, rounds, peers: &[Peer], run| {
        let table = Table { title: title.to_owned(), columns, compared, rows: Vec::new() };
        all.push(Measurement { table, rounds, peers: peers.to_vec(), run });
    };
    let run = move |peer: &Peer| short_connections(plan, processors, peer);
    add(SHORT, LOAD, 2, plan.rounds, &forks, Box::new(run));
    for (connected, busy) in HELD {
        let run = move |peer: &Peer| held(plan, processors, connected, busy, peer);
        let (title, peers) = (held_title(connected, busy), able(&selects, connected));
        add(&title, LOAD, 2, plan.rounds, &peers, Box::new(run));
    }
    for (title, clients, peers) in [(IDLE_FORK, 100, &forks), (IDLE_SELECT, 10_000, &selects)] {
        let run = move |peer: &Peer| memory(processors, clients, peer);
        add(title, MEMORY, 2, few, &able(peers, clients), Box::new(run));
    }
    for (title, clients, peers) in
        [(CLOSING_FORK, 1000, &forks), (CLOSING_SELECT, 10_000, &selects)]
    {
        let run = move |peer: &Peer| closing(processors, clients, peer);
        add(title, CLOSING, 0, few, &peers[..1], Box::new(run));
    }
    Ok(all)
}

/// Connect, one message, its reply, close. Children and clients share both processors.
fn short_connections(plan: &Plan, on: Processors, peer: &Peer) -> Result<Vec<f64>, String> {
    on.pin(&on.both())?;
    let server = Server::start(&peer.command, peer.port)?;
    short(server.addr, 100, 8)?;
    let count = if peer.slow { plan.connections / 6 } else { plan.connections };
    operations(&server, || short(server.addr, count, 8))
}

/// Messages over connections that stay, some of them silent. The server has a processor to itself;
/// the load has the other.
fn held(
    plan: &Plan,
    on: Processors,
    connected: usize,
    busy: usize,
    peer: &Peer,
) -> Result<Vec<f64>, String> {
    on.pin(&[on.first])?;
    let server = Server::start(&peer.command, peer.port)?;
    on.pin(&[on.second])?;
    let clients = Held::connect(server.addr, connected)?;
    // Until the server has seen who is busy: what is measured is the steady state.
    clients.busy(busy, 10_000)?;
    let count = if peer.slow { plan.messages / 6 } else { plan.messages };
    operations(&server, || clients.busy(busy, count))
}

/// What idle clients cost, once each has said something.
fn memory(on: Processors, clients: usize, peer: &Peer) -> Result<Vec<f64>, String> {
    on.pin(&on.both())?;
    let server = Server::start(&peer.command, peer.port)?;
    server.settle();
    let before = server.memory();
    let held = Held::connect(server.addr, clients)?;
    held.busy(clients, clients)?;
    let after = server.memory();
    let pss = after.pss.saturating_sub(before.pss) as f64 / clients as f64;
    Ok(vec![pss, after.resident as f64 / 1024.0])
}

/// From SIGINT until the server has told its clients, closed them and exited.
fn closing(on: Processors, clients: usize, peer: &Peer) -> Result<Vec<f64>, String> {
    on.pin(&on.both())?;
    let mut server = Server::start(&peer.command, peer.port)?;
    let held = Held::connect(server.addr, clients)?;
    held.busy(clients, clients)?;
    let began = Instant::now();
    server.interrupt();
    let told = held.read_farewells()?;
    server.wait()?;
    Ok(vec![began.elapsed().as_secs_f64() * 1000.0, told as f64])
}

/// What some operations took: per second, CPU of the server for each, latency.
fn operations(
    server: &Server,
    load: impl FnOnce() -> Result<Done, String>,
) -> Result<Vec<f64>, String> {
    let before = server.cpu();
    let done = load()?;
    server.settle();
    let cpu = server.cpu() - before;
    let operations = done.operations as f64;
    let micros = |percent| done.percentile(percent).as_secs_f64() * 1e6;
    Ok(vec![operations / done.seconds, cpu * 1e6 / operations, micros(50), micros(99)])
}

fn able(peers: &[Peer], connections: usize) -> Vec<Peer> {
    peers.iter().filter(|peer| peer.most >= connections).cloned().collect()
}

/// A line that replaces itself, on a terminal.
fn progress(line: &str) {
    let (start, end) = if stderr().is_terminal() { ("\r\x1b[K", "") } else { ("", "\n") };
    if end.is_empty() || !line.is_empty() {
        let _ = write!(stderr(), "{start}{line}{end}");
    }
}
