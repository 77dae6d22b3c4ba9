//! The ways out of the interactive client, all of them through `SALIR`.

use super::{PROMPT, command};
use crate::support::{Process, Program, Server};
use nix::sys::signal::Signal;
use std::io::Read;
use std::net::TcpListener;
use std::process::Stdio;

const TIME: &str = "Tiempo que estuvo el cliente conectado al servidor: ";
const QUESTION: &str = "¿Cerrar la conexión? [s]í / [n]o:";

/// A client at a terminal that has been answered once and asks for the next message.
fn in_the_middle(server: &Server) -> Process {
    let mut client = Process::spawn_on_terminal(&command(server.addr.port(), &[]));
    client.stdout.expect(PROMPT);
    client.type_line("Hola");
    client.stdout.expect("Paso: 1");
    client.stdout.expect(PROMPT);
    client
}

/// Asserts that it leaves as it should, and that the server sees that.
fn assert_leaves(client: &mut Process, server: &mut Server) {
    for line in ["enviando b'SALIR\\n'", "recibiendo b'", TIME, " secs", "cerrando socket"] {
        client.stdout.expect(line);
    }
    assert_eq!(client.exit_code(), 0);
    server.stdout.expect("recibido b'SALIR\\n' ");
    server.expect_clients(0);
}

fn ctrl_d_leaves(program: Program) {
    let mut server = Server::start(program, &[]);
    let mut client = in_the_middle(&server);
    client.type_keys("\x04");
    assert_leaves(&mut client, &mut server);
}

fn the_end_of_a_pipe_leaves(program: Program) {
    let mut server = Server::start(program, &[]);
    let mut command = command(server.addr.port(), &[]);
    command.stdin(Stdio::piped());
    let mut client = Process::spawn(command);
    client.type_keys("Hola\n");
    client.end_input();
    client.stdout.expect("enviando b'Hola\\n'");
    assert_leaves(&mut client, &mut server);
}

fn ctrl_c_and_yes_leaves(program: Program) {
    let mut server = Server::start(program, &[]);
    let mut client = in_the_middle(&server);
    client.type_keys("\x03");
    client.stdout.expect(QUESTION);
    client.type_line("s");
    assert_leaves(&mut client, &mut server);
}

fn ctrl_c_and_no_goes_on(program: Program) {
    let mut server = Server::start(program, &[]);
    let mut client = in_the_middle(&server);
    client.type_keys("\x03");
    client.stdout.expect(QUESTION);
    client.type_line("n");
    client.stdout.expect(PROMPT);
    client.type_line("sigo aquí");
    client.stdout.expect("Paso: 2");
    server.stdout.expect(r"recibido b'sigo aqu\xc3\xad\n' ");
    client.stdout.expect(PROMPT);
    client.type_keys("\x03");
    client.stdout.expect(QUESTION);
    client.type_line("s");
    assert_leaves(&mut client, &mut server);
}

fn the_question_does_not_hide_what_the_server_says(program: Program) {
    let mut server = Server::start(program, &[]);
    let mut client = in_the_middle(&server);
    client.type_keys("\x03");
    client.stdout.expect(QUESTION);
    server.signal(Signal::SIGTERM);
    client.stdout.expect("Servidor: cerrando, ");
    assert_eq!(client.exit_code(), 0);
    server.expect_clients(0);
}

on_both_servers!(
    ctrl_d_leaves,
    the_end_of_a_pipe_leaves,
    ctrl_c_and_yes_leaves,
    ctrl_c_and_no_goes_on,
    the_question_does_not_hide_what_the_server_says,
);

/// Whatever the answer is, it is a yes.
#[test]
fn yes_does_not_wait_for_a_reply() {
    for yes in ["s\n", "\x03", "\x04"] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let command = command(port, &["--timeout", "86400"]);
        let mut client = Process::spawn_with_stderr_apart(&command);
        let (mut socket, _) = listener.accept().expect("the client");
        client.stdout.expect(PROMPT);
        client.type_line("Hola");
        client.stdout.expect("enviando b'Hola\\n'");
        client.type_keys("\x03");
        client.stdout.expect(QUESTION);
        client.type_keys(yes);
        for line in ["enviando b'SALIR\\n'", TIME, "cerrando socket"] {
            client.stdout.expect(line);
        }
        assert_eq!(client.exit_code(), 1);
        assert_eq!(client.stderr.all(), "interrumpido; sin respuesta a b'Hola\\n'\n");
        let mut heard = String::new();
        socket.read_to_string(&mut heard).expect("it closes");
        assert_eq!(heard, "Hola\nSALIR\n");
    }
}
