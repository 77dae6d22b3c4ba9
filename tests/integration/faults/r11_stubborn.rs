//! R11: a child that does not close when the operator says so: a tracer holds it. (One that is merely
//! stopped is continued: `stopped_child`.)

use super::provoke::held_back;
use super::tools::{state, tampered};
use crate::support::{Program, Server};
use nix::sys::signal::Signal;
use std::time::{Duration, Instant};

#[test]
fn a_stubborn_child_is_killed_after_the_answer() {
    let mut server = Server::on_terminal(Program::Fork, &["--no-greeting", "--grace", "1"]);
    let mut conns = server.connect_all(1);
    let stubborn = server.children()[0];
    if !held_back(stubborn) {
        return;
    }
    conns.push(server.connect());
    server.expect_clients(2);
    server.type_keys("\x03");
    server.stdout.expect("¿Cerrar los 2 clientes conectados? ");
    let start = Instant::now();
    server.type_line("s");
    assert!(conns[1].rest().starts_with("Servidor: cerrando, "));
    assert_eq!(state(stubborn), Some('t'), "it has been given its time");
    server.assert_gone(1);
    assert!(start.elapsed() >= Duration::from_millis(990));
    assert_eq!(state(stubborn), None, "it is reaped");
    let shown = server.stdout.all();
    assert!(shown.contains("1 cliente no cerró a tiempo"), "{shown}");
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
