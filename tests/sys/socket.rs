//! socket, socketpair, bind, listen and getsockname, over IPv4; connections are in `connection.rs`.

use crate::support::{ANY, Outcome, bound, connected, is_closed_on_exec, never_waits, own};
use enchufe::sys::*;
use nix::sys::socket::{SockType, getsockopt, sockopt as nixopt};
use std::net::Ipv4Addr;

#[test]
fn a_socket_has_its_type_and_flags() -> Outcome {
    for domain in [AF_INET, AF_UNIX] {
        for (ty, found) in [(SOCK_STREAM, SockType::Stream), (SOCK_DGRAM, SockType::Datagram)] {
            let fd = socket(domain, ty, 0)?;
            assert_eq!(getsockopt(&fd, nixopt::SockType)?, found);
            assert!(is_closed_on_exec(&fd) && !never_waits(&fd));
            let fd = socket(domain, ty | SOCK_NONBLOCK, 0)?;
            assert!(is_closed_on_exec(&fd) && never_waits(&fd));
        }
    }
    Ok(())
}

#[test]
fn a_pair_is_connected_both_ways() -> Outcome {
    for flags in [0, SOCK_NONBLOCK] {
        let (a, b) = socketpair(AF_UNIX, SOCK_STREAM | flags, 0)?;
        let mut buf = [0; 8];
        send(&a, b"hola", 0)?;
        assert_eq!((recv(&b, &mut buf, 0)?, &buf[..4]), (4, &b"hola"[..]));
        send(&b, b"adi", 0)?;
        assert_eq!((recv(&a, &mut buf, 0)?, &buf[..3]), (3, &b"adi"[..]));
        for fd in [a, b] {
            assert!(is_closed_on_exec(&fd));
            assert_eq!(never_waits(&fd), flags == SOCK_NONBLOCK);
        }
    }
    Ok(())
}

#[test]
fn there_is_no_such_socket() {
    let none = socket(99, SOCK_STREAM, 0);
    assert_eq!(none.unwrap_err(), Errno::EAFNOSUPPORT, "no such family");
    let none = socket(AF_INET, SOCK_STREAM, libc::IPPROTO_UDP);
    assert_eq!(none.unwrap_err(), Errno::EPROTONOSUPPORT, "not the protocol of a stream");
    let none = socket(AF_INET, libc::SOCK_SEQPACKET, 0);
    assert_eq!(none.unwrap_err(), Errno::ESOCKTNOSUPPORT, "IPv4 has no such type");
    let none = socket(AF_INET, 15, 0);
    assert_eq!(none.unwrap_err(), Errno::EINVAL, "nobody has such a type");
    let none = socketpair(AF_INET, SOCK_STREAM, 0);
    assert_eq!(none.unwrap_err(), Errno::EOPNOTSUPP, "only AF_UNIX has pairs");
}

#[test]
fn port_0_is_any_free_one() -> Outcome {
    let fd = socket(AF_INET, SOCK_STREAM, 0)?;
    assert_eq!(own(&fd)?, (Ipv4Addr::UNSPECIFIED, 0).into());
    bind(&fd, &ANY)?;
    let addr = own(&fd)?;
    assert_eq!(addr.ip(), Ipv4Addr::LOCALHOST);
    assert_ne!(addr.port(), 0);
    assert_eq!(bind(&fd, &ANY), Err(Errno::EINVAL), "it has an address already");
    Ok(())
}

#[test]
fn an_address_that_cannot_be_had() -> Outcome {
    let (_taken, addr) = bound(SOCK_STREAM)?;
    let fd = socket(AF_INET, SOCK_STREAM, 0)?;
    assert_eq!(bind(&fd, &addr), Err(Errno::EADDRINUSE));
    let nobodys = SocketAddr::from(([192, 0, 2, 1], 0));
    assert_eq!(bind(&fd, &nobodys), Err(Errno::EADDRNOTAVAIL));
    let v6: SocketAddr = "[::1]:0".parse()?;
    assert_eq!(bind(&fd, &v6), Err(Errno::EAFNOSUPPORT));
    let unix = socket(AF_UNIX, SOCK_STREAM, 0)?;
    assert_eq!(bind(&unix, &ANY), Err(Errno::EINVAL));
    Ok(())
}

#[test]
fn a_socket_that_cannot_listen() -> Outcome {
    let (udp, _) = bound(SOCK_DGRAM)?;
    assert_eq!(listen(&udp, 1), Err(Errno::EOPNOTSUPP));
    let (client, _server) = connected()?;
    assert_eq!(listen(&client, 1), Err(Errno::EINVAL), "it is connected");
    let unix = socket(AF_UNIX, SOCK_STREAM, 0)?;
    assert_eq!(listen(&unix, 1), Err(Errno::EINVAL), "it has no name");

    // Two sockets may share the port as long as neither listens.
    let (first, second) = (socket(AF_INET, SOCK_STREAM, 0)?, socket(AF_INET, SOCK_STREAM, 0)?);
    sockopt::set_reuseaddr(&first, true)?;
    sockopt::set_reuseaddr(&second, true)?;
    bind(&first, &ANY)?;
    bind(&second, &own(&first)?)?;
    listen(&first, 1)?;
    assert_eq!(listen(&second, 1), Err(Errno::EADDRINUSE));
    Ok(())
}

#[test]
fn what_is_not_a_socket() -> Outcome {
    let (fd, _) = pipe(0)?;
    let errors = [
        ("bind", bind(&fd, &ANY).err()),
        ("listen", listen(&fd, 1).err()),
        ("accept", accept(&fd, 0).err()),
        ("connect", connect(&fd, &ANY).err()),
        ("shutdown", shutdown(&fd, SHUT_WR).err()),
        ("getsockname", getsockname(&fd).err()),
        ("getpeername", getpeername(&fd).err()),
        ("send", send(&fd, b"x", 0).err()),
        ("sendto", sendto(&fd, b"x", 0, &ANY).err()),
        ("recv", recv(&fd, &mut [0], 0).err()),
        ("recvfrom", recvfrom(&fd, &mut [0], 0).err()),
        ("getsockopt", sockopt::nodelay(&fd).err()),
        ("setsockopt", sockopt::set_nodelay(&fd, true).err()),
    ];
    for (call, error) in errors {
        assert_eq!(error, Some(Errno::ENOTSOCK), "{call}");
    }
    Ok(())
}
