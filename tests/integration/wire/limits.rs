//! Messages at the limit, and many clients.

use crate::support::{Program, Reply, Server};
use nix::sys::signal::Signal;

const LONGEST: usize = 65_536;
const TOO_LONG: &str = "Servidor: mensaje demasiado largo, máximo 65536 bytes\n";

fn quiet(program: Program) -> Server {
    Server::start(program, &["--no-greeting", "-q"])
}

fn the_longest_message_is_answered(program: Program) {
    let server = quiet(program);
    let mut conn = server.connect();
    for end in ["\n", "\r\n"] {
        conn.ask(&("x".repeat(LONGEST) + end));
    }
}

fn the_longest_message_needs_no_newline(program: Program) {
    let server = quiet(program);
    let mut conn = server.connect();
    conn.send("x".repeat(LONGEST));
    conn.half_close();
    Reply::parse(&conn.rest());
}

fn a_longer_message_gets_a_notice_and_the_end(program: Program) {
    let server = quiet(program);
    for message in [
        "x".repeat(LONGEST + 1) + "\n",
        "x".repeat(LONGEST + 1),
        "x".repeat(3 * LONGEST),
        "x".repeat(2 * LONGEST) + "\nHola\n",
    ] {
        let mut conn = server.connect();
        conn.send(message);
        assert_eq!(conn.rest(), TOO_LONG);
    }
}

fn what_came_before_a_longer_message_is_answered(program: Program) {
    let server = quiet(program);
    let mut conn = server.connect();
    conn.send("Hola\n".to_owned() + &"x".repeat(LONGEST + 1) + "\n");
    conn.reply();
    assert_eq!(conn.rest(), TOO_LONG);
}

fn two_hundred_clients_are_all_in_the_table(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut conns = server.connect_all(200);
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    server.signal(Signal::SIGUSR1);
    server.stdout.expect("clientes conectados: 200\n");
    for conn in &conns {
        // In the order in which they came.
        let row = server.stdout.expect_line("  desde ");
        assert!(row.contains(&conn.name()), "{} in {row:?}", conn.name());
    }
    drop(conns);
    server.expect_clients(0);
}

on_both_servers!(
    the_longest_message_is_answered,
    the_longest_message_needs_no_newline,
    a_longer_message_gets_a_notice_and_the_end,
    what_came_before_a_longer_message_is_answered,
    two_hundred_clients_are_all_in_the_table,
);
