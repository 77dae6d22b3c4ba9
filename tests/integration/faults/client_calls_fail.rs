//! A system call of the client fails that normally does not: it reports which, or does without.

use super::own_server::{answer_all, failure, serving};
use super::tools::{assert_does_not_spin, state, tampering};
use crate::support::{Conn, DEADLINE, Process, Program, eventually, have};
use nix::sys::signal::Signal;
use std::fs::File;
use std::sync::mpsc;

/// A client whose calls strace tampers with. `None`, with a message, without strace.
fn tampered(port: &str, inject: &str, args: &[&str]) -> Option<Process> {
    let command = Program::Client.command(&[args, &["127.0.0.1", port]].concat());
    have("strace").then(|| Process::spawn(tampering(&command, inject)))
}

/// A directory is not a file at its end.
#[test]
fn reading_stdin() {
    for args in [&["-q"][..], &["-q", "--once"]] {
        let (port, server) = serving(answer_all);
        let mut command = Program::Client.command(&[args, &["127.0.0.1", &port]].concat());
        command.stdin(File::open("/").expect("a directory"));
        let said = failure(&Process::spawn(command));
        assert_eq!(said, "read stdin: EISDIR: Is a directory (es un directorio)");
        let received = server.join().expect("a client");
        assert!(["", "SALIR"].contains(&&*received.concat()), "{received:?}");
    }
}

/// Not because the connection is lost: nothing says that it has ended.
#[test]
fn sending() {
    let (port, server) = serving(answer_all);
    let inject = "sendto:error=ENOBUFS:when=2";
    let Some(client) = tampered(&port, inject, &["-q", "-m", "uno", "-m", "dos"]) else { return };
    let said = failure(&client);
    assert!(said.starts_with(&format!("send ('127.0.0.1', {port}): ENOBUFS: ")), "{said}");
    assert!(said.ends_with(r"; sin respuesta a b'dos\n'"), "{said}");
    assert_eq!(client.stdout.all(), "09/05/2024 14:44:16 108 secs\n");
    drop(client);
    assert_eq!(server.join().expect("a client"), ["uno"]);
}

/// Reading to the end has an end, although there is always more, as from a server that never stops sending.
#[test]
fn nothing_but_bytes_to_read() {
    let (port, server) = serving(answer_all);
    let inject = "select,pselect6,recvfrom:retval=1";
    let Some(client) = tampered(&port, inject, &["--once", "-m", "uno"]) else { return };
    assert_eq!(client.exit_code(), 0);
    assert_eq!(server.join().expect("a client"), ["uno"]);
}

/// A signal's handler wakes the loop by writing to a pipe: the signal is handled even if that
/// fails.
#[test]
fn writing_to_the_self_pipe() {
    let (asked, is_asked) = mpsc::channel();
    let (port, server) = serving(move |mut conn: Conn| {
        conn.line();
        asked.send(()).expect("the test waits");
        conn.rest();
    });
    let patient = ["-q", "--timeout", "86400", "-m", "uno", "-m", "dos"];
    // With --quiet it has written nothing before.
    let inject = "write:error=ENOMEM:when=1";
    let Some(mut client) = tampered(&port, inject, &patient) else { return };
    is_asked.recv_timeout(DEADLINE).expect("it asks");
    eventually("it waits for the reply", || state(client.pid()) == Some('S'));
    client.signal(Signal::SIGTERM);
    client.stderr.expect("interrumpido; 1 mensaje sin enviar\n");
    client.signal(Signal::SIGTERM);
    assert_eq!(client.exit_code(), 1);
    drop(client);
    server.join().expect("a client");
}

/// Here pipe2 fails, not sigaction.
#[test]
fn catching_signals() {
    let (port, server) = serving(answer_all);
    let Some(client) = tampered(&port, "pipe2:error=ENFILE", &["-q", "-m", "uno"]) else { return };
    let said = failure(&client);
    assert!(said.starts_with("pipe2 tubería de señales: ENFILE: "), "{said}");
    drop(client);
    server.join().expect("a client");
}

/// A signal leaves a byte in the self-pipe that cannot be read: select no longer waits.
#[test]
fn reading_the_self_pipe() {
    let (asked, is_asked) = mpsc::channel();
    let (port, server) = serving(move |mut conn: Conn| {
        conn.line();
        asked.send(()).expect("the test waits");
        conn.rest();
    });
    let patient = ["-q", "--timeout", "86400", "-m", "uno"];
    let Some(mut client) = tampered(&port, "read:error=EIO", &patient) else { return };
    is_asked.recv_timeout(DEADLINE).expect("it asks");
    client.signal(Signal::SIGTERM);
    assert_does_not_spin(client.pid());
    client.signal(Signal::SIGTERM);
    client.stderr.expect("conexión cortada sin esperar al servidor\n");
    assert_eq!(client.exit_code(), 1);
    drop(client);
    server.join().expect("a client");
}

/// Even so the reply times out.
#[test]
fn sending_interrupted_again_and_again() {
    let (port, server) = serving(|mut conn: Conn| conn.rest());
    let inject = "sendto:error=EINTR";
    let Some(client) = tampered(&port, inject, &["-q", "--timeout", "1", "-m", "uno"]) else {
        return;
    };
    let said = failure(&client);
    assert!(said.ends_with(r": sin respuesta en 1 segundo a b'uno\n'"), "{said}");
    drop(client);
    assert_eq!(server.join().expect("a client"), "");
}
