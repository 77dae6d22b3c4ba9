//! Signals at the worst moment: just before a blocking call, and while every descriptor is ready.
//! The reaction must come at once.

use super::provoke::{await_held, held_in, may_attach, tracer};
use super::tools::{QUIET, assert_well, await_clients, tampered};
use crate::support::{Conn, Process, Program, Server, eventually, have};
use libc::c_long;
use nix::sys::signal::Signal;
use nix::unistd::Pid;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Less than a second is expected; the rest is for a busy machine.
const AT_ONCE: Duration = Duration::from_secs(15);

/// A server whose blocking calls strace delays, each by 200 ms at the first attempt: leaving takes three of them.
/// A busy machine needs longer to look and to send a signal meanwhile: the delay grows with each attempt.
fn held_back(program: Program, attempt: usize) -> Option<Server> {
    let delay = 200_000 + 100_000 * attempt;
    tampered(program, &format!("select,pselect6,recvfrom:delay_enter={delay}"), &QUIET)
}

/// The blocking calls, by number.
const WAITING: &[c_long] = &[
    libc::SYS_pselect6,
    libc::SYS_recvfrom,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_select,
];

/// How many attempts there are to get three of them.
const TRIES: usize = 20;

/// Sends the signal to the server while strace holds this process of it. Returns when, unless the process
/// went on too soon, as it may on a busy machine.
fn signal_while_held(server: &Server, signal: Signal, process: Pid) -> Option<Instant> {
    let held = await_held(process, WAITING);
    let now = Instant::now();
    server.signal(signal);
    (held.is_some() && held_in(process) == held).then_some(now)
}

/// Asserts that the median reaction came in time. A single one would measure a busy machine; after a
/// missed signal there is no reaction, and the test ends at its deadline.
fn assert_at_once(mut reactions: Vec<Duration>) {
    assert!(reactions.len() >= 3, "it was hardly ever held");
    reactions.sort();
    assert!(reactions[reactions.len() / 2] < AT_ONCE, "{reactions:?}");
}

fn just_before_it_waits(program: Program) {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let mut reactions = Vec::new();
        for attempt in 0..TRIES {
            let Some(server) = held_back(program, attempt) else { return };
            let sent = signal_while_held(&server, signal, server.pid());
            server.assert_gone(0);
            reactions.extend(sent.map(|sent| sent.elapsed()));
            if reactions.len() == 3 {
                break;
            }
        }
        assert_at_once(reactions);
    }
}

/// The child is told to close just before it waits for its client.
#[test]
fn just_before_a_child_waits() {
    let mut reactions = Vec::new();
    for attempt in 0..TRIES {
        let Some(server) = held_back(Program::Fork, attempt) else { return };
        let mut conn = server.connect();
        eventually("a child", || !server.children().is_empty());
        let sent = signal_while_held(&server, Signal::SIGTERM, server.children()[0]);
        assert!(conn.rest().starts_with("Servidor: cerrando, "));
        reactions.extend(sent.map(|sent| sent.elapsed()));
        drop(conn);
        server.assert_gone(0);
        if reactions.len() == 3 {
            break;
        }
    }
    assert_at_once(reactions);
}

/// Its last line is out: one more Ctrl-C does not change how it ends.
fn just_before_it_ends(program: Program) {
    // Delays by 100 ms what a Rust program does after main.
    let Some(mut server) = tampered(program, "sigaltstack:delay_exit=100000", &[]) else { return };
    server.signal(Signal::SIGTERM);
    server.stdout.expect("servidor finalizado: ");
    for _ in 0..100 {
        server.signal(Signal::SIGINT);
        thread::sleep(Duration::from_millis(1));
    }
    server.assert_gone(0);
}

/// Clients that send without pause, and read what they get, until told to stop.
fn busy(conns: &mut [Conn], over: &AtomicBool) {
    let (line, mut buffer) = ([&[b'x'; 99][..], b"\n"].concat(), [0; 65_536]);
    for conn in conns.iter() {
        conn.stream().set_nonblocking(true).expect("an option");
    }
    while !over.load(Ordering::Relaxed) {
        for conn in conns.iter() {
            let mut stream = conn.stream();
            // A server that is closing may refuse either.
            let _ = stream.write(&line);
            let _ = stream.read(&mut buffer);
        }
    }
}

fn while_every_descriptor_is_ready(program: Program) {
    let mut reactions = Vec::new();
    for _ in 0..3 {
        let mut command = Server::command(program, &[&QUIET[..], &["--on-exit", "ask"]].concat());
        command.stdin(Stdio::piped());
        let mut server = Server::of(Process::spawn(command));
        let mut conns: Vec<_> = (0..100).map(|_| server.connect()).collect();
        await_clients(&mut server, 100);
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| busy(&mut conns, &over));
            let _stop = OnDrop(&over);
            let start = Instant::now();
            server.signal(Signal::SIGINT);
            server.stdout.expect("¿Cerrar los 100 clientes conectados? ");
            reactions.push(start.elapsed());
            let start = Instant::now();
            server.signal(Signal::SIGTERM);
            eventually("nobody listens", || !server.is_listening());
            reactions.push(start.elapsed());
            server.assert_gone(0);
        });
    }
    assert_at_once(reactions);
}

/// Stops the busy thread, also when the test fails.
struct OnDrop<'a>(&'a AtomicBool);

impl Drop for OnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Attaching interrupts every blocking call.
fn attaching_strace_harms_nothing(program: Program) {
    if !have("strace") || !may_attach() {
        return;
    }
    let mut server = Server::start(program, &QUIET);
    let mut conns: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for round in 0..3 {
        for conn in &mut conns {
            conn.ask("Hola\n");
        }
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-e", "trace=sendto"]).stdin(Stdio::null());
        let traced = [vec![server.pid()], server.children()].concat();
        strace.args(traced.iter().map(|pid| format!("--attach={pid}")));
        let mut strace = Process::spawn(strace);
        eventually("strace is attached", || traced.iter().all(|&pid| tracer(pid) != "0"));
        for conn in &mut conns {
            conn.ask("Hola\n");
            strace.stderr.expect("sendto(");
        }
        strace.signal(if round == 1 { Signal::SIGKILL } else { Signal::SIGTERM });
        strace.ended();
    }
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    drop(conns);
    assert_well(&mut server);
}

on_both_servers!(
    just_before_it_waits,
    just_before_it_ends,
    while_every_descriptor_is_ready,
    attaching_strace_harms_nothing,
);
