//! The server is stopped for longer than a client may be silent. What the client has sent meanwhile
//! has arrived: it was not silent.

use super::provoke::{continue_all, stop_all};
use super::tools::{QUIET, connect_many, have_descriptors, one_at_a_time};
use crate::support::{Program, Server};
use std::thread::sleep;
use std::time::Duration;

fn nobody_was_idle(program: Program, clients: usize) {
    let server = Server::start(program, &[&QUIET[..], &["--idle", "1"]].concat());
    let mut conns = connect_many(&server, clients);
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    stop_all(&server);
    for conn in &mut conns {
        conn.send("Hola\n");
    }
    sleep(Duration::from_millis(1500)); // for longer than --idle
    continue_all(&server);
    for conn in &mut conns {
        conn.reply();
    }
}

fn a_few(program: Program) {
    nobody_was_idle(program, 10);
}

/// More than one epoll_wait returns.
#[test]
fn many() {
    let _turn = one_at_a_time();
    if have_descriptors(3000) {
        nobody_was_idle(Program::Select, 1000);
    }
}

on_both_servers!(a_few);
