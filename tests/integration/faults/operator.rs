//! An operator who types something unexpected.

use crate::support::{Conn, Program, Screen, Server, eventually};

const CTRL_D: &str = "\x04";

fn served(program: Program) -> (Server, Vec<Conn>) {
    let mut server = Server::on_terminal(program, &["--no-greeting"]);
    let conns = server.connect_all(2);
    (server, conns)
}

/// Nothing is asked: it prints how to leave, and goes on reading the keyboard.
fn one_ctrl_d_does_not_make_it_deaf(program: Program) {
    let (mut server, mut conns) = served(program);
    server.type_keys(CTRL_D);
    server.stdout.expect("salir");
    conns[0].ask("Hola\n");
    server.type_line("clientes");
    server.expect_clients(2);
    server.type_line("salir");
    server.stdout.expect("¿Cerrar los 2 clientes conectados? ");
    server.type_line("s");
    drop(conns);
    server.assert_gone(0);
}

/// That is no answer: the question appears again below the table.
fn the_table_while_the_question_stands(program: Program) {
    let (mut server, conns) = served(program);
    server.type_keys("\x03");
    server.stdout.expect("¿Cerrar los 2 clientes conectados? ");
    server.type_line("clientes");
    server.expect_clients(2);
    for conn in &conns {
        let row = server.stdout.expect_line("  desde ");
        assert!(row.contains(&conn.name()), "{row}");
    }
    server.stdout.expect("¿Cerrar los 2 clientes conectados? ");
    eventually("the question is on the last line", || {
        let last = Screen::of(&server.stdout.so_far()).last();
        last.is_some_and(|line| line.starts_with("¿Cerrar") && line.ends_with("[c]ancelar:"))
    });
    server.type_line("s");
    drop(conns);
    server.assert_gone(0);
}

on_both_servers!(one_ctrl_d_does_not_make_it_deaf, the_table_while_the_question_stands);
