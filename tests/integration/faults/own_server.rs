//! A server of our own, which does to the client what no real one does.

use crate::support::{Conn, Process, Program};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::thread::{self, JoinHandle};

pub(crate) const REPLY: &str = "09/05/2024 14:44:16 108 secs\n";

/// Starts a server that does this with its one client; returns its port.
pub(crate) fn serving<T: Send + 'static>(
    what: impl FnOnce(Conn) -> T + Send + 'static,
) -> (String, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port().to_string();
    let serve = move || what(listener.accept().expect("the client").0.into());
    (port, thread::spawn(serve))
}

/// Answers this many messages.
pub(crate) fn answer(conn: &mut Conn, messages: usize) {
    for _ in 0..messages {
        conn.line();
        conn.send(REPLY);
    }
}

/// Answers every message, also `SALIR`, until the client has gone. Returns the messages.
pub(crate) fn answer_all(conn: Conn) -> Vec<String> {
    let messages = BufReader::new(conn.stream()).lines().map_while(Result::ok);
    let answered = messages.take_while(|message| {
        let reply = if message == "SALIR" { "3 secs\n" } else { REPLY };
        conn.stream().write_all(reply.as_bytes()).is_ok()
    });
    answered.collect()
}

/// The client, with a pipe as its standard input.
pub(crate) fn client(port: &str, args: &[&str]) -> Process {
    let mut command = Program::Client.command(&[args, &["127.0.0.1", port]].concat());
    command.stdin(Stdio::piped());
    Process::spawn(command)
}

/// Asserts that it ends with exit code 1; returns the one line that it prints.
pub(crate) fn failure(client: &Process) -> String {
    assert_eq!(client.exit_code(), 1, "{}", client.stdout.so_far());
    let said = client.stderr.all();
    assert_eq!(said.lines().count(), 1, "{said:?}");
    said.trim_end().to_owned()
}
