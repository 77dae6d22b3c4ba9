//! A client that was turned away stays. It may not have read its notice, so the closing server stays
//! too: until the grace period is over, and without spinning.

use super::tools::QUIET;
use crate::support::{Log, Process, Program, Server, have};
use nix::sys::signal::Signal;

/// Each turn of the loop is one call, and a few are enough.
const MOST: usize = 50;

fn it_is_not_waited_for_busily(program: Program) {
    if !have("strace") {
        return;
    }
    let args = ["--max-clients", "1", "--grace", "0"];
    let command = Server::command(program, &[&QUIET[..], &args].concat());
    let name = format!("turned_away.{program:?}");
    let (command, log) = Log::of(&command, &name, "?select,pselect6");
    let server = Server::of(Process::spawn(command));
    let mut conn = server.connect();
    conn.ask("Hola\n");
    let mut turned_away = server.connect();
    assert_eq!(turned_away.rest(), "Servidor: completo, 1 clientes\n");
    server.signal(Signal::SIGTERM);
    assert!(conn.rest().starts_with("Servidor: cerrando, "));
    drop(conn);
    server.assert_gone(0);
    log.expect(&server, "exited with 0");
    let turns = log.calls(&server)[0].len();
    assert!(turns < MOST, "{turns} turns");
}

on_both_servers!(it_is_not_waited_for_busily);
