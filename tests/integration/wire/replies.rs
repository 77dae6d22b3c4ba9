//! What a reply says: when, and for how long.

use crate::support::{Process, Program, Reply, Server, eventually, have, utc_now};
use std::path::Path;
use time::{Duration, PrimitiveDateTime};

/// A reply of a server in this time zone, and the times in UTC around it.
fn reply_in(program: Program, zone: &str) -> (Reply, [PrimitiveDateTime; 2]) {
    let mut command = Server::command(program, &["--no-greeting"]);
    command.env("TZ", zone);
    let server = Server::of(Process::spawn(command));
    let before = utc_now();
    let reply = server.connect().ask("Hola\n");
    (reply, [before, utc_now()])
}

fn a_reply_has_the_time_of_its_message(program: Program) {
    let (reply, [before, after]) = reply_in(program, "UTC");
    assert!(before <= reply.at && reply.at <= after, "{reply:?}");
    assert!(Duration::seconds(reply.secs.cast_signed()) <= after - before);
}

fn the_seconds_are_since_the_client_connected(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut old = server.connect();
    let first = old.ask("Hola\n");
    eventually("the seconds go by", || old.ask("Hola\n").secs > first.secs);
    let mut new = server.connect();
    let (new, old) = (new.ask("Hola\n"), old.ask("Hola\n"));
    assert!(new.secs < old.secs, "{new:?} {old:?}");
}

fn a_delayed_reply_has_the_time_of_its_message(program: Program) {
    let server = Server::start(program, &["--no-greeting", "--delay", "2000"]);
    let reply = server.connect().ask("Hola\n");
    // The server waited at least two seconds after it had received the message.
    let latest = utc_now() - Duration::seconds(2);
    assert!(reply.at <= latest, "{reply:?}, not by {latest}");
}

fn a_reply_is_in_local_time(program: Program) {
    // Four hours behind UTC, in a way that needs no time zone files.
    let (reply, [before, after]) = reply_in(program, "VET4");
    let hours = Duration::hours(4);
    assert!(before - hours <= reply.at && reply.at <= after - hours);
}

fn caracas_is_four_hours_behind(program: Program) {
    if !Path::new("/usr/share/zoneinfo/America/Caracas").exists() {
        println!("skipped: no time zone files");
        return;
    }
    let (reply, [before, after]) = reply_in(program, "America/Caracas");
    let hours = Duration::hours(4);
    assert!(before - hours <= reply.at && reply.at <= after - hours);
}

fn a_bad_time_zone_still_gives_a_reply(program: Program) {
    for zone in ["Nada/Nada", ":/no/existe", "", "\u{1f550}"] {
        reply_in(program, zone);
    }
}

fn a_thousand_messages_are_answered_in_order(program: Program) {
    let server = Server::start(program, &["--no-greeting", "-q"]);
    let mut conn = server.connect();
    // Only the last has no newline, and neither has its reply.
    conn.send("CONEXION\n".to_owned() + &"Hola\n".repeat(998) + "SALIR");
    conn.half_close();
    let all = conn.rest();
    let mut lines: Vec<_> = all.split('\n').collect();
    let last = lines.pop().expect("one more");
    assert!(last.ends_with(" secs") && last.len() < 10, "{last}");
    let replies: Vec<_> = lines.into_iter().map(Reply::parse).collect();
    assert_eq!(replies.len(), 999);
    assert!(replies.is_sorted_by_key(|reply| (reply.at, reply.secs)));
}

/// The coursework's kind of client: no line ends, one recv for each reply.
const PYTHON: &str = "
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.connect(('127.0.0.1', int(sys.argv[1])))
if sys.argv[2] == 'greeted':
    print(s.recv(1024).decode(), end='')
for message in (b'Hola soy el cliente 1', b'SALIR'):
    s.sendall(message)
    print(s.recv(1024).decode())
s.close()
";

fn the_coursework_s_client_in_python_is_served(program: Program) {
    if !have("python3") {
        return;
    }
    let mut server = Server::start(program, &[]);
    let greeted = program == Program::Fork;
    let mut python = std::process::Command::new("python3");
    python.args(["-c", PYTHON, &server.port()]);
    python.arg(if greeted { "greeted" } else { "" });
    let python = Process::spawn(python);
    assert_eq!(python.exit_code(), 0, "{}", python.stderr.so_far());
    let printed = python.stdout.all();
    let mut lines = printed.lines();
    if greeted {
        assert_eq!(lines.next(), Some("Servidor: Conectado con cliente"));
    }
    Reply::parse(lines.next().expect("a reply"));
    let time = lines.next().expect("another");
    assert!(time.ends_with(" secs") && time.len() < 10, "{time}");
    assert_eq!(lines.next(), None);
    server.stdout.expect("recibido b'Hola soy el cliente 1' ");
    server.stdout.expect("recibido b'SALIR' ");
}

fn two_sockets_send_parts_in_turn(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut conns = server.connect_all(2);
    for part in ["Este mensaje ", "es enviado ", "en partes."] {
        for conn in &mut conns {
            conn.send(part);
        }
        for conn in &mut conns {
            Reply::parse(&conn.until(" secs"));
        }
        for _ in &conns {
            server.stdout.expect(&format!("recibido b'{part}' "));
        }
    }
}

on_both_servers!(
    a_reply_has_the_time_of_its_message,
    the_seconds_are_since_the_client_connected,
    a_delayed_reply_has_the_time_of_its_message,
    a_reply_is_in_local_time,
    caracas_is_four_hours_behind,
    a_bad_time_zone_still_gives_a_reply,
    a_thousand_messages_are_answered_in_order,
    the_coursework_s_client_in_python_is_served,
    two_sockets_send_parts_in_turn,
);
