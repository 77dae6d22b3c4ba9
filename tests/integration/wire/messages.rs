//! Where a message begins and ends.

use crate::support::{Program, Reply, Server};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Far longer than the default silence: long enough to show that silence ends nothing.
const PAUSE: Duration = Duration::from_millis(200);

/// A silence that no test outlasts.
const NEVER: [&str; 3] = ["--no-greeting", "--silence", "600000"];

fn lines_of_one_segment_are_messages(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    conn.send("uno\ndos\ntres\n");
    for message in ["uno", "dos", "tres"] {
        conn.reply();
        server.stdout.expect(&format!("recibido b'{message}\\n'"));
    }
}

fn a_line_in_pieces_is_one_message(program: Program) {
    let mut server = Server::start(program, &NEVER);
    let mut conn = server.connect();
    for piece in ["en", " tres", " trozos\n"] {
        conn.send(piece);
        sleep(PAUSE);
    }
    conn.reply();
    server.stdout.expect("recibido b'en tres trozos\\n'");
    conn.half_close();
    assert_eq!(conn.rest(), "");
}

fn silence_ends_a_message(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    for message in ["Hola", "otra vez"] {
        conn.send(message);
        let reply = conn.until(" secs");
        Reply::parse(&reply);
    }
    conn.half_close();
    assert_eq!(conn.rest(), "", "and no newline, as there was none");
    let shown = server.stop();
    assert!(shown.contains("recibido b'Hola' "), "{shown}");
    assert!(shown.contains("recibido b'otra vez' "), "{shown}");
}

fn silence_lasts_as_long_as_asked(program: Program) {
    let server = Server::start(program, &["--no-greeting", "--silence", "400"]);
    let mut conn = server.connect();
    let sent = Instant::now();
    conn.send("Ho");
    sleep(PAUSE);
    conn.send("la");
    conn.until(" secs");
    assert!(sent.elapsed() >= PAUSE + Duration::from_millis(400));
    conn.half_close();
    assert_eq!(conn.rest(), "");
    assert!(server.stop().contains("recibido b'Hola' "));
}

fn without_silence_every_chunk_is_a_message(program: Program) {
    let server = Server::start(program, &["--no-greeting", "--silence", "0"]);
    let mut conn = server.connect();
    for chunk in ["a", "b", "c"] {
        conn.send(chunk);
        Reply::parse(&conn.until(" secs"));
    }
    conn.half_close();
    assert_eq!(conn.rest(), "");
    let shown = server.stop();
    for chunk in ["a", "b", "c"] {
        assert!(shown.contains(&format!("recibido b'{chunk}' ")), "{shown}");
    }
}

fn after_a_newline_silence_ends_nothing(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    conn.ask("uno\n");
    conn.send("do");
    sleep(PAUSE);
    conn.ask("s\n");
    conn.half_close();
    assert_eq!(conn.rest(), "");
    assert!(server.stop().contains("recibido b'dos\\n' "));
}

fn what_is_left_at_end_of_file_is_a_message(program: Program) {
    let server = Server::start(program, &NEVER);
    let mut conn = server.connect();
    conn.send("uno\ndos");
    conn.half_close();
    conn.reply();
    Reply::parse(&conn.rest());
    assert!(server.stop().contains("recibido b'dos' "));
}

fn nothing_is_no_message(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    conn.half_close();
    assert_eq!(conn.rest(), "");
    assert!(!server.stop().contains("recibido"));
}

fn an_empty_line_is_a_message(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    conn.send("\n\r\n\n");
    conn.half_close();
    assert_eq!(conn.rest().lines().map(Reply::parse).count(), 3);
}

fn any_byte_is_allowed(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    conn.send(b"\0\xff\xfe\xc3(\n");
    conn.reply();
    server.stdout.expect(r"recibido b'\x00\xff\xfe\xc3(\n'");
    conn.ask("y sigue\n");
}

on_both_servers!(
    lines_of_one_segment_are_messages,
    a_line_in_pieces_is_one_message,
    silence_ends_a_message,
    silence_lasts_as_long_as_asked,
    without_silence_every_chunk_is_a_message,
    after_a_newline_silence_ends_nothing,
    what_is_left_at_end_of_file_is_a_message,
    nothing_is_no_message,
    an_empty_line_is_a_message,
    any_byte_is_allowed,
);
