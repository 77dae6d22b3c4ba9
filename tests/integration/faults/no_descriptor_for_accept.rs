//! No descriptor is left for accept. The server does not spin, says so once, serves the connected
//! clients, and accepts the waiting ones as soon as it can.

use super::tools::{QUIET, assert_does_not_spin, await_clients, descriptors, leave_descriptors};
use crate::support::{Program, Server, eventually, have};

fn out_of_descriptors(program: Program) {
    if !have("prlimit") {
        return;
    }
    let mut server = Server::start(program, &QUIET);
    let mut connected: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for conn in &mut connected {
        conn.ask("Hola\n");
    }
    await_clients(&mut server, 3);
    // The fork server needs none for connected clients: their sockets are their children's.
    leave_descriptors(server.pid(), 0);
    let mut waiting: Vec<_> = (0..20).map(|_| server.connect()).collect();
    for conn in &mut waiting {
        conn.send("Hola\n");
    }
    server.stderr.expect("EMFILE");

    assert_does_not_spin(server.pid());
    assert_eq!(server.stderr.so_far().lines().count(), 1, "{}", server.stderr.so_far());

    for conn in &mut connected {
        conn.ask("Hola\n");
    }
    assert!(waiting.iter_mut().all(|conn| conn.arrived().is_empty()), "there was no room");
    leave_descriptors(server.pid(), 100);
    for conn in &mut waiting {
        conn.reply();
    }
}

/// Every place that becomes free goes to a waiting client.
#[test]
fn each_descriptor_freed_is_used() {
    if !have("prlimit") {
        return;
    }
    let mut server = Server::start(Program::Select, &QUIET);
    let before = descriptors(server.pid());
    leave_descriptors(server.pid(), 5);
    let mut conns: Vec<_> = (0..10).map(|_| server.connect()).collect();
    for conn in &mut conns {
        conn.send("Hola\n");
    }
    server.stderr.expect("EMFILE");
    while !conns.is_empty() {
        // In the order in which they came.
        conns.remove(0).reply();
    }
    eventually("all are closed", || descriptors(server.pid()) == before);
}

on_both_servers!(out_of_descriptors);
