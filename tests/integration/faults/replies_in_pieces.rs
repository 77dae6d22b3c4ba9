//! Replies that come in pieces, with pauses between them: no piece is taken for a reply, or for the reply
//! to the next message.

use super::own_server::{client, failure, serving};
use crate::support::{Conn, Program, Reply, Server};
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// Longer than the silence that ends a reply without a newline.
const PAUSE: Duration = Duration::from_millis(200);

/// A proxy between client and server that passes on the server's bytes a few at a time.
fn proxy(server: SocketAddr, size: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port().to_string();
    thread::spawn(move || {
        let client = listener.accept().expect("the client").0;
        let server = TcpStream::connect(server).expect("the server accepts");
        let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
        thread::spawn(move || io::copy(&mut from, &mut to).and(to.shutdown(Shutdown::Write)));
        dribble(server, client, size)
    });
    port
}

fn dribble(mut from: TcpStream, mut to: TcpStream, size: usize) -> io::Result<()> {
    to.set_nodelay(true)?;
    let mut buffer = vec![0; size];
    loop {
        match from.read(&mut buffer)? {
            0 => return to.shutdown(Shutdown::Write),
            count => to.write_all(&buffer[..count])?,
        }
        thread::sleep(PAUSE);
    }
}

/// What the client, with --quiet, shows of a conversation through the proxy.
fn replies(server: SocketAddr, size: usize, args: &[&str]) -> Vec<String> {
    let port = proxy(server, size);
    let messages = ["-q", "-m", "uno", "-m", "y dos"];
    let client = client(&port, &[&messages, args].concat());
    assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
    client.stdout.all().lines().map(str::to_owned).collect()
}

/// Two replies and the time connected, each whole.
fn are_whole(program: Program, server_args: &[&str], args: &[&str]) {
    let server = Server::start(program, server_args);
    let addr = server.addr;
    let all_are_whole = move |size| {
        let replies = replies(addr, size, args);
        let [one, two, seconds] = replies.as_slice() else { panic!("{replies:?}") };
        for reply in [one, two] {
            Reply::parse(reply);
        }
        let seconds = seconds.strip_suffix(" secs").and_then(|secs| secs.parse::<u64>().ok());
        assert!(seconds.is_some(), "{replies:?}");
    };
    thread::scope(|scope| {
        // Three pieces; all but the newline, and the newline.
        scope.spawn(move || all_are_whole(10));
        scope.spawn(move || all_are_whole("09/05/2024 14:44:16 1 secs".len()));
    });
}

fn with_a_greeting(program: Program) {
    are_whole(program, &["--greeting"], &[]);
}

/// So that no newline has come before the first reply's.
fn without_a_greeting(program: Program) {
    are_whole(program, &["--no-greeting"], &[]);
}

fn without_newlines(program: Program) {
    are_whole(program, &["--greeting"], &["--raw"]);
}

fn echoes(program: Program) {
    let server = Server::start(program, &["--reply", "echo", "--no-greeting"]);
    for args in [&[][..], &["--raw"]] {
        assert_eq!(replies(server.addr, 2, args), ["uno", "y dos", "SALIR"]);
    }
}

on_both_servers!(with_a_greeting, without_a_greeting, without_newlines, echoes);

/// Nothing tells the client that the server uses newlines before the first one has come, late.
#[test]
fn a_newline_that_comes_late() {
    let (port, server) = serving(|mut conn| {
        for reply in ["UNO", "DOS", "3 secs"] {
            conn.line();
            conn.send(reply);
            thread::sleep(PAUSE);
            conn.send("\n");
        }
        conn.rest();
    });
    let client = client(&port, &["-q", "-m", "uno", "-m", "dos"]);
    assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
    assert_eq!(client.stdout.all(), "UNO\nDOS\n3 secs\n");
    server.join().expect("a client");
}

/// The part that has arrived is shown, but it is not a reply.
fn cut_off(server: fn(&mut Conn), args: &[&str], said: &str) {
    let (port, server) = serving(move |mut conn| server(&mut conn));
    let client = client(&port, &[&["-q"], args].concat());
    let failure = failure(&client);
    assert!(failure.ends_with(said), "{failure}");
    server.join().expect("a client");
}

#[test]
fn a_reply_cut_off_by_the_end_of_the_connection() {
    let half = |conn: &mut Conn| {
        conn.line();
        conn.send("09/05/2024 14:4");
    };
    cut_off(half, &["-m", "uno"], r"conexión perdida; respuesta cortada a b'uno\n'");
    let lines = |conn: &mut Conn| {
        conn.line();
        conn.send("UNO\n");
        conn.line();
        conn.send("DO");
    };
    cut_off(lines, &["-m", "uno", "-m", "dos"], r"; respuesta cortada a b'dos\n'");
    let farewell = |conn: &mut Conn| {
        conn.line();
        conn.send("09/05/2024 14:44:16 108 secs\n");
        assert_eq!(conn.line(), "SALIR\n");
        conn.send("10");
    };
    cut_off(farewell, &["-m", "uno"], r"; respuesta cortada a b'SALIR\n'");
}

/// In however many pieces it arrives.
#[test]
fn a_long_reply_byte_by_byte() {
    const LENGTH: usize = 300_000;
    let (port, server) = serving(|mut conn| {
        conn.line();
        // From now on silence ends no reply.
        conn.send("UNO\n");
        conn.line();
        for _ in 0..LENGTH {
            conn.send("x");
        }
        conn.send("\n");
        conn.line();
    });
    let client = client(&port, &["-q", "--timeout", "3600", "-m", "uno", "-m", "dos"]);
    server.join().expect("a client");
    assert_eq!(client.exit_code(), 0);
    assert_eq!(client.stdout.all().lines().nth(1).map(str::len), Some(LENGTH));
}
