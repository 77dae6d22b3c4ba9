//! Nobody reads what a server prints: a full pipe, a terminal that has stopped. Clients are served and
//! signals handled as usual. What becomes of the lines is in `lines_lost`.

use super::provoke::{all_are_told, client_that_does_not_read, speak};
use super::tools::state;
use crate::support::{Conn, Process, Program, Server, eventually};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::sys::signal::Signal;
use std::fs;
use std::io;
use std::time::{Duration, Instant};

/// Ctrl-S stops a terminal's output.
const CTRL_S: &str = "\x13";

/// The longest that leaving may take: a client is told at once, and the screen is waited for no
/// longer than a second. The rest is for a busy machine.
const SOON: Duration = Duration::from_secs(20);

/// Ten clients are served as usual, although ten times what fits in a pipe is printed; then the
/// server is told to close.
fn serves_and_leaves(server: &Server) {
    let mut conns: Vec<_> = (0..10).map(|_| server.connect()).collect();
    speak(&mut conns, 1000, "¿Hay alguien?\n");
    let start = Instant::now();
    server.signal(Signal::SIGTERM);
    all_are_told(conns);
    assert!(start.elapsed() < SOON, "told after {:?}", start.elapsed());
    server.assert_gone(0);
    assert!(start.elapsed() < SOON, "gone after {:?}", start.elapsed());
}

fn a_full_pipe(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    server.stdout.stall();
    serves_and_leaves(&server);
}

fn a_terminal_that_nobody_looks_at(program: Program) {
    let server = Server::on_terminal(program, &["--no-greeting"]);
    server.stdout.stall();
    serves_and_leaves(&server);
}

fn ctrl_s(program: Program) {
    let mut server = Server::on_terminal(program, &["--no-greeting"]);
    server.type_keys(CTRL_S);
    serves_and_leaves(&server);
}

/// A server whose standard output is a pipe that another process has made non-blocking.
fn on_a_nonblocking_pipe(program: Program) -> Server {
    let (reader, writer) = io::pipe().expect("a pipe");
    fcntl(&writer, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).expect("a flag");
    let command = Server::command(program, &["--no-greeting"]);
    Server::of(Process::spawn_into(command, writer, reader))
}

fn a_full_pipe_that_does_not_block(program: Program) {
    let server = on_a_nonblocking_pipe(program);
    server.stdout.stall();
    serves_and_leaves(&server);
}

/// A reader that is only late loses nothing.
fn a_pipe_that_does_not_block_and_is_read(program: Program) {
    let mut server = on_a_nonblocking_pipe(program);
    let mut conns: Vec<_> = (0..5).map(|_| server.connect()).collect();
    server.expect_clients(5);
    server.stdout.stall();
    // Some 200 KiB in all: more than the pipe holds, and less than may wait.
    speak(&mut conns, 300, "Hola\n");
    server.stdout.resume();
    let shown = server.stop();
    assert_eq!(shown.matches(r"recibido b'Hola\n' ").count(), 1500);
    assert!(!shown.contains("perdida"), "{shown}");
}

/// The flags of a shared pipe or terminal must not change.
fn the_flags_of_stdout_are_left_alone(program: Program) {
    let flags = |server: &Server| {
        let info = fs::read_to_string(format!("/proc/{}/fdinfo/1", server.pid()));
        let info = info.expect("it is there");
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).expect("flags");
        let flags = i32::from_str_radix(flags.trim(), 8).expect("octal");
        OFlag::from_bits_retain(flags).contains(OFlag::O_NONBLOCK)
    };
    for (mut server, nonblocking) in [
        (Server::start(program, &["--no-greeting"]), false),
        (Server::on_terminal(program, &["--no-greeting"]), false),
        (on_a_nonblocking_pipe(program), true),
    ] {
        let mut conns = server.connect_all(2);
        server.stdout.stall();
        speak(&mut conns, 100, "Hola\n");
        assert_eq!(flags(&server), nonblocking);
    }
}

/// A server whose output is not read and is full, and a client that does not read its replies.
fn with_a_client_that_does_not_read(program: Program, grace: &str) -> (Server, Conn) {
    let server = Server::start(program, &["--no-greeting", "--on-exit", "close", "--grace", grace]);
    server.stdout.stall();
    let mut conns: Vec<_> = (0..5).map(|_| server.connect()).collect();
    speak(&mut conns, 300, "Hola\n");
    drop(conns);
    let stubborn = client_that_does_not_read(&server);
    (server, stubborn)
}

fn the_second_interrupt_is_heard(program: Program) {
    let (server, _stubborn) = with_a_client_that_does_not_read(program, "600");
    server.signal(Signal::SIGINT);
    eventually("nobody listens", || !server.is_listening());
    server.signal(Signal::SIGINT);
    server.assert_gone(1);
    assert!(server.stderr.all().contains(" a tiempo"), "it says so");
}

fn the_grace_period_is_respected(program: Program) {
    let [short, long] = ["0", "1"].map(|grace| {
        let (server, _stubborn) = with_a_client_that_does_not_read(program, grace);
        let start = Instant::now();
        server.signal(Signal::SIGTERM);
        server.assert_gone(1);
        start.elapsed()
    });
    assert!(short < SOON, "{short:?}");
    assert!(long >= Duration::from_millis(990), "{long:?}");
}

/// Its children could not print either: they still end, and the port is free.
#[test]
fn a_parent_that_is_killed() {
    let server = Server::start(Program::Fork, &["--no-greeting"]);
    server.stdout.stall();
    let mut conns: Vec<_> = (0..10).map(|_| server.connect()).collect();
    speak(&mut conns, 1000, "¿Hay alguien?\n");
    server.signal(Signal::SIGKILL);
    server.ended();
    all_are_told(conns);
    eventually("no child is left", || {
        server.children().iter().all(|&pid| matches!(state(pid), None | Some('Z')))
    });
    let again = Program::Fork.command(&["-b", "127.0.0.1", "-p", &server.port(), "-q"]);
    Server::of(Process::spawn(again)).connect().line();
}

on_both_servers!(
    a_full_pipe,
    a_terminal_that_nobody_looks_at,
    ctrl_s,
    a_full_pipe_that_does_not_block,
    a_pipe_that_does_not_block_and_is_read,
    the_flags_of_stdout_are_left_alone,
    the_second_interrupt_is_heard,
    the_grace_period_is_respected,
);
