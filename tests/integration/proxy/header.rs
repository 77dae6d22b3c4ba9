//! Headers, and connections that send them.

use crate::support::{Conn, Server, uninterrupted};
use std::io::{ErrorKind, Read};

/// Trusts the addresses from which most of these tests connect, and greets.
pub(crate) const TRUSTING: [&str; 3] = ["--greeting", "--proxy", "127.0.0.1"];

pub(crate) const GREETING: &str = "Servidor: Conectado con cliente\n";

/// The beginning of version 2.
pub(crate) const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// A client's two ends, as version 2 has them: 192.0.2.7, 56324 to 192.0.2.1, 443.
pub(crate) const ENDS: &[u8] = b"\xc0\x00\x02\x07\xc0\x00\x02\x01\xdc\x04\x01\xbb";

/// A header of version 1, for a client at this address.
pub(crate) fn line(ip: &str, port: u16) -> String {
    let family = if ip.contains(':') { "TCP6" } else { "TCP4" };
    format!("PROXY {family} {ip} {ip} {port} 443\r\n")
}

/// A header of version 2, with `rest` after the length.
pub(crate) fn binary(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).expect("a length").to_be_bytes();
    [SIGNATURE, &[command, family], &length, rest].concat()
}

/// The header of a health check.
pub(crate) fn local() -> Vec<u8> {
    binary(0x20, 0, b"")
}

/// A connection that has sent this.
pub(crate) fn sent(server: &Server, bytes: impl AsRef<[u8]>) -> Conn {
    let mut conn = server.connect();
    conn.send(bytes);
    conn
}

/// Waits until the server closes or resets a connection, without having sent anything.
pub(crate) fn expect_closed(conn: &Conn) {
    match uninterrupted(|| conn.stream().read(&mut [0; 100])) {
        Ok(0) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        other => panic!("{other:?}"),
    }
}

/// A client comes through the load balancer, is greeted, answered, and leaves.
pub(crate) fn serve_one(server: &Server) {
    let mut conn = sent(server, line("192.0.2.8", 56_324) + "Hola\n");
    assert_eq!(conn.line(), GREETING);
    conn.reply();
}
