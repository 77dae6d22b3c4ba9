//! Many clients: children, descriptors, and the lack of either.

use super::{Language, Listening, assert_echo};
use crate::faults::tools::{have_descriptors, leave_descriptors, one_at_a_time, state};
use crate::support::{Conn, eventually, have};
use std::io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
use std::io::{Read, Write};
use std::process::{Command, Stdio};

fn twenty_children_and_no_zombie(language: Language) {
    let server = Listening::start(language, "fork");
    let mut conns: Vec<_> = (0..20).map(|_| server.connect()).collect();
    for conn in &mut conns {
        assert_echo(conn, "hola\n");
    }
    assert_eq!(server.children().len(), 20);
    drop(conns);
    // A zombie would stay among them for ever.
    eventually("all children have gone", || server.children().is_empty());
    assert_echo(&mut server.connect(), "hola\n");
}

fn a_fork_that_fails_costs_one_client(language: Language) {
    if !have("strace") {
        return;
    }
    let command = language.command("fork", &["127.0.0.1:0"]);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-DD", "-qqq", "-o", "/dev/null", "-e", "signal=none"]);
    strace.args([
        "-e",
        "trace=?fork,clone,clone3",
        "-e",
        "inject=?fork,clone,clone3:error=EAGAIN:when=1",
    ]);
    strace.arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
    let mut server = Listening::of(strace);
    assert_eq!(server.connect().rest(), "");
    server.stderr.expect_line("fork: ");
    assert_echo(&mut server.connect(), "hola\n");
}

/// The next one waits in the queue until a client leaves, and the server does not spin.
fn without_a_descriptor_one_waits(language: Language) {
    if !have("prlimit") {
        return;
    }
    for name in ["select", "poll"] {
        let server = Listening::start(language, name);
        leave_descriptors(server.pid(), 2);
        let mut conns: Vec<_> = (0..2).map(|_| server.connect()).collect();
        for conn in &mut conns {
            assert_echo(conn, "hola\n");
        }
        let mut waiting = server.connect();
        waiting.send("hola\n");
        for conn in &mut conns {
            assert_echo(conn, "hola\n");
        }
        eventually("it sleeps", || state(server.pid()) == Some('S'));
        assert_eq!(waiting.arrived(), "", "{name}");
        conns.pop();
        assert_eq!(waiting.bytes(5), b"hola\n", "{name}");
    }
}

/// C's `fd_set` ends at 1024: clients beyond that are refused. Neither poll nor our set has that
/// limit.
fn more_than_fd_setsize(language: Language) {
    const CLIENTS: usize = 1100;
    let _turn = one_at_a_time();
    if !have_descriptors(2 * CLIENTS) {
        return;
    }
    for name in ["select", "poll"] {
        let server = Listening::start(language, name);
        let mut conns: Vec<Conn> = Vec::new();
        while conns.len() < CLIENTS {
            let conn = server.connect();
            if !is_served(&conn) {
                break;
            }
            conns.push(conn);
        }
        let has_end = (language, name) == (Language::C, "select");
        assert_eq!(conns.len() < 1024, has_end, "{name}: {}", conns.len());
        assert!(conns.iter().all(is_served), "{name}");
        // There is room for another one once a client has left.
        conns.truncate(conns.len() - 2);
        eventually("it is served", || is_served(&server.connect()));
    }
}

/// Whether a client is answered; if not, it must have been closed.
fn is_served(conn: &Conn) -> bool {
    let mut stream = conn.stream();
    let answered = stream.write_all(b"hola\n").and_then(|()| stream.read_exact(&mut [0; 5]));
    if let Err(error) = &answered {
        let closed = matches!(error.kind(), UnexpectedEof | ConnectionReset | BrokenPipe);
        assert!(closed, "{error}");
    }
    answered.is_ok()
}

in_both_languages!(
    twenty_children_and_no_zombie,
    a_fork_that_fails_costs_one_client,
    without_a_descriptor_one_waits,
    more_than_fd_setsize,
);
