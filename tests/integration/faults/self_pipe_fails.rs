//! The handler cannot write to the self-pipe, as when the kernel has no memory for it: signals are still
//! handled, even one that comes just before the server waits. strace makes the write fail.

use super::provoke::{all_are_told, attached, attached_to, await_held};
use super::tools::QUIET;
use crate::support::{Conn, Program, Server};
use nix::sys::signal::Signal;

const NO_MEMORY: &str = "write:error=ENOMEM";

fn served(program: Program) -> (Server, Vec<Conn>) {
    let server = Server::start(program, &QUIET);
    let mut conns: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    (server, conns)
}

fn while_it_waits(program: Program) {
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let (server, conns) = served(program);
        let Some(_strace) = attached(server.pid(), NO_MEMORY) else { return };
        server.signal(signal);
        all_are_told(conns);
        server.assert_gone(0);
    }
}

/// strace holds it in accept, the last call before it waits, when it has already checked for signals.
fn just_before_it_waits(program: Program) {
    let (server, mut conns) = served(program);
    let args = ["-e", "trace=accept4,write", "-e", &format!("inject={NO_MEMORY}")];
    let inject = "accept4:delay_exit=500000";
    let Some(_strace) = attached_to(server.pid(), inject, &args) else { return };
    conns.push(server.connect());
    await_held(server.pid(), &[libc::SYS_accept4]);
    server.signal(Signal::SIGTERM);
    all_are_told(conns);
    server.assert_gone(0);
}

on_both_servers!(while_it_waits, just_before_it_waits);
