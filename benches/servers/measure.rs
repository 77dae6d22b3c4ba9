//! The measurements: what is done to each server, and what is read off it.

use crate::load::{Done, Held, short};
use crate::peers::{Peer, fork_servers, select_servers};
use crate::process::Server;
use crate::report::Table;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::io::{IsTerminal, Write, stderr};
use std::time::Instant;

/// Connected clients, and how many of them are busy.
const HELD: [(usize, usize); 5] = [(10, 10), (100, 100), (1000, 1000), (1000, 10), (10_000, 10)];

/// Both processors: a fork server's children and its clients share them.
const BOTH: &str = "0,1";
/// The select server has a processor to itself; the load has the other.
const FIRST: &str = "0";

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

/// Everything, and notes on what could not be measured.
pub fn all(plan: &Plan) -> Result<(Vec<Table>, Vec<String>), String> {
    let most = 2 * HELD[4].0 as u64;
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).map_err(|e| e.to_string())?;
    if soft < most {
        setrlimit(Resource::RLIMIT_NOFILE, most.min(hard), hard).map_err(|e| e.to_string())?;
    }
    let mut notes = Vec::new();
    let (forks, selects) = (fork_servers(&mut notes), select_servers(&mut notes));
    let mut tables = vec![short_connections(plan, &forks, &mut notes)];
    for (connected, active) in HELD {
        tables.push(held(plan, connected, active, &selects, &mut notes));
    }
    tables.push(memory(plan, "memory, 100 idle clients", 100, &forks, &mut notes));
    tables.push(memory(plan, "memory, 10000 idle clients", 10_000, &selects, &mut notes));
    tables.push(closing(plan, 1000, &forks[..1], &mut notes));
    tables.push(closing(plan, 10_000, &selects[..1], &mut notes));
    tables.retain(|table| !table.rows.is_empty());
    Ok((tables, notes))
}

/// Connect, one message, its reply, close; 8 at a time.
fn short_connections(plan: &Plan, peers: &[Peer], notes: &mut Vec<String>) -> Table {
    let title = "short connections, 8 at a time";
    let mut table = Table::new(title, &["conn/s", "CPU us/conn", "p50 us", "p99 us"]);
    in_turn(plan, &mut table, peers, notes, |peer| {
        let server = Server::start(&peer.command, peer.port, BOTH)?;
        short(server.addr, 100, 8)?;
        let count = if peer.slow { plan.connections / 6 } else { plan.connections };
        operations(&server, || short(server.addr, count, 8))
    });
    table
}

/// Messages over connections that stay, some of them silent.
fn held(
    plan: &Plan,
    connected: usize,
    active: usize,
    peers: &[Peer],
    notes: &mut Vec<String>,
) -> Table {
    let title = format!("{connected} connected, {active} busy");
    let mut table = Table::new(&title, &["messages/s", "CPU us/message", "p50 us", "p99 us"]);
    in_turn(plan, &mut table, &able(peers, connected), notes, |peer| {
        let server = Server::start(&peer.command, peer.port, FIRST)?;
        let clients = Held::connect(server.addr, connected)?;
        clients.busy(active, active.max(1000))?;
        let count = if peer.slow { plan.messages / 6 } else { plan.messages };
        operations(&server, || clients.busy(active, count))
    });
    table
}

/// What idle clients cost, once each has said something.
fn memory(
    plan: &Plan,
    title: &str,
    clients: usize,
    peers: &[Peer],
    notes: &mut Vec<String>,
) -> Table {
    let mut table = Table::new(title, &["Pss KiB/client", "resident MiB, all"]);
    let once = Plan { rounds: plan.rounds.min(3), ..plan.clone() };
    in_turn(&once, &mut table, &able(peers, clients), notes, |peer| {
        let server = Server::start(&peer.command, peer.port, BOTH)?;
        let before = server.memory();
        let held = Held::connect(server.addr, clients)?;
        held.busy(clients, clients)?;
        let after = server.memory();
        let pss = after.pss.saturating_sub(before.pss) as f64 / clients as f64;
        Ok(vec![pss, after.resident as f64 / 1024.0])
    });
    table
}

/// From SIGINT until the server has told its clients, closed them and exited.
fn closing(plan: &Plan, clients: usize, peers: &[Peer], notes: &mut Vec<String>) -> Table {
    let mut table = Table::new(&format!("closing {clients} clients"), &["ms", "clients told"]);
    let once = Plan { rounds: plan.rounds.min(3), ..plan.clone() };
    in_turn(&once, &mut table, peers, notes, |peer| {
        let mut server = Server::start(&peer.command, peer.port, BOTH)?;
        let held = Held::connect(server.addr, clients)?;
        held.busy(clients, clients)?;
        let began = Instant::now();
        server.interrupt();
        let told = held.read_farewells()?;
        server.wait()?;
        Ok(vec![began.elapsed().as_secs_f64() * 1000.0, told as f64])
    });
    table
}

/// One run of each peer, then the next round.
fn in_turn(
    plan: &Plan,
    table: &mut Table,
    peers: &[Peer],
    notes: &mut Vec<String>,
    run: impl Fn(&Peer) -> Result<Vec<f64>, String>,
) {
    if !table.title.contains(&plan.only) {
        return;
    }
    for round in 1..=plan.rounds {
        for peer in peers {
            progress(&format!("{}: round {round} of {}: {}", table.title, plan.rounds, peer.name));
            match run(peer) {
                Ok(figures) => table.add(peer, figures),
                Err(error) => notes.push(format!("{}: {}: {error}", table.title, peer.name)),
            }
        }
    }
    progress("");
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
