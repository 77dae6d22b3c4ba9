//! A datagram client: it asks daytime_server for the time. A datagram may get lost, on its way there or
//! back, without an error: the client waits for a second at most, and asks again.
//!
//! Run `cargo run --example daytime_client [ADDR:PORT]`, with daytime_server on the other side. In C:
//! daytime_client.c.
#![forbid(unsafe_code)]

mod common;
use common::{argument, die};
use enchufe::sys::*;
use std::process::exit;
use std::time::Duration;

fn main() {
    let server: SocketAddrV4 = argument("ADDR:PORT", "127.0.0.1:1313");
    let fd = socket(AF_INET, SOCK_DGRAM, 0).unwrap_or_else(|e| die("socket", e));
    for _ in 0..3 {
        // A datagram of no bytes is one too. Sending the first gives the socket its own port.
        sendto(&fd, b"", 0, &server).unwrap_or_else(|e| die("sendto", e));
        let mut ready = FdSet::new();
        ready.insert(&fd);
        match select(Some(&mut ready), None, None, Some(Duration::from_secs(1))) {
            Ok(0) | Err(Errno::EINTR) => continue,
            Ok(_) => {}
            Err(errno) => die("select", errno),
        }
        // The datagram that woke select may be damaged, and dropped by now: recvfrom must not wait.
        let mut buf = [0; 32];
        let (count, from) = match recvfrom(&fd, &mut buf, MSG_DONTWAIT) {
            Ok(received) => received,
            Err(Errno::EAGAIN | Errno::EINTR) => continue,
            Err(errno) => die("recvfrom", errno),
        };
        // Anybody can send to this port; only the server is believed.
        if from.inet() == Some(server.into()) {
            print!("{}", String::from_utf8_lossy(&buf[..count]));
            return;
        }
    }
    eprintln!("no answer from {server}");
    drop(fd);
    exit(1);
}
