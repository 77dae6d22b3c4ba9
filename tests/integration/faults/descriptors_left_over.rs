//! No descriptor too many, in the server or in its children.

use super::tools::{CHILD, QUIET, await_clients, descriptors, one_at_a_time, reset};
use crate::support::{Program, Server, eventually, have};
use std::process::Command;

/// Ten thousand connections, of every kind of end.
fn ten_thousand_connections_leave_no_descriptor(program: Program) {
    let _turn = one_at_a_time();
    let mut server = Server::start(program, &QUIET);
    server.connect().ask("Hola\n");
    await_clients(&mut server, 0);
    let before = descriptors(server.pid());
    for round in 0..10_000 {
        let mut conn = server.connect();
        match round % 4 {
            0 => drop(conn),
            1 => reset(conn),
            2 => drop(conn.ask("Hola\n")),
            _ => {
                conn.send("SALIR\n");
                conn.line();
            }
        }
    }
    await_clients(&mut server, 0);
    eventually("the same descriptors as before", || descriptors(server.pid()) == before);
    assert_eq!(server.children(), []);
    assert_eq!(server.stderr.so_far(), "");
}

#[test]
fn a_child_holds_its_client_and_nothing_else() {
    let server = Server::start(Program::Fork, &QUIET);
    let mut conns: Vec<_> = (0..5).map(|_| server.connect()).collect();
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    let parent = descriptors(server.pid());
    // 0-2; standard output and error opened again; the ends of three pipes: the self-pipe, the one
    // that tells the children to close, the one for their lines; the listener; a spare one.
    assert_eq!(parent.len(), 3 + 2 + 6 + 1 + 1, "{parent:?}");
    let children = server.children();
    assert_eq!(children.len(), 5);
    let mut sockets = Vec::new();
    for child in children {
        let mut held = descriptors(child);
        let standard: Vec<_> = held.drain(..3).collect();
        assert_eq!(standard, parent[..3]);
        // Its client, and its ends of the two pipes that join it to its parent.
        assert_eq!(held.len(), CHILD - 3, "{held:?}");
        assert_eq!(held.iter().filter(|(_, file)| file.starts_with("pipe:")).count(), 2);
        held.retain(|(_, file)| file.starts_with("socket:"));
        assert!(!parent.contains(&held[0]), "the listener is not its client");
        sockets.extend(held.into_iter().map(|(_, socket)| socket));
    }
    sockets.sort();
    sockets.dedup();
    assert_eq!(sockets.len(), 5, "each has its own");
    assert!(parent.iter().all(|(_, file)| !sockets.contains(file)), "{parent:?}");
}

fn the_listener_is_held_by_one_process(program: Program) {
    if !have("ss") {
        return;
    }
    let server = Server::start(program, &QUIET);
    let mut conns: Vec<_> = (0..5).map(|_| server.connect()).collect();
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    let filter = format!("sport = :{}", server.addr.port());
    let ss = Command::new("ss").args(["-H", "-l", "-t", "-n", "-p", &filter]).output();
    let said = String::from_utf8(ss.expect("ss runs").stdout).expect("text");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(said.matches("pid=").count(), 1, "{said}");
    assert!(said.contains(&format!("pid={},", server.pid())), "{said}");
}

on_both_servers!(ten_thousand_connections_leave_no_descriptor, the_listener_is_held_by_one_process,);
