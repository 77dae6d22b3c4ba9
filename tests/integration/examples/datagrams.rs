//! The time by datagrams, some of which are lost.

use super::{Language, Listening};
use crate::support::{DEADLINE, Process, utc_now};
use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;
use time::PrimitiveDateTime;

fn the_time_is_told(language: Language) {
    let server = Listening::start(language, "daytime_server");
    for client in [Language::Rust, Language::C] {
        let before = utc_now();
        let client = Process::spawn(client.command("daytime_client", &[&server.address]));
        assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
        assert_is_now(&client.stdout.all(), before);
    }
    // Whatever the question, even longer than its buffer.
    let socket = socket();
    let mut answer = [0; 64];
    for question in [&b""[..], b"\n", &[b'?'; 9000]] {
        let before = utc_now();
        socket.send_to(question, &server.address).expect("it is sent");
        let (count, from) = receive(&socket, &mut answer);
        assert_eq!(from.to_string(), server.address);
        assert_is_now(str::from_utf8(&answer[..count]).expect("text"), before);
    }
}

/// A lost question is asked again, and an answer from another address is not believed.
fn the_client_asks_again(language: Language) {
    let (server, stranger) = (socket(), socket());
    let mut client = start_client(language, &server);
    let first = question(&server);
    assert_eq!(question(&server), first, "from the same socket");
    stranger.send_to(b"00:00:00 UTC\n", first).expect("it is sent");
    assert_eq!(question(&server), first);
    server.send_to(b"12:34:56 UTC\n", first).expect("it is sent");
    assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
    client.stdout.expect("12:34:56 UTC\n");
    assert_eq!(client.stdout.all(), "12:34:56 UTC\n");
}

fn the_client_gives_up(language: Language) {
    let server = socket();
    let client = start_client(language, &server);
    assert_eq!(client.exit_code(), 1);
    assert_eq!(client.stdout.all(), "");
    let address = server.local_addr().expect("an address");
    assert_eq!(client.stderr.all(), format!("no answer from {address}\n"));
    for _ in 0..3 {
        question(&server);
    }
    server.set_nonblocking(true).expect("an option");
    assert!(server.recv_from(&mut [0; 1]).is_err(), "three times and no more");
}

fn start_client(language: Language, server: &UdpSocket) -> Process {
    let address = server.local_addr().expect("an address").to_string();
    Process::spawn(language.command("daytime_client", &[&address]))
}

pub(super) fn socket() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("a free port");
    socket.set_read_timeout(Some(DEADLINE)).expect("an option");
    socket
}

/// Waits for a question from daytime_client, and returns its address.
pub(super) fn question(server: &UdpSocket) -> SocketAddr {
    let (count, client) = receive(server, &mut [0; 1]);
    assert_eq!(count, 0);
    client
}

pub(super) fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> (usize, SocketAddr) {
    loop {
        match socket.recv_from(buffer) {
            // The machine was suspended, or the tests were stopped and continued.
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            received => return received.expect("a datagram"),
        }
    }
}

/// Asserts that it is the time of some second since `before`.
fn assert_is_now(told: &str, before: PrimitiveDateTime) {
    let now = utc_now();
    let mut seconds =
        (0..).map(|secs| before + Duration::from_secs(secs)).take_while(|at| *at <= now);
    let shown = |at: PrimitiveDateTime| {
        format!("{:02}:{:02}:{:02} UTC\n", at.hour(), at.minute(), at.second())
    };
    assert!(seconds.any(|at| shown(at) == told), "{told:?}");
}

in_both_languages!(the_time_is_told, the_client_asks_again, the_client_gives_up);
