//! An echo server that waits for all its clients at once, in one process, with poll: what changes
//! from select.rs is the list in place of the sets.
//!
//! Run `cargo run --example poll [ADDR:PORT]`, and talk to it from several terminals: `nc 127.0.0.1
//! 7007`. In C: poll.c.
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
    // Between poll and accept the client may have left: accept must not wait for the next one.
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
        // Made again each time: it borrows the descriptors, so none can be closed while it is listed.
        let mut list = vec![PollFd::new(&listener, if room { POLLIN } else { 0 })];
        for client in &clients {
            let owed = client.at < client.end;
            list.push(PollFd::new(&client.fd, if owed { POLLOUT } else { POLLIN }));
        }
        match poll(&mut list, None) {
            Ok(_) => {}
            Err(Errno::EINTR) => continue,
            Err(errno) => die("poll", errno),
        }
        let found: Vec<_> = list.iter().map(PollFd::revents).collect();
        // From the last to the first: the last one takes the place of one that is removed.
        for i in (0..clients.len()).rev() {
            // POLLERR and POLLHUP come unasked: recv or send then says what is wrong.
            if found[i + 1] == 0 {
                continue;
            }
            match serve(&mut clients[i]) {
                Ok(true) | Err(Errno::EAGAIN) => continue,
                Ok(false) => {}
                Err(errno) => eprintln!("client: {errno}"),
            }
            clients.swap_remove(i); // closes it
            room = true;
        }
        if found[0] != 0 {
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
