//! At a terminal, lines are printed while the question is open or something is half typed: the
//! question and what is being typed stay on the last line, alone.

use crate::support::{Conn, Program, Screen, Server, eventually};

const CTRL_C: &str = "\x03";

/// The line with the question for two clients.
const QUESTION: &str = "¿Cerrar los 2 clientes conectados? \
                        [s]í / [n]o, esperar a que terminen / [c]ancelar:";

fn served(program: Program) -> (Server, Vec<Conn>) {
    let mut server = Server::on_terminal(program, &["--no-greeting"]);
    let conns = server.connect_all(2);
    (server, conns)
}

fn asked(program: Program) -> (Server, Vec<Conn>) {
    let (mut server, conns) = served(program);
    server.type_keys(CTRL_C);
    await_last(&server, QUESTION);
    (server, conns)
}

/// Waits until this is on the last line, where the cursor is.
fn await_last(server: &Server, line: &str) {
    let mut shown = None;
    let written = || server.stdout.so_far();
    let is_last = || {
        shown = Screen::of(&written()).last();
        shown.as_deref() == Some(line)
    };
    eventually(&format!("the last line is {line:?}"), is_last);
}

/// All clients send a message, and each waits for its reply.
fn burst(conns: &mut [Conn], number: usize) {
    for conn in &mut *conns {
        conn.send(format!("ráfaga {number}\n").repeat(20));
    }
    for conn in conns {
        conn.replies(20);
    }
}

/// Waits until the screen has the lines of this many bursts.
fn await_bursts(server: &Server, conns: &[Conn], bursts: usize) {
    eventually("every line is on the screen", || {
        server.stdout.so_far().matches("recibido b'r").count() == 20 * bursts * conns.len()
    });
}

fn the_question_stays_on_the_last_line(program: Program) {
    let (mut server, mut conns) = asked(program);
    for number in 1..=5 {
        burst(&mut conns, number);
        await_bursts(&server, &conns, number);
        await_last(&server, QUESTION);
    }
    let lines = Screen::of(&server.stdout.so_far()).lines();
    let questions = lines.iter().filter(|line| line.contains("¿Cerrar")).count();
    assert_eq!(questions, 1, "{lines:#?}");
    for line in lines.iter().filter(|line| line.contains("recibido")) {
        let start = line.trim_start().starts_with("recibido b'r");
        assert!(start && line.ends_with(')'), "not alone on its line: {line:?}");
    }
    server.type_line("s");
    drop(conns);
    server.assert_gone(0);
}

/// The answer is taken while lines keep coming.
fn an_answer_typed_among_lines_is_heard(program: Program) {
    let (mut server, mut conns) = asked(program);
    burst(&mut conns, 1);
    server.type_keys("cance");
    burst(&mut conns, 2);
    server.type_keys("lar\n");
    server.stdout.expect("cancelado: el servidor sigue en marcha");
    conns[0].ask("Hola\n");
}

fn half_an_answer_stays_behind_the_question(program: Program) {
    let (mut server, mut conns) = asked(program);
    server.type_keys("cance");
    await_last(&server, &format!("{QUESTION} cance"));
    burst(&mut conns, 1);
    await_bursts(&server, &conns, 1);
    await_last(&server, &format!("{QUESTION} cance"));
    server.type_keys("lar\n");
    server.stdout.expect("cancelado: el servidor sigue en marcha");
}

/// Nothing is asked, and a command is being typed.
fn half_a_command_works(program: Program) {
    let (mut server, mut conns) = served(program);
    server.type_keys("clien");
    burst(&mut conns, 1);
    server.type_keys("tes\n");
    server.expect_clients(2);
    server.stdout.expect_line("  desde ");
}

fn half_a_command_stays_on_the_last_line(program: Program) {
    let (mut server, mut conns) = served(program);
    server.type_keys("clien");
    await_last(&server, "clien");
    burst(&mut conns, 1);
    await_bursts(&server, &conns, 1);
    await_last(&server, "clien");
    server.type_keys("tes\n");
    server.expect_clients(2);
    server.stdout.expect_line("  desde ");
}

on_both_servers!(
    the_question_stays_on_the_last_line,
    an_answer_typed_among_lines_is_heard,
    half_an_answer_stays_behind_the_question,
    half_a_command_works,
    half_a_command_stays_on_the_last_line,
);
