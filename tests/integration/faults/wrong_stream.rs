//! Standard output is the terminal, standard error is not: the sequence that erases the terminal's
//! line must not end up in a file.

use crate::support::{Process, Program, Screen, Server, eventually};

fn stderr_gets_no_control_bytes(program: Program) {
    let command = Server::command(program, &["--max-clients", "1", "--no-greeting"]);
    let mut server = Server::of(Process::spawn_with_stderr_apart(&command));
    let mut conns = server.connect_all(1);
    server.type_keys("\x03");
    server.stdout.expect("¿Cerrar el cliente conectado? ");
    assert_eq!(server.connect().rest(), "Servidor: completo, 1 clientes\n");
    server.stderr.expect_line("completo");
    // Lines on standard error do not disturb the question.
    conns[0].ask("Hola\n");
    eventually("the question stands", || {
        let last = Screen::of(&server.stdout.so_far()).last();
        last.is_some_and(|line| line.starts_with("¿Cerrar") && line.ends_with("[c]ancelar:"))
    });
    server.type_line("s");
    drop(conns);
    assert_eq!(server.exit_code(), 0);
    let said = server.stderr.all();
    assert!(!said.contains(['\x1b', '\r']), "{said:?}");
    assert!(server.stdout.so_far().contains('\x1b'), "the terminal has its colours");
}

on_both_servers!(stderr_gets_no_control_bytes);
