//! Whichever call fails while a server starts, the server names it, its object and the error, and ends.
//! strace makes each of them fail.

use super::tools::{QUIET, strace};
use crate::support::{Process, Program, Server, eventually, have, within};
use nix::sys::signal::Signal;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What strace shows of a call, how the call fails, and what is printed.
const CASES: [(&str, &str, &str); 11] = [
    // fstat or newfstatat, depending on the C library.
    ("at(1, ", "EOVERFLOW", "fstat stdout: EOVERFLOW: "),
    ("at(2, ", "EOVERFLOW", "fstat stderr: EOVERFLOW: "),
    ("pipe2(", "ENFILE", "pipe2 "),
    ("rt_sigaction(SIGINT, ", "EINVAL", "sigaction señales: EINVAL: "),
    ("rt_sigaction(SIGTTOU, ", "EINVAL", "sigaction SIGTTOU: EINVAL: "),
    ("socket(", "EAFNOSUPPORT", "socket ('127.0.0.1', 0): EAFNOSUPPORT: "),
    ("setsockopt(", "ENOPROTOOPT", "setsockopt ('127.0.0.1', 0): ENOPROTOOPT: "),
    ("bind(", "EADDRNOTAVAIL", "bind ('127.0.0.1', 0): EADDRNOTAVAIL: "),
    ("listen(", "EADDRINUSE", "listen ('127.0.0.1', 0): EADDRINUSE: "),
    ("getsockname(", "ENOBUFS", "getsockname ('127.0.0.1', 0): ENOBUFS: "),
    ("\"/dev/null\", O_RDONLY", "EMFILE", "open /dev/null: EMFILE: "),
];

/// The calls that a server makes until it listens, in order, as strace shows them.
fn calls(program: Program) -> Vec<String> {
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.start", program.name()));
    let server = Server::command(program, &QUIET);
    let mut strace = Command::new("strace");
    strace.args(["-D", "-o"]).arg(&log);
    let server = Server::of(Process::spawn(within(strace, &server)));
    server.signal(Signal::SIGTERM);
    server.ended();
    eventually("the log is written", || {
        fs::read_to_string(&log).is_ok_and(|log| log.ends_with("+++\n"))
    });
    fs::read_to_string(log).expect("a log").lines().map(str::to_owned).collect()
}

/// The first of those that shows `what`: its name, and its number among those with that name.
fn find<'a>(calls: &'a [String], what: &str) -> (&'a str, usize) {
    let name = |call: &'a String| call.split('(').next().unwrap_or_default();
    let at = calls.iter().position(|call| call.contains(what));
    let at = at.unwrap_or_else(|| panic!("{what} is not called"));
    let wanted = name(&calls[at]);
    (wanted, calls[..=at].iter().filter(|call| name(call) == wanted).count())
}

fn each_is_named(program: Program) {
    if !have("strace") {
        return;
    }
    let calls = calls(program);
    for (what, errno, expected) in CASES {
        let (name, nth) = find(&calls, what);
        let inject = format!("{name}:error={errno}:when={nth}");
        let process = Process::spawn(strace(program, &inject, &QUIET));
        assert_eq!(process.exit_code(), 1, "{inject}");
        let said = process.stderr.all();
        assert!(said.starts_with(expected) && said.contains(errno), "{inject}: {said}");
        assert_eq!(said.lines().count(), 1, "{inject}: {said}");
        assert_eq!(process.stdout.all(), "", "{inject}");
    }
}

on_both_servers!(each_is_named);
