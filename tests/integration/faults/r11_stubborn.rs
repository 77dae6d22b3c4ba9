//! R11: a child that is stopped does not close when the operator says so.

use super::tools::{state, tampered};
use crate::support::{Program, Server, eventually};
use nix::sys::signal::{Signal, kill};
use std::time::{Duration, Instant};

#[test]
fn a_stopped_child_is_killed_after_the_answer() {
    let mut server = Server::on_terminal(Program::Fork, &["--no-greeting", "--grace", "1"]);
    let mut conns = server.connect_all(1);
    let stubborn = server.children()[0];
    kill(stubborn, Signal::SIGSTOP).expect("it is there");
    eventually("it has stopped", || state(stubborn) == Some('T'));
    conns.push(server.connect());
    server.expect_clients(2);
    server.type_keys("\x03");
    server.stdout.expect("¿Cerrar los 2 clientes conectados? ");
    let start = Instant::now();
    server.type_line("s");
    assert!(conns[1].rest().starts_with("Servidor: cerrando, "));
    assert_eq!(state(stubborn), Some('T'), "it has been given its time");
    server.assert_gone(1);
    assert!(start.elapsed() >= Duration::from_millis(990));
    assert_eq!(state(stubborn), None, "it is reaped");
    let shown = server.stdout.all();
    assert!(shown.contains("1 cliente no cerró a tiempo"), "{shown}");
}

/// One that wakes up in time is closed as the others are.
#[test]
fn a_stopped_child_that_goes_on_is_in_time() {
    let mut server = Server::start(Program::Fork, &["--no-greeting", "--grace", "600"]);
    let mut conns = server.connect_all(1);
    let child = server.children()[0];
    kill(child, Signal::SIGSTOP).expect("it is there");
    conns[0].send("Hola\n");
    server.signal(Signal::SIGTERM);
    server.stdout.expect("cerrando el cliente conectado");
    kill(child, Signal::SIGCONT).expect("it is there");
    conns[0].reply();
    assert!(conns[0].rest().starts_with("Servidor: cerrando, "));
    server.assert_gone(0);
}

/// A client that closes just before its child is told to: nothing is left to wait for. strace holds
/// the child back after its reply, so that both find it there.
#[test]
fn a_client_that_has_just_closed_is_not_stubborn() {
    let args = ["-q", "--no-greeting", "--grace", "600"];
    let inject = "sendto:delay_exit=300000";
    let Some(server) = tampered(Program::Fork, inject, &args) else { return };
    let mut conn = server.connect();
    conn.ask("Hola\n");
    drop(conn);
    server.signal(Signal::SIGTERM);
    server.assert_gone(0);
}
