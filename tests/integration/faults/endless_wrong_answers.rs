//! The question is asked without a terminal, and the input is endless and no answer: `yes foo | enchufe-fork
//! --on-exit ask`. Three wrong answers in a row count as end of input.

use super::provoke::all_are_told;
use crate::support::{Conn, Process, Program, Server};
use nix::sys::signal::Signal;
use std::io::{self, Write};
use std::thread;

const ASK: [&str; 3] = ["--no-greeting", "--on-exit", "ask"];

/// A server whose standard input is a pipe, with two clients that have been answered.
fn on_a_pipe(program: Program) -> (Server, Vec<Conn>, io::PipeWriter) {
    let (input, typist) = io::pipe().expect("a pipe");
    let mut command = Server::command(program, &ASK);
    command.stdin(input);
    let mut server = Server::of(Process::spawn(command));
    let mut conns = server.connect_all(2);
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    (server, conns, typist)
}

/// The same, with this line written to it as long as it reads.
fn fed(program: Program, line: &'static str) -> (Server, Vec<Conn>) {
    let (server, conns, mut typist) = on_a_pipe(program);
    thread::spawn(move || while typist.write_all(line.as_bytes()).is_ok() {});
    (server, conns)
}

/// It gives up asking, and closes. A command is no answer either.
fn it_closes(program: Program) {
    for line in ["foo\n", "\n", "¿qué?\n", "clientes\n", "ayuda\n"] {
        let (server, conns) = fed(program, line);
        server.signal(Signal::SIGINT);
        all_are_told(conns);
        server.assert_gone(0);
        let shown = server.stdout.all();
        assert!(shown.lines().count() < 60, "{line:?}: {shown}");
    }
}

/// Input without a line end is taken in pieces.
fn without_a_line_end(program: Program) {
    let (server, conns) = fed(program, "foo");
    server.signal(Signal::SIGINT);
    all_are_told(conns);
    server.assert_gone(0);
}

/// One line is one answer: what follows is no command, and is left for the next question.
fn each_question_has_its_answer(program: Program) {
    let (mut server, mut conns) = fed(program, "c\n");
    for _ in 0..3 {
        server.signal(Signal::SIGINT);
        server.stdout.expect("cancelado: el servidor sigue en marcha");
        for conn in &mut conns {
            conn.ask("Hola\n");
        }
    }
    server.signal(Signal::SIGTERM);
    all_are_told(conns);
    server.assert_gone(0);
    let shown = server.stdout.all();
    assert!(!shown.contains("orden desconocida"), "{shown}");
}

fn two_answers_at_once(program: Program) {
    let (mut server, conns, mut typist) = on_a_pipe(program);
    typist.write_all(b"c\ns\n").expect("it has room");
    server.signal(Signal::SIGINT);
    server.stdout.expect("cancelado: el servidor sigue en marcha");
    server.signal(Signal::SIGINT);
    all_are_told(conns);
    server.assert_gone(0);
}

/// Two wrong answers, again and again, are not three.
fn an_answer_in_between_counts(program: Program) {
    let (mut server, conns, mut typist) = on_a_pipe(program);
    for _ in 0..3 {
        typist.write_all(b"foo\nclientes\nc\n").expect("it has room");
        server.signal(Signal::SIGINT);
        server.stdout.expect("cancelado: el servidor sigue en marcha");
    }
    server.signal(Signal::SIGTERM);
    all_are_told(conns);
    server.assert_gone(0);
}

on_both_servers!(
    it_closes,
    without_a_line_end,
    each_question_has_its_answer,
    two_answers_at_once,
    an_answer_in_between_counts,
);
