//! Leaving, while the header of some is to come.

use super::header::{GREETING, TRUSTING, expect_closed, line, sent};
use crate::faults::tools::stop;
use crate::support::{Conn, Program, Server};
use nix::sys::signal::Signal;

fn start(program: Program, args: &[&str]) -> Server {
    Server::start(program, &[&TRUSTING[..], args].concat())
}

/// Begins to leave, with one connection of which it is not known whose it is.
fn leaving(server: &mut Server, signal: Signal) -> Conn {
    let conn = sent(server, "PROXY ");
    // Whoever comes after it has been accepted after it.
    super::header::serve_one(server);
    server.expect_clients(0);
    server.signal(signal);
    server.stdout.expect("cerrando\n");
    conn
}

/// Who becomes known in time gets what any client gets.
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

/// Who does not is waited for no longer than ever.
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

/// Where clients are waited for, so is who becomes one.
fn it_waits_for_who_becomes_a_client(program: Program) {
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
    it_waits_for_who_becomes_a_client,
);
