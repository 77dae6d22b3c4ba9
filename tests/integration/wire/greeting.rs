//! The greeting, and who gets one.

use crate::support::{Program, Server};

const GREETING: &str = "Servidor: Conectado con cliente\n";

/// The first line that a client gets, having sent one of its own.
fn first_line(program: Program, args: &[&str]) -> String {
    let server = Server::start(program, args);
    let mut conn = server.connect();
    conn.send("Hola\n");
    conn.line()
}

#[test]
fn the_fork_server_greets() {
    assert_eq!(first_line(Program::Fork, &[]), GREETING);
}

#[test]
fn the_select_server_does_not() {
    assert_ne!(first_line(Program::Select, &[]), GREETING);
}

#[test]
fn a_greeting_comes_before_the_client_has_said_anything() {
    let server = Server::start(Program::Fork, &[]);
    assert_eq!(server.connect().line(), GREETING);
}

fn flags_override(program: Program) {
    assert_eq!(first_line(program, &["--greeting"]), GREETING);
    assert_ne!(first_line(program, &["--no-greeting"]), GREETING);
}

on_both_servers!(flags_override);
