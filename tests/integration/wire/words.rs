//! The two reserved words.

use crate::support::{Conn, Program, Reply, Server, eventually};
use std::time::{Duration, Instant};

/// Whether this is `N secs`.
fn is_time_connected(text: &str) -> bool {
    text.strip_suffix(" secs").is_some_and(|secs| secs.parse::<u64>().is_ok())
}

/// The reply to a message on a new connection, without its newline.
fn reply_to(server: &Server, message: &str) -> String {
    let mut conn = server.connect();
    conn.send(message);
    conn.line().trim_end_matches('\n').to_owned()
}

fn salir_gives_the_time_connected(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    for word in ["SALIR\n", "salir\n", "sAlIr\r\n"] {
        let reply = reply_to(&server, word);
        assert!(is_time_connected(&reply), "{word:?}: {reply:?}");
    }
}

fn salir_needs_no_newline(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    conn.send("SALIR");
    let reply = conn.rest();
    assert!(is_time_connected(&reply), "{reply:?}");
}

fn after_salir_the_server_closes_within_a_second_or_so(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    let start = Instant::now();
    conn.send("SALIR\n");
    let reply = conn.rest();
    assert!(is_time_connected(reply.trim_end()), "{reply:?}");
    assert!(start.elapsed() >= Duration::from_millis(990));
}

fn after_salir_no_message_is_read(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    conn.send("SALIR\nHola\nSALIR\n");
    let replies = conn.rest();
    assert!(is_time_connected(replies.trim_end()), "{replies:?}");
    let shown = server.stop();
    assert!(!shown.contains("recibido b'Hola"), "{shown}");
}

fn conexion_gives_the_time_of_connection(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    let first = conn.ask("CONEXION\n");
    let mut later = first;
    eventually("the seconds go by", || {
        later = conn.ask("Hola\n");
        later.secs > first.secs && later.at > first.at
    });
    for word in ["CONEXION\n", "CONEXIÓN\n", "conexión\r\n", "Conexion\n"] {
        let again = conn.ask(word);
        assert_eq!(again.at, first.at, "{word:?}");
        assert!(again.secs >= later.secs, "{word:?}");
    }
}

fn only_the_exact_words_are_reserved(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut conn: Conn = server.connect();
    for message in ["SALIR \n", " SALIR\n", "SALIRSALIR\n", "SALI\n", "NO SALIR\n"] {
        conn.ask(message);
    }
    let connected = conn.ask("CONEXION\n");
    eventually("the date goes by", || conn.ask("Hola\n").at > connected.at);
    for message in ["CONEXION \n", "CONEXIONES\n", "CONEXIO\n", "CONEXI\u{f1}N\n"] {
        assert_ne!(conn.ask(message).at, connected.at, "{message:?}");
    }
}

fn words_without_a_newline_are_reserved_too(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    conn.send("CONEXION");
    let first = Reply::parse(&conn.until(" secs"));
    eventually("the date goes by", || {
        conn.send("Hola");
        Reply::parse(&conn.until(" secs")).at > first.at
    });
    conn.send("conexión");
    assert_eq!(Reply::parse(&conn.until(" secs")).at, first.at);
}

on_both_servers!(
    salir_gives_the_time_connected,
    salir_needs_no_newline,
    after_salir_the_server_closes_within_a_second_or_so,
    after_salir_no_message_is_read,
    conexion_gives_the_time_of_connection,
    only_the_exact_words_are_reserved,
    words_without_a_newline_are_reserved_too,
);
