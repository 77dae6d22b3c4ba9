//! Fifty children end while the parent is stopped. Their SIGCHLDs become one signal.

use super::tools::{QUIET, assert_well, await_clients, state, stop};
use crate::support::{Program, Server, eventually};
use nix::sys::signal::{Signal, kill};

#[test]
fn fifty_children_killed_at_once_are_all_reaped() {
    let mut server = Server::start(Program::Fork, &QUIET);
    let mut conns: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    let children = server.children();
    assert_eq!(children.len(), 50);
    stop(&server);
    for &child in &children {
        kill(child, Signal::SIGKILL).expect("it is there");
    }
    eventually("all are zombies", || children.iter().all(|&pid| state(pid) == Some('Z')));
    server.signal(Signal::SIGCONT);
    eventually("all are reaped", || server.children().is_empty());
    await_clients(&mut server, 0);
    assert_well(&mut server);
}

/// Clients come and go all the time: a SIGCHLD may interrupt any call.
#[test]
fn children_that_end_all_the_time_disturb_nobody() {
    let mut server = Server::start(Program::Fork, &QUIET);
    let mut steady = server.connect();
    for _ in 0..300 {
        let mut brief = server.connect();
        brief.ask("Hola\n");
        drop(brief);
        steady.ask("Hola\n");
    }
    await_clients(&mut server, 1);
    assert_eq!(server.children().len(), 1);
}
