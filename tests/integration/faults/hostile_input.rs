//! Hostile input: in pieces, too long, of any bytes, cut short. Clients that do not read are in
//! `clients_that_never_read`.

use super::tools::{QUIET, assert_well, await_clients, peak_memory, reset, stuff};
use crate::support::{Conn, Program, Server};

/// A hundred clients at once, none of which ever sends two bytes together.
fn one_byte_at_a_time(program: Program) {
    let mut server = Server::start(program, &QUIET);
    // A first line: until there is one, silence would end a message on a machine this slow.
    let mut slow: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for conn in &mut slow {
        conn.ask("Hola\n");
    }
    let mut other = server.connect();
    for byte in b"Un mensaje lento\n" {
        slow.iter_mut().for_each(|conn| conn.send([*byte]));
        other.ask("Hola\n");
    }
    for conn in &mut slow {
        conn.reply();
        conn.half_close();
        assert_eq!(conn.rest(), "", "it was one message");
    }
    drop(other);
    drop(slow);
    assert_well(&mut server);
}

/// 1 MiB of one message, from twenty clients: refused at 64 KiB, and not kept.
fn a_mebibyte_with_no_newline(program: Program) {
    let mut server = Server::start(program, &QUIET);
    server.connect().ask("Hola\n");
    let before = peak_memory(server.pid());
    let mut conns: Vec<_> = (0..20).map(|_| server.connect()).collect();
    for conn in &mut conns {
        let mut sender = conn.stream().try_clone().expect("a descriptor");
        // The server may close before it has everything: then this fails.
        let _ = std::io::Write::write_all(&mut sender, &[b'x'; 1 << 20]);
    }
    for conn in &mut conns {
        assert_eq!(conn.line(), "Servidor: mensaje demasiado largo, máximo 65536 bytes\n");
    }
    // 64 KiB each, in a buffer that doubles, and one more while it is copied.
    let grown = peak_memory(server.pid()) - before;
    assert!(grown < 20 * 256, "{grown} KiB");
    drop(conns);
    await_clients(&mut server, 0);
    assert_well(&mut server);
}

fn bytes_that_are_no_text(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    let hostile: [&[u8]; 6] = [
        b"\0\0\0\n",
        b"\xff\xfe\xc3\x28\n",
        b"\x1b[2J\x1b]0;mio\x07\n",
        b"\r\r\r\n",
        b"\x80SALIR\n",
        "\u{202e}RILAS\n".as_bytes(),
    ];
    for message in hostile {
        conn.send(message);
        conn.reply();
    }
    drop(conn);
    await_clients(&mut server, 0);
    let shown = server.stdout.so_far();
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{shown:?}");
    assert!(!shown.contains('\u{202e}'), "{shown:?}");
    assert_well(&mut server);
}

/// Everything sent before the end of file is answered, however much it is.
fn half_closed_with_much_to_answer(program: Program) {
    let mut server = Server::start(program, &QUIET);
    let mut conns: Vec<_> = (0..10).map(|_| server.connect()).collect();
    for conn in &mut conns {
        conn.send("Hola\n".repeat(2000));
        conn.half_close();
    }
    for conn in &mut conns {
        assert_eq!(conn.rest().lines().count(), 2000);
    }
    assert_well(&mut server);
}

/// Input that a client sends after its notice, or after `SALIR`, is not read for long.
fn nobody_stays_by_sending(program: Program) {
    let mut server = Server::start(program, &QUIET);
    for last in ["x".repeat(65_537), "SALIR\n".into()] {
        let mut conn = server.connect();
        conn.send(&last);
        conn.line();
        // It sends until that fails, which is when the server has closed.
        assert!(stuff(&conn, &[b'x'; 4096]) > 0);
        await_clients(&mut server, 0);
    }
}

/// Ends of every kind, with part of a message sent.
fn cut_short(program: Program) {
    let mut server = Server::start(program, &QUIET);
    let ends: [fn(Conn); 3] = [reset, drop, |conn| {
        conn.half_close();
        drop(conn);
    }];
    for round in 0..60 {
        let mut conn = server.connect();
        conn.send(&b"uno\ndos\nSAL"[..round % 12]);
        ends[round % 3](conn);
    }
    await_clients(&mut server, 0);
    assert_well(&mut server);
}

on_both_servers!(
    one_byte_at_a_time,
    a_mebibyte_with_no_newline,
    bytes_that_are_no_text,
    half_closed_with_much_to_answer,
    nobody_stays_by_sending,
    cut_short,
);
