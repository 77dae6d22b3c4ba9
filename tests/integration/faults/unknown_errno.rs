//! A call fails with an error that no table names, and goes on failing: the program reports it once, tries
//! again after a while, and does not spin. When the call works again everything is as before. strace makes
//! it fail.

use super::provoke::attached;
use super::tools::{QUIET, assert_does_not_spin, assert_well};
use crate::support::{Conn, Program, Server, eventually};
use nix::sys::signal::Signal;
use nix::unistd::Pid;

/// No call of these programs fails with this.
const UNKNOWN: &str = "EDOM";

/// A server that prints everything, with this many clients that have been answered.
fn served(program: Program, clients: usize) -> (Server, Vec<Conn>) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut conns: Vec<_> = (0..clients).map(|_| server.connect()).collect();
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    (server, conns)
}

/// Lets `calls` of this process fail while its clients send and another one comes. Afterwards all have
/// been answered.
fn passes(
    (mut server, mut conns): (Server, Vec<Conn>),
    process: Pid,
    calls: &str,
    errno: &str,
    said: &str,
) {
    let Some(strace) = attached(process, &format!("{calls}:error={errno}")) else { return };
    conns.push(server.connect());
    for conn in &mut conns {
        conn.send("¿Sigue ahí?\n");
    }
    server.signal(Signal::SIGUSR1);
    eventually("it says so", || server.stderr.so_far().contains(said));
    assert_does_not_spin(process);
    assert!(server.stderr.so_far().lines().count() <= 1, "{}", server.stderr.so_far());
    strace.signal(Signal::SIGTERM);
    strace.ended();
    for conn in &mut conns {
        conn.reply();
        conn.ask("Hola\n");
    }
    drop(conns);
    assert_well(&mut server);
}

/// Calls of the server itself.
fn server_passes(program: Program, clients: usize, calls: &str, errno: &str, said: &str) {
    let served = served(program, clients);
    let server = served.0.pid();
    passes(served, server, calls, errno, said);
}

fn accept(program: Program) {
    server_passes(program, 3, "accept4", UNKNOWN, "accept: EDOM");
}

/// As a security module may do; the connection stays in the queue.
fn accept_not_permitted(program: Program) {
    server_passes(program, 3, "accept4", "EPERM", "accept: EPERM");
}

/// A call that is tried again at once is not tried for ever.
fn accept_aborted_again_and_again(program: Program) {
    server_passes(program, 3, "accept4", "ECONNABORTED", "accept: ECONNABORTED");
}

/// The self-pipe, and the fork server's pipe for the lines of its children. SIGUSR1 is still handled.
fn read(program: Program) {
    let said = if program == Program::Fork { "read hijos: EDOM" } else { "" };
    server_passes(program, 3, "read", UNKNOWN, said);
}

#[test]
fn recv() {
    server_passes(Program::Select, 3, "recvfrom", UNKNOWN, "recv (");
}

#[test]
fn send() {
    server_passes(Program::Select, 3, "sendto", UNKNOWN, "send (");
}

/// Not even with a signal that never ends.
#[test]
fn recv_interrupted() {
    server_passes(Program::Select, 3, "recvfrom", "EINTR", "recv (");
}

#[test]
fn send_interrupted() {
    server_passes(Program::Select, 3, "sendto", "EINTR", "send (");
}

/// With many clients another call names the ready ones for the select server.
#[test]
fn epoll_wait() {
    server_passes(Program::Select, 80, "epoll_wait", UNKNOWN, "");
}

/// Calls of the first client's child.
fn child_passes(calls: &str, errno: &str, said: &str) {
    let served = served(Program::Fork, 1);
    let child = served.0.children()[0];
    passes(served, child, calls, errno, said);
}

#[test]
fn recv_in_a_child() {
    child_passes("recvfrom", UNKNOWN, "recv (");
}

#[test]
fn send_in_a_child() {
    child_passes("sendto", UNKNOWN, "send (");
}

/// Failures are printed even with --quiet.
#[test]
fn it_is_said_although_quiet() {
    let server = Server::start(Program::Select, &QUIET);
    let mut conn = server.connect();
    conn.ask("Hola\n");
    let pid = server.pid();
    passes((server, vec![conn]), pid, "recvfrom", UNKNOWN, "aviso: recv ('127.0.0.1', ");
}

on_both_servers!(accept, accept_not_permitted, accept_aborted_again_and_again, read);
