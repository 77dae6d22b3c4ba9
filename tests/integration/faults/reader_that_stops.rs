//! Nobody reads what the client prints, for a while or for ever. It waits for its reader, handles
//! signals meanwhile, and loses nothing; nor does it blame the server for the delay.

use super::own_server::{REPLY, serving};
use super::tools::state;
use crate::support::{Conn, DEADLINE, Process, Program, eventually};
use nix::sys::signal::Signal;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// More than any pipe or terminal holds.
const NOTICES: usize = 10_000;
const NOTICE: &str = "Servidor: hay mucho que contar\n";

/// After the client's first message: sends much, and then perhaps the reply.
fn talk(mut conn: Conn, replies: bool, said: &mpsc::Sender<()>) {
    conn.line();
    conn.send(NOTICE.repeat(NOTICES));
    said.send(()).expect("the test waits");
    if replies {
        conn.send(REPLY);
        assert_eq!(conn.line(), "SALIR\n");
        conn.send("3 secs\n");
    }
    let _ = conn.stream().peek(&mut [0]);
}

/// A client whose output nobody reads, once that makes it wait. Without arguments it asks for a message,
/// and one is typed.
fn unread(spawn: fn(Command) -> Process, replies: bool, args: &[&str]) -> Process {
    let (said, is_said) = mpsc::channel();
    let (port, _) = serving(move |conn| talk(conn, replies, &said));
    let mut client = spawn(Program::Client.command(&[args, &["127.0.0.1", &port]].concat()));
    client.stdout.stall();
    if args.is_empty() {
        client.type_line("uno");
    }
    is_said.recv_timeout(DEADLINE).expect("it asks");
    is_kept_waiting(&client);
    client
}

/// Input and signals make it run: once it sleeps, it waits for its reader.
fn is_kept_waiting(client: &Process) {
    eventually("it waits", || state(client.pid()) == Some('S'));
}

fn on_terminal(command: Command) -> Process {
    Process::spawn_with_stderr_apart(&command)
}

/// After the first it leaves once its output is read; the second ends it at once.
fn two_signals(spawn: fn(Command) -> Process) {
    for signals in [[Signal::SIGTERM; 2], [Signal::SIGINT; 2], [Signal::SIGHUP, Signal::SIGINT]] {
        let patient = ["--timeout", "86400", "-m", "uno", "-m", "dos"];
        let mut client = unread(spawn, false, &patient);
        client.signal(signals[0]);
        client.stderr.expect("interrumpido; 1 mensaje sin enviar");
        client.signal(signals[1]);
        client.stderr.expect("conexión cortada sin esperar al servidor");
        assert_eq!(client.exit_code(), 1);
    }
}

#[test]
fn two_signals_on_a_pipe() {
    two_signals(Process::spawn);
}

#[test]
fn two_signals_on_a_terminal() {
    two_signals(on_terminal);
}

/// Nobody could see the question whether to leave.
#[test]
fn two_signals_at_the_prompt() {
    let client = unread(on_terminal, false, &[]);
    client.signal(Signal::SIGINT);
    is_kept_waiting(&client);
    client.signal(Signal::SIGINT);
    assert_eq!(client.exit_code(), 1);
}

#[test]
fn one_that_is_only_late() {
    let client = unread(Process::spawn, true, &["--timeout", "3", "-m", "uno"]);
    // Longer than a reply may take.
    thread::sleep(Duration::from_secs(4));
    client.stdout.resume();
    assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
    let shown = client.stdout.all();
    assert_eq!(shown.matches(NOTICE).count(), NOTICES);
    assert!(shown.contains("recibiendo b'09/05/2024 14:44:16 108 secs\\n'\n"));
}
