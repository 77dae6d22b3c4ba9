//! R8: descriptors past `FD_SETSIZE` in the select server: C's `fd_set` overruns there. And as many
//! children: all told, all reaped.

use super::tools::{QUIET, have_descriptors, one_at_a_time};
use crate::support::{Conn, Program, Server};
use nix::sys::signal::Signal;

/// Connects until there are so many, and no faster than the server accepts: a queue that overflows
/// costs a client a second.
fn connect_up_to(clients: usize, conns: &mut Vec<Conn>, server: &Server) {
    while conns.len() < clients {
        let first = conns.len();
        conns.extend((first..clients.min(first + 500)).map(|_| server.connect()));
        conns.last_mut().expect("a client").ask("Hola\n");
    }
}

/// Serves so many clients at once, and tells each of them when it closes.
fn serves(program: Program, clients: usize) {
    let _turn = one_at_a_time();
    if !have_descriptors(clients as u64 + 500) {
        return;
    }
    let server = Server::start(program, &QUIET);
    let mut conns = Vec::new();
    connect_up_to(clients, &mut conns, &server);
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
