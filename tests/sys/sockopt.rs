//! The options: their defaults, what comes back after they were set, and what they do. What keepalive
//! does is in `tests/sys_alone`.

use crate::support::{
    ANY, Outcome, await_events, bound, connected, fill, have_ipv6, listener, own,
};
use enchufe::sys::sockopt::*;
use enchufe::sys::*;
use nix::sys::socket::{getsockopt, sockopt as nixopt};
use std::net::{Ipv4Addr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

/// Asserts that `set` changes what `get` returns, and what `other`, the getter of another library,
/// returns.
fn is_switched<'fd>(
    fd: &'fd OwnedFd,
    set: impl Fn(&'fd OwnedFd, bool) -> Result<(), Errno>,
    get: impl Fn(&'fd OwnedFd) -> Result<bool, Errno>,
    other: impl Fn(&'fd OwnedFd) -> Result<bool, Errno>,
) {
    assert_eq!((get(fd), other(fd)), (Ok(false), Ok(false)), "the default");
    for on in [true, false] {
        assert_eq!(set(fd, on), Ok(()));
        assert_eq!((get(fd), other(fd)), (Ok(on), Ok(on)));
    }
}

#[test]
fn what_is_on_or_off() -> Outcome {
    let tcp = socket(AF_INET, SOCK_STREAM, 0)?;
    is_switched(&tcp, set_reuseaddr, reuseaddr, |fd| getsockopt(fd, nixopt::ReuseAddr));
    is_switched(&tcp, set_broadcast, broadcast, |fd| getsockopt(fd, nixopt::Broadcast));
    is_switched(&tcp, set_keepalive, keepalive, |fd| getsockopt(fd, nixopt::KeepAlive));
    is_switched(&tcp, set_nodelay, nodelay, |fd| getsockopt(fd, nixopt::TcpNoDelay));
    if have_ipv6() {
        let tcp = socket(AF_INET6, SOCK_STREAM, 0)?;
        set_v6only(&tcp, false)?; // the default is the system's to choose
        is_switched(&tcp, set_v6only, v6only, |fd| getsockopt(fd, nixopt::Ipv6V6Only));
    }
    Ok(())
}

#[test]
fn when_and_how_often_keepalive_asks() -> Outcome {
    let fd = socket(AF_INET, SOCK_STREAM, 0)?;
    let seconds = Duration::from_secs;
    // The system's defaults are two hours, 75 seconds, nine times.
    let default = |name| -> Outcome<u64> {
        let path = format!("/proc/sys/net/ipv4/tcp_keepalive_{name}");
        Ok(std::fs::read_to_string(path)?.trim().parse()?)
    };
    assert_eq!(keepalive_idle(&fd), Ok(seconds(default("time")?)));
    assert_eq!(keepalive_interval(&fd), Ok(seconds(default("intvl")?)));
    assert_eq!(keepalive_count(&fd).map(u64::from), Ok(default("probes")?));

    set_keepalive_idle(&fd, seconds(61))?;
    set_keepalive_interval(&fd, seconds(62))?;
    set_keepalive_count(&fd, 63)?;
    assert_eq!(keepalive_idle(&fd), Ok(seconds(61)));
    assert_eq!(keepalive_interval(&fd), Ok(seconds(62)));
    assert_eq!(keepalive_count(&fd), Ok(63));
    assert_eq!(getsockopt(&fd, nixopt::TcpKeepIdle), Ok(61));
    assert_eq!(getsockopt(&fd, nixopt::TcpKeepInterval), Ok(62));
    assert_eq!(getsockopt(&fd, nixopt::TcpKeepCount), Ok(63));

    let setters = [set_keepalive_idle, set_keepalive_interval];
    for (set, get) in setters.into_iter().zip([keepalive_idle, keepalive_interval]) {
        for (time, whole) in [(Duration::from_nanos(1), 1), (seconds(32_767), 32_767)] {
            set(&fd, time)?;
            assert_eq!(get(&fd), Ok(seconds(whole)));
        }
        for time in [Duration::ZERO, seconds(32_768), seconds(1 << 32), Duration::MAX] {
            assert_eq!(set(&fd, time), Err(Errno::EINVAL), "{time:?}");
        }
    }
    set_keepalive_count(&fd, 127)?;
    for count in [0, 128, u32::MAX] {
        assert_eq!(set_keepalive_count(&fd, count), Err(Errno::EINVAL), "{count}");
    }
    Ok(())
}

#[test]
fn a_port_in_time_wait_can_be_had() -> Outcome {
    for before in [false, true] {
        let listener = socket(AF_INET, SOCK_STREAM, 0)?;
        set_reuseaddr(&listener, before)?;
        bind(&listener, &ANY)?;
        listen(&listener, 1)?;
        let (addr, fd) = (own(&listener)?, socket(AF_INET, SOCK_STREAM, 0)?);
        let client = TcpStream::connect(addr)?;
        // The side that closes first keeps the port.
        drop(accept(&listener, 0)?);
        drop((listener, client));
        assert_eq!(bind(&fd, &addr), Err(Errno::EADDRINUSE));
        set_reuseaddr(&fd, true)?;
        // Linux: the earlier server must have set it as well.
        assert_eq!(bind(&fd, &addr), if before { Ok(()) } else { Err(Errno::EADDRINUSE) });
    }
    Ok(())
}

#[test]
fn a_port_on_which_somebody_listens_stays_taken() -> Outcome {
    let (first, second) = (socket(AF_INET, SOCK_STREAM, 0)?, socket(AF_INET, SOCK_STREAM, 0)?);
    set_reuseaddr(&first, true)?;
    set_reuseaddr(&second, true)?;
    bind(&first, &ANY)?;
    listen(&first, 1)?;
    assert_eq!(bind(&second, &own(&first)?), Err(Errno::EADDRINUSE));
    Ok(())
}

#[test]
fn a_broadcast_has_to_be_allowed() -> Outcome {
    let receiver = socket(AF_INET, SOCK_DGRAM, 0)?;
    bind(&receiver, &SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)))?;
    let all = SocketAddr::from(([127, 255, 255, 255], own(&receiver)?.port()));
    let (sender, from) = bound(SOCK_DGRAM)?;
    assert_eq!(sendto(&sender, b"x", 0, &all), Err(Errno::EACCES));
    assert_eq!(connect(&sender, &all), Err(Errno::EACCES));
    set_broadcast(&sender, true)?;
    sendto(&sender, b"x", 0, &all)?;
    assert_eq!(recvfrom(&receiver, &mut [0], 0)?.1.inet(), Some(from));
    Ok(())
}

#[test]
fn nodelay_is_inherited() -> Outcome {
    for on in [false, true] {
        let (listener, addr) = listener(1)?;
        set_nodelay(&listener, on)?;
        let _client = TcpStream::connect(addr)?;
        assert_eq!(nodelay(accept(&listener, 0)?.0), Ok(on));
    }
    Ok(())
}

#[test]
fn how_long_closing_may_take() -> Outcome {
    let fd = socket(AF_INET, SOCK_STREAM, 0)?;
    assert_eq!(linger(&fd), Ok(None));
    for (time, whole) in [(3000, 3000), (1, 1000), (0, 0)] {
        set_linger(&fd, Some(Duration::from_millis(time)))?;
        assert_eq!(linger(&fd), Ok(Some(Duration::from_millis(whole))));
        let other = getsockopt(&fd, nixopt::Linger)?;
        assert_eq!((other.l_onoff, other.l_linger), (1, whole as i32 / 1000));
    }
    set_linger(&fd, None)?;
    assert_eq!(linger(&fd), Ok(None));
    assert_eq!(set_linger(&fd, Some(Duration::MAX)), Err(Errno::EINVAL));
    Ok(())
}

#[test]
fn closing_waits_resets_or_does_neither() -> Outcome {
    // None: it returns at once, and everything arrives.
    let (client, server) = connected()?;
    let sent = fill(&client);
    drop(client);
    let mut arrived = 0;
    loop {
        match recv(&server, &mut [0; 65_536], 0)? {
            0 => break,
            count => arrived += count,
        }
    }
    assert_eq!(arrived, sent);

    // A time: the peer does not read, so closing takes all of it.
    let (client, _server) = connected()?;
    fill(&client);
    set_linger(&client, Some(SECOND))?;
    let start = Instant::now();
    drop(client);
    assert!(start.elapsed() > SECOND.mul_f32(0.9), "{:?}", start.elapsed());

    // No time: a reset.
    let (client, server) = connected()?;
    send(&client, b"x", 0)?;
    set_linger(&client, Some(Duration::ZERO))?;
    drop(client);
    await_events(&server, POLLERR);
    assert_eq!(error(&server), Ok(Some(Errno::ECONNRESET)));
    assert_eq!(error(&server), Ok(None), "it has been taken");
    Ok(())
}

#[test]
fn buffers_are_twice_as_large_as_asked_for() -> Outcome {
    let (fd, _other) = connected()?;
    assert!(rcvbuf(&fd)? > 0 && sndbuf(&fd)? > 0);
    set_rcvbuf(&fd, 30_000)?;
    set_sndbuf(&fd, 20_000)?;
    assert_eq!((rcvbuf(&fd)?, sndbuf(&fd)?), (60_000, 40_000));
    assert_eq!(getsockopt(&fd, nixopt::RcvBuf), Ok(60_000));
    assert_eq!(getsockopt(&fd, nixopt::SndBuf), Ok(40_000));
    // A value out of range becomes the nearest one that the system allows.
    let (most, least) = (60_001..i32::MAX as usize, 1..10_000);
    set_rcvbuf(&fd, i32::MAX as usize)?;
    set_sndbuf(&fd, i32::MAX as usize)?;
    assert!(most.contains(&rcvbuf(&fd)?) && most.contains(&sndbuf(&fd)?));
    set_rcvbuf(&fd, 0)?;
    set_sndbuf(&fd, 0)?;
    assert!(least.contains(&rcvbuf(&fd)?) && least.contains(&sndbuf(&fd)?));
    assert_eq!(set_rcvbuf(&fd, i32::MAX as usize + 1), Err(Errno::EINVAL));
    assert_eq!(set_sndbuf(&fd, usize::MAX), Err(Errno::EINVAL));
    Ok(())
}

#[test]
fn a_larger_buffer_takes_more() -> Outcome {
    let taken = |size| {
        let (a, _b) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
        set_sndbuf(&a, size)?;
        Ok::<_, Errno>(fill(&a))
    };
    assert!(taken(10_000)? < taken(100_000)?);
    Ok(())
}

#[test]
fn ipv4_can_connect_unless_v6only() -> Outcome {
    if !have_ipv6() {
        return Ok(());
    }
    for only in [false, true] {
        let listener = socket(AF_INET6, SOCK_STREAM, 0)?;
        set_v6only(&listener, only)?;
        bind(&listener, &"[::]:0".parse::<SocketAddr>()?)?;
        assert_eq!(set_v6only(&listener, !only), Err(Errno::EINVAL), "it is bound");
        listen(&listener, 1)?;
        // An address that the other tests do not use.
        let addr = SocketAddr::from(([127, 0, 0, 66], own(&listener)?.port()));
        let client = socket(AF_INET, SOCK_STREAM, 0)?;
        if only {
            assert_eq!(connect(&client, &addr), Err(Errno::ECONNREFUSED));
        } else {
            connect(&client, &addr)?;
            let peer = accept(&listener, 0)?.1;
            assert!(peer.to_string().starts_with("[::ffff:127.0.0.1]:"), "{peer}");
        }
    }
    Ok(())
}

#[test]
fn what_can_only_be_asked() -> Outcome {
    for (domain, ty_asked) in
        [(AF_INET, SOCK_STREAM), (AF_INET, SOCK_DGRAM), (AF_UNIX, SOCK_STREAM)]
    {
        let fd = socket(domain, ty_asked | SOCK_NONBLOCK, 0)?;
        assert_eq!(ty(&fd), Ok(ty_asked));
        assert_eq!(acceptconn(&fd), Ok(false));
    }
    let (fd, _) = bound(SOCK_STREAM)?;
    assert_eq!(acceptconn(&fd), Ok(false));
    listen(&fd, 1)?;
    assert_eq!(acceptconn(&fd), Ok(true));
    let (pipe, _) = pipe(0)?;
    assert_eq!((ty(&pipe), acceptconn(&pipe)), (Err(Errno::ENOTSOCK), Err(Errno::ENOTSOCK)));
    Ok(())
}

#[test]
fn options_of_another_protocol() -> Outcome {
    let (udp, unix) = (socket(AF_INET, SOCK_DGRAM, 0)?, socket(AF_UNIX, SOCK_STREAM, 0)?);
    assert_eq!(set_nodelay(&udp, true), Err(Errno::ENOPROTOOPT));
    assert_eq!(nodelay(&udp), Err(Errno::EOPNOTSUPP));
    assert_eq!(set_nodelay(&unix, true), Err(Errno::EOPNOTSUPP));
    assert_eq!(nodelay(&unix), Err(Errno::EOPNOTSUPP));
    Ok(())
}
