//! A stopped child is continued when the server closes: its client is told like the others, and
//! nobody is cut off.

use super::provoke::replies_and_notice;
use super::tools::state;
use crate::support::{Conn, Program, Server, eventually};
use nix::sys::signal::{Signal, kill};

/// Two clients, the child of the first one stopped.
fn with_a_stopped_child(mut server: Server) -> (Server, Vec<Conn>) {
    let mut conns = server.connect_all(1);
    conns[0].ask("Hola\n");
    let child = server.children()[0];
    conns.push(server.connect());
    server.expect_clients(2);
    kill(child, Signal::SIGSTOP).expect("it is there");
    eventually("it has stopped", || state(child) == Some('T'));
    // It has arrived, and has not been answered.
    conns[0].send("¿Y esto?\n");
    (server, conns)
}

#[test]
fn it_tells_its_client() {
    let args = ["--no-greeting", "--grace", "600"];
    let (server, mut conns) = with_a_stopped_child(Server::start(Program::Fork, &args));
    server.signal(Signal::SIGTERM);
    assert_eq!(replies_and_notice(&mut conns[1]), 0);
    assert_eq!(replies_and_notice(&mut conns[0]), 1);
    drop(conns);
    server.assert_gone(0);
}

#[test]
fn it_tells_its_client_after_the_answer() {
    let args = ["--no-greeting", "--grace", "600"];
    let (mut server, mut conns) = with_a_stopped_child(Server::on_terminal(Program::Fork, &args));
    server.type_keys("\x03");
    server.stdout.expect("¿Cerrar los 2 clientes conectados? ");
    server.type_line("s");
    for conn in &mut conns {
        replies_and_notice(conn);
    }
    drop(conns);
    server.assert_gone(0);
}

/// Waiting for the clients to leave does not need it: it is left stopped until it has to be told
/// something.
#[test]
fn it_tells_its_client_when_waiting_is_over() {
    let args = ["--no-greeting", "--grace", "600", "--on-exit", "wait"];
    let (server, mut conns) = with_a_stopped_child(Server::start(Program::Fork, &args));
    server.signal(Signal::SIGINT);
    conns[1].ask("Hola\n");
    server.signal(Signal::SIGTERM);
    for conn in &mut conns {
        replies_and_notice(conn);
    }
    drop(conns);
    server.assert_gone(0);
}
