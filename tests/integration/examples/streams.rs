//! The four echo servers, each with one client or a few.

use super::{Language, Listening, assert_echo};
use crate::faults::tools::{reset, state};
use crate::support::{Conn, eventually};
use nix::sys::signal::{Signal, killpg};
use std::fs;
use std::io::{ErrorKind, Write};
use std::net::Shutdown;
use std::thread;
use std::time::Duration;

const SERVERS: [&str; 4] = ["echo", "fork", "select", "poll"];

/// Those in which no client waits for another.
const CONCURRENT: [&str; 3] = ["fork", "select", "poll"];

fn several_clients_at_once(language: Language) {
    for server in CONCURRENT {
        let server = Listening::start(language, server);
        let mut conns: Vec<_> = (0..3).map(|_| server.connect()).collect();
        for turn in 0..3 {
            for (client, conn) in conns.iter_mut().enumerate().rev() {
                assert_echo(conn, &format!("{client}: {turn}\n"));
            }
        }
        // The one in the middle leaves, and another one comes.
        drop(conns.remove(1));
        conns.push(server.connect());
        for conn in &mut conns {
            assert_echo(conn, "hola\n");
        }
    }
}

fn the_iterative_one_serves_them_in_turn(language: Language) {
    let mut server = Listening::start(language, "echo");
    let mut first = server.connect();
    let name = first.stream().local_addr().expect("connected");
    server.stdout.expect(&format!("connection with {name}\n"));
    let mut second = server.connect();
    second.send("second\n");
    assert_echo(&mut first, "first\n");
    assert_eq!(second.arrived(), "");
    drop(first);
    assert_eq!(second.bytes(7), b"second\n");
}

fn after_a_half_close_the_rest_comes_back(language: Language) {
    for server in SERVERS {
        let server = Listening::start(language, server);
        let mut conn = server.connect();
        conn.send("hola\nno newline");
        conn.half_close();
        assert_eq!(conn.rest(), "hola\nno newline");
    }
}

fn a_megabyte_comes_back_whole(language: Language) {
    let message: Vec<u8> = (0..1_048_576).map(byte).collect();
    for server in SERVERS {
        let server = Listening::start(language, server);
        let mut conn = server.connect();
        let mut sender = conn.stream().try_clone().expect("a descriptor");
        thread::scope(|scope| {
            scope.spawn(|| {
                sender.write_all(&message).expect("the server reads");
                sender.shutdown(Shutdown::Write).expect("connected");
            });
            assert!(conn.bytes(message.len()) == message);
            assert_eq!(conn.rest(), "");
        });
    }
}

/// It gets everything in the end, and the others do not wait for that.
fn a_client_that_does_not_read(language: Language) {
    for name in SERVERS {
        let server = Listening::start(language, name);
        let (mut slow, sent) = stuffed(&server);
        let mut other = server.connect();
        if CONCURRENT.contains(&name) {
            assert_echo(&mut other, "hola\n");
        }
        slow.half_close();
        assert!(slow.bytes(sent) == (0..sent).map(byte).collect::<Vec<_>>(), "{name}");
        assert_eq!(slow.rest(), "");
        assert_echo(&mut other, "hola\n");
    }
}

fn one_client_that_resets_ends_nothing(language: Language) {
    for name in SERVERS {
        let mut server = Listening::start(language, name);
        let mut conn = server.connect();
        assert_echo(&mut conn, "hola\n");
        reset(conn);
        let error = server.stderr.expect_line("client: ");
        assert!(error.ends_with("Connection reset by peer"), "{name}: {error}");
        // While it is sent to.
        reset(stuffed(&server).0);
        server.stderr.expect_line("client: ");
        assert_echo(&mut server.connect(), "hola\n");
    }
}

/// It closes, and resets what is still sent to it: without MSG_NOSIGNAL that is a SIGPIPE.
fn one_client_that_is_gone_ends_nothing(language: Language) {
    for name in SERVERS {
        let mut server = Listening::start(language, name);
        let mut conn = server.connect();
        assert_echo(&mut conn, "hola\n");
        // Meanwhile the server does not read, or see end of file before the reset.
        killpg(server.pid(), Signal::SIGSTOP).expect("it is there");
        let all = || server.children().into_iter().chain([server.pid()]);
        eventually("all have stopped", || all().all(|pid| state(pid) == Some('T')));
        conn.send("adiós\n");
        conn.half_close();
        let ends = [conn.stream().peer_addr(), conn.stream().local_addr()];
        let ports = ends.map(|addr| addr.expect("connected").port());
        eventually("the end of file has arrived", || server_end(ports) == Some(CLOSE_WAIT));
        reset(conn);
        eventually("the reset has arrived", || server_end(ports).is_none());
        killpg(server.pid(), Signal::SIGCONT).expect("it is there");
        let error = server.stderr.expect_line("client: ");
        assert!(error.ends_with("Broken pipe"), "{name}: {error}");
        assert_echo(&mut server.connect(), "hola\n");
    }
}

const CLOSE_WAIT: u8 = 8;

/// The state of the server's socket, if it still exists, of the connection with these two ports.
fn server_end([server, client]: [u16; 2]) -> Option<u8> {
    let table = fs::read_to_string("/proc/net/tcp").expect("a table");
    let ports = [server, client].map(|port| format!(":{port:04X}"));
    table.lines().find_map(|line| {
        let columns: Vec<_> = line.split_whitespace().collect();
        let found = columns[1].ends_with(&ports[0]) && columns[2].ends_with(&ports[1]);
        u8::from_str_radix(columns[3], 16).ok().filter(|_| found)
    })
}

/// The byte sent at each place, different from its neighbours.
fn byte(at: usize) -> u8 {
    (at % 251) as u8
}

/// A client that has sent until nothing more fitted anywhere, and reads nothing; and how much it has
/// sent.
fn stuffed(server: &Listening) -> (Conn, usize) {
    let conn = server.connect();
    conn.stream().set_write_timeout(Some(Duration::from_millis(300))).expect("an option");
    let bytes: Vec<u8> = (0..65_536 + 251).map(byte).collect();
    let mut sent = 0;
    loop {
        match conn.stream().write(&bytes[sent % 251..]) {
            Ok(count) => sent += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return (conn, sent),
        }
        assert!(sent < 1 << 28, "it reads on, though nobody reads what it sends");
    }
}

in_both_languages!(
    several_clients_at_once,
    the_iterative_one_serves_them_in_turn,
    after_a_half_close_the_rest_comes_back,
    a_megabyte_comes_back_whole,
    a_client_that_does_not_read,
    one_client_that_resets_ends_nothing,
    one_client_that_is_gone_ends_nothing,
);
