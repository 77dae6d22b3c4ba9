//! An echo server in the Unix domain, one client after another. Its address is a path, and the path a
//! file, which stays unless the server removes it: so it catches Ctrl-C, and waits for the self-pipe of
//! `Signals` beside each socket.
//!
//! Run `cargo run --example unix_server [PATH]`, and talk to it: unix_client, or `nc -U
//! /tmp/enchufe.sock`. In C: unix_server.c.
#![forbid(unsafe_code)]

mod common;
use common::{argument, die};
use enchufe::sys::*;
use std::ffi::c_short;
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileTypeExt;
use std::path::PathBuf;

/// Waits until the socket is ready for `events`. False: SIGINT or SIGTERM has come.
fn ready(socket: &OwnedFd, events: c_short, signals: &Signals) -> bool {
    loop {
        let mut list = [PollFd::new(signals, POLLIN), PollFd::new(socket, events)];
        match poll(&mut list, None) {
            Ok(_) => return list[0].revents() == 0,
            Err(Errno::EINTR) => {} // the pipe will tell
            Err(errno) => die("poll", errno),
        }
    }
}

/// Sends back what it receives, until end of file or a signal.
fn echo(client: &OwnedFd, signals: &Signals) -> Result<(), Errno> {
    let mut buf = [0; 4096];
    while ready(client, POLLIN, signals) {
        let count = recv(client, &mut buf, MSG_DONTWAIT)?;
        if count == 0 {
            break;
        }
        let mut at = 0;
        while at < count && ready(client, POLLOUT, signals) {
            at += send(client, &buf[at..count], MSG_DONTWAIT)?;
        }
    }
    Ok(())
}

fn main() {
    let path: PathBuf = argument("PATH", "/tmp/enchufe.sock");
    let addr = UnixAddr::from_pathname(&path).unwrap_or_else(|e| die("path", e));
    let caught = Signals::catch(&[Signal::SIGINT, Signal::SIGTERM]);
    let signals = caught.unwrap_or_else(|e| die("sigaction", e));
    let ty = SOCK_STREAM | SOCK_NONBLOCK;
    let listener = socket(AF_UNIX, ty, 0).unwrap_or_else(|e| die("socket", e));
    // Removes the socket that a killed server has left. A file of another kind stays, and bind fails.
    if fs::symlink_metadata(&path).is_ok_and(|file| file.file_type().is_socket()) {
        fs::remove_file(&path).unwrap_or_else(|e| die("unlink", e));
    }
    bind(&listener, &addr).unwrap_or_else(|e| die("bind", e));
    listen(&listener, 5).unwrap_or_else(|e| die("listen", e));
    println!("listening on {}", path.display());
    while ready(&listener, POLLIN, &signals) {
        let client = match accept(&listener, 0) {
            Ok((client, _)) => client, // it has no name: clients seldom bind
            Err(Errno::EAGAIN | Errno::EINTR | Errno::ECONNABORTED) => continue,
            Err(errno) => die("accept", errno),
        };
        if let Err(errno) = echo(&client, &signals) {
            eprintln!("client: {errno}");
        }
        drop(client);
    }
    drop(listener);
    fs::remove_file(&path).unwrap_or_else(|e| die("unlink", e));
}
