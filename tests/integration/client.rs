//! The client: interactive, scripted, the coursework's demonstrations, and failures.

mod editing;
mod failures;
mod interactive;
mod leaving;
mod parts;
mod scripted;
mod shown;
mod terminal;

use crate::support::{Process, Program, Reply, Screen, Server, eventually};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;

const PROMPT: &str = "Ingrese mensaje ('SALIR' para terminar): ";

// What arrow keys send.
const LEFT: &str = "\x1b[D";
const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";

/// A command that runs the client against this port of 127.0.0.1.
fn command(port: u16, args: &[&str]) -> Command {
    let mut command = Program::Client.command(args);
    command.args(["127.0.0.1", &port.to_string()]);
    command
}

/// Runs the client against a server, with nothing on its standard input.
fn run(server: &Server, args: &[&str]) -> Process {
    Process::spawn(command(server.addr.port(), args))
}

/// Runs it to its end, with exit code 0; returns everything that it printed.
fn printed(server: &Server, args: &[&str]) -> String {
    let client = run(server, args);
    assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
    assert_eq!(client.stderr.all(), "");
    client.stdout.all()
}

/// The lines, with `REPLY` for each reply and `N secs` for each number of seconds, which differ
/// between runs. Any other date or number stays, and fails the comparison.
fn lines(printed: &str) -> Vec<String> {
    printed.lines().map(without_times).collect()
}

fn without_times(line: &str) -> String {
    let reply = line.split_once("b'").and_then(|(start, rest)| {
        let at = rest.find(" secs")? + " secs".len();
        let (reply, end) = rest.split_at(at);
        if is_secs(reply) {
            return Some(format!("{start}b'N secs{end}"));
        }
        Reply::parse(reply);
        Some(format!("{start}b'REPLY{end}"))
    });
    let time = line.rsplit_once(": ").and_then(|(start, secs)| {
        let secs = secs.strip_suffix('\r').unwrap_or(secs);
        is_secs(secs).then(|| format!("{start}: N secs"))
    });
    reply.or(time).unwrap_or_else(|| line.to_owned())
}

fn is_secs(text: &str) -> bool {
    text.strip_suffix(" secs").is_some_and(|secs| secs.parse::<u64>().is_ok())
}

/// A client at a terminal that asks for its first message, and the server's side of its connection.
fn asking() -> (Process, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let mut client = Process::spawn_on_terminal(&command(port, &[]));
    let (socket, _) = listener.accept().expect("the client");
    client.stdout.expect(PROMPT);
    (client, socket)
}

/// The next message, which is answered.
fn message(socket: &TcpStream) -> Vec<u8> {
    let mut message = Vec::new();
    BufReader::new(socket).read_until(b'\n', &mut message).expect("a message");
    (&mut &*socket).write_all(b"26/11/2026 10:00:00 1 secs\n").expect("it is read");
    message
}

/// Waits until this is on the last line, where the cursor is.
fn await_last(client: &Process, line: &str) {
    let mut shown = None;
    let is_last = || {
        shown = Screen::of(&client.stdout.so_far()).last();
        shown.as_deref() == Some(line.trim_end())
    };
    eventually(&format!("the last line is {line:?}"), is_last);
}
