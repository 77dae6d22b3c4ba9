//! Everything that has arrived when the operator closes is answered, and then the client is told. The
//! server is stopped meanwhile, so that it finds everything there at once.

use super::provoke::{continue_all, replies_and_notice, stop_all};
use super::server_end::ServerEnd;
use super::tools::{QUIET, peak_memory};
use crate::support::{Conn, Program, Server, eventually};
use nix::sys::signal::Signal;
use std::io::{ErrorKind, Write};
use std::thread;
use std::time::{Duration, Instant};

/// Sends as much of it as fits, and returns how many bytes that was.
fn send_what_goes(conn: &Conn, bytes: &[u8]) -> usize {
    conn.stream().set_nonblocking(true).expect("an option");
    let mut stream = conn.stream();
    let mut sent = 0;
    while sent < bytes.len() {
        match stream.write(&bytes[sent..]) {
            Ok(count) => sent += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock);
                break;
            }
        }
    }
    conn.stream().set_nonblocking(false).expect("an option");
    sent
}

/// The number of bytes that have arrived, once no more have come for a while.
fn settled(conn: &Conn) -> usize {
    let (mut arrived, mut since) = (0, Instant::now());
    eventually("no more arrives", || {
        let now = ServerEnd::of(conn).expect("a connection").unread;
        if now != arrived {
            (arrived, since) = (now, Instant::now());
        }
        since.elapsed() > Duration::from_millis(100)
    });
    arrived
}

/// The more a connection has carried, the more the kernel lets it hold: carries 4 MiB, all
/// answered.
fn carry(conn: &mut Conn) {
    const MESSAGES: usize = 4096;
    let mut sender = conn.stream().try_clone().expect("a descriptor");
    thread::scope(|scope| {
        scope.spawn(move || {
            let messages = format!("{}\n", "x".repeat(1023)).repeat(MESSAGES);
            sender.write_all(messages.as_bytes()).expect("the server reads");
        });
        conn.replies(MESSAGES);
    });
}

/// Stops the server, and sends it these messages: at least `least` bytes, if the kernel can be made to
/// hold them. Returns how many messages have arrived whole, and how many were sent.
fn arrived(server: &Server, conn: &mut Conn, messages: &[u8], least: usize) -> (usize, usize) {
    let lines = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte == b'\n').count();
    for attempt in 0.. {
        stop_all(server);
        let sent = send_what_goes(conn, messages);
        let arrived = settled(conn);
        if arrived >= least.min(messages.len()) || attempt == 20 {
            return (lines(&messages[..arrived]), lines(&messages[..sent]));
        }
        continue_all(server);
        conn.send(&messages[sent..]);
        conn.replies(lines(messages));
        carry(conn);
    }
    unreachable!("it ends after some attempts");
}

/// Tells the server to close, and continues it: every message that had arrived is answered, then
/// the client is told.
fn all_is_answered(program: Program, messages: &[u8], least: usize) {
    let server = Server::start(program, &[&QUIET[..], &["--grace", "600"]].concat());
    let mut conn = server.connect();
    conn.ask("Hola\n");
    let (arrived, sent) = arrived(&server, &mut conn, messages, least);
    server.signal(Signal::SIGTERM);
    continue_all(&server);
    let replies = replies_and_notice(&mut conn);
    println!("{sent} sent, {arrived} had arrived, {replies} answered");
    assert!((arrived..=sent).contains(&replies), "{arrived} had arrived, {replies} are answered");
    drop(conn);
    server.assert_gone(0);
}

fn a_thousand_messages_of_a_kilobyte(program: Program) {
    let message = format!("{}\n", "x".repeat(1023));
    all_is_answered(program, message.repeat(1000).as_bytes(), 400 * 1024);
}

/// Their replies are five times as many bytes, more than may wait for a client at once.
fn many_short_messages(program: Program) {
    all_is_answered(program, "Hola\n".repeat(80_000).as_bytes(), 300 * 1024);
}

/// A client that half-closes has sent everything: nothing of it is lost.
fn half_closed(program: Program) {
    let server = Server::start(program, &QUIET);
    let mut conn = server.connect();
    conn.ask("Hola\n");
    stop_all(&server);
    conn.send("Hola\n".repeat(9999) + "y nada más");
    conn.half_close();
    server.signal(Signal::SIGTERM);
    continue_all(&server);
    let replies = conn.rest();
    // The last one has no newline, and neither has its reply: the notice follows on the same line.
    let notices = replies.matches("Servidor: cerrando, ").count();
    assert_eq!(replies.matches(" secs").count() - notices, 10_000);
    server.assert_gone(0);
}

/// A client that does not read gets no more than at any other time.
fn one_that_never_reads(program: Program) {
    let server = Server::start(program, &[&QUIET[..], &["--grace", "1"]].concat());
    let mut conn = server.connect();
    conn.ask("Hola\n");
    let all = || [vec![server.pid()], server.children()].concat();
    let memory = || all().into_iter().map(peak_memory).sum::<usize>();
    let before = memory();
    stop_all(&server);
    send_what_goes(&conn, &[b'\n'; 4 << 20]);
    settled(&conn);
    server.signal(Signal::SIGTERM);
    let mut peak = 0;
    continue_all(&server);
    eventually("it ends", || {
        peak = peak.max(memory());
        all().into_iter().all(|pid| peak_memory(pid) == 0)
    });
    assert!(peak > 0 && peak < before + 1024, "{} KiB", peak.saturating_sub(before));
    assert!([0, 1].contains(&server.exit_code()), "cut off, or all that was owed had room");
}

on_both_servers!(
    a_thousand_messages_of_a_kilobyte,
    many_short_messages,
    half_closed,
    one_that_never_reads,
);
