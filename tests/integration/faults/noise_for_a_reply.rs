//! A server that goes on sending something that is no reply: the client still gives up in time, and can be
//! told to leave.

use super::own_server::{answer, client, failure, serving};
use crate::support::{Conn, DEADLINE};
use nix::sys::signal::Signal;
use std::io::Write;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Sends this again and again, with a pause, until the client has gone.
fn keep_saying(conn: &Conn, text: &str, pause: u64) {
    let mut stream = conn.stream();
    while stream.write_all(text.as_bytes()).is_ok() {
        thread::sleep(Duration::from_millis(pause));
    }
}

fn noise(text: &'static str, pause: u64) {
    let (port, server) = serving(move |mut conn| {
        // From now on no reply ends without a newline, however long the server is silent.
        answer(&mut conn, 1);
        conn.line();
        keep_saying(&conn, text, pause);
    });
    let start = Instant::now();
    let client = client(&port, &["-q", "--timeout", "1", "-m", "uno", "-m", "dos", "-m", "tres"]);
    let said = failure(&client);
    assert!(start.elapsed() >= Duration::from_millis(990), "{:?}", start.elapsed());
    let expected = r": sin respuesta en 1 segundo a b'dos\n'; 1 mensaje sin enviar";
    assert!(said.ends_with(expected), "{said}");
    drop(client);
    server.join().expect("a client");
}

#[test]
fn notices() {
    noise("Servidor: sigo aquí\n", 100);
}

#[test]
fn bytes_without_end() {
    noise("x", 10);
}

/// A reply on its way is not noise, however long it takes.
#[test]
fn a_slow_echo() {
    let (port, server) = serving(|mut conn| {
        for _ in 0..2 {
            for byte in conn.line().bytes() {
                conn.send([byte]);
                thread::sleep(Duration::from_millis(150));
            }
        }
    });
    let message = "una línea larga, y despacio";
    let client = client(&port, &["-q", "--timeout", "3", "-m", message]);
    assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
    assert_eq!(client.stdout.all(), format!("{message}\nSALIR\n"));
    server.join().expect("a client");
}

/// After the first signal it says goodbye; the second ends it at once.
#[test]
fn two_signals() {
    for signals in [[Signal::SIGTERM; 2], [Signal::SIGINT; 2], [Signal::SIGINT, Signal::SIGHUP]] {
        let (asked, is_asked) = mpsc::channel();
        let (port, server) = serving(move |mut conn| {
            conn.line();
            asked.send(()).expect("the test waits");
            keep_saying(&conn, "Servidor: sigo aquí\n", 100);
        });
        let patient = ["-q", "--timeout", "86400", "-m", "uno", "-m", "dos"];
        let mut client = client(&port, &patient);
        is_asked.recv_timeout(DEADLINE).expect("it asks");
        client.signal(signals[0]);
        client.stderr.expect("interrumpido; 1 mensaje sin enviar\n");
        client.signal(signals[1]);
        client.stderr.expect("conexión cortada sin esperar al servidor\n");
        assert_eq!(client.exit_code(), 1);
        drop(client);
        server.join().expect("a client");
    }
}
