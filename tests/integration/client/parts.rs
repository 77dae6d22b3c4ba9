//! The coursework's two demonstrations: the two-socket client and the simple client.

use super::{command, lines, printed, run};
use crate::support::{Process, Program, Server, reserved_port};
use std::io::Read;
use std::net::TcpListener;
use std::process::Stdio;

const PARTS: [&str; 3] = ["Este mensaje ", "es enviado ", "en partes."];

/// The screen of `--parts`, against a server that answers each part with `answer`.
fn assert_parts(server: &Server, shown: &[String], answer: impl Fn(&str) -> String) {
    let connecting = format!("conectando a 127.0.0.1 puerto {}", server.port());
    assert_eq!(shown[0], connecting);
    let closing = |line: &String| Some(line.strip_prefix("cerrando socket ")?.to_owned());
    let mut sockets: Vec<_> = shown.iter().filter_map(closing).collect();
    assert_eq!(sockets.len(), 2, "{shown:?}");
    sockets.sort();
    let turns = shown[1..].chunks(2);
    let mut turns = turns.map(|turn| {
        let mut turn = turn.to_vec();
        turn.sort();
        turn
    });
    for part in PARTS {
        // Both send, and only then both receive.
        let sent = sockets.iter().map(|it| format!("{it}: enviando b'{part}'"));
        let received = sockets.iter().map(|it| format!("{it}: {}", answer(part)));
        assert_eq!(turns.next(), Some(sent.collect()));
        assert_eq!(turns.next(), Some(received.collect()));
    }
}

#[test]
fn parts_come_back_from_the_select_server() {
    let server = Server::start(Program::Select, &["--reply", "echo"]);
    let shown = lines(&printed(&server, &["--parts"]));
    assert_parts(&server, &shown, |part| format!("recibido b'{part}'"));
}

fn parts_are_messages(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    let shown = lines(&printed(&server, &["--parts"]));
    assert_parts(&server, &shown, |_| "recibido b'REPLY'".into());
    for part in PARTS {
        for _ in 0..2 {
            server.stdout.expect(&format!("recibido b'{part}' "));
        }
    }
    server.expect_clients(0);
}

#[test]
fn parts_go_to_port_10000() {
    // Something may listen there on this machine, or not.
    let mut client = Process::spawn(Program::Client.command(&["--parts", "127.0.0.1"]));
    client.stdout.expect("conectando a 127.0.0.1 puerto 10000");
}

fn once_sends_and_closes(program: Program) {
    for args in [&["--greeting"][..], &["--no-greeting"]] {
        let mut server = Server::start(program, args);
        for _ in 0..3 {
            let shown = printed(&server, &["--once", "-m", "Hola"]);
            assert!(shown.contains("cliente conectado\n"), "{shown}");
            assert!(!shown.contains(" secs"), "no reply is awaited: {shown}");
            server.stdout.expect("recibido b'Hola\\n' ");
            server.expect_clients(0);
        }
        assert_eq!(server.stderr.so_far(), "");
        let shown = server.stop();
        assert!(!shown.contains("perdida"), "{shown}");
    }
}

/// It reads to the end; but where there is none it does not wait for it.
#[test]
fn once_closes_although_the_server_does_not() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let client = Process::spawn(command(port, &["--once", "-m", "Hola"]));
    let (mut socket, _) = listener.accept().expect("the client");
    let mut received = String::new();
    socket.read_to_string(&mut received).expect("an end of file");
    assert_eq!(received, "Hola\n");
    assert_eq!(client.exit_code(), 0);
}

fn once_asks_for_its_message(program: Program) {
    let mut server = Server::start(program, &[]);
    let mut command = command(server.addr.port(), &["--once"]);
    command.stdin(Stdio::piped());
    let mut client = Process::spawn(command);
    client.stdout.expect("cliente conectado\n");
    client.type_line("Hola");
    assert_eq!(client.exit_code(), 0);
    server.stdout.expect("recibido b'Hola\\n' ");
}

fn once_may_be_raw(program: Program) {
    let mut server = Server::start(program, &[]);
    let client = run(&server, &["--once", "--raw", "-m", "Hola"]);
    assert_eq!(client.exit_code(), 0);
    server.stdout.expect("recibido b'Hola' ");
}

#[test]
fn once_without_a_server_says_connection_failed() {
    let (port, _reserved) = reserved_port();
    let client = Process::spawn(command(port, &["--once", "-m", "Hola"]));
    assert_eq!(client.exit_code(), 1);
    let (shown, said) = (client.stdout.all(), client.stderr.all());
    let both = shown.clone() + &said;
    assert!(both.contains("connection failed"), "{both}");
    assert!(!both.contains("cliente conectado"), "{both}");
    assert_ne!(said, "");
}

on_both_servers!(
    parts_are_messages,
    once_sends_and_closes,
    once_asks_for_its_message,
    once_may_be_raw,
);
