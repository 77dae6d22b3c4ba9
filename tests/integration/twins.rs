//! The same calls as C: each program and its twin of `tests/c`, traced through the same conversation,
//! make the same network, process and select calls in the same order. The few that ours makes besides
//! are listed here, with the reason.

use crate::support::{Process, Program, Server, eventually, have};
use nix::sys::signal::Signal;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// A call that the textbook does not have, and why ours does.
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
/// With it ours begins to close, which its twin does not: it is killed.
const NO_SYN: Extra =
    ("setsockopt SO_ATTACH_FILTER", "at closing nobody is connected who will not be accepted");
const OUTCOME: Extra = ("getsockopt SO_ERROR", "how a connect that did not wait has ended");
const OWN_NAME: Extra = ("getsockname", "the client shows its own address");

/// The names that one call goes by.
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
    // Ours says SALIR by itself.
    let mut ours = Program::Client.command(&["-m", "hola", "-m", "adiós"]);
    ours.args(["127.0.0.1", &port]);
    let mut c = Command::new(compile("client.c"));
    c.args([&port, "hola", "adiós", "SALIR"]);
    let [ours, c] = [("client", ours), ("client.c", c)].map(|(name, command)| {
        let (traced, log) = traced(name, &command);
        let process = Process::spawn(traced);
        assert_eq!(process.exit_code(), 0, "{}", process.stderr.so_far());
        logged(&log, &process, "+++");
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
    let mut c = Command::new(compile(twin));
    c.arg("0");
    let client = compile("client.c");
    // The last thing that a server does for a client: it reaps its child, and no more are left,
    // or it reads the end of file.
    let last = if program == Program::Fork { "ECHILD" } else { ", \"\", 4096" };
    Some([(program.name(), ours), (twin, c)].map(|(name, command)| {
        let (traced, log) = traced(name, &command);
        let server = Server::of(Process::spawn(traced));
        let mut client = Command::new(&client);
        let client = client.args([&server.port(), "hola", "adiós"]).stdout(Stdio::null());
        assert!(client.status().expect("the C client runs").success());
        logged(&log, &server, last);
        server.signal(Signal::SIGINT);
        server.ended();
        logged(&log, &server, "+++");
        calls(&log, &server)
    }))
}

/// The calls of each process that did something: not those that were interrupted or had nothing to do,
/// nor how the program was started. The program's own first, then its children's.
fn calls(log: &Path, process: &Process) -> Vec<Vec<String>> {
    let mut begun: BTreeMap<i32, String> = BTreeMap::new();
    let mut calls: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    for line in fs::read_to_string(log).expect("a log").lines() {
        let (pid, line) = line.split_once(char::is_whitespace).expect("a pid");
        let (pid, line) = (pid.parse().expect("a pid"), line.trim_start());
        if let Some(start) = line.strip_suffix(" <unfinished ...>") {
            begun.insert(pid, start.to_owned());
            continue;
        }
        let line = match line.split_once(" resumed>") {
            Some((_, rest)) => begun.remove(&pid).unwrap_or_default() + rest,
            None => line.to_owned(),
        };
        let waits = line.contains(" = -1 EINPROGRESS");
        let Some((name, rest)) = line.split_once('(') else { continue };
        if name == "execve" || (rest.contains(" = -1 ") && !waits) || rest.contains(" = ? ERESTART")
        {
            continue;
        }
        let name = SAME.iter().find(|(other, _)| *other == name).map_or(name, |(_, name)| name);
        let option = rest.split(", ").nth(2).filter(|_| name.ends_with("sockopt"));
        calls
            .entry(pid)
            .or_default()
            .push([Some(name), option].map(Option::unwrap_or_default).join(" ").trim().to_owned());
    }
    let mut own = calls.remove(&process.pid().as_raw()).unwrap_or_default();
    // How it waits for Ctrl-C is not compared, nor how it ends: ours by itself, its twin is killed.
    while own.last().is_some_and(|call| ["select", "exit_group"].contains(&call.as_str())) {
        own.pop();
    }
    std::iter::once(own).chain(calls.into_values()).collect()
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

/// `command` under strace, and where its log will be.
fn traced(name: &str, command: &Command) -> (Command, PathBuf) {
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.strace"));
    let _ = fs::remove_file(&log);
    let mut strace = Command::new("strace");
    // -D: the program is our own child, and strace its grandchild.
    strace.args(["-f", "-D", "-e", "trace=%network,%process,select,pselect6", "-o"]).arg(&log);
    strace.arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
    (strace, log)
}

/// A program of `tests/c`, compiled once: not anew while another test runs it.
fn compile(source: &'static str) -> PathBuf {
    static COMPILED: Mutex<BTreeMap<&str, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let compile = || {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c");
        let program = format!("{source}.{}", std::process::id());
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(program);
        let mut cc = Command::new("cc");
        cc.args(["-O2", "-Wall", "-Wextra", "-Werror", "-o"]).arg(&program).arg(dir.join(source));
        assert!(cc.status().expect("cc runs").success(), "{source}");
        program
    };
    compiled.entry(source).or_insert_with(compile).clone()
}

/// Waits until the log shows `text` of this process.
fn logged(log: &Path, process: &Process, text: &str) {
    let pid = process.pid().to_string();
    eventually(text, || {
        let log = fs::read_to_string(log).unwrap_or_default();
        log.lines().any(|line| line.starts_with(&pid) && line.contains(text))
    });
}
