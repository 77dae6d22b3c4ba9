//! Of many equal warnings one is printed. The number suppressed is printed even if no other warning
//! follows: when the interval is over, and when the server ends.

use super::tools::{assert_well, await_clients};
use crate::support::{Conn, Program, Server};
use nix::sys::signal::Signal;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// It must appear once the interval of ten seconds is over; the rest is for a busy machine.
const IN_TIME: Duration = Duration::from_secs(25);

/// A server with room for one client, which is connected, and this many that were turned away.
fn refused(program: Program, clients: usize) -> (Server, Conn) {
    let args = ["-q", "--no-greeting", "--max-clients", "1"];
    let mut server = Server::start(program, &args);
    let mut conn = server.connect();
    conn.ask("Hola\n");
    for _ in 0..clients {
        assert_eq!(server.connect().rest(), "Servidor: completo, 1 clientes\n");
    }
    let warning = server.stderr.expect_line("aviso: completo");
    assert!(!warning.contains("más"), "{warning}");
    (server, conn)
}

/// Ends the server, and returns its stderr without the first warning.
fn at_exit(program: Program, clients: usize) -> String {
    let (server, _conn) = refused(program, clients);
    server.signal(Signal::SIGTERM);
    server.assert_gone(0);
    server.stderr.all().split_once('\n').expect("the warning").1.to_owned()
}

fn how_many_is_said_at_exit(program: Program) {
    let said = at_exit(program, 6);
    assert!(said.contains("5 avisos más como este") && said.lines().count() == 1, "{said:?}");
}

fn one_is_not_two(program: Program) {
    let said = at_exit(program, 2);
    assert!(said.contains("1 aviso más como este") && said.lines().count() == 1, "{said:?}");
}

fn none_is_not_said(program: Program) {
    assert_eq!(at_exit(program, 1), "");
}

/// No client comes meanwhile, and only its timer wakes the server.
fn how_many_is_said_in_time(program: Program) {
    let (mut server, mut conn) = refused(program, 6);
    let start = Instant::now();
    while !server.stderr.so_far().contains("5 avisos más como este") {
        assert!(start.elapsed() < IN_TIME, "{:?}", server.stderr.so_far());
        sleep(Duration::from_millis(50));
    }
    assert_eq!(server.stderr.so_far().lines().count(), 2, "{}", server.stderr.so_far());
    // It is said once.
    conn.ask("Hola\n");
    drop(conn);
    await_clients(&mut server, 0);
    assert_well(&mut server);
    assert_eq!(server.stderr.all().matches("más como este").count(), 1);
}

on_both_servers!(
    how_many_is_said_at_exit,
    one_is_not_two,
    none_is_not_said,
    how_many_is_said_in_time,
);
