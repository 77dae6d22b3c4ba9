//! The interactive client, against the coursework's screen.

use super::{command, lines};
use crate::support::{Process, Program, Server};
use std::net::TcpListener;
use std::process::Stdio;

const PROMPT: &str = "Ingrese mensaje ('SALIR' para terminar): ";
const GREETING: &str = "Servidor: Conectado con cliente";

/// A client at a terminal that has asked for its first message.
fn at_the_prompt(server: &Server, args: &[&str]) -> Process {
    let mut client = Process::spawn_on_terminal(&command(server.addr.port(), args));
    client.stdout.expect("Paso: 0");
    client.stdout.expect(PROMPT);
    client
}

/// What a terminal finally shows: carriage returns and erased lines have had their effect, colours
/// are gone.
fn screen(written: &str) -> String {
    let (mut done, mut line, mut column) = (String::new(), Vec::new(), 0);
    let mut chars = written.chars();
    while let Some(char) = chars.next() {
        match char {
            '\n' => {
                done.extend(line.drain(..));
                done.push('\n');
                column = 0;
            }
            '\r' => column = 0,
            '\x1b' => {
                let sequence = chars.by_ref().find(|it| it.is_ascii_alphabetic());
                if sequence == Some('K') {
                    line.truncate(column);
                }
            }
            _ => {
                line.truncate(line.len().max(column));
                if column < line.len() {
                    line[column] = char;
                } else {
                    line.push(char);
                }
                column += 1;
            }
        }
    }
    done
}

/// A conversation at a terminal; the lines on the screen at the end.
fn conversation(server: &Server, args: &[&str]) -> Vec<String> {
    let mut client = Process::spawn_on_terminal(&command(server.addr.port(), args));
    client.stdout.expect(GREETING);
    let said = ["Hola soy el cliente 1", "Mensaje 2 del cliente 1", "SALIR"];
    for (step, message) in said.into_iter().enumerate() {
        if step > 0 {
            client.stdout.expect(&format!("Paso: {step}"));
        }
        client.stdout.expect(PROMPT);
        client.type_line(message);
    }
    assert_eq!(client.exit_code(), 0);
    lines(&screen(&client.stdout.all()))
}

/// The coursework's screen, with this at the end of every message and reply.
fn expected(port: u16, end: &str) -> Vec<String> {
    format!(
        "conectando a 127.0.0.1 puerto {port}
Paso: 0
{GREETING}
{PROMPT}Hola soy el cliente 1
enviando b'Hola soy el cliente 1{end}'
recibiendo b'REPLY{end}'
Paso: 1
{PROMPT}Mensaje 2 del cliente 1
enviando b'Mensaje 2 del cliente 1{end}'
recibiendo b'REPLY{end}'
Paso: 2
{PROMPT}SALIR
enviando b'SALIR{end}'
recibiendo b'N secs{end}'
Paso: 3
Tiempo que estuvo el cliente conectado al servidor: N secs
cerrando socket"
    )
    .lines()
    .map(str::to_owned)
    .collect()
}

fn raw_it_shows_the_coursework_s_screen(program: Program) {
    let server = Server::start(program, &["--greeting"]);
    let shown = conversation(&server, &["--raw"]);
    assert_eq!(shown, expected(server.addr.port(), ""));
}

fn otherwise_messages_and_replies_are_lines(program: Program) {
    let server = Server::start(program, &["--greeting"]);
    let shown = conversation(&server, &[]);
    assert_eq!(shown, expected(server.addr.port(), "\\n"));
}

fn without_a_greeting_it_asks_all_the_same(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut client = at_the_prompt(&server, &[]);
    client.type_line("Hola");
    client.stdout.expect("Paso: 1");
    server.stdout.expect("recibido b'Hola\\n' ");
}

fn it_reads_a_pipe(program: Program) {
    let server = Server::start(program, &[]);
    let mut command = command(server.addr.port(), &[]);
    let mut client = Process::spawn({
        command.stdin(Stdio::piped());
        command
    });
    client.type_keys("uno\nsalir\n");
    assert_eq!(client.exit_code(), 0);
    for line in [
        "enviando b'uno\\n'",
        "recibiendo b'",
        "enviando b'salir\\n'",
        "Tiempo que estuvo el cliente conectado al servidor: ",
        "cerrando socket",
    ] {
        client.stdout.expect(line);
    }
    assert!(!client.stdout.all().contains('\x1b'));
    assert_eq!(client.stderr.all(), "");
}

fn a_notice_shows_at_once(program: Program) {
    let mut server = Server::start(program, &["--idle", "1"]);
    let mut client = at_the_prompt(&server, &[]);
    // Nothing is typed.
    client.stdout.expect("Servidor: inactividad, ");
    assert_eq!(client.exit_code(), 0);
    server.expect_clients(0);
}

fn the_server_closing_shows_at_once(program: Program) {
    let server = Server::start(program, &[]);
    let mut client = at_the_prompt(&server, &[]);
    server.signal(nix::sys::signal::Signal::SIGTERM);
    client.stdout.expect("Servidor: cerrando, ");
    assert_eq!(client.exit_code(), 0);
    server.assert_gone(0);
}

on_both_servers!(
    raw_it_shows_the_coursework_s_screen,
    otherwise_messages_and_replies_are_lines,
    without_a_greeting_it_asks_all_the_same,
    it_reads_a_pipe,
    a_notice_shows_at_once,
    the_server_closing_shows_at_once,
);

#[test]
fn a_close_without_a_word_shows_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let mut client = Process::spawn_on_terminal(&command(port, &[]));
    let (socket, _) = listener.accept().expect("the client");
    client.stdout.expect(PROMPT);
    drop(socket);
    assert_eq!(client.exit_code(), 0);
    client.stdout.all();
    assert_ne!(client.stdout.not_followed().trim(), "", "it says so");
}

#[test]
fn what_a_server_sends_cannot_harm_the_terminal() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let mut command = command(port, &[]);
    command.stdin(Stdio::piped());
    let mut client = Process::spawn(command);
    let (mut socket, _) = listener.accept().expect("the client");
    let hostile = b"Servidor: \x1b]0;malo\x07\x1b[2J\x9b\r\n\x1bc\n";
    std::io::Write::write_all(&mut socket, hostile).expect("the client reads");
    client.stdout.expect("Servidor: ");
    drop(socket);
    client.end_input();
    client.ended();
    let all = client.stdout.all() + &client.stderr.all();
    for char in all.chars() {
        let harmless = char == '\n' || !char.is_control();
        assert!(harmless && char != '\u{fffd}', "{char:?} in {all:?}");
    }
}
