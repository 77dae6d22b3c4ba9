//! select fails. Without memory for it the server waits a moment and tries again; after any other
//! error it closes, so that no process is left behind. strace makes it fail, in the server and not in
//! its children.

use super::provoke::{all_are_told, attached};
use super::tools::{QUIET, assert_does_not_spin, assert_well, tampered};
use crate::support::{Conn, Program, Server};
use nix::sys::signal::Signal;

/// The machine's C library uses one of them.
const CALLS: &str = "select,pselect6";

fn served(program: Program) -> (Server, Vec<Conn>) {
    let server = Server::start(program, &QUIET);
    let mut conns: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    (server, conns)
}

/// Sometimes, and in the children too.
fn a_moment_without_memory_is_waited_out(program: Program) {
    for when in ["1", "2..4", "3..5"] {
        let inject = format!("{CALLS}:error=ENOMEM:when={when}");
        let Some(mut server) = tampered(program, &inject, &QUIET) else { return };
        let mut conns: Vec<_> = (0..3).map(|_| server.connect()).collect();
        for _ in 0..5 {
            for conn in &mut conns {
                conn.ask("Hola\n");
            }
        }
        drop(conns);
        assert_well(&mut server);
    }
}

/// While there is none it uses no processor time, and then everything is as before.
fn without_memory_it_does_not_spin(program: Program) {
    let (mut server, mut conns) = served(program);
    let inject = format!("{CALLS}:error=ENOMEM");
    let Some(strace) = attached(server.pid(), &inject) else { return };
    // Ends the call that it was blocked in.
    server.signal(Signal::SIGUSR1);
    assert_does_not_spin(server.pid());
    strace.signal(Signal::SIGTERM);
    strace.ended();
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    conns.push(server.connect());
    conns[3].ask("Hola\n");
    drop(conns);
    assert_well(&mut server);
}

fn anything_else_is_the_end(program: Program) {
    for errno in ["EBADF", "EINVAL"] {
        let (server, conns) = served(program);
        let inject = format!("{CALLS}:error={errno}:when=1");
        let Some(_strace) = attached(server.pid(), &inject) else { return };
        server.signal(Signal::SIGUSR1);
        all_are_told(conns);
        server.assert_gone(1);
        let said = server.stderr.all();
        assert!(said.contains("select") && said.contains(errno), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

on_both_servers!(
    a_moment_without_memory_is_waited_out,
    without_memory_it_does_not_spin,
    anything_else_is_the_end,
);
