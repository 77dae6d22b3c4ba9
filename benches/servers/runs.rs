//! One run of one server: the load, and the figures.

use crate::balanced::Balanced;
use crate::load::{Done, Held, short};
use crate::peers::Peer;
use crate::process::{Processors, Server};
use crate::quiet::one_at_random;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A figure for each column of the table.
pub type Figures = Result<Vec<f64>, String>;

/// Connect, one message, its reply, close. Children and clients share both processors.
pub fn short_connections(on: Processors, peer: &Peer, count: usize) -> Figures {
    on.pin(&on.both())?;
    let server = Server::start(&peer.command, peer.port)?;
    short(server.addr, peer.header, 100, 8)?;
    server.wait_for_children();
    let before = server.faults();
    let load = || short(server.addr, peer.header, count, 8);
    let Cost { rate, cpu, p50, p99, .. } = cost(&server, load)?;
    let after = server.faults();
    let faults = [0, 1].map(|of| (after[of] - before[of]) as f64 / count as f64);
    Ok([[rate, cpu, p50, p99].as_slice(), &faults].concat())
}

/// Messages over connections that stay, some of them silent. The server has a processor to itself;
/// the load has the other.
pub fn held(on: Processors, peer: &Peer, connected: usize, busy: usize, count: usize) -> Figures {
    on.pin(&[on.first])?;
    let server = Server::start(&peer.command, peer.port)?;
    on.pin(&[on.second])?;
    let clients = Held::connect(server.addr, connected)?;
    // Let the server see which clients are busy: the steady state is measured.
    clients.busy(busy, connected.max(count / 10))?;
    let Cost { rate, cpu, p50, p99, .. } = cost(&server, || clients.busy(busy, count))?;
    Ok(vec![rate, cpu, p50, p99])
}

/// Clients that stay, one of which, at random, asks at intervals of `every`. Processors as above.
pub fn quiet(
    on: Processors,
    peer: &Peer,
    connected: usize,
    every: Duration,
    count: usize,
) -> Figures {
    on.pin(&[on.first])?;
    let server = Server::start(&peer.command, peer.port)?;
    on.pin(&[on.second])?;
    let clients = Held::connect(server.addr, connected)?;
    // All accepted, and then the steady state.
    clients.busy(connected, connected)?;
    one_at_random(&clients, every, count / 10)?;
    let load = || one_at_random(&clients, every, count);
    let Cost { cpu, p50, p99, p999, .. } = cost(&server, load)?;
    Ok(vec![cpu, p50, p99, p999])
}

/// What silent clients cost per second, measured over `time`.
pub fn silence(on: Processors, peer: &Peer, clients: usize, time: Duration) -> Figures {
    on.pin(&[on.first])?;
    let server = Server::start(&peer.command, peer.port)?;
    on.pin(&[on.second])?;
    let held = Held::connect(server.addr, clients)?;
    held.busy(clients, clients)?;
    // Time for the server to clean up.
    sleep(Duration::from_millis(200));
    let (cpu, sleeps) = (server.cpu(), server.sleeps());
    sleep(time);
    let (cpu, sleeps) = (server.cpu() - cpu, server.sleeps().saturating_sub(sleeps));
    // A dead server would cost nothing either.
    held.busy(1, 1)?;
    Ok(vec![cpu * 1000.0 / time.as_secs_f64(), sleeps as f64 / time.as_secs_f64()])
}

/// The memory that idle clients take, once each has sent something.
pub fn memory(on: Processors, peer: &Peer, clients: usize) -> Figures {
    on.pin(&on.both())?;
    let server = Server::start(&peer.command, peer.port)?;
    server.wait_for_children();
    let before = server.memory();
    let held = Held::connect(server.addr, clients)?;
    held.busy(clients, clients)?;
    let after = server.memory();
    let pss = after.pss.saturating_sub(before.pss) as f64 / clients as f64;
    Ok(vec![pss, after.resident as f64 / 1024.0])
}

/// From SIGINT until the server has told its clients, closed them and exited.
pub fn closing(on: Processors, peer: &Peer, clients: usize) -> Figures {
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

/// Short connections as above, perhaps through HAProxy.
pub fn short_through(on: Processors, peer: &Peer, count: usize) -> Figures {
    on.pin(&on.both())?;
    let servers = Balanced::start(peer)?;
    short(servers.addr(), &[], 100, 8)?;
    through(&servers, || short(servers.addr(), &[], count, 8))
}

/// Messages over connections that stay and are all busy, perhaps through HAProxy. All share both processors.
pub fn held_through(on: Processors, peer: &Peer, connected: usize, count: usize) -> Figures {
    on.pin(&on.both())?;
    let servers = Balanced::start(peer)?;
    let clients = Held::connect(servers.addr(), connected)?;
    clients.busy(connected, connected.max(count / 10))?;
    through(&servers, || clients.busy(connected, count))
}

fn through(servers: &Balanced, load: impl FnOnce() -> Result<Done, String>) -> Figures {
    let before = servers.cpu();
    let done = load()?;
    servers.wait_for_children();
    let after = servers.cpu();
    let [ours, haproxy] = [0, 1].map(|of| (after[of] - before[of]) * 1e6 / done.operations as f64);
    let rate = done.operations as f64 / done.seconds;
    Ok(vec![rate, done.micros(500), done.micros(990), ours, haproxy])
}

/// The cost of operations: how many per second; in microseconds, the server's CPU time for each, and
/// latencies.
struct Cost {
    rate: f64,
    cpu: f64,
    p50: f64,
    p99: f64,
    p999: f64,
}

fn cost(server: &Server, load: impl FnOnce() -> Result<Done, String>) -> Result<Cost, String> {
    let before = server.cpu();
    let done = load()?;
    server.wait_for_children();
    let cpu = server.cpu() - before;
    let operations = done.operations as f64;
    let [p50, p99, p999] = [500, 990, 999].map(|per_mille| done.micros(per_mille));
    Ok(Cost { rate: operations / done.seconds, cpu: cpu * 1e6 / operations, p50, p99, p999 })
}
