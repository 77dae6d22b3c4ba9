//! A client that leaves while the server has more to send it.

use super::tools::{assert_well, await_clients, reset, stuff};
use crate::support::{Conn, Program, Server};

/// Clients that leave with replies unread, by `leave`: the server ends only their connections.
fn gone_in_mid_write(program: Program, args: &[&str], leave: fn(Conn)) {
    let mut server = Server::start(program, &[&["--no-greeting", "-q"], args].concat());
    let mut others: Vec<_> = (0..3).map(|_| server.connect()).collect();
    let stuck: Vec<_> = (0..3).map(|_| server.connect()).collect();
    for conn in &stuck {
        assert!(stuff(conn, &[b'\n'; 65_536]) > 65_536, "it waits for room to write");
    }
    for conn in stuck {
        leave(conn);
    }
    await_clients(&mut server, 3);
    for conn in &mut others {
        conn.send("Hola\n");
        assert!(conn.line().len() > 1);
    }
    // The fork server would print it if a signal, such as SIGPIPE, had ended a child.
    let shown = server.stdout.so_far();
    assert!(!shown.contains("SIG"), "{shown}");
    drop(others);
    if args.is_empty() {
        assert_well(&mut server);
    }
}

fn replies_to_a_client_that_resets(program: Program) {
    gone_in_mid_write(program, &[], reset);
}

fn replies_to_a_client_that_closes(program: Program) {
    gone_in_mid_write(program, &[], drop);
}

fn echoes_to_a_client_that_resets(program: Program) {
    gone_in_mid_write(program, &["--reply", "echo"], reset);
}

fn delayed_replies_to_a_client_that_has_gone(program: Program) {
    let mut server = Server::start(program, &["--no-greeting", "-q", "--delay", "200"]);
    let mut leaver = server.connect();
    leaver.send("uno\ndos\ntres\n");
    let mut other = server.connect();
    other.ask("Hola\n");
    reset(leaver);
    other.ask("Hola\n");
    await_clients(&mut server, 1);
}

on_both_servers!(
    replies_to_a_client_that_resets,
    replies_to_a_client_that_closes,
    echoes_to_a_client_that_resets,
    delayed_replies_to_a_client_that_has_gone,
);
