//! The parser's verdict on headers of every kind, and what the servers do with their senders.

use super::header::{GREETING, TRUSTING, expect_closed, sent};
use super::vectors::Verdict::{Begun, Check, Client, Unknown, Wrong};
use super::vectors::vectors;
use crate::support::{Program, Server};
use enchufe::protocol::proxy::Malformed::{
    Address, Checksum, Command, Family, Length, LineEnd, Port, Protocol, Signature, Tlv, Version,
};
use enchufe::protocol::proxy::{Header, ProxyOrigin, parse};
use std::collections::BTreeMap;
use std::net::SocketAddr;

#[test]
fn each_is_read_or_refused_at_the_first_wrong_byte() {
    for (bytes, verdict) in vectors() {
        let whole = |origin| Ok(Some(Header { origin, length: bytes.len() }));
        let (expected, known) = match verdict {
            Client(addr) => (whole(ProxyOrigin::Client(addr.parse().unwrap())), bytes.len()),
            Unknown => (whole(ProxyOrigin::Unknown), bytes.len()),
            Check => (whole(ProxyOrigin::Check), bytes.len()),
            Wrong(what, known) => (Err(what), known),
            Begun => (Ok(None), bytes.len()),
        };
        let shown = bytes.escape_ascii();
        assert_eq!(parse(&bytes), expected, "{shown}");
        assert_eq!(parse(&bytes[..known]), expected, "{shown}");
        if known > 0 {
            assert_eq!(parse(&bytes[..known - 1]), Ok(None), "too early: {shown}");
        }
    }
}

/// The servers show each client as in its header, and close at the first wrong byte.
fn each_is_heeded(program: Program) {
    let mut server = Server::start(program, &TRUSTING);
    let mut clients = 0;
    for (bytes, verdict) in vectors() {
        let known = if let Wrong(_, known) = verdict { known } else { bytes.len() };
        let mut conn = sent(&server, &bytes[..known]);
        let peer = match verdict {
            Client(addr) => shown(addr),
            Unknown => conn.name(),
            Check => {
                assert_eq!(conn.line(), GREETING);
                conn.ask("check\n");
                continue;
            }
            Begun => {
                conn.half_close();
                expect_closed(&conn);
                continue;
            }
            Wrong(..) => {
                expect_closed(&conn);
                continue;
            }
        };
        assert_eq!(conn.line(), GREETING);
        conn.ask("Hola\n");
        let said = server.stdout.expect_line("recibido ");
        assert!(said.ends_with(&peer), "{said}: not {peer}");
        clients += 1;
    }
    let shown = server.stop();
    assert_eq!(shown.matches("conexi").count(), clients, "{shown}");
    assert!(shown.ends_with(&format!("{clients} clientes atendidos\n")), "{shown}");
    assert!(!shown.contains("check"), "{shown}");
}

/// As the servers show it.
fn shown(addr: &str) -> String {
    let addr: SocketAddr = addr.parse().unwrap();
    let more = if addr.is_ipv4() { "" } else { ", 0, 0" };
    format!("('{}', {}{more})", addr.ip(), addr.port())
}

#[test]
fn what_is_wrong_is_said_in_words() {
    let said: BTreeMap<_, _> = [
        (Signature, ["falta", "missing"]),
        (Protocol, ["ni TCP4 ni TCP6 ni UNKNOWN", "neither TCP4 nor TCP6 nor UNKNOWN"]),
        (Address, ["dirección no válida", "invalid address"]),
        (Port, ["puerto no válido", "invalid port"]),
        (LineEnd, ["falta el fin de línea", "the line end is missing"]),
        (Version, ["versión desconocida", "unknown version"]),
        (Command, ["orden desconocida", "unknown command"]),
        (
            Family,
            ["ni TCP sobre IPv4 ni TCP sobre IPv6", "neither TCP over IPv4 nor TCP over IPv6"],
        ),
        (Length, ["longitud no válida", "invalid length"]),
        (
            Tlv,
            ["los TLV no terminan donde la cabecera", "the TLVs do not end where the header does"],
        ),
        (Checksum, ["CRC32C incorrecto", "wrong CRC32C"]),
    ]
    .into_iter()
    .map(|(what, words)| (format!("{what:?}"), words))
    .collect();
    let wrong: BTreeMap<_, _> = vectors()
        .into_iter()
        .filter_map(|(bytes, verdict)| match verdict {
            Wrong(what, known) => Some((format!("{what:?}"), bytes[..known].to_vec())),
            _ => None,
        })
        .collect();
    assert!(said.keys().eq(wrong.keys()), "{:?}", wrong.keys());
    for (what, bytes) in wrong {
        let langs = [
            ("es", "aviso: cabecera PROXY: ", ": cerrando "),
            ("en", "warning: PROXY header: ", ": closing "),
        ];
        for ((lang, start, end), words) in langs.into_iter().zip(said[&what]) {
            let mut server =
                Server::start(Program::Select, &[&TRUSTING[..], &["-q", "--lang", lang]].concat());
            let conn = sent(&server, &bytes);
            let line = format!("{start}{words}{end}{}", conn.name());
            assert_eq!(server.stderr.expect_line("PROXY"), line);
        }
    }
}

on_both_servers!(each_is_heeded);
