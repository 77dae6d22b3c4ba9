//! send, recv, sendto, recvfrom, fionread and pipe, over IPv4.

use crate::support::{
    ANY, Outcome, await_events, bound, connected, fill, is_closed_on_exec, listener, never_waits,
    own,
};
use enchufe::sys::*;
use std::net::Ipv4Addr;
use std::time::Duration;

#[test]
fn a_stream_has_no_boundaries() -> Outcome {
    let (client, server) = connected()?;
    let mut buf = [0; 8];
    assert_eq!(send(&client, b"ho", 0), Ok(2));
    assert_eq!(send(&client, b"la", 0), Ok(2));
    assert_eq!((recv(&server, &mut buf[..4], MSG_WAITALL)?, &buf[..4]), (4, &b"hola"[..]));
    assert_eq!(send(&client, b"adios", 0), Ok(5));
    assert_eq!((recv(&server, &mut buf[..2], 0)?, &buf[..2]), (2, &b"ad"[..]));
    assert_eq!((recv(&server, &mut buf, 0)?, &buf[..3]), (3, &b"ios"[..]));
    drop(client);
    assert_eq!(recv(&server, &mut buf, MSG_WAITALL), Ok(0), "end of file");
    Ok(())
}

#[test]
fn what_is_peeked_at_stays() -> Outcome {
    let (client, server) = connected()?;
    let mut buf = [0; 4];
    send(&client, b"hola", 0)?;
    assert_eq!((recv(&server, &mut buf, MSG_PEEK)?, &buf), (4, b"hola"));
    assert_eq!((recv(&server, &mut buf, 0)?, &buf), (4, b"hola"));
    Ok(())
}

#[test]
fn what_would_wait_is_eagain() -> Outcome {
    let (client, server) = connected()?;
    assert_eq!(recv(&server, &mut [0; 8], MSG_DONTWAIT), Err(Errno::EAGAIN));
    assert_eq!(recvfrom(&server, &mut [0; 8], MSG_DONTWAIT).unwrap_err(), Errno::EAGAIN);
    assert!(fill(&client) > 0);
    assert_eq!(send(&client, b"x", MSG_DONTWAIT), Err(Errno::EAGAIN));

    let (a, b) = socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)?;
    while send(&a, &[0; 1000], 0).is_ok() {}
    assert_eq!(send(&a, b"x", 0), Err(Errno::EAGAIN));
    assert_eq!(recv(&a, &mut [0; 8], 0), Err(Errno::EAGAIN));
    drop(b);
    Ok(())
}

#[test]
fn urgent_data_is_one_byte_out_of_band() -> Outcome {
    let (client, server) = connected()?;
    let mut buf = [0; 8];
    assert_eq!(recv(&server, &mut buf, MSG_OOB), Err(Errno::EINVAL), "there is none");
    send(&client, b"abc", 0)?;
    send(&client, b"!", MSG_OOB)?;
    await_events(&server, POLLPRI);
    assert_eq!((recv(&server, &mut buf, MSG_OOB)?, buf[0]), (1, b'!'));
    assert_eq!(recv(&server, &mut buf, 0), Ok(3), "in band are the others");
    let (udp, addr) = bound(SOCK_DGRAM)?;
    assert_eq!(sendto(&udp, b"!", MSG_OOB, &addr), Err(Errno::EOPNOTSUPP));
    Ok(())
}

#[test]
fn a_peer_that_has_gone() -> Outcome {
    let (client, server) = connected()?;
    drop(server);
    await_events(&client, POLLIN);
    assert_eq!(send(&client, b"x", 0), Ok(1), "nobody has said yet that it is not read");
    await_events(&client, POLLERR);
    assert_eq!(send(&client, b"x", 0), Err(Errno::EPIPE));

    let (client, server) = connected()?;
    sockopt::set_linger(&server, Some(Duration::ZERO))?;
    drop(server);
    await_events(&client, POLLERR);
    assert_eq!(send(&client, b"x", 0), Err(Errno::ECONNRESET));
    assert_eq!(send(&client, b"x", 0), Err(Errno::EPIPE), "it is told once");

    let (client, server) = connected()?;
    sockopt::set_linger(&server, Some(Duration::ZERO))?;
    drop(server);
    await_events(&client, POLLERR);
    assert_eq!(recv(&client, &mut [0; 8], 0), Err(Errno::ECONNRESET));
    assert_eq!(recv(&client, &mut [0; 8], 0), Ok(0), "it is told once");
    Ok(())
}

#[test]
fn what_is_not_connected() -> Outcome {
    let tcp = socket(AF_INET, SOCK_STREAM, 0)?;
    assert_eq!(send(&tcp, b"x", 0), Err(Errno::EPIPE));
    assert_eq!(sendto(&tcp, b"x", 0, &ANY), Err(Errno::EPIPE));
    assert_eq!(recv(&tcp, &mut [0; 8], 0), Err(Errno::ENOTCONN));
    assert_eq!(recvfrom(&tcp, &mut [0; 8], 0).unwrap_err(), Errno::ENOTCONN);
    let udp = socket(AF_INET, SOCK_DGRAM, 0)?;
    assert_eq!(send(&udp, b"x", 0), Err(Errno::EDESTADDRREQ));
    Ok(())
}

#[test]
fn a_datagram_is_received_as_it_was_sent() -> Outcome {
    let ((a, a_addr), (b, b_addr)) = (bound(SOCK_DGRAM)?, bound(SOCK_DGRAM)?);
    let mut buf = [0; 8];
    for datagram in [&b"hola"[..], b"", b"adios"] {
        assert_eq!(sendto(&a, datagram, 0, &b_addr), Ok(datagram.len()));
        let (count, from) = recvfrom(&b, &mut buf, 0)?;
        assert_eq!((&buf[..count], from.inet()), (datagram, Some(a_addr)));
    }
    // The answer goes to whoever has sent it.
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
    // Not for TCP: the bytes are counted, and gone.
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

    // And can have another, or none.
    connect(&a, &own(&stranger)?)?;
    assert_eq!(send(&a, b"x", 0), Ok(1));
    assert_eq!(recv(&stranger, &mut [0], 0), Ok(1));
    connect(&a, &SockAddr::Unspec)?;
    assert_eq!(getpeername(&a).unwrap_err(), Errno::ENOTCONN);
    assert_eq!(send(&a, b"x", 0), Err(Errno::EDESTADDRREQ));
    Ok(())
}

#[test]
fn a_stream_socket_has_no_sender() -> Outcome {
    let (client, server) = connected()?;
    send(&client, b"hola", 0)?;
    let (count, from) = recvfrom(&server, &mut [0; 8], 0)?;
    assert!(count == 4 && matches!(from, SockAddr::Unspec));
    assert_eq!(from.to_string(), "none");
    assert_eq!(sendto(&client, b"x", 0, &ANY), Ok(1), "the address is not looked at");
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

#[test]
fn how_much_has_arrived() -> Outcome {
    let (client, server) = connected()?;
    assert_eq!(fionread(&server), Ok(0));
    send(&client, b"hola", 0)?;
    send(&client, b"adios", 0)?;
    assert_eq!(recv(&server, &mut [0; 9], MSG_PEEK | MSG_WAITALL), Ok(9));
    assert_eq!(fionread(&server), Ok(9));

    let ((udp, addr), (sender, _)) = (bound(SOCK_DGRAM)?, bound(SOCK_DGRAM)?);
    sendto(&sender, b"hola", 0, &addr)?;
    sendto(&sender, b"adios", 0, &addr)?;
    await_events(&udp, POLLIN);
    assert_eq!(fionread(&udp), Ok(4), "of the next one");

    let (reader, writer) = pipe(0)?;
    write(&writer, b"abc")?;
    assert_eq!(fionread(&reader), Ok(3));
    assert_eq!(fionread(&listener(1)?.0), Err(Errno::EINVAL));
    assert_eq!(fionread(&std::fs::File::open("/dev/null")?), Err(Errno::ENOTTY));
    Ok(())
}

#[test]
fn a_pipe_goes_one_way() -> Outcome {
    for flags in [0, O_NONBLOCK] {
        let (reader, writer) = pipe(flags)?;
        let mut buf = [0; 8];
        assert_eq!(write(&writer, b"hola"), Ok(4));
        assert_eq!((read(&reader, &mut buf)?, &buf[..4]), (4, &b"hola"[..]));
        for end in [&reader, &writer] {
            assert!(is_closed_on_exec(end));
            assert_eq!(never_waits(end), flags == O_NONBLOCK);
        }
        drop(writer);
        assert_eq!(read(&reader, &mut buf), Ok(0), "end of file");
    }
    assert_eq!(pipe(libc::O_APPEND).unwrap_err(), Errno::EINVAL);
    Ok(())
}
