//! `--reply echo`: the coursework's select example.

use crate::support::{Program, Server};

fn echo(program: Program) -> Server {
    Server::start(program, &["--no-greeting", "--reply", "echo"])
}

fn bytes_come_back_as_they_went(program: Program) {
    let server = echo(program);
    let mut conn = server.connect();
    let every: Vec<u8> = (0..=255).collect();
    for bytes in [&every[..], b"Este mensaje ", b"\r\n", b"\n", b"a\0b"] {
        conn.send(bytes);
        assert_eq!(conn.bytes(bytes.len()), bytes);
    }
    conn.half_close();
    assert_eq!(conn.rest(), "");
}

fn no_word_is_reserved(program: Program) {
    let server = echo(program);
    let mut conn = server.connect();
    for bytes in ["SALIR\n", "CONEXION\r\n", "SALIR", "salir\n"] {
        conn.send(bytes);
        assert_eq!(conn.bytes(bytes.len()), bytes.as_bytes());
    }
}

fn silence_ends_nothing(program: Program) {
    let args = ["--no-greeting", "--reply", "echo", "--silence", "600000"];
    let server = Server::start(program, &args);
    let mut conn = server.connect();
    conn.send("a");
    assert_eq!(conn.bytes(1), b"a");
}

fn no_message_is_too_long(program: Program) {
    let args = ["--no-greeting", "--reply", "echo", "-q"];
    let server = Server::start(program, &args);
    let mut conn = server.connect();
    let bytes: Vec<u8> = (0..1_000_003_u32).map(|n| (n % 251) as u8).collect();
    // One thread has to send while another reads: this much does not fit in the buffers.
    let mut sender = crate::support::Conn::from(conn.stream().try_clone().expect("a descriptor"));
    let sent = bytes.clone();
    let sender = std::thread::spawn(move || {
        sender.send(sent);
        sender.half_close();
    });
    assert!(conn.bytes(bytes.len()) == bytes, "other bytes came back");
    assert_eq!(conn.rest(), "");
    sender.join().expect("all sent");
}

fn two_sockets_send_parts_in_turn(program: Program) {
    let mut server = echo(program);
    let mut conns = server.connect_all(2);
    for part in ["Este mensaje ", "es enviado ", "en partes."] {
        for conn in &mut conns {
            conn.send(part);
        }
        for conn in &mut conns {
            assert_eq!(conn.bytes(part.len()), part.as_bytes());
        }
    }
    for conn in &mut conns {
        conn.half_close();
        assert_eq!(conn.rest(), "");
    }
}

on_both_servers!(
    bytes_come_back_as_they_went,
    no_word_is_reserved,
    silence_ends_nothing,
    no_message_is_too_long,
    two_sockets_send_parts_in_turn,
);
