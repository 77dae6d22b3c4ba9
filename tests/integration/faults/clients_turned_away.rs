//! More clients than there is room for. Not in `options::room`: clients turned away that behave
//! badly, and a flood of them.

use super::tools::{await_clients, connect_from, descriptors, reset};
use crate::support::{Conn, Program, Server, eventually};
use std::net::Ipv4Addr;

const TOLD: &str = "Servidor: completo, 2 clientes\n";

/// Two clients from 127.0.0.1, as many as are allowed, and one from 127.0.0.2.
fn full(program: Program) -> (Server, Vec<Conn>) {
    let mut server = Server::start(program, &["-q", "--no-greeting", "--max-per-ip", "2"]);
    let mut conns: Vec<_> = (0..2).map(|_| server.connect()).collect();
    conns.push(connect_from(Ipv4Addr::new(127, 0, 0, 2), &server));
    await_clients(&mut server, 3);
    (server, conns)
}

/// Clients that are turned away must not exhaust the server's descriptors.
fn a_flood_of_clients_turned_away_is_bounded(program: Program) {
    let (server, mut conns) = full(program);
    let before = descriptors(server.pid()).len();
    let mut refused: Vec<_> = (0..300).map(|_| server.connect()).collect();
    // None of them closes; all but the last have been seen once the last is told.
    assert_eq!(refused[299].rest(), TOLD);
    // One descriptor stands for all of them, and the last one, told, may not be closed yet.
    assert!(descriptors(server.pid()).len() <= before + 64 + 2, "64 linger, at most");
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    drop(refused);
    eventually("they are closed", || descriptors(server.pid()).len() == before);
}

fn clients_turned_away_may_reset_or_flood(program: Program) {
    let (mut server, mut conns) = full(program);
    for _ in 0..20 {
        reset(server.connect());
        let mut flooder = server.connect();
        flooder.send([b'x'; 10_000]);
        assert_eq!(flooder.rest(), TOLD);
    }
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    await_clients(&mut server, 3);
}

fn a_place_freed_by_a_reset_is_usable(program: Program) {
    let (mut server, mut conns) = full(program);
    for _ in 0..5 {
        // One of 127.0.0.1: the last is the other's.
        reset(conns.remove(0));
        await_clients(&mut server, 2);
        let mut next = server.connect();
        next.ask("Hola\n");
        conns.insert(0, next);
        assert_eq!(server.connect().rest(), TOLD);
    }
}

on_both_servers!(
    a_flood_of_clients_turned_away_is_bounded,
    clients_turned_away_may_reset_or_flood,
    a_place_freed_by_a_reset_is_usable,
);
