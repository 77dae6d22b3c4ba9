//! A server started again. That a clock set back does not change the seconds is tested in
//! `server::properties`: setting the machine's clock would disturb everything else on it, and the
//! statically linked programs cannot be given another.

use super::tools::QUIET;
use crate::support::{Process, Program, Server};
use std::fs;

/// How many connections of this port are in TIME_WAIT on this side.
fn in_time_wait(port: u16) -> usize {
    let table = fs::read_to_string("/proc/net/tcp").expect("/proc");
    let local = format!(":{port:04X}");
    let rows = table.lines().filter(|line| {
        let columns: Vec<_> = line.split_whitespace().take(4).collect();
        matches!(columns[..], [_, from, _, "06"] if from.ends_with(&local))
    });
    rows.count()
}

fn binds_again_with_connections_in_time_wait(program: Program) {
    let server = Server::start(program, &QUIET);
    let mut conns: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    let port = server.addr.port();
    // The server closes first, so its side is in TIME_WAIT.
    server.stop();
    conns.iter_mut().for_each(|conn| drop(conn.rest()));
    drop(conns);
    assert!(in_time_wait(port) > 0, "there is something to wait for");
    let port = port.to_string();
    let again = program.command(&["-b", "127.0.0.1", "-p", &port, "--no-greeting"]);
    Server::of(Process::spawn(again)).connect().ask("Hola\n");
}

fn a_second_instance_is_refused(program: Program) {
    let server = Server::start(program, &QUIET);
    let mut conn = server.connect();
    conn.ask("Hola\n");
    for other in [Program::Fork, Program::Select] {
        let second = other.command(&["-b", "127.0.0.1", "-p", &server.port()]);
        let second = Process::spawn(second);
        assert_eq!(second.exit_code(), 1);
        let said = second.stderr.all();
        let bind = format!("bind ('127.0.0.1', {}): EADDRINUSE", server.port());
        assert!(said.contains(&bind) && said.lines().count() == 1, "{said}");
    }
    conn.ask("Hola\n");
}

on_both_servers!(binds_again_with_connections_in_time_wait, a_second_instance_is_refused);
