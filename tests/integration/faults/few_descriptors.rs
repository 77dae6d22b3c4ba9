//! A small descriptor limit (`ulimit -n`): the reserve shrinks with it. A server that listens serves, if
//! only one client at a time; one that could not says so, and does not listen.

use super::provoke::is_root;
use super::tools::{QUIET, state};
use crate::support::{Process, Program, Server, eventually, have};
use std::process::Command;

/// A server limited to this many descriptors; `None` if it has ended instead.
fn limited(program: Program, descriptors: usize, args: &[&str]) -> Option<Server> {
    let server = Server::command(program, &[&QUIET[..], args].concat());
    // Root could raise the limit again.
    let tools = ["setpriv", "--bounding-set=-sys_resource", "prlimit"];
    let tools = if is_root() { &tools[..] } else { &tools[2..] };
    let mut command = Command::new(tools[0]);
    command.args(&tools[1..]).arg(format!("--nofile={descriptors}:{descriptors}"));
    command.arg(server.get_program()).args(server.get_args()).env("LANG", "es");
    let process = Process::spawn(command);
    let ended = || matches!(state(process.pid()), None | Some('Z'));
    eventually("it listens, or ends", || ended() || process.stdout.so_far().contains('\n'));
    if process.stdout.so_far().contains('\n') {
        return Some(Server::of(process));
    }
    assert_eq!(process.exit_code(), 1);
    let said = process.stderr.all();
    assert!(said.lines().last().is_some_and(|line| line.contains("EMFILE")), "{said}");
    None
}

fn serves(server: Server) -> bool {
    for _ in 0..3 {
        server.connect().ask("Hola\n");
    }
    server.stop();
    true
}

fn whoever_listens_serves(program: Program) {
    if !have("prlimit") {
        return;
    }
    // It holds 9, the fork server 13, and perhaps some that the tests were started with.
    let listening: Vec<_> =
        (5..30).filter(|&few| limited(program, few, &[]).is_some_and(serves)).collect();
    assert!(listening.len() > 10, "{listening:?}");
}

/// Clients that do not fit are told, or wait; many more than one do fit.
#[test]
fn most_of_64_are_for_clients() {
    if !have("prlimit") {
        return;
    }
    // Each listener takes one.
    let more = ["-b", "127.0.0.2", "-b", "127.0.0.3", "-b", "127.0.0.4", "-b", "127.0.0.5"];
    for (args, most) in [(&[][..], 36), (&more, 33)] {
        let Some(server) = limited(Program::Select, 64, args) else { panic!("it listens") };
        let mut conns: Vec<_> = (0..most).map(|_| server.connect()).collect();
        for conn in &mut conns {
            conn.ask("Hola\n");
        }
        for _ in 0..40 {
            let told = format!("Servidor: completo, {most} clientes\n");
            assert_eq!(server.connect().rest(), told);
        }
        drop(conns);
        server.stop();
    }
}

/// A client that is turned away takes no descriptor that the next one needs.
fn clients_turned_away_leave_room(program: Program) {
    if !have("prlimit") {
        return;
    }
    for descriptors in [14, 16, 20] {
        let Some(server) = limited(program, descriptors, &["--max-clients", "2"]) else {
            panic!("it listens")
        };
        let mut conns: Vec<_> = (0..2).map(|_| server.connect()).collect();
        for conn in &mut conns {
            conn.ask("Hola\n");
        }
        // None of them closes.
        let mut refused: Vec<_> = (0..30).map(|_| server.connect()).collect();
        for conn in &mut refused {
            assert_eq!(conn.rest(), "Servidor: completo, 2 clientes\n");
        }
        drop(conns);
        eventually("there is room again", || {
            let mut conn = server.connect();
            conn.send("Hola\n");
            conn.line().ends_with(" secs\n")
        });
        drop(refused);
        server.stop();
    }
}

on_both_servers!(whoever_listens_serves, clients_turned_away_leave_room);
