//! The measurements: the tables, and the runs that fill them.

use crate::peers::{
    EPOLL, FORK, PLAIN, Peer, SELECT, balanced, fork_servers, introduced, select_servers,
};
use crate::process::Processors;
use crate::runs::{self, Figures};
use crate::table::Table;
use enchufe::limits::make_room_for;
use std::io::{IsTerminal, Write, stderr};
use std::time::Duration;

/// Connected clients, and how many of them are busy.
pub const HELD: [(usize, usize); 5] =
    [(10, 10), (100, 100), (1000, 1000), (1000, 10), (10_000, 10)];

/// Connected clients, one of which asks now and then.
pub const QUIET: [usize; 4] = [10, 100, 1000, 8000];

// The titles of the tables.
pub const SHORT: &str = "short connections, 8 at a time";
pub const SILENCE: &str = "10000 connected, all silent";
pub const IDLE_FORK: &str = "memory, 100 idle clients";
pub const IDLE_SELECT: &str = "memory, 10000 idle clients";
pub const CLOSING_FORK: &str = "closing 1000 clients";
pub const CLOSING_SELECT: &str = "closing 10000 clients";
pub fn held_title(connected: usize, busy: usize) -> String {
    format!("{connected} connected, {busy} busy")
}
pub fn quiet_title(connected: usize, ms: u64) -> String {
    format!("{connected} connected, one asks each {ms} ms")
}

/// Columns of the table of short connections, and the first of the other loads.
pub const RATE: usize = 0;
pub const CPU: usize = 1;
pub const CHILD_FAULTS: usize = 4;
pub const PARENT_FAULTS: usize = 5;
/// Columns of a quiet load's table.
pub const QUIET_CPU: usize = 0;
pub const QUIET_P50: usize = 1;
pub const QUIET_P99: usize = 2;

const SHORT_LOAD: &[&str] =
    &["per second", "CPU µs each", "p50 µs", "p99 µs", "child's page faults", "parent's"];
const LOAD: &[&str] = &["per second", "CPU µs each", "p50 µs", "p99 µs"];
const QUIET_LOAD: &[&str] = &["CPU µs each", "p50 µs", "p99 µs", "p99.9 µs"];
const SILENT: &[&str] = &["CPU ms a second", "wake-ups a second"];
const MEMORY: &[&str] = &["Pss KiB/client", "resident MiB, all"];
const CLOSING: &[&str] = &["ms", "clients told"];
const THROUGH: &[&str] =
    &["per second", "p50 µs", "p99 µs", "servers' CPU µs each", "HAProxy's CPU µs each"];

/// How much is measured.
#[derive(Clone, Debug)]
pub struct Plan {
    pub rounds: usize,
    /// Short connections per run.
    pub connections: usize,
    /// Messages per run over held connections.
    pub messages: usize,
    /// How often, in milliseconds, a quiet load asks, and how many messages a run has.
    pub quiet: [(u64, usize); 2],
    /// How long all clients are silent in a run.
    pub silence: Duration,
    /// Only tables with this in their title.
    pub only: String,
}

/// Measures one server once.
type Run<'a> = dyn Fn(&Peer) -> Figures + 'a;

/// A table to fill: the servers, and how they are run.
struct Measurement<'a> {
    table: Table,
    rounds: usize,
    /// Ours is the first.
    peers: Vec<Peer>,
    run: Box<Run<'a>>,
}

/// Everything, and notes on what could not be measured.
pub fn all(plan: &Plan) -> Result<(Vec<Table>, Vec<String>), String> {
    // For the load, and for the servers, which inherit the limit. With less, some will report
    // EMFILE.
    let _ = make_room_for(2 * HELD[4].0, 0);
    let mut notes = Vec::new();
    let mut measurements = measurements(plan, &mut notes)?;
    measurements.retain(|measurement| measurement.table.title.contains(&plan.only));
    if measurements.is_empty() {
        return Err(format!("no table has {:?} in its title", plan.only));
    }
    // Round by round, so that a change in the machine's speed affects all alike.
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
    // Memory and closing hardly vary, and a quiet load takes its time.
    let few = plan.rounds.div_ceil(3);
    let mut all = Vec::new();
    let mut add = |title: &str, columns, compared, rounds, peers: &[Peer], run| {
        let table = Table { title: title.to_owned(), columns, compared, rows: Vec::new() };
        all.push(Measurement { table, rounds, peers: peers.to_vec(), run });
    };
    let run =
        move |peer: &Peer| runs::short_connections(processors, peer, share(peer, plan.connections));
    add(SHORT, SHORT_LOAD, 2, plan.rounds, &forks, Box::new(run));
    for (connected, busy) in HELD {
        let run = move |peer: &Peer| {
            runs::held(processors, peer, connected, busy, share(peer, plan.messages))
        };
        let (title, peers) = (held_title(connected, busy), able(&selects, connected));
        add(&title, LOAD, 2, plan.rounds, &peers, Box::new(run));
    }
    for (ms, messages) in plan.quiet {
        for connected in QUIET {
            let every = Duration::from_millis(ms);
            let run = move |peer: &Peer| {
                runs::quiet(processors, peer, connected, every, share(peer, messages))
            };
            let (title, peers) = (quiet_title(connected, ms), able(&selects, connected));
            add(&title, QUIET_LOAD, 3, few, &peers, Box::new(run));
        }
    }
    // Ours, and one that is known to sleep.
    let mut peers = able(&selects, 10_000);
    peers.retain(|peer| [SELECT, PLAIN, EPOLL].contains(&peer.name));
    let run = move |peer: &Peer| runs::silence(processors, peer, 10_000, plan.silence);
    add(SILENCE, SILENT, 0, few, &peers, Box::new(run));
    for (title, clients, peers) in [(IDLE_FORK, 100, &forks), (IDLE_SELECT, 10_000, &selects)] {
        let run = move |peer: &Peer| runs::memory(processors, peer, clients);
        add(title, MEMORY, 2, few, &able(peers, clients), Box::new(run));
    }
    for (title, clients, peers) in
        [(CLOSING_FORK, 1000, &forks), (CLOSING_SELECT, 10_000, &selects)]
    {
        let run = move |peer: &Peer| runs::closing(processors, peer, clients);
        add(title, CLOSING, 0, few, &peers[..1], Box::new(run));
    }
    for name in [FORK, SELECT] {
        let run = move |peer: &Peer| runs::short_connections(processors, peer, plan.connections);
        let title = format!("{name}: short connections with a PROXY header");
        add(&title, SHORT_LOAD, 0, plan.rounds, &introduced(name), Box::new(run));
        let run = move |peer: &Peer| runs::short_through(processors, peer, plan.connections);
        let title = format!("{name} through HAProxy: short connections, 8 at a time");
        add(&title, THROUGH, 0, plan.rounds, &balanced(name, notes), Box::new(run));
    }
    let run = move |peer: &Peer| runs::held_through(processors, peer, 100, plan.messages);
    let title = format!("{SELECT} through HAProxy: 100 connected, 100 busy");
    add(&title, THROUGH, 0, plan.rounds, &balanced(SELECT, notes), Box::new(run));
    Ok(all)
}

/// How many of a run's operations this server gets.
fn share(peer: &Peer, operations: usize) -> usize {
    if peer.slow { operations.div_ceil(6) } else { operations }
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
