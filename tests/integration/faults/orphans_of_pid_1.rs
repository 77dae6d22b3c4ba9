//! In a container the server is process 1, which inherits all orphans there, and must reap them.

use super::namespaces::as_process_1;
use super::tools::{QUIET, state};
use crate::support::{Process, Program, Server, eventually, have};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::process::Command;

/// A server that is process 1, and its pid outside. `None`, with a message, if that is not
/// possible.
fn process_1(program: Program) -> Option<(Server, Pid)> {
    let command = as_process_1(&Server::command(program, &QUIET))?;
    let server = Server::of(Process::spawn(command));
    // unshare has become its parent.
    let [init] = server.children()[..] else { panic!("{:?}", server.children()) };
    Some((server, init))
}

/// Processes that end after their parents, in the namespace of this one.
fn make_orphans(init: Pid) {
    let orphans = "for _ in 1 2 3 4 5 6 7 8 9 10; do sh -c 'sleep 0.1 &'; done";
    let target = format!("--target={init}");
    let status = Command::new("nsenter").args([&target, "--pid", "sh", "-c", orphans]).status();
    assert!(status.expect("nsenter runs").success());
}

/// The children of this process.
fn children(parent: Pid) -> Vec<Pid> {
    let path = format!("/proc/{parent}/task/{parent}/children");
    let children = std::fs::read_to_string(path).unwrap_or_default();
    children.split_whitespace().map(|pid| Pid::from_raw(pid.parse().expect("a pid"))).collect()
}

fn they_are_reaped(program: Program) {
    if !have("nsenter") {
        return;
    }
    let Some((server, init)) = process_1(program) else { return };
    let mut conn = server.connect();
    conn.ask("Hola\n");
    make_orphans(init);
    let its_own = if program == Program::Fork { 1 } else { 0 };
    // While they sleep they are its children; then they are zombies until they are reaped.
    eventually("they are reaped", || children(init).len() == its_own);
    assert!(children(init).iter().all(|&pid| state(pid) != Some('Z')));
    conn.ask("Hola\n");
    server.connect().ask("Hola\n");
    // Nothing is printed about them, and the clients are served as usual.
    assert_eq!(server.stderr.so_far(), "");
    kill(init, Signal::SIGTERM).expect("it is there");
    assert!(conn.rest().starts_with("Servidor: cerrando, "));
    assert_eq!(server.exit_code(), 0);
    let shown = server.stdout.all();
    assert_eq!(shown.lines().count(), 1, "{shown}");
}

on_both_servers!(they_are_reaped);
