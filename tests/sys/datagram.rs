//! sendto and recvfrom, and send and recv on a connected socket: IPv4 datagrams.

use crate::support::{Outcome, await_events, bound, connected, own};
use enchufe::sys::*;
use std::net::Ipv4Addr;

#[test]
fn a_datagram_is_received_as_it_was_sent() -> Outcome {
    let ((a, a_addr), (b, b_addr)) = (bound(SOCK_DGRAM)?, bound(SOCK_DGRAM)?);
    let mut buf = [0; 5];
    for datagram in [&b"hola"[..], b"", b"adios"] {
        assert_eq!(sendto(&a, datagram, 0, &b_addr), Ok(datagram.len()));
        let (count, from) = recvfrom(&b, &mut buf, 0)?;
        assert_eq!((&buf[..count], from.inet()), (datagram, Some(a_addr)));
    }
    // The answer goes to the sender.
    sendto(&a, b"hola", 0, &b_addr)?;
    let (_, from) = recvfrom(&b, &mut buf, 0)?;
    sendto(&b, b"y", 0, &from)?;
    assert_eq!(recvfrom(&a, &mut buf, 0)?.1.inet(), Some(b_addr));
    assert_eq!(recv(&a, &mut buf, MSG_DONTWAIT), Err(Errno::EAGAIN));
    Ok(())
}

#[test]
fn what_does_not_fit_of_a_datagram_is_lost() -> Outcome {
    let ((a, _), (b, addr)) = (bound(SOCK_DGRAM)?, bound(SOCK_DGRAM)?);
    let mut buf = [0; 4];
    for (flags, count) in [(0, 4), (MSG_TRUNC, 6)] {
        sendto(&a, b"abcdef", 0, &addr)?;
        assert_eq!((recv(&b, &mut buf, flags)?, &buf), (count, b"abcd"));
        assert_eq!(recv(&b, &mut buf, MSG_DONTWAIT), Err(Errno::EAGAIN));
    }
    // Not for TCP: the bytes are counted, and discarded.
    let (client, server) = connected()?;
    send(&client, b"hola", 0)?;
    assert_eq!((recv(&server, &mut [0; 4], MSG_TRUNC)?, fionread(&server)?), (4, 0));
    Ok(())
}

#[test]
fn a_socket_without_an_address_gets_one() -> Outcome {
    let (receiver, addr) = bound(SOCK_DGRAM)?;
    let udp = socket(AF_INET, SOCK_DGRAM, 0)?;
    sendto(&udp, b"x", 0, &addr)?;
    let port = recvfrom(&receiver, &mut [0], 0)?.1.inet().map(|from| from.port());
    assert_eq!(port, Some(own(&udp)?.port()));
    assert_eq!(own(&udp)?.ip(), Ipv4Addr::UNSPECIFIED);
    Ok(())
}

#[test]
fn a_connected_datagram_socket_has_one_peer() -> Outcome {
    let ((a, a_addr), (b, b_addr)) = (bound(SOCK_DGRAM)?, bound(SOCK_DGRAM)?);
    let (stranger, _) = bound(SOCK_DGRAM)?;
    connect(&a, &b_addr)?;
    assert_eq!(getpeername(&a)?.inet(), Some(b_addr));
    assert_eq!(send(&a, b"x", 0), Ok(1));
    assert_eq!(recvfrom(&b, &mut [0], 0)?.1.inet(), Some(a_addr));
    sendto(&stranger, b"no", 0, &a_addr)?;
    sendto(&b, b"yes", 0, &a_addr)?;
    assert_eq!(recvfrom(&a, &mut [0; 8], 0)?.0, 3, "the stranger is not heard");

    // It can be given another, or none.
    connect(&a, &own(&stranger)?)?;
    assert_eq!(send(&a, b"x", 0), Ok(1));
    assert_eq!(recv(&stranger, &mut [0], 0), Ok(1));
    connect(&a, &SockAddr::Unspec)?;
    assert_eq!(getpeername(&a).unwrap_err(), Errno::ENOTCONN);
    assert_eq!(send(&a, b"x", 0), Err(Errno::EDESTADDRREQ));
    Ok(())
}

#[test]
fn a_datagram_that_cannot_be_sent() -> Outcome {
    let (udp, addr) = bound(SOCK_DGRAM)?;
    assert_eq!(sendto(&udp, &[0; 65_508], 0, &addr), Err(Errno::EMSGSIZE));
    let v6: SocketAddr = "[::1]:1".parse()?;
    assert_eq!(sendto(&udp, b"x", 0, &v6), Err(Errno::EAFNOSUPPORT));
    let unnamed = UnixAddr::from_pathname("")?;
    assert_eq!(sendto(&udp, b"x", 0, &unnamed), Err(Errno::EINVAL), "too short");

    let (gone, nobodys) = bound(SOCK_DGRAM)?;
    drop(gone);
    connect(&udp, &nobodys)?;
    for call in [|fd| send(fd, b"x", 0), |fd| recv(fd, &mut [0], 0)] {
        assert_eq!(send(&udp, b"x", 0), Ok(1));
        await_events(&udp, POLLERR);
        assert_eq!(call(&udp), Err(Errno::ECONNREFUSED), "of the one before");
    }
    Ok(())
}
