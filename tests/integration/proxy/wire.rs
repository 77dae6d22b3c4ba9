//! How a header arrives: in pieces, together with what follows, from trusted addresses and others, too late, or
//! never.

use super::header::{
    ENDS, GREETING, TRUSTING, binary, expect_closed, line, local, sent, serve_one,
};
use crate::faults::tools::{connect_from, connect_from_to, reset};
use crate::support::{Conn, Process, Program, Server};
use nix::sys::signal::Signal;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::thread::sleep;
use std::time::{Duration, Instant};

fn start(program: Program) -> Server {
    Server::start(program, &TRUSTING)
}

/// What has been sent is then usually received by itself. Nothing depends on it.
fn pause() {
    sleep(Duration::from_millis(5));
}

/// What the table shows of a client at this address.
fn row(ip: &str, port: u16) -> String {
    format!("  ('{ip}', {port}")
}

/// Each byte in a segment of its own.
fn byte_by_byte(program: Program) {
    let mut server = start(program);
    let with_checksum = binary(0x21, 0x11, &[ENDS, b"\x03\x00\x04\xa2\xaa\x7a\xe9"].concat());
    for (ip, header) in
        [("192.0.2.6", line("192.0.2.6", 56_324).into()), ("192.0.2.7", with_checksum)]
    {
        let mut conn = server.connect();
        for byte in header {
            assert!(!server.stdout.so_far().contains(ip), "too early");
            assert_eq!(conn.arrived(), "");
            conn.send([byte]);
            pause();
        }
        server.stdout.expect(&row(ip, 56_324));
        assert_eq!(conn.line(), GREETING);
        assert_eq!(conn.ask("Hola\n").secs, 0);
    }
}

/// The header and the messages, in any pieces: every message is the client's, to the byte.
fn apart_or_glued_to_what_follows(program: Program) {
    // A piece must not become a message because the next one is late.
    let mut server = Server::start(program, &[&TRUSTING[..], &["--silence", "60000"]].concat());
    for header in [line("2001:db8::7", 56_324).into_bytes(), binary(0x21, 0x11, ENDS)] {
        let said = [&header, &b"uno\ndos\r\nSALIR"[..]].concat();
        for cut in [0, 1, 20, header.len() - 1, header.len(), header.len() + 1, header.len() + 4] {
            let mut conn = sent(&server, &said[..cut]);
            pause();
            conn.send(&said[cut..]);
            conn.half_close();
            let replies = conn.rest();
            let replies = replies.strip_prefix(GREETING).expect("a greeting");
            assert_eq!(replies.matches(" secs").count(), 3, "{replies}");
            for message in [r"b'uno\n'", r"b'dos\r\n'", "b'SALIR'"] {
                server.stdout.expect(&format!("recibido {message} "));
            }
        }
    }
}

/// In one segment: the header and end of file, without a message, or with one that has no newline.
fn glued_to_the_end(program: Program) {
    let mut server = start(program);
    for (message, replies) in [("", 0), ("Hola", 1)] {
        let conn = &mut sent(&server, line("192.0.2.7", 56_324) + message);
        conn.half_close();
        assert_eq!(conn.rest().matches(" secs").count(), replies);
        server.stdout.expect(&row("192.0.2.7", 56_324));
        server.expect_clients(0);
    }
    // The client is gone before the server reads.
    reset(sent(&server, line("192.0.2.8", 56_324) + "adiós\n"));
    server.stdout.expect("adi");
    server.expect_clients(0);
    assert!(server.stop().contains("192.0.2.8"));
}

/// From an untrusted address a header is a message like any other.
fn from_others_it_is_a_message(program: Program) {
    let mut server = start(program);
    let headers = [line("192.0.2.7", 56_324).into_bytes(), b"PROXY UNKNOWN\r\n".to_vec()];
    let mut conn = connect_from(Ipv4Addr::new(127, 0, 0, 2), &server);
    assert_eq!(conn.line(), GREETING);
    for header in headers {
        conn.send(&header);
        conn.reply();
        let said = server.stdout.expect_line("recibido ");
        assert!(said.contains("b'PROXY") && said.ends_with(&conn.name()), "{said}");
    }
    // No health check, but five messages: the last has no line end.
    let mut forged = connect_from(Ipv4Addr::new(127, 0, 0, 3), &server);
    assert_eq!(forged.line(), GREETING);
    server.expect_clients(2);
    forged.send(local());
    forged.half_close();
    assert_eq!(forged.rest().matches(" secs").count(), 5);
    server.expect_clients(1);
    assert_eq!(server.stderr.so_far(), "");
}

/// An address in one of several networks is enough; 127.0.0.1 matches even if the server sees ::ffff:127.0.0.1.
fn from_any_of_the_networks(program: Program) {
    let networks = ["192.0.2.0/24", "127.0.0.0/30", "::2/127"].map(|network| ["--proxy", network]);
    let args = [&["--bind", "::", "-p", "0", "--greeting"], networks.as_flattened()].concat();
    let mut server = Server::of(Process::spawn(program.command(&args)));
    let port = server.addr.port();
    let mut conn = Conn::to((Ipv4Addr::LOCALHOST, port).into());
    conn.send(line("2001:db8::7", 1));
    assert_eq!(conn.line(), GREETING);
    server.stdout.expect(&row("2001:db8::7", 1));
    // No other address does.
    let mut direct = Conn::to((Ipv6Addr::LOCALHOST, port).into());
    assert_eq!(direct.line(), GREETING);
    let mut direct =
        connect_from_to(Ipv4Addr::new(127, 0, 0, 4), (Ipv4Addr::LOCALHOST, port).into());
    assert_eq!(direct.line(), GREETING);
}

/// A trusted address must send one.
fn without_one_nobody_is_served(program: Program) {
    let mut server = start(program);
    let conn = sent(&server, "Hola\n");
    expect_closed(&conn);
    let warning = format!("aviso: cabecera PROXY: falta: cerrando {}", conn.name());
    assert_eq!(server.stderr.expect_line("aviso"), warning);
    assert!(server.stop().ends_with("servidor finalizado: 0 clientes atendidos\n"));
}

/// Within 3 seconds from accept, even for one that goes on sending; others are served meanwhile, and so is one
/// that needs nearly as long.
fn too_late(program: Program) {
    let mut server =
        Server::start(program, &["--no-greeting", "--proxy", "127.0.0.1", "--idle", "1"]);
    let begun = Instant::now();
    let (silent, mut slow) = (server.connect(), sent(&server, "PROXY UN"));
    let mut late = sent(&server, line("192.0.2.7", 56_324).trim_end());
    connect_from(Ipv4Addr::new(127, 0, 0, 2), &server).ask("Hola\n");
    sleep(Duration::from_millis(1500)); // its header takes so long
    slow.send("KNOWN ");
    late.send("\r\n");
    // Its silence only begins now; but its seconds count from accept.
    let idle = late.rest();
    let secs = idle.strip_prefix("Servidor: inactividad, ").expect("a notice");
    assert!(!secs.starts_with(['0', '1']), "{secs}");
    for conn in [silent, slow] {
        expect_closed(&conn);
        let taken = begun.elapsed();
        assert!(taken >= Duration::from_millis(2950), "{taken:?}");
    }
    let warning = server.stderr.expect_line("aviso");
    assert!(
        warning.starts_with("aviso: cabecera PROXY: no llegó entera en 3 segundos: "),
        "{warning}"
    );
}

/// It ends before it is complete. All of these are reported, with one line and a number.
fn cut_off(program: Program) {
    let mut server = start(program);
    let conn = sent(&server, "PROXY TCP4 192.");
    conn.half_close();
    expect_closed(&conn);
    let warning = format!(
        "aviso: cabecera PROXY: no llegó entera antes del fin de archivo: cerrando {}",
        conn.name()
    );
    assert_eq!(server.stderr.expect_line("aviso"), warning);
    for piece in ["", "P", "PROXY UNKNOWN\r"] {
        reset(sent(&server, piece));
        let conn = sent(&server, piece);
        conn.half_close();
        expect_closed(&conn);
    }
    serve_one(&server);
    server.expect_clients(0);
    server.signal(Signal::SIGTERM);
    server.assert_gone(0);
    let said = server.stderr.all();
    assert_eq!(
        said.lines().nth(1),
        Some("aviso: cabecera PROXY: 6 avisos más como este"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 2, "{said}");
}

/// A reset is reported as such.
fn reset_on_the_way(program: Program) {
    let mut server = start(program);
    let conn = sent(&server, "PROXY ");
    pause();
    let name = conn.name();
    reset(conn);
    let warning = server.stderr.expect_line("aviso");
    let expected = "aviso: cabecera PROXY: conexión perdida: ECONNRESET";
    assert!(warning.starts_with(expected) && warning.ends_with(&name), "{warning}");
    server.stop();
}

on_both_servers!(
    byte_by_byte,
    apart_or_glued_to_what_follows,
    glued_to_the_end,
    from_others_it_is_a_message,
    from_any_of_the_networks,
    without_one_nobody_is_served,
    too_late,
    cut_off,
    reset_on_the_way,
);
