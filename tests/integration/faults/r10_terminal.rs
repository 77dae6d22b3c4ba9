//! R10: Ctrl-C at a terminal. What `leaving::question` does not ask: clients that come and go while
//! the question stands, input that is no answer at all, and many an interrupt.

use super::tools::{reset, state};
use crate::support::{Conn, Program, Server};

const CTRL_C: &str = "\x03";

/// A server with three clients, and the question put.
fn asked(program: Program) -> (Server, Vec<Conn>) {
    let mut server = Server::on_terminal(program, &["--no-greeting"]);
    let conns = server.connect_all(3);
    server.type_keys(CTRL_C);
    server.stdout.expect("¿Cerrar los 3 clientes conectados? ");
    (server, conns)
}

fn the_question_counts_who_comes_and_goes(program: Program) {
    let (mut server, mut conns) = asked(program);
    conns.push(server.connect());
    server.stdout.expect("¿Cerrar los 4 clientes conectados? ");
    for (left, words) in [(3, "los 3 clientes conectados? "), (2, "los 2 clientes conectados? ")] {
        reset(conns.remove(0));
        assert_eq!(conns.len(), left);
        server.stdout.expect(words);
    }
    drop(conns.remove(0));
    server.stdout.expect("¿Cerrar el cliente conectado? ");
    conns[0].ask("Hola\n");
    server.type_line("s");
    assert!(conns[0].rest().starts_with("Servidor: cerrando, "));
    server.assert_gone(0);
}

/// Then there is nothing left to ask.
fn the_last_client_leaves_while_it_stands(program: Program) {
    let (server, conns) = asked(program);
    drop(conns);
    server.assert_gone(0);
    let shown = server.stdout.all();
    assert!(shown.contains("servidor finalizado: 3 clientes atendidos"), "{shown}");
}

fn garbage_is_no_answer(program: Program) {
    let (mut server, mut conns) = asked(program);
    let long = "s".repeat(3000);
    for garbage in ["\u{1b}[2J", "\u{7f}\u{7f}", "¿qué?", "s\0n", "ss", "sí, no", &long] {
        server.type_line(garbage);
        server.stdout.expect("¿Cerrar los 3 clientes conectados? ");
        for conn in &mut conns {
            conn.ask("Hola\n");
        }
    }
    let children = server.children();
    assert_eq!(children.len(), if program == Program::Fork { 3 } else { 0 });
    assert!(children.iter().all(|&pid| state(pid).is_some_and(|state| state != 'Z')));
    server.type_line("n");
    drop(conns);
    server.assert_gone(0);
}

/// Held down, the keys interrupt the closing too: it may be forced, but it ends.
fn ctrl_c_ten_times(program: Program) {
    let (mut server, conns) = asked(program);
    server.type_keys(&CTRL_C.repeat(10));
    drop(conns);
    assert!([0, 1].contains(&server.exit_code()), "no signal has ended it");
    assert_eq!(server.children(), []);
}

on_both_servers!(
    the_question_counts_who_comes_and_goes,
    the_last_client_leaves_while_it_stands,
    garbage_is_no_answer,
    ctrl_c_ten_times,
);
