//! The server closes while lines of the client's input are still to be sent: they are lost, and the client
//! says so.

use super::own_server::{answer, failure, serving};
use crate::support::{Conn, Process, Program};
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

/// The client with this input, and a delay between messages so long that only the close ends it; the
/// server does this, and closes.
fn client(args: &[&str], input: impl Into<Stdio>, server: fn(&mut Conn)) -> Process {
    let (port, _) = serving(move |mut conn| server(&mut conn));
    let unhurried = ["--delay", "3600000", "127.0.0.1", &port];
    let mut command = Program::Client.command(&[&["-q"], args, &unhurried].concat());
    command.stdin(input);
    Process::spawn(command)
}

fn answer_one(conn: &mut Conn) {
    answer(conn, 1);
}

/// A file with this in it.
fn file(text: &str) -> File {
    let name = format!("input.{}", text.len());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("a file");
    File::open(path).expect("a file")
}

#[test]
fn lines_of_a_pipe() {
    // All are there once the first is, also one without a line end yet.
    for (input, unsent) in
        [("uno\ndos\n", "; 1 mensaje sin enviar"), ("uno\ndos\n\ntr", "; 3 mensajes sin enviar")]
    {
        let mut client = client(&[], Stdio::piped(), answer_one);
        client.type_keys(input);
        let said = failure(&client);
        assert!(said.ends_with(&format!(": conexión perdida{unsent}")), "{said}");
    }
}

#[test]
fn lines_of_a_file() {
    let said = failure(&client(&[], file("uno\ndos\ntres"), answer_one));
    assert!(said.ends_with(": conexión perdida; 2 mensajes sin enviar"), "{said}");
}

/// Without its newline an empty line is no message.
#[test]
fn lines_to_be_sent_without_newlines() {
    let said = failure(&client(&["--raw"], file("uno\ndos\n\n\ntres\n"), |conn| {
        assert_eq!(conn.bytes(3), b"uno");
        conn.send("09/05/2024 14:44:16 108 secs");
    }));
    assert!(said.ends_with(": conexión perdida; 2 mensajes sin enviar"), "{said}");
}

#[test]
fn more_lines_than_are_counted() {
    let said = failure(&client(&[], file(&"y\n".repeat(1_000_000)), answer_one));
    assert!(said.contains(": conexión perdida; al menos "), "{said}");
}

/// How many are there to be read depends on who writes them.
#[test]
fn lines_without_end() {
    let mut yes = Command::new("yes").stdout(Stdio::piped()).spawn().expect("yes runs");
    let client = client(&[], yes.stdout.take().expect("a pipe"), answer_one);
    let said = failure(&client);
    drop(client);
    // Nothing has its pipe open any more.
    yes.wait().expect("it ends");
    assert!(said.contains(": conexión perdida; "), "{said}");
}

/// Nothing is lost where nothing was to be sent.
#[test]
fn no_lines() {
    let mut client = client(&[], Stdio::piped(), answer_one);
    client.type_keys("uno\n");
    assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
}
