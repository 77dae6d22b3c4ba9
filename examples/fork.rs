//! An echo server with a process for each client: while one child waits for its client, the others and
//! the parent go on.
//!
//! Run `cargo run --example fork [ADDR:PORT]`, and talk to it from several terminals: `nc 127.0.0.1
//! 7007`. In C: fork.c.
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
    // A child that has ended stays in the process table, a zombie, until its parent has waited for it.
    // While SIGCHLD is ignored the kernel reaps it at once. A server that wants to know how its children
    // ended catches SIGCHLD instead, and calls waitpid until none is left.
    ignore(Signal::SIGCHLD).unwrap_or_else(|e| die("sigaction", e));
    let listener = socket(AF_INET, SOCK_STREAM, 0).unwrap_or_else(|e| die("socket", e));
    sockopt::set_reuseaddr(&listener, true).unwrap_or_else(|e| die("setsockopt", e));
    bind(&listener, &addr).unwrap_or_else(|e| die("bind", e));
    listen(&listener, 128).unwrap_or_else(|e| die("listen", e));
    let addr = getsockname(&listener).unwrap_or_else(|e| die("getsockname", e));
    println!("listening on {addr}");
    loop {
        let client = match accept(&listener, 0) {
            Ok((client, _)) => client,
            Err(Errno::EINTR | Errno::ECONNABORTED) => continue,
            Err(errno) => die("accept", errno),
        };
        match fork() {
            Ok(Fork::Child) => {
                drop(listener); // for the parent only
                if let Err(errno) = echo(&client) {
                    eprintln!("client: {errno}");
                }
                drop(client);
                _exit(0); // not back into the parent's loop
            }
            Ok(Fork::Parent(_)) => {}
            // Too many processes: this client cannot be served, but perhaps the next one can.
            Err(errno) => eprintln!("fork: {errno}"),
        }
        // The child has its own. While this one is open too, the client never reads end of file.
        drop(client);
    }
}
