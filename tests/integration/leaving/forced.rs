//! Clients that cannot be closed: cut off after the grace period, and reported. A stubborn child is one
//! held by a tracer: a merely stopped one is continued (`faults::stopped_child`).

use super::{CTRL_C, assert_closed, question};
use crate::faults::provoke::held_back;
use crate::faults::tools::{state, stuff, tampered};
use crate::support::{Conn, Program, Server, eventually};
use nix::sys::signal::Signal;
use std::time::{Duration, Instant};

/// Two clients of a fork server; the first one's child is held by a tracer.
fn with_a_stubborn_child(mut server: Server) -> Option<(Server, Vec<Conn>)> {
    let mut conns = server.connect_all(1);
    if !held_back(server.children()[0]) {
        return None;
    }
    conns.push(server.connect());
    server.expect_clients(2);
    Some((server, conns))
}

#[test]
fn a_stubborn_child_is_killed_after_the_grace_period() {
    let server = Server::start(Program::Fork, &["--no-greeting", "--grace", "1"]);
    let Some((server, mut conns)) = with_a_stubborn_child(server) else { return };
    let start = Instant::now();
    server.signal(Signal::SIGTERM);
    assert_closed(&mut conns[1]);
    server.assert_gone(1);
    assert!(start.elapsed() >= Duration::from_millis(990));
    assert_ne!(server.stderr.all(), "", "it says so");
    assert!(server.stdout.all().contains("SIGKILL"));
}

#[test]
fn a_stubborn_child_is_killed_after_the_answer() {
    let server = Server::on_terminal(Program::Fork, &["--no-greeting", "--grace", "1"]);
    let Some((mut server, mut conns)) = with_a_stubborn_child(server) else { return };
    let stubborn = server.children()[0];
    server.type_keys(CTRL_C);
    server.stdout.expect(&question(2));
    let start = Instant::now();
    server.type_line("s");
    assert_closed(&mut conns[1]);
    assert_eq!(state(stubborn), Some('t'), "it has been given its time");
    server.assert_gone(1);
    assert!(start.elapsed() >= Duration::from_millis(990));
    let shown = server.stdout.all();
    assert!(shown.contains("1 cliente no cerró a tiempo"), "{shown}");
}

/// A client that closes just before its child is told to: nothing is left to wait for. strace holds the
/// child back after its reply, so that both find it there.
#[test]
fn a_client_that_has_just_closed_is_not_stubborn() {
    let args = ["-q", "--no-greeting", "--grace", "600"];
    let Some(server) = tampered(Program::Fork, "sendto:delay_exit=300000", &args) else { return };
    let mut conn = server.connect();
    conn.ask("Hola\n");
    drop(conn);
    server.signal(Signal::SIGTERM);
    server.assert_gone(0);
}

#[test]
fn another_interrupt_does_not_wait_for_the_grace_period() {
    let server = Server::start(Program::Fork, &["--no-greeting", "--grace", "600"]);
    let Some((server, mut conns)) = with_a_stubborn_child(server) else { return };
    server.signal(Signal::SIGINT);
    assert_closed(&mut conns[1]);
    server.signal(Signal::SIGINT);
    server.assert_gone(1);
    assert_ne!(server.stderr.all(), "", "it says so");
}

fn a_client_that_does_not_read_is_cut_off(program: Program) {
    let args = ["--no-greeting", "-q", "--reply", "echo", "--grace", "1"];
    let server = Server::start(program, &args);
    let (stubborn, mut other) = (server.connect(), server.connect());
    stuff(&stubborn, &[b'x'; 65_536]);
    other.send("Hola");
    assert_eq!(other.bytes(4), b"Hola");
    server.signal(Signal::SIGTERM);
    assert_closed(&mut other);
    server.assert_gone(1);
    assert_ne!(server.stderr.all(), "", "it says so");
}

fn a_client_that_keeps_its_end_open_is_closed_all_the_same(program: Program) {
    let mut server = Server::start(program, &["--no-greeting", "--grace", "600"]);
    let mut conns = server.connect_all(3);
    server.signal(Signal::SIGTERM);
    server.assert_gone(0);
    conns.iter_mut().for_each(assert_closed);
}

fn closing_stops_listening_at_once(program: Program) {
    let args = ["--no-greeting", "-q", "--reply", "echo", "--grace", "600"];
    let server = Server::start(program, &args);
    let stubborn = server.connect();
    stuff(&stubborn, &[b'x'; 65_536]);
    server.signal(Signal::SIGTERM);
    eventually("nobody listens", || !server.is_listening());
    server.signal(Signal::SIGINT);
    server.assert_gone(1);
}

on_both_servers!(
    a_client_that_does_not_read_is_cut_off,
    a_client_that_keeps_its_end_open_is_closed_all_the_same,
    closing_stops_listening_at_once,
);
