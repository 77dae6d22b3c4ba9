//! R12: the parent is killed: between fork and the child's first waiting, and with children that are
//! busy. With idle ones it is in `leaving::orphans`.

use super::tools::{CHILD, QUIET, await_clients, descriptors, state, stuff, tampered};
use crate::support::{Conn, Process, Program, Server, eventually, is_listening};
use nix::sys::signal::Signal;

#[test]
fn killed_before_the_child_has_waited() {
    let inject = "pselect6:delay_enter=500000";
    let Some(server) = tampered(Program::Fork, inject, &QUIET) else { return };
    let mut conns: Vec<_> = (0..3).map(|_| server.connect()).collect();
    // strace stops them at other calls too: it is not before they have closed the listener.
    let held_back = |pid| state(pid) == Some('t') && descriptors(pid).len() == CHILD;
    eventually("each has a child, held back", || {
        let children = server.children();
        children.len() == 3 && children.into_iter().all(held_back)
    });
    server.signal(Signal::SIGKILL);
    server.ended();
    // The children are still there, and none of them holds the port.
    assert!(!is_listening(server.addr.port()));
    let again = Program::Fork.command(&["-b", "127.0.0.1", "-p", &server.port(), "-q"]);
    let again = Server::of(Process::spawn(again));
    for conn in &mut conns {
        assert!(conn.rest().contains("Servidor: cerrando, "));
    }
    drop(conns);
    eventually("no child is left", || {
        server.children().iter().all(|&pid| matches!(state(pid), None | Some('Z')))
    });
    Conn::to(again.addr).line();
}

/// Killed with children that wait, that are in the middle of a message, that hold a reply back, and
/// whose clients do not read: the last ones give up after the grace period.
#[test]
fn killed_with_clients_of_every_kind() {
    let args = ["-q", "--no-greeting", "--delay", "300", "--grace", "1"];
    let mut server = Server::start(Program::Fork, &args);
    let mut conns: Vec<_> = (0..4).map(|_| server.connect()).collect();
    await_clients(&mut server, 4);
    conns[1].send("Ho");
    conns[2].send("uno\ndos\n");
    stuff(&conns[3], &[b'\n'; 65_536]);
    server.signal(Signal::SIGKILL);
    server.ended();
    assert!(!is_listening(server.addr.port()));
    // Nothing that was received is lost, although nobody is there to ask for it.
    let closing = "Servidor: cerrando, ";
    assert!(conns[0].rest().starts_with(closing));
    let replies = conns[2].rest();
    assert_eq!(replies.lines().count(), 3, "two replies and the notice: {replies}");
    assert!(conns[1].rest().contains(closing));
    eventually("no child is left", || {
        server.children().iter().all(|&pid| matches!(state(pid), None | Some('Z')))
    });
}
