//! Address, port and backlog.

use crate::support::{Conn, Process, Program, Server, have, is_listening, reserved_port};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

fn the_port_is_the_one_asked_for(program: Program) {
    let (port, _reserved) = reserved_port();
    let command = program.command(&["-b", "127.0.0.1", "--port", &port.to_string()]);
    let server = Server::of(Process::spawn(command));
    let listening = format!("escuchando en ('127.0.0.1', {port})");
    assert_eq!(server.listening, listening);
    assert!(is_listening(port));
    server.connect();
}

fn port_0_picks_free_ones(program: Program) {
    let (one, other) = (Server::start(program, &[]), Server::start(program, &[]));
    assert_ne!(one.addr.port(), other.addr.port());
    one.connect();
    other.connect();
}

fn the_default_port_is_the_coursework_s(program: Program) {
    let port = if program == Program::Fork { 6667 } else { 10_000 };
    // It may be taken on this machine: then the error names it.
    let process = Process::spawn(program.command(&["-q"]));
    let name = format!("('127.0.0.1', {port})");
    crate::support::eventually(&name, || {
        let (said, failed) = (process.stdout.so_far(), process.stderr.so_far());
        said.contains(&format!("escuchando en {name}\n"))
            || failed.contains(&format!("bind {name}: EADDRINUSE: Address already in use"))
    });
}

fn the_address_is_the_one_asked_for(program: Program) {
    let command = program.command(&["--bind", "127.0.0.5", "-p", "0"]);
    let server = Server::of(Process::spawn(command));
    assert_eq!(server.addr.ip(), Ipv4Addr::new(127, 0, 0, 5));
    server.connect();
    // Not on every address.
    let elsewhere = SocketAddr::from((Ipv4Addr::LOCALHOST, server.addr.port()));
    let elsewhere = TcpListener::bind(elsewhere);
    assert!(elsewhere.is_ok(), "{elsewhere:?}");
}

fn failure(program: Program, args: &[&str]) -> String {
    let process = Process::spawn(program.command(args));
    assert_eq!(process.exit_code(), 1);
    assert!(!process.stdout.all().contains("escuchando"));
    process.stderr.all()
}

fn a_port_in_use_is_a_failure(program: Program) {
    let other = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = other.local_addr().expect("bound").port();
    let said = failure(program, &["-b", "127.0.0.1", "-p", &port.to_string()]);
    let reason = "EADDRINUSE: Address already in use";
    let expected = format!("bind ('127.0.0.1', {port}): {reason}");
    assert!(said.contains(&expected), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

fn an_address_of_another_machine_is_a_failure(program: Program) {
    // Reserved for documentation: no machine has it.
    let said = failure(program, &["-b", "192.0.2.1", "-p", "0"]);
    let expected = "bind ('192.0.2.1', 0): EADDRNOTAVAIL";
    assert!(said.contains(expected), "{said}");
}

fn the_backlog_is_the_one_asked_for(program: Program) {
    if !have("strace") {
        return;
    }
    let server = Server::command(program, &["--backlog", "7"]);
    let mut strace = std::process::Command::new("strace");
    // -D: the server is our child, and strace a detached process.
    strace.args(["-D", "-qq", "-e", "trace=listen", "-e", "signal=none"]);
    strace.arg(server.get_program()).args(server.get_args());
    let mut server = Server::of(Process::spawn({
        strace.stdin(std::process::Stdio::null());
        strace
    }));
    let call = server.stderr.expect_line("listen(");
    assert!(call.contains(", 7)"), "{call}");
    Conn::to(server.addr);
}

on_both_servers!(
    the_port_is_the_one_asked_for,
    port_0_picks_free_ones,
    the_default_port_is_the_coursework_s,
    the_address_is_the_one_asked_for,
    a_port_in_use_is_a_failure,
    an_address_of_another_machine_is_a_failure,
    the_backlog_is_the_one_asked_for,
);
