//! Descriptors past `FD_SETSIZE` in the select server: C's `fd_set` overruns there. And as many
//! children: all told to close, all reaped.

use super::tools::{QUIET, connect_many, have_descriptors, one_at_a_time};
use crate::support::{Program, Server};
use nix::sys::signal::Signal;

/// Serves this many clients at once, and tells each of them when it closes.
fn serves(program: Program, clients: usize) {
    let _turn = one_at_a_time();
    if !have_descriptors(clients + 500) {
        return;
    }
    let server = Server::start(program, &QUIET);
    let mut conns = connect_many(&server, clients);
    for _ in 0..2 {
        conns.iter_mut().for_each(|conn| conn.send("Hola\n"));
        for conn in &mut conns {
            conn.reply();
        }
    }
    server.signal(Signal::SIGTERM);
    for conn in &mut conns {
        assert!(conn.rest().starts_with("Servidor: cerrando, "));
    }
    drop(conns);
    server.assert_gone(0);
}

#[test]
fn select_serves_1100_clients() {
    serves(Program::Select, 1100);
}

#[test]
fn select_serves_10000_clients() {
    serves(Program::Select, 10_000);
}

#[test]
fn fork_serves_1000_clients() {
    serves(Program::Fork, 1000);
}
