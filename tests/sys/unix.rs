//! Unix-domain sockets: streams and datagrams, and how they differ from IPv4.

use crate::support::{ANY, Dir, Outcome, await_events, fill};
use enchufe::sys::*;
use nix::unistd::{Uid, setfsuid};
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::thread;

const STREAM: i32 = SOCK_STREAM | SOCK_NONBLOCK;
const DGRAM: i32 = SOCK_DGRAM | SOCK_NONBLOCK;

#[test]
fn a_path_is_a_file_that_stays() -> Outcome {
    let dir = Dir::new()?;
    let addr = dir.addr("socket");
    let listener = socket(AF_UNIX, SOCK_STREAM, 0)?;
    bind(&listener, &addr)?;
    assert_eq!(bind(&listener, &dir.addr("other")), Err(Errno::EINVAL), "it has an address");
    listen(&listener, 1)?;
    assert_eq!(getsockname(&listener)?.to_string(), dir.path().join("socket").to_string_lossy());

    let client = socket(AF_UNIX, SOCK_STREAM, 0)?;
    connect(&client, &addr)?;
    let (server, peer) = accept(&listener, 0)?;
    assert_eq!((peer.to_string().as_str(), peer.inet()), ("unnamed", None));
    assert_eq!(getpeername(&client)?.to_string(), getsockname(&listener)?.to_string());
    send(&client, b"hola", 0)?;
    let mut buf = [0; 4];
    assert_eq!((recv(&server, &mut buf, 0)?, &buf), (4, b"hola"));

    let next = socket(AF_UNIX, STREAM, 0)?;
    drop(listener);
    assert_eq!(connect(&next, &addr), Err(Errno::ECONNREFUSED), "nobody listens");
    assert_eq!(bind(&next, &addr), Err(Errno::EADDRINUSE), "the file is still there");
    fs::remove_file(dir.path().join("socket"))?;
    assert_eq!(connect(&next, &addr), Err(Errno::ENOENT));
    bind(&next, &addr)?;
    Ok(())
}

#[test]
fn a_client_may_have_a_name() -> Outcome {
    let dir = Dir::new()?;
    let (listener, client) = (socket(AF_UNIX, STREAM, 0)?, socket(AF_UNIX, SOCK_STREAM, 0)?);
    bind(&listener, &dir.addr("listener"))?;
    listen(&listener, 1)?;
    bind(&client, &dir.addr("client"))?;
    connect(&client, &getsockname(&listener)?)?;
    let (server, peer) = accept(&listener, 0)?;
    assert_eq!(peer.to_string(), dir.path().join("client").to_string_lossy());
    // A Unix-domain stream tells who sends; TCP does not.
    send(&client, b"x", 0)?;
    assert_eq!(recvfrom(&server, &mut [0], 0)?.1.to_string(), peer.to_string());
    Ok(())
}

#[test]
fn the_directory_of_a_path() -> Outcome {
    let dir = Dir::new()?;
    File::create(dir.path().join("file"))?;
    let fd = socket(AF_UNIX, DGRAM, 0)?;
    assert_eq!(bind(&fd, &dir.addr("none/socket")), Err(Errno::ENOENT));
    assert_eq!(bind(&fd, &dir.addr("file/socket")), Err(Errno::ENOTDIR));
    assert_eq!(sendto(&fd, b"x", 0, &dir.addr("none")), Err(Errno::ENOENT));
    assert_eq!(sendto(&fd, b"x", 0, &dir.addr("file")), Err(Errno::ECONNREFUSED), "no socket");
    Ok(())
}

/// Only root may: the file system checks the user of the thread.
#[test]
fn a_directory_that_is_closed_to_others() -> Outcome {
    let dir = Dir::new()?;
    let (stream, datagram) = (socket(AF_UNIX, STREAM, 0)?, socket(AF_UNIX, DGRAM, 0)?);
    fs::set_permissions(dir.path(), Permissions::from_mode(0o000))?;
    let another = || {
        if Uid::effective().is_root() {
            setfsuid(Uid::from_raw(65534));
        }
        assert_eq!(bind(&stream, &dir.addr("any")), Err(Errno::EACCES));
        assert_eq!(connect(&stream, &dir.addr("any")), Err(Errno::EACCES));
        assert_eq!(sendto(&datagram, b"x", 0, &dir.addr("any")), Err(Errno::EACCES));
    };
    thread::scope(|scope| scope.spawn(another).join().expect("no panic"));
    Ok(())
}

#[test]
fn a_queue_that_is_full() -> Outcome {
    let dir = Dir::new()?;
    let addr = dir.addr("socket");
    let listener = socket(AF_UNIX, STREAM, 0)?;
    bind(&listener, &addr)?;
    listen(&listener, 1)?;
    let client = || socket(AF_UNIX, STREAM, 0);
    let (first, second, third) = (client()?, client()?, client()?);
    connect(&first, &addr)?;
    connect(&second, &addr)?; // Linux: one more than it was told
    assert_eq!(connect(&third, &addr), Err(Errno::EAGAIN));
    accept(&listener, 0)?;
    connect(&third, &addr)?;
    accept(&listener, 0)?;
    assert_eq!(connect(&third, &addr), Err(Errno::EISCONN));
    Ok(())
}

#[test]
fn a_socket_of_the_other_type() -> Outcome {
    let dir = Dir::new()?;
    let (stream, datagram) = (socket(AF_UNIX, STREAM, 0)?, socket(AF_UNIX, DGRAM, 0)?);
    bind(&stream, &dir.addr("stream"))?;
    listen(&stream, 1)?;
    bind(&datagram, &dir.addr("datagram"))?;
    let (client, sender) = (socket(AF_UNIX, STREAM, 0)?, socket(AF_UNIX, DGRAM, 0)?);
    assert_eq!(connect(&client, &dir.addr("datagram")), Err(Errno::EPROTOTYPE));
    assert_eq!(connect(&sender, &dir.addr("stream")), Err(Errno::EPROTOTYPE));
    assert_eq!(sendto(&sender, b"x", 0, &dir.addr("stream")), Err(Errno::EPROTOTYPE));
    assert_eq!(connect(&client, &ANY), Err(Errno::EINVAL));
    assert_eq!(sendto(&sender, b"x", 0, &ANY), Err(Errno::EINVAL));
    assert_eq!(listen(&datagram, 1), Err(Errno::EOPNOTSUPP));
    assert_eq!(accept(&datagram, 0).unwrap_err(), Errno::EOPNOTSUPP);
    Ok(())
}

#[test]
fn what_is_not_connected() -> Outcome {
    let (stream, datagram) = (socket(AF_UNIX, STREAM, 0)?, socket(AF_UNIX, DGRAM, 0)?);
    assert_eq!(send(&stream, b"x", 0), Err(Errno::ENOTCONN));
    assert_eq!(send(&datagram, b"x", 0), Err(Errno::ENOTCONN));
    assert_eq!(recv(&stream, &mut [0], 0), Err(Errno::EINVAL));
    assert_eq!(getpeername(&stream).unwrap_err(), Errno::ENOTCONN);
    shutdown(&stream, SHUT_RDWR)?; // of TCP it is an error
    Ok(())
}

#[test]
fn datagrams_have_a_sender_if_it_has_a_name() -> Outcome {
    let dir = Dir::new()?;
    let (receiver, sender) = (socket(AF_UNIX, DGRAM, 0)?, socket(AF_UNIX, DGRAM, 0)?);
    let addr = dir.addr("receiver");
    bind(&receiver, &addr)?;
    let mut buf = [0; 8];
    assert_eq!(sendto(&sender, b"hola", 0, &addr), Ok(4));
    let (count, from) = recvfrom(&receiver, &mut buf, 0)?;
    assert!(matches!(from, SockAddr::Unspec), "{from:?}");
    assert_eq!(&buf[..count], b"hola");

    bind(&sender, &dir.addr("sender"))?;
    connect(&sender, &addr)?;
    assert_eq!(send(&sender, b"adios", 0), Ok(5));
    let (count, from) = recvfrom(&receiver, &mut buf, 0)?;
    assert_eq!(&buf[..count], b"adios");
    sendto(&receiver, b"y", 0, &from)?;
    assert_eq!(recv(&sender, &mut buf, 0), Ok(1));

    connect(&sender, &SockAddr::Unspec)?;
    assert_eq!(send(&sender, b"x", 0), Err(Errno::ENOTCONN), "it has no peer any more");
    assert_eq!(sendto(&sender, b"x", 0, &addr), Ok(1));
    Ok(())
}

#[test]
fn a_datagram_that_cannot_be_sent() -> Outcome {
    let (a, b) = socketpair(AF_UNIX, DGRAM, 0)?;
    sockopt::set_sndbuf(&a, 10_000)?;
    assert_eq!(send(&a, &[0; 30_000], 0), Err(Errno::EMSGSIZE));
    assert!(fill(&a) > 0);
    assert_eq!(send(&a, b"x", 0), Err(Errno::EAGAIN));
    drop(b);
    assert_eq!(send(&a, b"x", 0), Err(Errno::ECONNREFUSED));
    Ok(())
}

#[test]
fn a_peer_that_has_gone() -> Outcome {
    let (a, b) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
    drop(b);
    assert_eq!(recv(&a, &mut [0], 0), Ok(0), "end of file");
    assert_eq!(send(&a, b"x", 0), Err(Errno::EPIPE));
    // Unread input makes the close a reset.
    let (a, b) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
    send(&a, b"x", 0)?;
    drop(b);
    await_events(&a, POLLHUP);
    assert_eq!(recv(&a, &mut [0], 0), Err(Errno::ECONNRESET));
    // Nothing more can be sent to a peer that has shut down reading.
    let (a, b) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
    shutdown(&b, SHUT_RD)?;
    assert_eq!(recv(&b, &mut [0], 0), Ok(0));
    assert_eq!(send(&a, b"x", 0), Err(Errno::EPIPE));
    assert_eq!(send(&b, b"x", 0), Ok(1), "the other way is still open");
    Ok(())
}

#[test]
fn an_address_with_a_stream_is_refused() -> Outcome {
    let dir = Dir::new()?;
    let (stream, _peer) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
    assert_eq!(sendto(&stream, b"x", 0, &dir.addr("any")), Err(Errno::EISCONN));
    let stream = socket(AF_UNIX, SOCK_STREAM, 0)?;
    assert_eq!(sendto(&stream, b"x", 0, &dir.addr("any")), Err(Errno::EOPNOTSUPP));
    Ok(())
}

#[test]
fn a_stream_of_the_standard_library_is_one_of_ours() -> Outcome {
    let (a, b) = UnixStream::pair()?;
    send(&a, b"hola", 0)?;
    assert_eq!(fionread(&b), Ok(4));
    Ok(())
}
