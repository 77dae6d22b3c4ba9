//! What the operator may type at a terminal.

use super::{CTRL_C, assert_closed, question, with_clients};
use crate::support::{Process, Program, Screen, Server, eventually};
use crate::support::{foreground, group_members, state, terminal_modes};
use std::process::Command;

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

/// Waits until this is on the last line, where the cursor is.
fn await_last(shown: &Process, line: &str) {
    eventually(&format!("the last line is {line:?}"), || {
        Screen::of(&shown.stdout.so_far()).last().as_deref() == Some(line.trim_end())
    });
}

fn they_can_be_edited_and_taken_up_again(program: Program) {
    let (mut server, _conns) = with_clients(program, 2);
    server.type_line("clienes\x1b[D\x1b[Dt");
    server.expect_clients(2);
    server.type_line("ayuda");
    server.stdout.expect("órdenes: ");
    server.type_line("\x1b[A\x1b[A");
    server.expect_clients(2);
}

fn half_a_command_is_put_aside_for_the_question(program: Program) {
    let (mut server, mut conns) = with_clients(program, 2);
    server.type_keys("clienes\x1b[D");
    await_last(&server, "clienes");
    server.type_keys(CTRL_C);
    await_last(&server, &question(2));
    server.type_line("c");
    server.stdout.expect("cancelado: el servidor sigue");
    await_last(&server, "clienes");
    server.type_line("\x1b[Dt");
    server.expect_clients(2);
    conns[0].ask("Hola\n");
}

/// Ctrl-Z: the whole server stops, and the terminal is the shell's.
fn a_stopped_server_goes_on(program: Program) {
    let server = Server::command(program, &["--no-greeting", "--lang", "es"]);
    let mut shell = Command::new("bash");
    shell.args(["-c", "set -m; read; \"$@\"; echo parado; read; fg; echo fin; read", "bash"]);
    shell.arg(server.get_program()).args(server.get_args());
    let mut shell = Process::spawn_on_terminal(&shell);
    let before = terminal_modes(shell.pid());
    shell.type_line("");
    let mut server = Server::of(shell);
    let mut conns = server.connect_all(2);
    server.type_keys("clien");
    await_last(&server, "clien");
    assert_ne!(terminal_modes(server.pid()), before);
    let processes = group_members(foreground(server.pid()));
    server.type_keys("\x1a");
    server.stdout.expect("parado");
    assert_eq!(terminal_modes(server.pid()), before);
    for &pid in &processes {
        eventually("each process stops", || state(pid) == Some('T'));
    }
    server.type_line("");
    await_last(&server, "clien");
    server.type_line("tes");
    server.expect_clients(2);
    conns[0].ask("Hola\n");
    server.type_keys(CTRL_C);
    server.stdout.expect(&question(2));
    server.type_line("s");
    conns.iter_mut().for_each(assert_closed);
    server.stdout.expect("fin\r\n");
    assert_eq!(terminal_modes(server.pid()), before);
}

/// Ctrl-Z where whoever started the server has it ignored: no process stops.
fn an_ignored_stop_stays_ignored(program: Program) {
    let server = Server::command(program, &["--no-greeting", "--lang", "es"]);
    let mut shell = Command::new("bash");
    shell.args(["-c", "set -m; (trap '' TSTP; exec \"$@\"); echo fin; read", "bash"]);
    shell.arg(server.get_program()).args(server.get_args());
    let mut server = Server::of(Process::spawn_on_terminal(&shell));
    let mut conns = server.connect_all(2);
    server.type_keys("\x1a");
    // It is heard after the key.
    server.type_line("clientes");
    server.expect_clients(2);
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
}

on_both_servers!(
    an_ignored_stop_stays_ignored,
    they_can_be_edited_and_taken_up_again,
    half_a_command_is_put_aside_for_the_question,
    a_stopped_server_goes_on,
    clientes_shows_the_whole_table,
    ayuda_names_the_commands,
    salir_is_an_interrupt,
    salir_without_clients_ends_it,
    anything_else_does_no_harm,
);
