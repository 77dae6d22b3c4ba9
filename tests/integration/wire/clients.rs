//! Other people's clients, and IPv6.

use crate::support::{Conn, Process, Program, Reply, Server, have};
use std::net::TcpListener;
use std::process::{Command, Stdio};

fn nc_half_closes_and_gets_every_reply(program: Program) {
    // Debian's name for it: nc itself may be another one, without -N.
    if !have("nc.openbsd") {
        return;
    }
    let server = Server::start(program, &["--no-greeting"]);
    let mut nc = Command::new("nc.openbsd");
    nc.args(["-N", "127.0.0.1", &server.port()]);
    let mut nc = Process::spawn({
        nc.stdin(Stdio::piped());
        nc
    });
    nc.type_keys("a\nb\n");
    nc.end_input();
    assert_eq!(nc.exit_code(), 0, "{}", nc.stderr.so_far());
    let printed = nc.stdout.all();
    assert_eq!(printed.lines().map(Reply::parse).count(), 2);
    assert!(printed.ends_with('\n'));
}

fn telnet_ends_its_lines_with_crlf(program: Program) {
    if !have("telnet") {
        return;
    }
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut telnet = Command::new("telnet");
    telnet.args(["127.0.0.1", &server.port()]);
    // On a terminal: only there does telnet end a line as its protocol says.
    let mut telnet = Process::spawn_on_terminal(&telnet);
    telnet.stdout.expect_line("Escape character is");
    telnet.type_line("Hola");
    server.stdout.expect(r"recibido b'Hola\r\n' ");
    let reply = telnet.stdout.expect_line(" secs");
    Reply::parse(&reply);
    telnet.type_line("salir");
    server.stdout.expect(r"recibido b'salir\r\n' ");
    telnet.stdout.expect(" secs");
    // The server closes; telnet then ends by itself.
    telnet.ended();
}

fn ipv6_is_served(program: Program) {
    if TcpListener::bind("[::1]:0").is_err() {
        println!("skipped: no IPv6");
        return;
    }
    let command = program.command(&["--bind", "::1", "-p", "0", "--no-greeting"]);
    let mut server = Server::of(Process::spawn(command));
    let port = server.addr.port();
    let listening = format!("escuchando en ('::1', {port}, 0, 0)");
    assert_eq!(server.listening, listening);
    let mut conn = Conn::to(server.addr);
    conn.ask("Hola\n");
    let client = conn.stream().local_addr().expect("connected").port();
    server.stdout.expect(&format!("('::1', {client}, 0, 0)"));
}

fn a_name_can_be_bound(program: Program) {
    let command = program.command(&["--bind", "localhost", "-p", "0", "--no-greeting"]);
    let server = Server::of(Process::spawn(command));
    assert!(server.addr.ip().is_loopback());
    server.connect().ask("Hola\n");
}

on_both_servers!(
    nc_half_closes_and_gets_every_reply,
    telnet_ends_its_lines_with_crlf,
    ipv6_is_served,
    a_name_can_be_bound,
);
