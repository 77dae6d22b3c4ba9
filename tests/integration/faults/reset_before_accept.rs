//! A client that has reset its connection before it is accepted.

use super::tools::{assert_well, await_clients, reset, stop};
use crate::support::{Program, Server};
use nix::sys::signal::Signal;

fn reset_before_accept(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    stop(&server);
    let mut names = Vec::new();
    for round in 0..20 {
        let mut conn = server.connect();
        if round % 2 == 1 {
            conn.send("Hola\n");
        }
        names.push(conn.name());
        reset(conn);
    }
    let mut good = server.connect();
    server.signal(Signal::SIGCONT);
    good.ask("Hola\n");
    await_clients(&mut server, 1);
    let shown = server.stdout.so_far();
    for name in names {
        assert!(shown.contains(&name), "{name} is not in\n{shown}");
    }
    drop(good);
    assert_well(&mut server);
}

/// With a greeting, sending it is the first thing that fails.
fn reset_before_the_greeting(program: Program) {
    let mut server = Server::start(program, &["--greeting", "-q"]);
    stop(&server);
    (0..20).for_each(|_| reset(server.connect()));
    let mut good = server.connect();
    server.signal(Signal::SIGCONT);
    assert_eq!(good.line(), "Servidor: Conectado con cliente\n");
    good.ask("Hola\n");
    await_clients(&mut server, 1);
    server.signal(Signal::SIGTERM);
    server.assert_gone(0);
}

on_both_servers!(reset_before_accept, reset_before_the_greeting);
