//! Fairness of the servers among many clients, and the cost of silent ones: not a single wake-up.

use super::tools::{QUIET, await_clients, connect_many, have_descriptors, one_at_a_time, state};
use crate::support::{Conn, Program, Server, eventually};
use nix::sys::signal::Signal;
use nix::unistd::Pid;
use std::fs;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

const FLOODING: usize = 1000;

/// Ends a load when dropped: a failing test must not wait for it for ever.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// Each always has more to send than the server reads in a turn, in messages of which one fits in a
/// turn. Counts the replies.
fn flood(conns: &[Conn], replies: &AtomicUsize, over: &AtomicBool) {
    let (message, mut buffer) = ([&[b'x'; 4095][..], b"\n"].concat(), [0; 65_536]);
    for conn in conns {
        conn.stream().set_nonblocking(true).expect("an option");
    }
    while !over.load(Relaxed) {
        for conn in conns {
            let mut stream = conn.stream();
            // It is full most of the time. Messages may be cut: the server sees lines all the same.
            let _ = stream.write(&message);
            if let Ok(count) = stream.read(&mut buffer) {
                let lines = buffer[..count].iter().filter(|&&byte| byte == b'\n').count();
                replies.fetch_add(lines, Relaxed);
            }
        }
    }
}

/// A quiet client gets its turn like the flooding ones: while it waits for its reply, they get no more
/// than ten rounds. Rounds are counted, not seconds, so it holds on any machine. One of several attempts
/// may be unlucky: a thread of this test that is not scheduled looks like a server that does not answer.
#[test]
fn a_quiet_client_is_answered_among_a_thousand_that_flood() {
    let _turn = one_at_a_time();
    if !have_descriptors(3000) {
        return;
    }
    for args in [&[][..], &["--plain-select"]] {
        let server = Server::start(Program::Select, &[&QUIET[..], args].concat());
        let mut conns = connect_many(&server, FLOODING + 21);
        let mut quiet: Vec<_> = conns.drain(..21).collect();
        let (replies, over) = (AtomicUsize::new(0), AtomicBool::new(false));
        thread::scope(|scope| {
            scope.spawn(|| flood(&conns, &replies, &over));
            let _end = Over(&over);
            eventually("all flood", || replies.load(Relaxed) > 2 * FLOODING);
            let mut waited: Vec<_> = quiet
                .iter_mut()
                .map(|conn| {
                    let before = replies.load(Relaxed);
                    conn.ask("Hola\n");
                    replies.load(Relaxed) - before
                })
                .collect();
            waited.sort_unstable();
            println!("the others' replies meanwhile: {waited:?}");
            assert!(waited[waited.len() / 2] <= 10 * FLOODING, "{waited:?}");
        });
    }
}

/// How often a process has gone to sleep so far, and so how often it was woken.
fn sleeps(pid: Pid) -> usize {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it is there");
    let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    line.expect("a line").trim().parse().expect("a number")
}

/// Silent clients wake nothing: no polling, no timer set again and again.
fn silent_clients_wake_nobody(program: Program) {
    for (clients, args) in [(10, &[][..]), (100, &[][..]), (100, &["--idle", "3600"])] {
        let mut server = Server::start(program, &[&QUIET[..], args].concat());
        let mut conns: Vec<_> = (0..clients).map(|_| server.connect()).collect();
        for conn in &mut conns {
            conn.ask("Hola\n");
        }
        await_clients(&mut server, clients);
        let all = [vec![server.pid()], server.children()].concat();
        eventually("all of them sleep", || all.iter().all(|&pid| state(pid) == Some('S')));
        let before: Vec<_> = all.iter().map(|&pid| sleeps(pid)).collect();
        thread::sleep(Duration::from_millis(500)); // in which nothing may happen
        let after: Vec<_> = all.iter().map(|&pid| sleeps(pid)).collect();
        assert_eq!(before, after, "{clients} clients, {args:?}");
        conns[0].ask("Hola\n");
    }
}

on_both_servers!(silent_clients_wake_nobody);

/// Each sends a byte now and then, of a message that only silence ends: there is always a timer
/// about to fire.
fn keep_dripping(conns: &[Conn], over: &AtomicBool) {
    for conn in conns {
        conn.stream().set_nonblocking(true).expect("an option");
    }
    while !over.load(Relaxed) {
        for conn in conns {
            // When the server closes, this fails.
            let _ = conn.stream().write(b"x");
        }
    }
}

#[test]
fn a_silent_client_is_answered_among_a_thousand_that_drip() {
    let _turn = one_at_a_time();
    if !have_descriptors(3000) {
        return;
    }
    let server = Server::start(Program::Select, &[&QUIET[..], &["--silence", "1"]].concat());
    let mut conns = connect_many(&server, FLOODING + 20);
    let mut quiet: Vec<_> = conns.drain(..20).collect();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        // Faster together than the server reads: a quarter of the clients each.
        for conns in conns.chunks(FLOODING / 4) {
            let over = &over;
            scope.spawn(move || keep_dripping(conns, over));
        }
        let _end = Over(&over);
        for conn in &mut quiet {
            conn.ask("Hola\n");
        }
        server.signal(Signal::SIGTERM);
        server.assert_gone(0);
    });
}
