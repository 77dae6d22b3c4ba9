//! The coursework's simple client: it sends its message and closes without reading, so that the close
//! is a reset. What has arrived is still shown, and counted.

use super::tools::await_clients;
use crate::support::{Conn, Program, Server, eventually};

/// Waits until the greeting has arrived, without reading it.
fn greeted(conn: &Conn) {
    let mut buffer = [0; 64];
    eventually("the greeting has come", || {
        let arrived = conn.stream().peek(&mut buffer).expect("the server is there");
        buffer[..arrived].ends_with(b"\n")
    });
}

/// Waits until this many have come, and all of them have gone.
fn all_gone(server: &mut Server, program: Program, clients: usize) {
    let came = if program == Program::Fork { "conexion con (" } else { "conexión desde: (" };
    eventually("all have come", || server.stdout.so_far().matches(came).count() == clients);
    await_clients(server, 0);
}

/// Twenty of them, one after another. Each must be shown, as a separate message.
fn message_without_newline(program: Program, greeting: &str) {
    let mut server = Server::start(program, &[greeting]);
    for _ in 0..20 {
        let mut conn = server.connect();
        if greeting == "--greeting" {
            greeted(&conn);
        }
        conn.send("hola");
    }
    all_gone(&mut server, program, 20);
    let shown = server.stop();
    assert_eq!(shown.matches("recibido b'hola' ").count(), 20, "{shown}");
    assert!(shown.ends_with("servidor finalizado: 20 clientes atendidos\n"), "{shown}");
}

fn its_message_is_shown_with_a_greeting(program: Program) {
    message_without_newline(program, "--greeting");
}

fn its_message_is_shown_without_a_greeting(program: Program) {
    message_without_newline(program, "--no-greeting");
}

/// A thousand lines, and a close with no reply read: sending the first reply fails.
fn a_thousand_lines(program: Program, greeting: &str) {
    let mut server = Server::start(program, &[greeting]);
    for _ in 0..3 {
        let mut conn = server.connect();
        if greeting == "--greeting" {
            greeted(&conn);
        }
        let lines: Vec<_> = (0..1000).map(|number| format!("línea {number}\n")).collect();
        conn.send(lines.concat());
    }
    all_gone(&mut server, program, 3);
    let shown = server.stop();
    let count = shown.matches(r"recibido b'l\xc3\xadnea ").count();
    assert_eq!(count, 3000);
    assert_eq!(shown.matches(r"recibido b'l\xc3\xadnea 999\n' ").count(), 3);
}

fn all_its_lines_are_shown_with_a_greeting(program: Program) {
    a_thousand_lines(program, "--greeting");
}

fn all_its_lines_are_shown_without_a_greeting(program: Program) {
    a_thousand_lines(program, "--no-greeting");
}

/// Without a newline after the last.
fn the_last_message_may_have_no_newline(program: Program) {
    let mut server = Server::start(program, &["--greeting"]);
    let mut conn = server.connect();
    greeted(&conn);
    conn.send("uno\ndos\ny tres");
    drop(conn);
    all_gone(&mut server, program, 1);
    let shown = server.stop();
    for message in [r"b'uno\n'", r"b'dos\n'", "b'y tres'"] {
        assert!(shown.contains(&format!("recibido {message} ")), "{message}: {shown}");
    }
}

on_both_servers!(
    its_message_is_shown_with_a_greeting,
    its_message_is_shown_without_a_greeting,
    all_its_lines_are_shown_with_a_greeting,
    all_its_lines_are_shown_without_a_greeting,
    the_last_message_may_have_no_newline,
);
