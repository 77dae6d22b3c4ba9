//! Clients whose machine has gone without a word: a cable pulled, a laptop closed. Here the loopback is
//! taken down. The kernel notices (SO_KEEPALIVE), the server reports it, and their places are free.

use super::namespaces::{in_its_own_network, loopback};
use super::server_end::ServerEnd;
use super::tools::QUIET;
use crate::support::{Program, Server, eventually};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Noticed after the silence of `--keepalive` and three probes, ten seconds apart; the rest is for a busy
/// machine.
const IN_TIME: Duration = Duration::from_secs(60);

fn a_vanished_client_is_noticed(program: Program) {
    in_its_own_network(move || {
        let args = ["--no-greeting", "--keepalive", "1", "--max-clients", "1"];
        let mut server = Server::start(program, &args);
        let mut vanished = server.connect();
        vanished.ask("Hola\n");
        assert_eq!(server.connect().rest(), "Servidor: completo, 1 clientes\n");
        loopback("down");
        let (start, line) = (Instant::now(), format!("conexión perdida {}: ", vanished.name()));
        while !server.stdout.so_far().contains(&line) {
            assert!(start.elapsed() < IN_TIME, "{}", server.stdout.so_far());
            sleep(Duration::from_millis(50));
        }
        let lost = server.stdout.expect_line(&line);
        assert!(lost.contains("ETIMEDOUT"), "{lost}");
        server.expect_clients(0);
        loopback("up");
        server.connect().ask("Hola\n");
    });
}

/// The keepalive timer of a silent client on the server's side: when it fires.
fn timer(server: &Server) -> Option<Duration> {
    let mut conn = server.connect();
    conn.ask("Hola\n");
    let mut timer = (0, 0);
    eventually("all has been acknowledged", || {
        timer = ServerEnd::of(&conn).expect("a connection").timer;
        timer.0 != 1
    });
    (timer.0 == 2).then(|| Duration::from_millis(10) * timer.1)
}

fn every_client_has_a_timer(program: Program) {
    for (args, least, most) in [(&[][..], 50, 60), (&["--keepalive", "9"], 5, 9)] {
        let server = Server::start(program, &[&QUIET[..], args].concat());
        let timer = timer(&server).expect("a timer").as_secs_f32();
        assert!((least as f32..=most as f32 + 0.1).contains(&timer), "{timer}");
    }
}

fn none_has_one_if_not_wanted(program: Program) {
    let server = Server::start(program, &[&QUIET[..], &["--keepalive", "0"]].concat());
    assert_eq!(timer(&server), None);
}

on_both_servers!(
    a_vanished_client_is_noticed,
    every_client_has_a_timer,
    none_has_one_if_not_wanted,
);
