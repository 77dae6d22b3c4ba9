//! The listen queue when the operator closes: connections that the kernel has completed are
//! accepted before the listener is closed, answered, and told. None is reset.

use super::provoke::{all_are_told, continue_all, stop_all};
use super::tools::{QUIET, descriptors, leave_descriptors};
use crate::support::{Conn, DEADLINE, Program, Server, eventually, have};
use nix::sys::signal::Signal;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Instant;

const WAITING: usize = 20;

/// Clients that have connected and sent a message while the server is stopped.
fn waiting(server: &Server) -> Vec<Conn> {
    let connect = |_| {
        let mut conn = server.connect();
        conn.send("Hola\n");
        conn
    };
    (0..WAITING).map(connect).collect()
}

fn waiting_clients_are_answered_and_told(program: Program) {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let server = Server::start(program, &QUIET);
        stop_all(&server);
        let conns = waiting(&server);
        server.signal(signal);
        continue_all(&server);
        assert_eq!(all_are_told(conns), [1; WAITING]);
        server.assert_gone(0);
    }
}

/// Clients in the queue count as connected: they are served as long as they stay, and no others are.
fn waiting_clients_are_served_until_they_leave(program: Program) {
    let server = Server::start(program, &[&QUIET[..], &["--on-exit", "wait"]].concat());
    // Without any client an interrupt would have nothing to wait for.
    let mut first = server.connect();
    first.ask("Hola\n");
    stop_all(&server);
    let mut conns = waiting(&server);
    server.signal(Signal::SIGINT);
    continue_all(&server);
    eventually("nobody listens", || !server.is_listening());
    for conn in &mut conns {
        conn.reply();
        conn.ask("¿Sigue ahí?\n");
    }
    first.ask("Hola\n");
    drop((first, conns));
    server.assert_gone(0);
}

/// Three clients, no descriptor for another, and three more waiting.
fn without_descriptors(program: Program, args: &[&str]) -> (Server, Vec<Conn>) {
    let args = [&QUIET[..], &["--grace", "8"], args].concat();
    let mut server = Server::start(program, &args);
    let before = descriptors(server.pid()).len();
    let mut conns: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    // A child may answer before its parent has closed its own copy.
    let kept = if program == Program::Select { conns.len() } else { 0 };
    eventually("no more are open", || descriptors(server.pid()).len() == before + kept);
    leave_descriptors(server.pid(), 0);
    conns.extend(waiting(&server));
    server.stderr.expect("EMFILE");
    (server, conns)
}

fn clients_without_a_descriptor_are_told(program: Program) {
    if !have("prlimit") {
        return;
    }
    let (server, conns) = without_descriptors(program, &[]);
    server.signal(Signal::SIGTERM);
    let replies = all_are_told(conns);
    assert_eq!(replies[3..], [1; WAITING]);
    server.assert_gone(0);
}

/// Each leaves when it has its reply, so that there is a descriptor for the next.
fn clients_without_a_descriptor_are_served(program: Program) {
    if !have("prlimit") {
        return;
    }
    let (server, mut conns) = without_descriptors(program, &["--on-exit", "wait"]);
    server.signal(Signal::SIGINT);
    let waiting = conns.split_off(3);
    // Its descriptor goes to the first in the queue.
    drop(conns.remove(0));
    for mut conn in waiting {
        conn.reply();
    }
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    drop(conns);
    server.assert_gone(0);
}

/// Sends a message and end of file, and returns everything received until the end; `None` if nothing
/// listens.
fn simple_client(addr: SocketAddr) -> Option<Result<String, String>> {
    let mut stream = match TcpStream::connect_timeout(&addr, DEADLINE) {
        // The server no longer listens.
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => return None,
        connected => connected.expect("connected, or refused"),
    };
    stream.set_read_timeout(Some(DEADLINE)).expect("an option");
    let mut got = String::new();
    let spoken = stream
        .write_all(b"Hola\n")
        .and_then(|()| stream.shutdown(Shutdown::Write))
        .and_then(|()| stream.read_to_string(&mut got));
    Some(match spoken {
        Ok(_) => Ok(got),
        Err(error) => Err(format!("{error}, after {got:?}")),
    })
}

/// Four clients that come back again and again, to two addresses. Once a connection is made it ends with a
/// reply or the notice, at whatever moment the server is told to close.
fn clients_that_keep_coming_are_never_reset(program: Program) {
    for round in 0..10 {
        let server = Server::start(program, &[&QUIET[..], &["--bind", "127.0.0.2"]].concat());
        let other = SocketAddr::from(([127, 0, 0, 2], server.addr.port()));
        let served = &AtomicUsize::new(0);
        thread::scope(|scope| {
            for addr in [server.addr, other, server.addr, other] {
                scope.spawn(move || {
                    while let Some(got) = simple_client(addr) {
                        let got = got.unwrap_or_else(|error| panic!("round {round}: {error}"));
                        assert!(!got.is_empty(), "round {round}: no reply, no notice");
                        served.fetch_add(1, Relaxed);
                    }
                });
            }
            // The server must be told to close in any case, or they would come for ever.
            let deadline = Instant::now() + DEADLINE;
            while served.load(Relaxed) < 50 + round && Instant::now() < deadline {
                thread::yield_now();
            }
            server.signal(Signal::SIGTERM);
        });
        assert!(served.load(Relaxed) >= 50 + round, "they are served");
        server.assert_gone(0);
    }
}

on_both_servers!(
    waiting_clients_are_answered_and_told,
    waiting_clients_are_served_until_they_leave,
    clients_without_a_descriptor_are_told,
    clients_without_a_descriptor_are_served,
    clients_that_keep_coming_are_never_reset,
);
