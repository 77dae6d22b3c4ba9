//! The limits on the number of clients.

use crate::faults::tools::connect_from;
use crate::support::{Program, Server};
use std::net::Ipv4Addr;

fn one_client_too_many_is_told_so(program: Program) {
    let mut server = Server::start(program, &["--greeting", "--max-clients", "2"]);
    let mut conns = server.connect_all(2);
    for _ in 0..3 {
        // No greeting, no answer, and no reset for what it has sent.
        let mut refused = server.connect();
        refused.send("Hola\n");
        assert_eq!(refused.rest(), "Servidor: completo, 2 clientes\n");
    }
    for conn in &mut conns {
        conn.line();
        conn.ask("Hola\n");
    }
    assert!(server.stop().ends_with("servidor finalizado: 2 clientes atendidos\n"));
}

fn a_place_that_is_left_is_free(program: Program) {
    let mut server = Server::start(program, &["--no-greeting", "-n", "2"]);
    let mut conns = server.connect_all(2);
    assert_eq!(server.connect().rest(), "Servidor: completo, 2 clientes\n");
    conns.pop();
    server.expect_clients(1);
    server.connect().ask("Hola\n");
}

fn each_address_has_its_own_room(program: Program) {
    let args = ["--no-greeting", "--max-per-ip", "2"];
    let mut server = Server::start(program, &args);
    let mut conns = server.connect_all(2);
    assert_eq!(server.connect().rest(), "Servidor: completo, 2 clientes\n");
    let elsewhere = Ipv4Addr::new(127, 0, 0, 2);
    for _ in 0..2 {
        let mut conn = connect_from(elsewhere, &server);
        conn.ask("Hola\n");
        conns.push(conn);
    }
    let mut fifth = connect_from(elsewhere, &server);
    assert_eq!(fifth.rest(), "Servidor: completo, 2 clientes\n");
    // A free place of one address is of no use to another.
    server.expect_clients(4);
    conns.remove(0);
    server.expect_clients(3);
    let mut fifth = connect_from(elsewhere, &server);
    assert_eq!(fifth.rest(), "Servidor: completo, 2 clientes\n");
    server.connect().ask("Hola\n");
}

fn no_limit_per_address_is_the_default(program: Program) {
    let mut server = Server::start(program, &["--no-greeting", "--max-per-ip", "0"]);
    for mut conn in server.connect_all(30) {
        conn.ask("Hola\n");
    }
}

fn a_refused_client_is_reported_on_stderr(program: Program) {
    let mut server = Server::start(program, &["--max-clients", "1"]);
    let served = server.connect();
    let mut refused = server.connect();
    refused.rest();
    server.stderr.expect(&refused.name());
    let name = refused.name();
    drop(refused);
    assert!(!server.stop().contains(&name), "and nowhere else");
    drop(served);
}

on_both_servers!(
    one_client_too_many_is_told_so,
    a_place_that_is_left_is_free,
    each_address_has_its_own_room,
    no_limit_per_address_is_the_default,
    a_refused_client_is_reported_on_stderr,
);
