//! A client of unix_server: it sends each line that is typed, and shows what comes back.
//!
//! Run `cargo run --example unix_client [PATH]`, with unix_server on the other side; Ctrl-D ends it.
//! In C: unix_client.c.
#![forbid(unsafe_code)]

mod common;
use common::{argument, die};
use enchufe::sys::*;
use std::io::{Write, stdin, stdout};
use std::path::PathBuf;
use std::process::exit;

fn main() {
    let path: PathBuf = argument("PATH", "/tmp/enchufe.sock");
    let addr = UnixAddr::from_pathname(&path).unwrap_or_else(|e| die("path", e));
    let server = socket(AF_UNIX, SOCK_STREAM, 0).unwrap_or_else(|e| die("socket", e));
    connect(&server, &addr).unwrap_or_else(|e| die("connect", e));
    let mut buf = [0; 4096];
    loop {
        let count = match read(stdin(), &mut buf) {
            Ok(0) => break,
            Ok(count) => count,
            Err(Errno::EINTR) => continue,
            Err(errno) => die("read", errno),
        };
        let mut at = 0;
        while at < count {
            match send(&server, &buf[at..count], 0) {
                Ok(sent) => at += sent,
                Err(Errno::EINTR) => {}
                Err(errno) => die("send", errno),
            }
        }
        // The same number of bytes comes back, in any number of pieces: a stream has no messages,
        // only bytes.
        let mut back = 0;
        while back < count {
            match recv(&server, &mut buf, 0) {
                Ok(0) => {
                    eprintln!("the server has closed");
                    exit(1);
                }
                Ok(received) => {
                    stdout().write_all(&buf[..received]).unwrap_or_else(|e| die("write", e));
                    back += received;
                }
                Err(Errno::EINTR) => {}
                Err(errno) => die("recv", errno),
            }
        }
        stdout().flush().unwrap_or_else(|e| die("write", e));
    }
    drop(server);
}
