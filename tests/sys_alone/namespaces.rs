//! A thread with its own network or mounts, which needs root: no route, no answer, no port left, a
//! read-only file system.

use crate::support::{ANY, Dir, Outcome, await_events, bound, connected, listener, own};
use crate::{alone, have, skipped};
use enchufe::sys::*;
use nix::mount::{MsFlags, mount, umount};
use nix::sched::{CloneFlags, unshare};
use std::fs;
use std::net::TcpStream;
use std::process::Command;
use std::thread;
use std::time::Duration;

/// Runs a test in a thread that has left the shared namespaces.
fn apart(from: CloneFlags, test: fn() -> Outcome) -> Outcome {
    let _turn = alone();
    if from == CloneFlags::CLONE_NEWNET && !have("ip") {
        return Ok(());
    }
    let thread = thread::spawn(move || match unshare(from) {
        Err(Errno::EPERM) => {
            skipped("not root");
            Ok(())
        }
        done => {
            done?;
            test()
        }
    });
    thread.join().expect("no panic")
}

/// A command of ip(8), in the network of this thread.
fn ip(args: &str) {
    let status = Command::new("ip").args(args.split(' ')).status().expect("ip runs");
    assert!(status.success(), "ip {args}");
}

/// Sets a parameter of this thread's network.
fn sysctl(name: &str, value: &str) -> Outcome {
    Ok(fs::write(format!("/proc/sys/net/ipv4/{name}"), value)?)
}

#[test]
fn no_way_to_get_there() -> Outcome {
    apart(CloneFlags::CLONE_NEWNET, || {
        let (tcp, udp) = (socket(AF_INET, SOCK_STREAM, 0)?, socket(AF_INET, SOCK_DGRAM, 0)?);
        let host = SocketAddr::from(([192, 0, 2, 1], 6667));
        assert_eq!(connect(&tcp, &host), Err(Errno::ENETUNREACH));
        assert_eq!(sendto(&udp, b"x", 0, &host), Err(Errno::ENETUNREACH));
        ip("link set lo up");
        ip("route add unreachable 192.0.2.0/24");
        assert_eq!(connect(&tcp, &host), Err(Errno::EHOSTUNREACH));
        assert_eq!(sendto(&udp, b"x", 0, &host), Err(Errno::EHOSTUNREACH));
        Ok(())
    })
}

#[test]
fn no_port_is_left() -> Outcome {
    apart(CloneFlags::CLONE_NEWNET, || {
        ip("link set lo up");
        sysctl("ip_local_port_range", "50000 50000")?;
        let listener = socket(AF_INET, SOCK_STREAM, 0)?;
        let addr = SocketAddr::from(([127, 0, 0, 1], 6667));
        bind(&listener, &addr)?;
        listen(&listener, 1)?;
        let _the_only_one = TcpStream::connect(addr)?;
        let client = socket(AF_INET, SOCK_STREAM, 0)?;
        assert_eq!(connect(&client, &addr), Err(Errno::EADDRNOTAVAIL));
        assert_eq!(bind(&client, &ANY), Err(Errno::EADDRINUSE));
        let (_the_only_one, _) = bound(SOCK_DGRAM)?;
        let udp = socket(AF_INET, SOCK_DGRAM, 0)?;
        assert_eq!(sendto(&udp, b"x", 0, &addr), Err(Errno::EAGAIN));
        assert_eq!(connect(&udp, &addr), Err(Errno::EAGAIN));
        Ok(())
    })
}

/// Keepalive's probe, and a connect's SYN, unanswered for a few seconds.
#[test]
fn nobody_answers() -> Outcome {
    apart(CloneFlags::CLONE_NEWNET, || {
        ip("link set lo up");
        let (alive, _peer) = connected()?;
        sockopt::set_keepalive(&alive, true)?;
        sockopt::set_keepalive_idle(&alive, Duration::from_secs(1))?;
        sockopt::set_keepalive_interval(&alive, Duration::from_secs(1))?;
        sockopt::set_keepalive_count(&alive, 1)?;

        sysctl("tcp_syn_retries", "1")?;
        let (full, addr) = listener(0)?;
        let _first = TcpStream::connect(addr)?;
        let client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)?;
        assert_eq!(connect(&client, &own(&full)?), Err(Errno::EINPROGRESS));

        ip("link set lo down");
        await_events(&alive, POLLERR);
        assert_eq!(recv(&alive, &mut [0], 0), Err(Errno::ETIMEDOUT));
        await_events(&client, POLLERR);
        assert_eq!(sockopt::error(&client), Ok(Some(Errno::ETIMEDOUT)));
        Ok(())
    })
}

#[test]
fn a_file_system_that_may_not_be_written() -> Outcome {
    apart(CloneFlags::CLONE_NEWNS, || {
        let dir = Dir::new()?;
        let (none, private) = (None::<&str>, MsFlags::MS_REC | MsFlags::MS_PRIVATE);
        mount(none, "/", none, private, none)?;
        mount(none, dir.path(), Some("tmpfs"), MsFlags::MS_RDONLY, none)?;
        let bound = bind(socket(AF_UNIX, SOCK_STREAM, 0)?, &dir.addr("socket"));
        umount(dir.path())?;
        assert_eq!(bound, Err(Errno::EROFS));
        Ok(())
    })
}
