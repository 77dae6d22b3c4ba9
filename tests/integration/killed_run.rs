//! A run of these tests that is killed leaves no server behind.

use crate::support::{Process, Program, Server, eventually, state};
use nix::sys::signal::Signal;
use nix::unistd::Pid;
use std::process::Command;
use std::thread::park;

#[test]
#[ignore = "it waits to be killed, by the next one"]
fn a_run_with_a_server() {
    let server = Server::start(Program::Fork, &["--no-greeting"]);
    let mut conn = server.connect();
    conn.ask("Hola\n");
    println!("server {} child {}", server.pid(), server.children()[0]);
    loop {
        park();
    }
}

#[test]
fn its_server_is_killed() {
    let mut tests = Command::new(std::env::current_exe().expect("this program"));
    tests.args(["--exact", "killed_run::a_run_with_a_server", "--ignored", "--nocapture"]);
    let mut run = Process::spawn(tests);
    let line = run.stdout.expect_line("server ");
    let pids = line.split_whitespace().filter_map(|word| word.parse().ok()).map(Pid::from_raw);
    let pids: Vec<_> = pids.collect();
    assert_eq!(pids.len(), 2, "{line}");
    run.signal(Signal::SIGKILL);
    run.ended();
    for pid in pids {
        eventually("it is gone", || state(pid).is_none_or(|state| state == 'Z'));
    }
}
