//! send, recv, fionread and pipe: TCP streams; datagrams are in `datagram.rs`.

use crate::support::{
    ANY, Outcome, await_events, bound, connected, eventually, fill, is_closed_on_exec, listener,
    never_waits,
};
use enchufe::sys::*;
use std::thread;
use std::time::Duration;

#[test]
fn a_stream_has_no_boundaries() -> Outcome {
    let (client, server) = connected()?;
    let mut buf = [0; 8];
    assert_eq!(send(&client, b"adios", 0), Ok(5));
    assert_eq!((recv(&server, &mut buf[..2], 0)?, &buf[..2]), (2, &b"ad"[..]));
    assert_eq!((recv(&server, &mut buf, 0)?, &buf[..3]), (3, &b"ios"[..]));
    drop(client);
    assert_eq!(recv(&server, &mut buf, 0), Ok(0), "end of file");
    Ok(())
}

#[test]
fn to_wait_for_all() -> Outcome {
    let (client, server) = connected()?;
    let mut buf = [0; 4];
    send(&client, b"ho", 0)?;
    let count = thread::scope(|scope| {
        let waits = scope.spawn(|| recv(&server, &mut buf, MSG_WAITALL));
        eventually("the first are taken", || fionread(&server) == Ok(0));
        send(&client, b"la", 0)?;
        waits.join().expect("no panic")
    });
    assert_eq!((count?, &buf), (4, b"hola"));
    // Unless there is no more.
    send(&client, b"ya", 0)?;
    shutdown(&client, SHUT_WR)?;
    assert_eq!(recv(&server, &mut buf, MSG_WAITALL), Ok(2));
    Ok(())
}

#[test]
fn peeked_bytes_stay() -> Outcome {
    let (client, server) = connected()?;
    let mut buf = [0; 4];
    send(&client, b"hola", 0)?;
    assert_eq!((recv(&server, &mut buf, MSG_PEEK)?, &buf), (4, b"hola"));
    assert_eq!((recv(&server, &mut buf, 0)?, &buf), (4, b"hola"));
    Ok(())
}

#[test]
fn a_call_that_would_block_is_eagain() -> Outcome {
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
