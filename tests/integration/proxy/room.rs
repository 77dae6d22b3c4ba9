//! Room: for real addresses, for awaited headers, with few descriptors, and when calls fail.

use super::header::{GREETING, TRUSTING, expect_closed, line, local, sent, serve_one};
use crate::faults::tools::{CHILD, assert_does_not_spin, await_clients, descriptors, tampered};
use crate::support::{Conn, Process, Program, Server, eventually, have};
use std::process::Command;

/// How many headers are awaited at once.
const MOST_PENDING: usize = 64;

/// A client at this address that has been let in.
fn let_in(server: &Server, ip: &str) -> Conn {
    let mut conn = sent(server, line(ip, 56_324));
    assert_eq!(conn.line(), GREETING);
    conn
}

/// The limit is for each real address, however it is written.
fn of_each_address(program: Program) {
    let mut server = Server::start(program, &[&TRUSTING[..], &["--max-per-ip", "1"]].concat());
    let one = let_in(&server, "192.0.2.7");
    let two = let_in(&server, "2001:db8::7");
    for ip in ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::7"] {
        assert_eq!(sent(&server, line(ip, 1)).rest(), "Servidor: completo, 1 clientes\n");
    }
    let warning = server.stderr.expect_line("aviso");
    assert!(warning.ends_with("rechazado ('192.0.2.7', 1)"), "{warning}");
    let three = let_in(&server, "192.0.2.8");
    server.expect_clients(3);
    drop(one);
    server.expect_clients(2);
    let_in(&server, "192.0.2.7");
    drop((two, three));
}

/// With as many as there may be no other connection is accepted, until one of them is known.
fn of_those_who_say_nothing(program: Program) {
    let mut server = Server::start(program, &TRUSTING);
    let open = descriptors(server.pid()).len();
    let mut pending: Vec<_> = (0..MOST_PENDING).map(|_| sent(&server, "PROXY ")).collect();
    eventually("all are accepted", || descriptors(server.pid()).len() == open + MOST_PENDING);
    let mut next = sent(&server, line("192.0.2.9", 1) + "Hola\n");
    await_clients(&mut server, 0);
    assert_eq!(descriptors(server.pid()).len(), open + MOST_PENDING);
    pending.pop().expect("one").send("UNKNOWN\r\n");
    assert_eq!(next.line(), GREETING);
    next.reply();
    // A child holds none of them.
    if program == Program::Fork {
        server.expect_clients(1);
        let child = server.children().pop().expect("a child");
        eventually("it has closed them", || descriptors(child).len() == CHILD);
    }
    drop(pending);
    eventually("they are closed", || descriptors(server.pid()).len() < open + 3);
    serve_one(&server);
}

/// A server with few descriptors serves.
fn with_few_descriptors(program: Program) {
    if !have("prlimit") || !have("setpriv") {
        return;
    }
    let args = [&TRUSTING[..], &["-q"]].concat();
    for descriptors in [20, 40, 64] {
        // Root could raise the limit again.
        let mut command = Command::new("setpriv");
        command.args(["--bounding-set=-sys_resource", "prlimit"]);
        command.arg(format!("--nofile={descriptors}:{descriptors}"));
        let command = crate::support::within(command, &Server::command(program, &args));
        let server = Server::of(Process::spawn(command));
        let silent: Vec<_> = (0..2).map(|_| sent(&server, "PROXY ")).collect();
        let checks: Vec<_> = (0..40).map(|_| sent(&server, local())).collect();
        serve_one(&server);
        drop((silent, checks));
        serve_one(&server);
        server.stop();
    }
}

/// recv that fails for no known reason is called again a little later.
fn where_recv_fails(program: Program) {
    let Some(mut server) = tampered(program, "recvfrom:error=ENOMEM:when=1..2", &TRUSTING) else {
        return;
    };
    serve_one(&server);
    assert!(server.stderr.expect_line("recv").starts_with("aviso: recv ('127.0.0.1', "));
    server.stop();
}

/// And if it never works, without a busy loop, and for no longer than a header may take.
#[test]
fn where_recv_never_works() {
    let Some(server) = tampered(Program::Select, "recvfrom:error=ENOMEM", &TRUSTING) else {
        return;
    };
    let conn = sent(&server, line("192.0.2.7", 1));
    assert_does_not_spin(server.pid());
    expect_closed(&conn);
    server.stop();
}

on_both_servers!(of_each_address, of_those_who_say_nothing, with_few_descriptors, where_recv_fails);
