//! Leaving while headers are awaited.

use super::header::{GREETING, TRUSTING, expect_closed, line, sent};
use crate::faults::tools::stop;
use crate::support::{Conn, Program, Server};
use nix::sys::signal::Signal;

fn start(program: Program, args: &[&str]) -> Server {
    Server::start(program, &[&TRUSTING[..], args].concat())
}

/// Begins to leave, with one connection whose header has not arrived.
fn leaving(server: &mut Server, signal: Signal) -> Conn {
    let conn = sent(server, "PROXY ");
    // A client that comes after it is accepted after it.
    super::header::serve_one(server);
    server.expect_clients(0);
    server.signal(signal);
    server.stdout.expect("cerrando\n");
    conn
}

/// A client that becomes known in time gets what any client gets.
fn the_header_comes_in_time(program: Program) {
    let mut server = start(program, &["--grace", "60"]);
    let mut conn = leaving(&mut server, Signal::SIGTERM);
    conn.send("UNKNOWN\r\nHola\n");
    assert_eq!(conn.line(), GREETING);
    conn.reply();
    assert!(conn.rest().starts_with("Servidor: cerrando, "));
    drop(conn);
    server.assert_gone(0);
    assert!(server.stdout.all().ends_with("servidor finalizado: 2 clientes atendidos\n"));
}

/// One that does not is waited for no longer than at any other time.
fn the_header_never_comes(program: Program) {
    let mut server = start(program, &["--grace", "60"]);
    let conn = leaving(&mut server, Signal::SIGTERM);
    expect_closed(&conn);
    server.assert_gone(0);
    assert!(server.stderr.all().contains("no llegó entera en 3 segundos"));
}

/// Nor longer than the grace period.
fn the_grace_period_is_over(program: Program) {
    let mut server = start(program, &["--grace", "0"]);
    let conn = leaving(&mut server, Signal::SIGTERM);
    expect_closed(&conn);
    server.assert_gone(0);
    assert_eq!(server.stderr.all(), "");
}

/// Nor after one more Ctrl-C.
fn one_more_ctrl_c(program: Program) {
    let mut server = start(program, &["--grace", "60"]);
    let conn = leaving(&mut server, Signal::SIGINT);
    server.signal(Signal::SIGINT);
    expect_closed(&conn);
    server.assert_gone(0);
    assert_eq!(server.stderr.all(), "");
}

/// If clients are waited for, so is a connection that becomes one.
fn it_waits_for_a_connection_that_becomes_a_client(program: Program) {
    let mut server = start(program, &["--on-exit", "wait"]);
    let client = sent(&server, line("192.0.2.7", 1));
    server.expect_clients(1);
    let mut conn = sent(&server, "PROXY ");
    stop(&server);
    server.signal(Signal::SIGINT);
    server.signal(Signal::SIGCONT);
    server.stdout.expect("esperando a que termine");
    drop(client);
    server.expect_clients(0);
    conn.send("UNKNOWN\r\n");
    assert_eq!(conn.line(), GREETING);
    conn.ask("Hola\n");
    drop(conn);
    server.assert_gone(0);
}

on_both_servers!(
    the_header_comes_in_time,
    the_header_never_comes,
    the_grace_period_is_over,
    one_more_ctrl_c,
    it_waits_for_a_connection_that_becomes_a_client,
);
