//! A server that is not there, does not answer, or goes away: one line on stderr, exit code 1.

use super::{command, run};
use crate::support::{Process, Program, Server, reserved_port};
use nix::sys::signal::Signal;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

/// Asserts that it fails as it should; returns the one line that it prints.
fn failure(client: &Process) -> String {
    assert_eq!(client.exit_code(), 1, "{}", client.stdout.so_far());
    let said = client.stderr.all();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

/// A listener of our own, and its port.
fn listener() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    (listener, port)
}

#[test]
fn a_server_that_is_not_there() {
    let (port, _reserved) = reserved_port();
    for args in [&[][..], &["-m", "Hola"], &["--parts"], &["-c", "2"]] {
        let said = failure(&Process::spawn(command(port, args)));
        let reason = "ECONNREFUSED: Connection refused";
        let expected = format!("connect ('127.0.0.1', {port}): {reason}");
        assert!(said.contains(&expected), "{said}");
    }
}

#[test]
fn a_reply_that_does_not_come() {
    // The kernel accepts; nobody ever answers.
    let (_listener, port) = listener();
    for args in [&["--timeout", "1", "-m", "Hola"][..], &["--timeout=1", "--raw", "-m=Hola"]] {
        let start = Instant::now();
        failure(&Process::spawn(command(port, args)));
        assert!(start.elapsed() >= Duration::from_millis(990));
    }
}

#[test]
fn a_connection_lost_with_a_message_unanswered() {
    let (listener, port) = listener();
    let client = Process::spawn(command(port, &["-m", "Hola"]));
    let (mut socket, _) = listener.accept().expect("the client");
    socket.read_exact(&mut [0; 5]).expect("its message");
    drop(socket);
    failure(&client);
}

#[test]
fn a_connection_lost_after_some_replies() {
    let (listener, port) = listener();
    let client = Process::spawn(command(port, &["-m", "uno", "-m", "dos"]));
    let (mut socket, _) = listener.accept().expect("the client");
    socket.read_exact(&mut [0; 4]).expect("its message");
    let reply = b"09/05/2024 14:44:16 108 secs\n";
    socket.write_all(reply).expect("the client reads");
    socket.read_exact(&mut [0; 4]).expect("its next message");
    drop(socket);
    failure(&client);
    assert!(client.stdout.all().contains("14:44:16 108 secs"));
}

#[test]
fn a_server_killed_with_a_message_unanswered() {
    let mut server = Server::start(Program::Select, &["--delay", "600000"]);
    let client = run(&server, &["-m", "Hola"]);
    server.stdout.expect("recibido b'Hola\\n' ");
    server.signal(Signal::SIGKILL);
    failure(&client);
}

#[test]
fn one_connection_lost_of_several() {
    let (listener, port) = listener();
    let client = Process::spawn(command(port, &["-c", "2", "-m", "Hola"]));
    let serve = |answers: bool| {
        let (mut socket, _) = listener.accept().expect("the client");
        thread::spawn(move || {
            let mut message = [0; 5];
            while answers && socket.read_exact(&mut message[..1]).is_ok() {
                if message[0] == b'\n' {
                    let _ = socket.write_all(b"09/05/2024 14:44:16 1 secs\n");
                }
            }
            let _ = socket.read_exact(&mut message);
        })
    };
    let servers = [serve(false), serve(true)];
    let said = failure(&client);
    assert!(said.contains("127.0.0.1"), "which it was: {said}");
    for server in servers {
        server.join().expect("the connection ended");
    }
}

fn a_server_that_is_full(program: Program) {
    let mut server = Server::start(program, &["--max-clients", "1"]);
    let _other = server.connect_all(1);
    let client = run(&server, &["-m", "Hola"]);
    let said = failure(&client);
    let shown = client.stdout.all() + &said;
    assert!(shown.contains("Servidor: completo, 1 clientes"), "{shown}");
}

fn a_message_that_is_too_long(program: Program) {
    let server = Server::start(program, &["-q"]);
    let message = "x".repeat(65_537);
    let client = run(&server, &["-q", "-m", &message]);
    let said = failure(&client);
    let shown = client.stdout.all() + &said;
    assert!(shown.contains("mensaje demasiado largo"), "{shown}");
}

on_both_servers!(a_server_that_is_full, a_message_that_is_too_long);
