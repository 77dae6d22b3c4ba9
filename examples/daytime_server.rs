//! A datagram server: it answers any datagram, even an empty one, with the time (RFC 867). There is
//! no connection: nothing to listen for, to accept or to close.
//!
//! Run `cargo run --example daytime_server [ADDR:PORT]`, and ask it with daytime_client, or with
//! `nc -u 127.0.0.1 1313` and Enter. In C: daytime_server.c.
#![forbid(unsafe_code)]

mod common;
use common::{argument, die};
use enchufe::sys::*;
use std::time::{SystemTime, UNIX_EPOCH};

fn main() {
    let addr: SocketAddrV4 = argument("ADDR:PORT", "127.0.0.1:1313");
    let fd = socket(AF_INET, SOCK_DGRAM, 0).unwrap_or_else(|e| die("socket", e));
    bind(&fd, &addr).unwrap_or_else(|e| die("bind", e));
    let addr = getsockname(&fd).unwrap_or_else(|e| die("getsockname", e));
    println!("listening on {addr}");
    loop {
        // The part of a datagram that does not fit in the buffer is lost. Only its sender matters here.
        let client = match recvfrom(&fd, &mut [0; 1], 0) {
            Ok((_, client)) => client,
            Err(Errno::EINTR) => continue,
            Err(errno) => die("recvfrom", errno),
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let (hours, mins, secs) = (now / 3600 % 24, now / 60 % 60, now % 60);
        let answer = format!("{hours:02}:{mins:02}:{secs:02} UTC\n");
        // A datagram is sent whole or not at all, so there is no rest to send.
        if let Err(errno) = sendto(&fd, answer.as_bytes(), 0, &client) {
            eprintln!("sendto: {errno}");
        }
    }
}
