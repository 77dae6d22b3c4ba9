//! The fork server's parent is killed: with children of every kind, and before a child's first wait. And the
//! port afterwards.

use super::assert_closed;
use crate::faults::tools::{CHILD, QUIET, await_clients, descriptors, state, stuff, tampered};
use crate::support::{Conn, Process, Program, Server, eventually};
use nix::sys::signal::Signal;

/// Kills the server: nothing holds its port.
fn kill(server: &Server) {
    server.signal(Signal::SIGKILL);
    server.ended();
    assert!(!server.is_listening());
}

fn assert_no_child_is_left(server: &Server) {
    // The process that inherits them may take its time to reap them.
    let has_ended = |pid| matches!(state(pid), None | Some('Z'));
    eventually("no child is left", || server.children().into_iter().all(has_ended));
}

/// One that is waiting, one in the middle of a message, one that holds replies back, and one whose client
/// does not read: that one gives up after the grace period.
#[test]
fn children_end_when_their_parent_is_killed() {
    let args = ["-q", "--no-greeting", "--delay", "300", "--grace", "1"];
    let mut server = Server::start(Program::Fork, &args);
    let mut conns: Vec<_> = (0..4).map(|_| server.connect()).collect();
    await_clients(&mut server, 4);
    conns[1].send("Ho");
    conns[2].send("uno\ndos\n");
    stuff(&conns[3], &[b'\n'; 65_536]);
    kill(&server);
    // Nothing that was received is lost, although the parent is gone.
    assert_closed(&mut conns[0]);
    let replies = conns[2].rest();
    assert_eq!(replies.lines().count(), 3, "two replies and the notice: {replies}");
    assert!(conns[1].rest().contains("Servidor: cerrando, "));
    assert_no_child_is_left(&server);
}

#[test]
fn killed_before_a_child_has_waited() {
    // Long enough for all to connect meanwhile: they are accepted in one turn, and held at once.
    let inject = "pselect6:delay_enter=2000000";
    let Some(server) = tampered(Program::Fork, inject, &QUIET) else { return };
    let mut conns: Vec<_> = (0..3).map(|_| server.connect()).collect();
    // strace stops them at other calls too: wait until they have closed the listener.
    let held_back = |pid| state(pid) == Some('t') && descriptors(pid).len() == CHILD;
    eventually("each has a child, held back", || {
        let children = server.children();
        children.len() == 3 && children.into_iter().all(held_back)
    });
    kill(&server);
    // The children are still there.
    let again = Program::Fork.command(&["-b", "127.0.0.1", "-p", &server.port(), "-q"]);
    let again = Server::of(Process::spawn(again));
    for conn in &mut conns {
        assert!(conn.rest().contains("Servidor: cerrando, "));
    }
    drop(conns);
    assert_no_child_is_left(&server);
    Conn::to(again.addr).line();
}

fn the_port_can_be_bound_at_once(program: Program) {
    let server = Server::start(program, &["--no-greeting", "-q"]);
    let mut conns: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    kill(&server);
    let again = program.command(&["-b", "127.0.0.1", "-p", &server.port(), "--no-greeting"]);
    let again = Server::of(Process::spawn(again));
    again.connect().ask("Hola\n");
}

on_both_servers!(the_port_can_be_bound_at_once);
