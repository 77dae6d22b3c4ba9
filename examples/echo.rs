//! An echo server that serves one client after another; meanwhile the others wait in the listen queue.
//!
//! Run `cargo run --example echo [ADDR:PORT]`, and talk to it: `nc 127.0.0.1 7007`. In C: echo.c.
#![forbid(unsafe_code)]

mod common;
use common::{argument, die};
use enchufe::sys::*;
use std::os::fd::OwnedFd;

/// Sends back what it receives, until end of file.
fn echo(client: &OwnedFd) -> Result<(), Errno> {
    let mut buf = [0; 4096];
    loop {
        let count = match recv(client, &mut buf, 0) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(Errno::EINTR) => continue,
            Err(errno) => return Err(errno),
        };
        // send takes what fits, which may not be everything.
        let mut at = 0;
        while at < count {
            match send(client, &buf[at..count], 0) {
                Ok(sent) => at += sent,
                Err(Errno::EINTR) => {}
                Err(errno) => return Err(errno),
            }
        }
    }
}

fn main() {
    let addr: SocketAddrV4 = argument("ADDR:PORT", "127.0.0.1:7007");
    let listener = socket(AF_INET, SOCK_STREAM, 0).unwrap_or_else(|e| die("socket", e));
    // A restarted server gets its port, although old connections are in TIME_WAIT.
    sockopt::set_reuseaddr(&listener, true).unwrap_or_else(|e| die("setsockopt", e));
    bind(&listener, &addr).unwrap_or_else(|e| die("bind", e));
    listen(&listener, 5).unwrap_or_else(|e| die("listen", e));
    // Port 0 lets the kernel pick one: this tells which.
    let addr = getsockname(&listener).unwrap_or_else(|e| die("getsockname", e));
    println!("listening on {addr}");
    loop {
        let (client, peer) = match accept(&listener, 0) {
            Ok(accepted) => accepted,
            Err(Errno::EINTR | Errno::ECONNABORTED) => continue,
            Err(errno) => die("accept", errno),
        };
        println!("connection with {peer}");
        // A failure with one client, such as a reset, does not end the server.
        if let Err(errno) = echo(&client) {
            eprintln!("client: {errno}");
        }
        drop(client); // close
    }
}
