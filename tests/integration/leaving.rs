//! Leaving: the question at a terminal, signals, the grace period, and that nothing is left behind.

mod commands;
mod forced;
mod orphans;
mod question;
mod unasked;

use crate::support::{Conn, Program, Server};

/// What Ctrl-C types.
const CTRL_C: &str = "\x03";

/// The question, with this many clients.
fn question(clients: usize) -> String {
    match clients {
        1 => {
            "¿Cerrar el cliente conectado? [s]í / [n]o, esperar a que termine / [c]ancelar: ".into()
        }
        _ => format!(
            "¿Cerrar los {clients} clientes conectados? \
             [s]í / [n]o, esperar a que terminen / [c]ancelar: "
        ),
    }
}

/// A server on a terminal with this many clients, each of which has been answered.
fn with_clients(program: Program, clients: usize) -> (Server, Vec<Conn>) {
    let mut server = Server::on_terminal(program, &["--no-greeting"]);
    let mut conns = server.connect_all(clients);
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    (server, conns)
}

/// Asserts that a client still gets the notice that the server is closing, then end of file, and
/// nothing else.
fn assert_closed(conn: &mut Conn) {
    let notice = conn.rest();
    let secs = notice.strip_prefix("Servidor: cerrando, ");
    let secs = secs.and_then(|rest| rest.strip_suffix(" secs\n"));
    assert!(secs.is_some_and(|secs| secs.parse::<u64>().is_ok()), "{notice:?}");
}
