//! An echo server that waits for all its clients at once, in one process, with select.
//!
//! Run `cargo run --example select [ADDR:PORT]`, and talk to it from several terminals: `nc
//! 127.0.0.1 7007`. In C: select.c.
#![forbid(unsafe_code)]

mod common;
use common::{argument, die};
use enchufe::sys::*;
use std::os::fd::OwnedFd;

/// A client, and the bytes still to be sent to it: `buf[at..end]`. While there are any, the server waits to
/// write to it and reads no more from it: a client that does not read holds up nobody but itself.
struct Client {
    fd: OwnedFd,
    buf: [u8; 4096],
    at: usize,
    end: usize,
}

/// Receives, if nothing is left to send, and sends what fits. False at end of file.
fn serve(client: &mut Client) -> Result<bool, Errno> {
    if client.at == client.end {
        let count = recv(&client.fd, &mut client.buf, MSG_DONTWAIT)?;
        if count == 0 {
            return Ok(false);
        }
        (client.at, client.end) = (0, count);
    }
    client.at += send(&client.fd, &client.buf[client.at..client.end], MSG_DONTWAIT)?;
    Ok(true)
}

fn main() {
    let addr: SocketAddrV4 = argument("ADDR:PORT", "127.0.0.1:7007");
    // Between select and accept the client may have left: accept must not wait for the next one.
    let ty = SOCK_STREAM | SOCK_NONBLOCK;
    let listener = socket(AF_INET, ty, 0).unwrap_or_else(|e| die("socket", e));
    sockopt::set_reuseaddr(&listener, true).unwrap_or_else(|e| die("setsockopt", e));
    bind(&listener, &addr).unwrap_or_else(|e| die("bind", e));
    listen(&listener, 128).unwrap_or_else(|e| die("listen", e));
    let addr = getsockname(&listener).unwrap_or_else(|e| die("getsockname", e));
    println!("listening on {addr}");
    let mut clients: Vec<Client> = Vec::new();
    let mut room = true;
    loop {
        // Made again each time: select leaves in them only what is ready. C's have room for descriptors
        // below FD_SETSIZE, 1024; these grow.
        let (mut read, mut write) = (FdSet::new(), FdSet::new());
        read.set(&listener, room);
        for client in &clients {
            let owed = client.at < client.end;
            if owed { write.insert(&client.fd) } else { read.insert(&client.fd) }
        }
        match select(Some(&mut read), Some(&mut write), None, None) {
            Ok(_) => {}
            Err(Errno::EINTR) => continue,
            Err(errno) => die("select", errno),
        }
        // From the last to the first: the last one takes the place of one that is removed.
        for i in (0..clients.len()).rev() {
            let client = &mut clients[i];
            if !read.contains(&client.fd) && !write.contains(&client.fd) {
                continue;
            }
            match serve(client) {
                Ok(true) | Err(Errno::EAGAIN) => continue,
                Ok(false) => {}
                Err(errno) => eprintln!("client: {errno}"),
            }
            clients.swap_remove(i); // closes it
            room = true;
        }
        if read.contains(&listener) {
            match accept(&listener, 0) {
                Ok((fd, _)) => clients.push(Client { fd, buf: [0; 4096], at: 0, end: 0 }),
                Err(Errno::EAGAIN | Errno::EINTR | Errno::ECONNABORTED) => {}
                // No descriptor is left: the next one waits in the queue until somebody leaves.
                Err(Errno::EMFILE) if !clients.is_empty() => room = false,
                Err(errno) => die("accept", errno),
            }
        }
    }
}
