//! The parent of the fork server killed, and the port afterwards.

use crate::support::{Process, Program, Server, eventually, is_listening};
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use std::fs;

#[test]
fn children_end_when_their_parent_is_killed() {
    let args = ["--no-greeting", "-q"];
    let server = Server::start(Program::Fork, &args);
    let mut conns: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    server.signal(Signal::SIGKILL);
    assert!(matches!(server.ended(), WaitStatus::Signaled(_, Signal::SIGKILL, _)));
    for conn in &mut conns {
        conn.rest();
    }
    eventually("no child is left", || {
        let mut children = server.children();
        // Whoever inherits them may take its time to reap them.
        children.retain(|pid| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            !stat.is_empty() && !stat.contains(") Z ")
        });
        children.is_empty()
    });
}

fn the_port_can_be_bound_at_once(program: Program) {
    let server = Server::start(program, &["--no-greeting", "-q"]);
    let mut conns: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    server.signal(Signal::SIGKILL);
    server.ended();
    assert!(!is_listening(server.addr.port()));
    let again = program.command(&["-b", "127.0.0.1", "-p", &server.port(), "--no-greeting"]);
    let again = Server::of(Process::spawn(again));
    again.connect().ask("Hola\n");
}

fn the_port_can_be_bound_again_after_serving(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    conn.ask("Hola\n");
    let port = server.port();
    // The server closes first, so the wait after closing (TIME_WAIT) is on its side.
    server.stop();
    conn.rest();
    drop(conn);
    let again = program.command(&["-b", "127.0.0.1", "-p", &port, "--no-greeting"]);
    let again = Server::of(Process::spawn(again));
    again.connect().ask("Hola\n");
}

on_both_servers!(the_port_can_be_bound_at_once, the_port_can_be_bound_again_after_serving,);
