//! What the operator may type at a terminal.

use super::{assert_closed, question, with_clients};
use crate::support::{Program, Server};

fn clientes_shows_the_whole_table(program: Program) {
    let mut server = Server::on_terminal(program, &[]);
    let conns = server.connect_all(21);
    server.type_line("clientes");
    server.stdout.expect("clientes conectados: 21");
    for conn in &conns {
        let row = server.stdout.expect_line("  desde ");
        assert!(row.contains(&conn.name()), "{row}");
    }
}

fn ayuda_names_the_commands(program: Program) {
    let mut server = Server::on_terminal(program, &[]);
    server.type_line("ayuda");
    // The first line is what was typed, echoed by the terminal.
    server.stdout.expect_line("ayuda");
    let help = server.stdout.expect_line("ayuda");
    for command in ["clientes", "salir"] {
        assert!(help.contains(command), "{help}");
    }
}

fn salir_is_an_interrupt(program: Program) {
    let (mut server, mut conns) = with_clients(program, 2);
    server.type_line("salir");
    server.stdout.expect(&question(2));
    conns[0].ask("Hola\n");
    server.type_line("s");
    conns.iter_mut().for_each(assert_closed);
    server.assert_gone(0);
}

fn salir_without_clients_ends_it(program: Program) {
    let mut server = Server::on_terminal(program, &[]);
    server.type_line("salir");
    server.assert_gone(0);
}

fn anything_else_does_no_harm(program: Program) {
    let (mut server, mut conns) = with_clients(program, 2);
    for line in ["", "s", "hola", "\x1b[31m", &"x".repeat(3000)] {
        server.type_line(line);
        conns[0].ask("Hola\n");
    }
    server.type_line("clientes");
    server.expect_clients(2);
}

on_both_servers!(
    clientes_shows_the_whole_table,
    ayuda_names_the_commands,
    salir_is_an_interrupt,
    salir_without_clients_ends_it,
    anything_else_does_no_harm,
);
