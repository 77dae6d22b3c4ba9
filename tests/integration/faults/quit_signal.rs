//! SIGQUIT, by Ctrl-\ at a terminal or by kill: it closes, as SIGTERM does, and leaves no core.

use super::provoke::all_are_told;
use crate::support::{Program, Server};
use nix::sys::signal::Signal;

const CTRL_BACKSLASH: &str = "\x1c";

/// The key reaches the forked children too.
fn ctrl_backslash_closes(program: Program) {
    let mut server = Server::on_terminal(program, &["--no-greeting"]);
    let mut conns = server.connect_all(3);
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    server.type_keys(CTRL_BACKSLASH);
    all_are_told(conns);
    server.assert_gone(0);
    let shown = server.stdout.all();
    assert!(!shown.contains("¿Cerrar"), "it does not ask: {shown}");
}

fn it_closes_while_the_question_stands(program: Program) {
    let mut server = Server::on_terminal(program, &["--no-greeting"]);
    let conns = server.connect_all(2);
    server.type_keys("\x03");
    server.stdout.expect("¿Cerrar los 2 clientes conectados? ");
    server.type_keys(CTRL_BACKSLASH);
    all_are_told(conns);
    server.assert_gone(0);
}

fn kill_quit_closes(program: Program) {
    for on_exit in ["ask", "close", "wait"] {
        let mut server = Server::start(program, &["--no-greeting", "--on-exit", on_exit]);
        let conns = server.connect_all(3);
        server.signal(Signal::SIGQUIT);
        all_are_told(conns);
        server.assert_gone(0);
    }
}

fn without_clients_it_ends(program: Program) {
    let server = Server::start(program, &[]);
    server.signal(Signal::SIGQUIT);
    server.assert_gone(0);
}

on_both_servers!(
    ctrl_backslash_closes,
    it_closes_while_the_question_stands,
    kill_quit_closes,
    without_clients_it_ends,
);
