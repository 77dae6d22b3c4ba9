//! The server may have no more memory (`ulimit -v`), and its clients need some: for long lines, replies
//! that nobody reads, a place. A client that cannot have it is told and closed; the others are served,
//! and the server lives.

use super::provoke::speak;
use super::tools::{QUIET, await_clients};
use crate::support::{Conn, Program, Server, eventually, have};
use nix::sys::signal::Signal;
use nix::unistd::Pid;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::process::Command;

const TOLD: &str = "Servidor: sin recursos\n";

/// Limits a process, from outside, to this much more memory than it has.
fn leave_memory(pid: Pid, more: usize) {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process is there");
    let size = status.lines().find_map(|line| line.strip_prefix("VmSize:")).expect("its size");
    let size: usize = size.trim().trim_end_matches(" kB").parse().expect("a number");
    let limit = format!("--as={}:", size * 1024 + more);
    let status = Command::new("prlimit").args([&format!("--pid={pid}"), &limit]).status();
    assert!(status.expect("prlimit runs").success(), "prlimit");
}

/// A server with three clients that have been answered, limited to this much more memory. `None`, with a
/// message, if that is not possible.
fn limited(program: Program, args: &[&str], more: usize) -> Option<(Server, Vec<Conn>)> {
    if !have("prlimit") {
        return None;
    }
    let server = Server::start(program, &[&["--no-greeting"], args].concat());
    let mut conns: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for conn in &mut conns {
        conn.send("Hola\n");
        conn.line();
    }
    leave_memory(server.pid(), more);
    Some((server, conns))
}

/// This many clients, which send these bytes, as far as they fit, and read nothing.
fn greedy(server: &Server, clients: usize, bytes: &[u8]) -> Vec<Conn> {
    let connect = |_| {
        let conn = server.connect();
        conn.stream().set_nonblocking(true).expect("an option");
        match conn.stream().write(bytes) {
            Err(error) if error.kind() != ErrorKind::WouldBlock => panic!("{error}"),
            _ => conn,
        }
    };
    (0..clients).map(connect).collect()
}

/// What each of them has received since the last time.
fn got(conns: &mut [Conn]) -> Vec<String> {
    let mut got = vec![String::new(); conns.len()];
    for (conn, got) in conns.iter_mut().zip(&mut got) {
        let mut stream = conn.stream();
        let mut buffer = [0; 65_536];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            got.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    }
    got
}

/// What a new client gets: a reply, or the notice.
fn hello(server: &Server) -> String {
    let mut conn = server.connect();
    conn.send("Hola\n");
    conn.line()
}

/// Asserts that the first clients are served while the others are there, that a new one gets something, and
/// that the server ends as it should.
fn assert_unharmed(mut server: Server, mut conns: Vec<Conn>, others: Vec<Conn>) {
    for conn in &mut conns {
        conn.send("Hola\n");
        conn.line();
    }
    hello(&server);
    drop((conns, others));
    await_clients(&mut server, 0);
    server.signal(Signal::SIGTERM);
    server.assert_gone(0);
}

fn lines_without_an_end(program: Program) {
    // All of the select server's clients share its memory; a child's has its own.
    let sizes = if program == Program::Fork { [100_000; 2] } else { [500_000, 1_000_000] };
    for args in [&[][..], &["-q"]] {
        for more in sizes {
            let Some((mut server, conns)) = limited(program, args, more) else { return };
            let mut greedy = greedy(&server, 60, &[b'x'; 60_000]);
            server.stderr.expect_line("aviso: sin memoria: cerrando ('127.0.0.1', ");
            eventually("some are told", || got(&mut greedy).iter().any(|got| got == TOLD));
            drop(greedy);
            eventually("there is room again", || hello(&server) != TOLD);
            assert_unharmed(server, conns, Vec::new());
        }
    }
}

/// Replies that are not read, or echoes, or that have to wait.
#[test]
fn replies_that_stay() {
    let flood = [b'\n'; 16_384];
    let cases: [(&[&str], &[u8]); 3] = [
        (&QUIET, &flood),
        (&["-q", "--reply", "echo"], &flood),
        (&["-q", "--delay", "500"], &flood[..300]),
    ];
    for (args, bytes) in cases {
        let Some((server, conns)) = limited(Program::Select, args, 300_000) else { return };
        let greedy = greedy(&server, 60, bytes);
        assert_unharmed(server, conns, greedy);
    }
}

fn more_clients_than_there_is_memory_for(program: Program) {
    let Some((mut server, conns)) = limited(program, &[], 300_000) else { return };
    // Each child takes a process, too.
    let clients = if program == Program::Fork { 200 } else { 900 };
    let mut greedy = greedy(&server, clients, b"x");
    if program == Program::Select {
        eventually("some are told", || got(&mut greedy).iter().any(|got| got == TOLD));
        // Nor for any other: the last of them is told at once.
        assert_eq!(server.connect().rest(), TOLD);
    }
    // The whole table takes memory too.
    server.signal(Signal::SIGUSR1);
    server.stdout.expect_line("clientes conectados: ");
    assert_unharmed(server, conns, greedy);
}

/// Nobody reads what is printed: it waits, as long as there is memory for it.
fn lines_that_wait(program: Program) {
    let Some((server, mut conns)) = limited(program, &[], 300_000) else { return };
    server.stdout.stall();
    speak(&mut conns, 3000, "Hola\n");
    server.stdout.resume();
    eventually("the lost lines are counted", || {
        conns[0].ask("Hola\n");
        server.stdout.so_far().contains("líneas perdidas")
    });
    assert_unharmed(server, conns, Vec::new());
}

/// As many clients as there is memory for, which then all send: what they have sent takes memory, and so do
/// the replies. Nobody is closed without a word.
#[test]
fn memory_that_clients_need_later() {
    for more in [280_000, 300_000, 320_000] {
        let Some((server, conns)) = limited(Program::Select, &[], more) else { return };
        let mut all: Vec<_> = (0..900).map(|_| server.connect()).collect();
        for conn in &all {
            conn.stream().set_nonblocking(true).expect("an option");
        }
        let mut heard = vec![String::new(); all.len()];
        let mut hear = |all: &mut [Conn]| {
            heard.iter_mut().zip(got(all)).for_each(|(heard, got)| heard.push_str(&got));
            heard.clone()
        };
        eventually("the last is told", || hear(&mut all).last().is_some_and(|last| last == TOLD));
        let told = hear(&mut all);
        for (conn, heard) in all.iter_mut().zip(told) {
            if heard.is_empty() {
                conn.send("x");
            }
        }
        eventually("each hears something", || hear(&mut all).iter().all(|heard| !heard.is_empty()));
        assert_unharmed(server, conns, all);
    }
}

on_both_servers!(lines_without_an_end, more_clients_than_there_is_memory_for, lines_that_wait);
