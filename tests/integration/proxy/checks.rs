//! Health checks (`LOCAL`): served like a client, and never shown.

use super::header::{ENDS, GREETING, TRUSTING, binary, line, local, sent, serve_one};
use crate::faults::tools::{await_clients, descriptors, reset};
use crate::support::{Conn, Program, Server, eventually};
use nix::sys::signal::Signal;

/// Hundreds, whichever way they end: no line, no place, and nothing left behind.
fn hundreds_leave_nothing(program: Program) {
    let mut server = Server::start(program, &[&TRUSTING[..], &["--max-clients", "1"]].concat());
    let mut conn = sent(&server, line("192.0.2.7", 56_324));
    assert_eq!(conn.line(), GREETING);
    server.expect_clients(1);
    let (shown, open) = (server.stdout.so_far(), descriptors(server.pid()).len());
    for _ in 0..100 {
        reset(sent(&server, local()));
        drop(sent(&server, local()));
        let mut check = sent(&server, binary(0x20, 0x11, ENDS));
        check.half_close();
        assert_eq!(check.rest(), GREETING);
        // One that sends something, as HAProxy's tcp-check does.
        let mut check = sent(&server, local());
        assert_eq!(check.line(), GREETING);
        check.ask("check\n");
        check.send("SALIR\n");
        assert!(check.line().ends_with(" secs\n"));
    }
    eventually("they are closed", || descriptors(server.pid()).len() == open);
    conn.ask("Hola\n");
    server.stdout.expect("Hola");
    let since = server.stdout.so_far()[shown.len()..].to_owned();
    assert!(since.lines().count() < 6 && !since.contains("check"), "{since}");
    drop(conn);
    server.expect_clients(0);
    assert_eq!(server.stderr.so_far(), "");
    assert!(server.stop().ends_with("servidor finalizado: 1 cliente atendido\n"));
}

/// With too many of them open a client is still let in and, in the end, so is another check.
fn a_flood_of_them_is_bounded(program: Program) {
    let mut server = Server::start(program, &TRUSTING);
    let open = descriptors(server.pid()).len();
    let checks: Vec<_> = (0..200).map(|_| sent(&server, local())).collect();
    serve_one(&server);
    server.expect_clients(0);
    let held = descriptors(server.pid()).len() - open;
    // The select server may have an epoll instance by now.
    assert!(held <= 65, "{held}");
    drop(checks);
    eventually("they are closed", || descriptors(server.pid()).len() == open);
    assert_eq!(sent(&server, local()).line(), GREETING);
    server.stop();
}

/// A server with a health check that stays, and a client.
fn with_one_that_stays(program: Program, on_exit: &str) -> (Server, Conn, Conn) {
    let args = [&TRUSTING[..], &["--on-exit", on_exit, "--grace", "60"]].concat();
    let mut server = Server::start(program, &args);
    let mut check = sent(&server, local());
    assert_eq!(check.line(), GREETING);
    let client = sent(&server, line("192.0.2.7", 56_324));
    server.expect_clients(1);
    (server, check, client)
}

/// It is told, and not waited for.
fn closing_tells_it(program: Program) {
    let (server, mut check, mut client) = with_one_that_stays(program, "close");
    server.signal(Signal::SIGINT);
    assert!(client.rest().contains("Servidor: cerrando, "));
    drop(client);
    assert!(check.line().starts_with("Servidor: cerrando, "));
    server.assert_gone(0);
    assert!(server.stdout.all().contains("cerrando el cliente conectado"));
}

/// The last client has left: so does the server.
fn waiting_is_not_for_it(program: Program) {
    let (mut server, check, client) = with_one_that_stays(program, "wait");
    await_clients(&mut server, 1);
    server.signal(Signal::SIGINT);
    server.stdout.expect("esperando a que termine el cliente conectado");
    drop(client);
    server.assert_gone(0);
    drop(check);
}

on_both_servers!(
    hundreds_leave_nothing,
    a_flood_of_them_is_bounded,
    closing_tells_it,
    waiting_is_not_for_it,
);
