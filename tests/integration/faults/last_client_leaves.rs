//! Ctrl-C in the turn in which the last client leaves while the server closes: nobody was cut off, and
//! nobody is reported as cut off.

use super::provoke::client_that_does_not_read;
use super::tools::{QUIET, state, stop};
use crate::support::{Program, Server, eventually};
use nix::sys::signal::Signal;

fn nobody_was_cut_off(program: Program) {
    let server = Server::start(program, &[&QUIET[..], &["--grace", "600"]].concat());
    // It does not read its replies, so closing waits for it.
    let last = client_that_does_not_read(&server);
    server.signal(Signal::SIGTERM);
    eventually("nobody listens", || !server.is_listening());
    stop(&server);
    drop(last);
    // The server finds both when it goes on: the client, or its child, gone and the signal come.
    let children = server.children();
    eventually("its child has ended", || children.iter().all(|&pid| state(pid) == Some('Z')));
    server.signal(Signal::SIGINT);
    server.signal(Signal::SIGCONT);
    server.assert_gone(0);
    let said = server.stderr.all();
    assert!(!said.contains("cliente"), "{said}");
}

on_both_servers!(nobody_was_cut_off);
