//! listen, accept, connect and shutdown: TCP connections.

use crate::support::{
    Outcome, await_events, bound, connected, eventually, is_closed_on_exec, listener, never_waits,
    own,
};
use enchufe::sys::*;
use std::net::TcpStream;
use std::time::Duration;

#[test]
fn a_listener_has_connections_to_accept() -> Outcome {
    let (listener, addr) = bound(SOCK_STREAM)?;
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    assert_eq!(connect(&client, &addr), Err(Errno::ECONNREFUSED), "bound is not enough");
    listen(&listener, 1)?;
    connect(&client, &addr)?;
    let (server, peer) = accept(&listener, 0)?;
    assert_eq!(peer.inet(), Some(own(&client)?));
    assert_eq!(getpeername(&server)?.inet(), Some(own(&client)?));
    assert_eq!(getpeername(&client)?.inet(), Some(addr));
    assert_eq!(own(&server)?, addr);
    send(&client, b"hola", 0)?;
    let mut buf = [0; 4];
    assert_eq!((recv(&server, &mut buf, 0)?, &buf), (4, b"hola"));
    Ok(())
}

#[test]
fn an_accepted_socket_has_its_own_flags() -> Outcome {
    for of_listener in [0, SOCK_NONBLOCK] {
        let (listener, addr) = bound(SOCK_STREAM | of_listener)?;
        listen(&listener, 2)?;
        for flags in [0, SOCK_NONBLOCK] {
            let _client = TcpStream::connect(addr)?;
            await_events(&listener, POLLIN);
            let (server, _) = accept(&listener, flags)?;
            assert!(is_closed_on_exec(&server));
            assert_eq!(never_waits(&server), flags == SOCK_NONBLOCK);
        }
    }
    Ok(())
}

#[test]
fn nothing_to_accept() -> Outcome {
    let (listener, addr) = bound(SOCK_STREAM | SOCK_NONBLOCK)?;
    assert_eq!(accept(&listener, 0).unwrap_err(), Errno::EINVAL, "it does not listen");
    listen(&listener, 1)?;
    assert_eq!(accept(&listener, 0).unwrap_err(), Errno::EAGAIN, "nobody has come");
    assert_eq!(accept(&listener, 1).unwrap_err(), Errno::EINVAL, "no such flag");
    let (udp, _) = bound(SOCK_DGRAM)?;
    assert_eq!(accept(&udp, 0).unwrap_err(), Errno::EOPNOTSUPP);
    let _client = TcpStream::connect(addr)?;
    await_events(&listener, POLLIN);
    accept(&listener, 0)?;
    Ok(())
}

/// A peer that left before it was accepted is still accepted, and has an address.
#[test]
fn a_peer_that_reset_before_it_was_accepted() -> Outcome {
    let (listener, addr) = listener(1)?;
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&client, &addr)?;
    let client_addr = own(&client)?;
    sockopt::set_linger(&client, Some(Duration::ZERO))?;
    drop(client);
    let (server, peer) = accept(&listener, 0)?;
    assert_eq!(peer.inet(), Some(client_addr));
    assert_eq!(recv(&server, &mut [0; 8], 0), Err(Errno::ECONNRESET));
    assert_eq!(getpeername(&server).unwrap_err(), Errno::ENOTCONN);
    assert_eq!(shutdown(&server, SHUT_WR), Err(Errno::ENOTCONN));
    Ok(())
}

#[test]
fn a_connection_that_is_made_meanwhile() -> Outcome {
    let (listener, addr) = listener(0)?;
    let _first = TcpStream::connect(addr)?;
    // The queue is full, so the next one has to wait.
    let client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)?;
    assert_eq!(connect(&client, &addr), Err(Errno::EINPROGRESS));
    assert_eq!(connect(&client, &addr), Err(Errno::EALREADY));
    assert_eq!(getpeername(&client).unwrap_err(), Errno::ENOTCONN);
    accept(&listener, 0)?;
    // It sends another SYN after a second.
    await_events(&client, POLLOUT);
    assert_eq!(sockopt::error(&client), Ok(None));
    assert_eq!(getpeername(&client)?.inet(), Some(addr));
    connect(&client, &addr)?; // only tells that it is
    assert_eq!(connect(&client, &addr), Err(Errno::EISCONN));
    Ok(())
}

#[test]
fn a_connection_that_cannot_be_made() -> Outcome {
    let (_nobody_listens, addr) = bound(SOCK_STREAM)?;
    let client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)?;
    assert_eq!(connect(&client, &addr), Err(Errno::EINPROGRESS));
    await_events(&client, POLLOUT);
    assert_eq!(sockopt::error(&client), Ok(Some(Errno::ECONNREFUSED)));
    assert_eq!(sockopt::error(&client), Ok(None), "it has been taken");

    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    let v6: SocketAddr = "[::1]:1".parse()?;
    assert_eq!(connect(&client, &v6), Err(Errno::EAFNOSUPPORT));
    Ok(())
}

#[test]
fn a_connection_ends_one_way_at_a_time() -> Outcome {
    let (client, server) = connected()?;
    let mut buf = [0; 8];
    send(&client, b"hola", 0)?;
    shutdown(&client, SHUT_WR)?;
    assert_eq!(send(&client, b"x", 0), Err(Errno::EPIPE));
    assert_eq!(recv(&server, &mut buf, 0), Ok(4));
    assert_eq!(recv(&server, &mut buf, 0), Ok(0), "end of file");
    send(&server, b"adios", 0)?;
    assert_eq!(recv(&client, &mut buf, 0), Ok(5), "the other way is still open");

    let (client, _server) = connected()?;
    shutdown(&client, SHUT_RDWR)?;
    assert_eq!(recv(&client, &mut buf, 0), Ok(0));
    assert_eq!(send(&client, b"x", 0), Err(Errno::EPIPE));
    Ok(())
}

/// Nothing more is waited for, although more could come.
#[test]
fn shut_for_reading_is_end_of_file() -> Outcome {
    let (client, server) = connected()?;
    let mut buf = [0; 8];
    shutdown(&client, SHUT_RD)?;
    assert_eq!(recv(&client, &mut buf, 0), Ok(0));
    send(&server, b"hola", 0)?;
    eventually("it has arrived", || fionread(&client) == Ok(4));
    assert_eq!(recv(&client, &mut buf, 0), Ok(4));
    assert_eq!(recv(&client, &mut buf, 0), Ok(0));
    assert_eq!(send(&client, b"x", 0), Ok(1), "the other way is still open");
    Ok(())
}

#[test]
fn nothing_to_shut() -> Outcome {
    let (fd, _) = bound(SOCK_STREAM)?;
    assert_eq!(shutdown(&fd, SHUT_WR), Err(Errno::ENOTCONN));
    assert_eq!(getpeername(&fd).unwrap_err(), Errno::ENOTCONN);
    let (client, _server) = connected()?;
    assert_eq!(shutdown(&client, 3), Err(Errno::EINVAL));
    Ok(())
}

/// What a server does before it closes its listener: no new connections, and those already made are
/// served.
#[test]
fn a_listener_that_drops_syns() -> Outcome {
    let (listener, addr) = listener(2)?;
    let _before = TcpStream::connect(addr)?;
    if drop_syns(&listener) == Err(Errno::EPERM) {
        println!("skipped: this kernel lets only root filter TCP");
        return Ok(());
    }
    let after = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)?;
    assert_eq!(connect(&after, &addr), Err(Errno::EINPROGRESS));
    accept(&listener, 0)?;
    let mut list = [PollFd::new(&listener, POLLIN), PollFd::new(&after, POLLOUT)];
    assert_eq!(poll(&mut list, Some(Duration::from_millis(100))), Ok(0), "it was heard");
    assert_eq!(drop_syns(pipe(0)?.0), Err(Errno::ENOTSOCK));
    Ok(())
}
