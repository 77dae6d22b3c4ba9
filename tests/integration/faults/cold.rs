//! Fairness of the select server's hot set (`server::watch`): a client that has been silent is not
//! among those it looks at first, and must not starve while a thousand others are.

use super::tools::{QUIET, connect_many, have_descriptors, one_at_a_time};
use crate::support::{Conn, Program, Server};
use nix::sys::signal::Signal;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

const BUSY: usize = 1000;

/// Ends a load when dropped: a test that fails must not wait for it for ever.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// Each always has one message unanswered. Counts the replies.
fn keep_asking(conns: &[Conn], replies: &AtomicUsize, over: &AtomicBool) {
    let mut buffer = [0; 1024];
    for conn in conns {
        conn.stream().set_nonblocking(true).expect("an option");
        conn.stream().write_all(b"Hola\n").expect("room");
    }
    while !over.load(Relaxed) {
        for conn in conns {
            let mut stream = conn.stream();
            if stream.read(&mut buffer).is_ok() {
                stream.write_all(b"Hola\n").expect("room");
                replies.fetch_add(1, Relaxed);
            }
        }
    }
}

/// The times of some replies to clients that have never said anything before.
fn first_replies(conns: &mut [Conn]) -> Vec<Duration> {
    let ask = |conn: &mut Conn| {
        let start = Instant::now();
        conn.ask("Hola\n");
        start.elapsed()
    };
    let mut times: Vec<_> = conns.iter_mut().map(ask).collect();
    times.sort();
    times
}

/// The measure is what the busy ones get: with 1,000 in turn, each waits for a round of all. A silent
/// one waits for its turn too, and at most for `watch::PERIOD` (20 ms) and a full look: ten rounds and
/// 50 ms are generous, and hold on a machine of any speed and load.
#[test]
fn a_silent_client_is_answered_among_a_thousand_busy() {
    let _turn = one_at_a_time();
    if !have_descriptors(3000) {
        return;
    }
    let server = Server::start(Program::Select, &QUIET);
    let mut conns = connect_many(&server, 2500);
    // None of them is the last of a 500, which has spoken.
    let mut cold: Vec<_> = conns.drain(BUSY..BUSY + 90).collect();
    let (replies, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (times, round) = thread::scope(|scope| {
        scope.spawn(|| keep_asking(&conns[..BUSY], &replies, &over));
        let _end = Over(&over);
        while replies.load(Relaxed) < 5 * BUSY {
            thread::yield_now();
        }
        let (start, before) = (Instant::now(), replies.load(Relaxed));
        let times = first_replies(&mut cold);
        let rounds = (replies.load(Relaxed) - before) as f64 / BUSY as f64;
        (times, start.elapsed().div_f64(rounds.max(0.1)))
    });
    let (typical, worst) = (times[times.len() * 9 / 10], times[times.len() - 1]);
    println!("a round of the busy: {round:?}; 9 of 10 within {typical:?}, the worst {worst:?}");
    assert!(typical < 10 * round + Duration::from_millis(50), "{typical:?}, a round {round:?}");
}

/// Each says a byte now and then, of a message that only silence ends: always somebody's time comes.
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
    let mut conns = connect_many(&server, BUSY + 20);
    let mut cold: Vec<_> = conns.drain(..20).collect();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        // Faster together than the server reads: a quarter of the clients each.
        for conns in conns.chunks(BUSY / 4) {
            let over = &over;
            scope.spawn(move || keep_dripping(conns, over));
        }
        let _end = Over(&over);
        println!("the worst: {:?}", first_replies(&mut cold).last());
        server.signal(Signal::SIGTERM);
        server.assert_gone(0);
    });
}
