//! Waits: before replies, and for silent clients.

use crate::support::{Program, Server};
use std::thread::sleep;
use std::time::{Duration, Instant};

fn delay_is_waited_before_each_reply(program: Program) {
    let server = Server::start(program, &["--no-greeting", "--delay", "300"]);
    let mut conn = server.connect();
    let start = Instant::now();
    for count in 1..=3 {
        conn.ask("Hola\n");
        assert!(start.elapsed() >= count * Duration::from_millis(300));
    }
}

fn delayed_replies_are_all_sent_before_the_end(program: Program) {
    let server = Server::start(program, &["--no-greeting", "--delay", "100"]);
    let mut conn = server.connect();
    conn.send("uno\ndos\ntres\nSALIR\n");
    conn.half_close();
    for _ in 0..3 {
        conn.reply();
    }
    assert!(conn.rest().ends_with(" secs\n"));
}

/// Also among many, which the select server watches through epoll.
fn the_end_of_a_client_is_told_once(program: Program) {
    let mut server = Server::start(program, &["--no-greeting", "--delay", "50"]);
    let mut conns = server.connect_all(80);
    conns[0].send("uno\ndos\ntres\n");
    conns[0].half_close();
    assert_eq!(conns[0].rest().lines().count(), 3);
    server.expect_clients(79);
    let end = match program {
        Program::Fork => format!("no hay mas datos {}", conns[0].name()),
        _ => format!("cerrando... {}", conns[0].name()),
    };
    let shown = server.stdout.so_far();
    assert_eq!(shown.matches(&end).count(), 1, "{shown}");
}

/// One client asks for four seconds of replies, another for one second: that one must not come
/// last.
fn a_delay_keeps_nobody_else_waiting(program: Program) {
    let mut server = Server::start(program, &["--no-greeting", "--delay", "1000"]);
    let mut conns = server.connect_all(2);
    conns[0].send("uno\ndos\ntres\ncuatro\n");
    server.stdout.expect("recibido b'uno\\n' ");
    conns[1].ask("Hola\n");
    let arrived = conns[0].arrived().lines().count();
    assert!(arrived < 4, "the other client was answered first");
    for _ in 0..4 {
        conns[0].reply();
    }
}

fn a_silent_client_is_closed(program: Program) {
    let server = Server::start(program, &["--no-greeting", "--idle", "1"]);
    let start = Instant::now();
    let mut conn = server.connect();
    let notice = conn.rest();
    assert!(start.elapsed() >= Duration::from_millis(990));
    let secs = notice.strip_prefix("Servidor: inactividad, ");
    let secs = secs.and_then(|rest| rest.strip_suffix(" secs\n")?.parse().ok());
    assert!(secs.is_some_and(|secs: u64| secs >= 1), "{notice:?}");
}

fn a_message_that_waits_for_its_silence_is_answered_first(program: Program) {
    let args = ["--no-greeting", "--silence", "1500", "--idle", "1"];
    let server = Server::start(program, &args);
    let mut conn = server.connect();
    conn.send("Hola");
    let got = conn.rest();
    assert!(got.contains(" secsServidor: inactividad, "), "{got:?}");
}

fn a_client_that_speaks_is_not_closed(program: Program) {
    let server = Server::start(program, &["--no-greeting", "--idle", "3"]);
    let mut talker = server.connect();
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(5) {
        talker.ask("Hola\n");
        sleep(Duration::from_millis(100));
    }
    assert!(talker.rest().starts_with("Servidor: inactividad, "));
}

fn nobody_is_closed_unless_asked(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    sleep(Duration::from_millis(1500));
    conn.ask("Hola\n");
}

on_both_servers!(
    the_end_of_a_client_is_told_once,
    delay_is_waited_before_each_reply,
    delayed_replies_are_all_sent_before_the_end,
    a_delay_keeps_nobody_else_waiting,
    a_silent_client_is_closed,
    a_message_that_waits_for_its_silence_is_answered_first,
    a_client_that_speaks_is_not_closed,
    nobody_is_closed_unless_asked,
);
