//! Ctrl-C at a terminal, and each answer.

use super::{CTRL_C, assert_closed, question, with_clients};
use crate::faults::tools::reset;
use crate::support::{Conn, Program, Server, eventually};

/// As [`with_clients`], with Ctrl-C typed and the question read.
fn asked(program: Program, clients: usize) -> (Server, Vec<Conn>) {
    let (mut server, conns) = with_clients(program, clients);
    server.type_keys(CTRL_C);
    server.stdout.expect(&question(clients));
    (server, conns)
}

/// Asserts that the clients get their notice, and the server ends with exit code 0.
fn assert_closes(server: &Server, conns: &mut [Conn]) {
    conns.iter_mut().for_each(assert_closed);
    server.assert_gone(0);
}

fn the_service_goes_on_while_it_stands(program: Program) {
    let (mut server, mut conns) = asked(program, 3);
    let children = server.children();
    for conn in &mut conns {
        conn.ask("¿Sigue ahí?\n");
    }
    let mut new = server.connect();
    new.ask("Hola\n");
    conns.push(new);
    server.expect_clients(4);
    assert!(children.iter().all(|pid| server.children().contains(pid)));
    server.type_line("s");
    assert_closes(&server, &mut conns);
}

fn yes_closes_the_clients(program: Program) {
    let (mut server, mut conns) = asked(program, 2);
    server.type_line("s");
    assert_closes(&server, &mut conns);
    let shown = server.stdout.all();
    assert!(shown.contains("servidor finalizado: 2 clientes atendidos"), "{shown}");
}

fn no_waits_until_they_leave(program: Program) {
    let (mut server, mut conns) = asked(program, 2);
    server.type_line("n");
    eventually("nobody listens", || !server.is_listening());
    while let Some(conn) = conns.pop() {
        for conn in &mut conns {
            conn.ask("Hola\n");
        }
        drop(conn);
    }
    server.assert_gone(0);
}

fn cancel_goes_on_as_before(program: Program) {
    let (mut server, mut conns) = asked(program, 2);
    server.type_line("c");
    // Once this has been obeyed, so has the answer.
    server.type_line("clientes");
    server.expect_clients(2);
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    conns.push(server.connect());
    server.expect_clients(3);
    server.type_keys(CTRL_C);
    server.stdout.expect(&question(3));
    server.type_line("s");
    assert_closes(&server, &mut conns);
}

fn anything_else_asks_again(program: Program) {
    let (mut server, mut conns) = asked(program, 2);
    let long = "s".repeat(3000);
    let answers = ["tal vez", "", "x", "sin", "ss", "sí, no", "¿qué?", "s\0n", &long];
    let keys = ["\u{1b}[2J", "\u{7f}\u{7f}"];
    for answer in answers.into_iter().chain(keys) {
        server.type_line(answer);
        server.stdout.expect(&question(2));
        conns[0].ask("Hola\n");
    }
    server.type_line("s");
    assert_closes(&server, &mut conns);
}

fn it_counts_clients_that_come_and_go(program: Program) {
    let (mut server, mut conns) = asked(program, 3);
    conns.push(server.connect());
    server.stdout.expect(&question(4));
    for left in [3, 2] {
        reset(conns.remove(0));
        server.stdout.expect(&question(left));
    }
    drop(conns.remove(0));
    server.stdout.expect(&question(1));
    conns[0].ask("Hola\n");
    server.type_line("s");
    assert_closes(&server, &mut conns);
}

/// Then there is nothing left to ask.
fn the_last_client_leaves_while_it_stands(program: Program) {
    let (server, conns) = asked(program, 3);
    drop(conns);
    server.assert_gone(0);
    let shown = server.stdout.all();
    assert!(shown.contains("servidor finalizado: 3 clientes atendidos"), "{shown}");
}

fn end_of_file_is_yes(program: Program) {
    let (mut server, mut conns) = asked(program, 2);
    server.type_keys("\x04");
    assert_closes(&server, &mut conns);
}

fn a_second_interrupt_is_yes(program: Program) {
    let (mut server, mut conns) = asked(program, 2);
    server.type_keys(CTRL_C);
    assert_closes(&server, &mut conns);
}

/// Keys held down also interrupt the closing: it may be forced, but it ends.
fn ten_interrupts_are_no_harm(program: Program) {
    let (mut server, conns) = asked(program, 3);
    server.type_keys(&CTRL_C.repeat(10));
    drop(conns);
    assert!([0, 1].contains(&server.exit_code()), "no signal has ended it");
    assert_eq!(server.children(), []);
}

fn one_client_is_not_two(program: Program) {
    let (mut server, mut conns) = asked(program, 1);
    server.type_line("s");
    assert_closes(&server, &mut conns);
}

fn without_clients_there_is_no_question(program: Program) {
    let (mut server, conns) = with_clients(program, 1);
    drop(conns);
    server.expect_clients(0);
    server.type_keys(CTRL_C);
    server.assert_gone(0);
    assert!(!server.stdout.all().contains("¿Cerrar"));
}

fn it_is_asked_in_english_too(program: Program) {
    let mut server = Server::on_terminal(program, &["--lang", "en", "--no-greeting"]);
    let mut conn = server.connect();
    conn.ask("Hola\n");
    server.stdout.expect("connected clients: 1");
    server.type_keys(CTRL_C);
    server.stdout.expect("Close the connected client? ");
    server.type_line("s");
    // What the client gets is the same.
    assert_closes(&server, &mut [conn]);
}

on_both_servers!(
    the_service_goes_on_while_it_stands,
    yes_closes_the_clients,
    no_waits_until_they_leave,
    cancel_goes_on_as_before,
    anything_else_asks_again,
    it_counts_clients_that_come_and_go,
    the_last_client_leaves_while_it_stands,
    end_of_file_is_yes,
    a_second_interrupt_is_yes,
    ten_interrupts_are_no_harm,
    one_client_is_not_two,
    without_clients_there_is_no_question,
    it_is_asked_in_english_too,
);
