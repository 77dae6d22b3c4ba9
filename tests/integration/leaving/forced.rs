//! Clients that do not let themselves be closed: cut off after the grace period, and said so.

use super::assert_closed;
use crate::faults::provoke::held_back;
use crate::faults::tools::stuff;
use crate::support::{Conn, Program, Server, eventually, is_listening};
use nix::sys::signal::Signal;
use std::time::{Duration, Instant};

/// A fork server with two clients; the first one's child is held by a tracer.
fn with_a_stubborn_child(grace: &str) -> Option<(Server, Vec<Conn>)> {
    let args = ["--no-greeting", "--grace", grace];
    let mut server = Server::start(Program::Fork, &args);
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
    let Some((server, mut conns)) = with_a_stubborn_child("1") else { return };
    let start = Instant::now();
    server.signal(Signal::SIGTERM);
    assert_closed(&mut conns[1]);
    server.assert_gone(1);
    assert!(start.elapsed() >= Duration::from_millis(990));
    assert_ne!(server.stderr.all(), "", "it says so");
    assert!(server.stdout.all().contains("SIGKILL"));
}

#[test]
fn another_interrupt_does_not_wait_for_the_grace_period() {
    let Some((server, mut conns)) = with_a_stubborn_child("600") else { return };
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
    eventually("nobody listens", || !is_listening(server.addr.port()));
    server.signal(Signal::SIGINT);
    server.assert_gone(1);
}

on_both_servers!(
    a_client_that_does_not_read_is_cut_off,
    a_client_that_keeps_its_end_open_is_closed_all_the_same,
    closing_stops_listening_at_once,
);
