//! The same calls as C: each program and its twin of `tests/c`, traced through the same conversation,
//! make the same network, process and select calls in the same order. The few extra calls that ours
//! make are listed here, with reasons.

use crate::support::{Log, Process, Program, Server, compile, have};
use enchufe::trace::read::call::Call;
use nix::sys::signal::Signal;
use std::process::{Command, Stdio};

/// A call that the textbook does not have, and why ours makes it.
type Extra = (&'static str, &'static str);

const NODELAY: Extra = ("setsockopt TCP_NODELAY", "replies go at once, not when a segment is full");
const KEEPALIVE: [Extra; 4] = {
    const WHY: &str = "clients whose machine is gone are noticed";
    [
        ("setsockopt SO_KEEPALIVE", WHY),
        ("setsockopt TCP_KEEPIDLE", WHY),
        ("setsockopt TCP_KEEPINTVL", WHY),
        ("setsockopt TCP_KEEPCNT", WHY),
    ]
};
const SELECT: Extra =
    ("select", "it waits for signals and others too, where the textbook waits in one call");
/// Ours begins closing with this call; its twin is killed.
const NO_SYN: Extra =
    ("setsockopt SO_ATTACH_FILTER", "at closing nobody is connected who will not be accepted");
const OUTCOME: Extra = ("getsockopt SO_ERROR", "how a connect that did not wait has ended");
const OWN_NAME: Extra = ("getsockname", "the client shows its own address");

/// What is compared.
const CALLS: &str = "%network,%process,select,pselect6";

/// The names of the same call.
const SAME: [(&str, &str); 4] =
    [("accept4", "accept"), ("pselect6", "select"), ("clone3", "clone"), ("fork", "clone")];

#[test]
fn the_fork_server_and_its_children() {
    let Some([ours, c]) = server_calls(Program::Fork, "fork_server.c") else { return };
    assert_eq!(
        without(&ours[0], &[&KEEPALIVE[..], &[NODELAY, SELECT]].concat()),
        c[0],
        "the parent"
    );
    let child = ["recvfrom", "sendto", "recvfrom", "sendto", "recvfrom", "exit_group"];
    assert_eq!(c[1], child);
    assert_eq!(without(&ours[1], &[SELECT]), child);
}

#[test]
fn the_select_server() {
    let Some([ours, c]) = server_calls(Program::Select, "select_server.c") else { return };
    assert_eq!(without(&ours[0], &[&KEEPALIVE[..], &[NODELAY]].concat()), c[0]);
}

#[test]
fn the_client() {
    if !(have("strace") && have("cc")) {
        return;
    }
    let server = Server::start(Program::Select, &["-q"]);
    let port = server.port();
    // Ours sends SALIR by itself.
    let mut ours = Program::Client.command(&["-m", "hola", "-m", "adiós"]);
    ours.args(["127.0.0.1", &port]);
    let mut c = Command::new(compile("tests/c/client.c"));
    c.args([&port, "hola", "adiós", "SALIR"]);
    let [ours, c] = [("client", ours), ("client.c", c)].map(|(name, command)| {
        let (traced, log) = Log::of(&command, name, CALLS);
        let process = Process::spawn(traced);
        assert_eq!(process.exit_code(), 0, "{}", process.stderr.so_far());
        log.expect(&process, "+++");
        calls(&log, &process).swap_remove(0)
    });
    assert_eq!(without(&ours, &[NODELAY, SELECT, OUTCOME, OWN_NAME]), c);
}

/// The calls of our server and of its twin, each by process, the parent first.
fn server_calls(program: Program, twin: &'static str) -> Option<[Vec<Vec<String>>; 2]> {
    if !(have("strace") && have("cc")) {
        return None;
    }
    let ours = Server::command(program, &["-q", "--no-greeting", "--on-exit", "close"]);
    let mut c = Command::new(compile(&format!("tests/c/{twin}")));
    c.arg("0");
    let client = compile("tests/c/client.c");
    // The last thing that a server does for a client: it reaps its last child, or reads the end of
    // file.
    let last = if program == Program::Fork { "ECHILD" } else { ", \"\", 4096" };
    Some([(program.name(), ours), (twin, c)].map(|(name, command)| {
        let (traced, log) = Log::of(&command, name, CALLS);
        let server = Server::of(Process::spawn(traced));
        let mut client = Command::new(&client);
        let client = client.args([&server.port(), "hola", "adiós"]).stdout(Stdio::null());
        assert!(client.status().expect("the C client runs").success());
        log.expect(&server, last);
        server.signal(Signal::SIGINT);
        server.ended();
        log.expect(&server, "+++");
        calls(&log, &server)
    }))
}

/// The names of each process's effective calls: without those that were interrupted or had nothing
/// to do, and without the program's start. The program's own first, then its children's.
fn calls(log: &Log, process: &Process) -> Vec<Vec<String>> {
    let calls = log.calls(process);
    let mut calls: Vec<Vec<_>> =
        calls.iter().map(|calls| calls.iter().filter_map(name).collect()).collect();
    // The wait for Ctrl-C and the end are not compared: ours exits by itself, its twin is killed.
    while calls[0].last().is_some_and(|call| ["select", "exit_group"].contains(&call.as_str())) {
        calls[0].pop();
    }
    calls
}

/// A call's name, and its option if it is about one.
fn name(call: &Call) -> Option<String> {
    if call.name() == "execve" || call.errno().is_some_and(|errno| errno != "EINPROGRESS") {
        return None;
    }
    let same = SAME.iter().find(|(other, _)| *other == call.name());
    let name = same.map_or(call.name(), |(_, name)| name);
    Some(if name.ends_with("sockopt") { format!("{name} {}", call.arg(2)) } else { name.into() })
}

fn without(calls: &[String], extras: &[Extra]) -> Vec<String> {
    let is_extra = |call: &String| extras.iter().any(|(extra, _)| extra == call);
    let closing = calls.iter().position(|call| call == NO_SYN.0).unwrap_or(calls.len());
    let mut calls: Vec<_> =
        calls[..closing].iter().filter(|call| !is_extra(call)).cloned().collect();
    while closing > 0 && calls.last().is_some_and(|call| call == "select") {
        calls.pop();
    }
    calls
}
