//! A signal comes while messages are still to be sent: the client says goodbye, and reports that it did
//! not send them.

use super::own_server::{answer_all, failure, serving};
use crate::support::{Process, Program};
use nix::sys::signal::Signal;
use std::process::{Command, Stdio};

/// A delay between messages so long that only the signal ends it.
const UNHURRIED: [&str; 2] = ["--delay", "3600000"];

const REPLIED: &str = "recibiendo b'09/05/2024 14:44:16 108 secs\\n'";

/// Interrupts it after the first reply; returns what the server has received.
fn interrupt(
    spawn: impl Fn(Command) -> Process,
    args: &[&str],
    input: &str,
) -> (Process, Vec<String>) {
    let (port, server) = serving(answer_all);
    let mut command = Program::Client.command(&[&UNHURRIED, args, &["127.0.0.1", &port]].concat());
    command.stdin(Stdio::piped());
    let mut client = spawn(command);
    client.type_keys(input);
    client.stdout.expect(REPLIED);
    client.signal(Signal::SIGINT);
    client.ended();
    (client, server.join().expect("a client"))
}

#[test]
fn messages_of_a_list() {
    let args = ["-m", "uno", "-m", "dos", "--repeat", "2"];
    let (client, received) = interrupt(Process::spawn, &args, "");
    assert_eq!(failure(&client), "interrumpido; 3 mensajes sin enviar");
    assert_eq!(received, ["uno", "SALIR"]);
}

#[test]
fn messages_of_a_list_at_a_terminal() {
    let on_terminal = |command: Command| Process::spawn_with_stderr_apart(&command);
    let (client, received) = interrupt(on_terminal, &["-m", "uno", "-m", "dos"], "");
    assert_eq!(failure(&client), "interrumpido; 1 mensaje sin enviar");
    assert_eq!(received, ["uno", "SALIR"]);
}

#[test]
fn lines_of_a_pipe() {
    let (client, received) = interrupt(Process::spawn, &[], "uno\ndos\n");
    assert_eq!(failure(&client), "interrumpido; 1 mensaje sin enviar");
    assert_eq!(received, ["uno", "SALIR"]);
}

/// With nothing left to send, leaving on a signal is no failure.
#[test]
fn nothing_to_send() {
    let (client, received) = interrupt(Process::spawn, &[], "uno\n");
    assert_eq!(client.exit_code(), 0);
    assert_eq!(client.stderr.all(), "");
    assert_eq!(received, ["uno", "SALIR"]);
}
