//! Addresses: what is given to the kernel comes back from it, and is what peers see.

use crate::support::{ANY, Dir, Outcome, have_ipv6, own};
use enchufe::sys::*;
use std::fs;
use std::net::{SocketAddrV6, TcpListener, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::path::Path;

const DGRAM: i32 = SOCK_DGRAM | SOCK_NONBLOCK;

#[test]
fn ipv4_there_and_back() -> Outcome {
    let listener = socket(AF_INET, SOCK_STREAM, 0)?;
    bind(&listener, &"127.1.2.3:0".parse::<SocketAddr>()?)?;
    listen(&listener, 1)?;
    let addr = own(&listener)?;
    assert!(addr.to_string().starts_with("127.1.2.3:"));
    assert_eq!(getsockname(&listener)?.to_string(), addr.to_string());
    assert_eq!(TcpListener::from(listener).local_addr()?, addr);
    Ok(())
}

#[test]
fn ipv6_there_and_back() -> Outcome {
    if !have_ipv6() {
        return Ok(());
    }
    let (a, b) = (socket(AF_INET6, DGRAM, 0)?, socket(AF_INET6, DGRAM, 0)?);
    assert_eq!(bind(&a, &ANY), Err(Errno::EINVAL), "an address of IPv4 is too short");
    for fd in [&a, &b] {
        bind(fd, &"[::1]:0".parse::<SocketAddr>()?)?;
    }
    let (a_addr, b_addr) = (own(&a)?, own(&b)?);
    assert_eq!(sendto(&a, b"hola", 0, &b_addr), Ok(4));
    let (count, from) = recvfrom(&b, &mut [0; 8], 0)?;
    assert_eq!((count, from.inet()), (4, Some(a_addr)));
    connect(&b, &from)?;
    assert_eq!(getpeername(&b)?.inet(), Some(a_addr));
    let b = UdpSocket::from(b);
    assert_eq!((b.local_addr()?, b.peer_addr()?), (b_addr, a_addr));
    Ok(())
}

/// A link-local address belongs to a network interface, the scope.
#[test]
fn ipv6_with_a_scope() -> Outcome {
    let Some((ip, scope)) = link_local() else {
        println!("skipped: no link-local address");
        return Ok(());
    };
    let fd = socket(AF_INET6, DGRAM, 0)?;
    let unscoped = SocketAddrV6::new(ip, 0, 0, 0);
    assert_eq!(bind(&fd, &SocketAddr::from(unscoped)), Err(Errno::EINVAL));
    bind(&fd, &SocketAddr::from(SocketAddrV6::new(ip, 0, 0, scope)))?;
    let SocketAddr::V6(addr) = own(&fd)? else { panic!("not of IPv6") };
    assert_eq!((*addr.ip(), addr.scope_id()), (ip, scope));
    sendto(&fd, b"x", 0, &SocketAddr::from(addr))?;
    assert_eq!(recvfrom(&fd, &mut [0], 0)?.1.inet(), Some(addr.into()));
    Ok(())
}

fn link_local() -> Option<(std::net::Ipv6Addr, u32)> {
    // Address, interface, length of the prefix, scope, flags (80: permanent, and no other), name.
    let table = fs::read_to_string("/proc/net/if_inet6").unwrap_or_default();
    table.lines().find_map(|line| {
        let columns: Vec<_> = line.split_whitespace().collect();
        let ip = u128::from_str_radix(columns[0], 16).ok()?;
        let scope = u32::from_str_radix(columns[1], 16).ok()?;
        (columns[3] == "20" && columns[4] == "80").then(|| (ip.into(), scope))
    })
}

#[test]
fn an_abstract_name_is_in_no_directory() -> Outcome {
    // Any bytes, and each counts: a shorter name is a different one.
    let name = format!("sys\0{}.", std::process::id());
    let addr = UnixAddr::from_abstract_name(&name)?;
    let (fd, other) = (socket(AF_UNIX, DGRAM, 0)?, socket(AF_UNIX, DGRAM, 0)?);
    bind(&fd, &addr)?;
    assert_eq!(bind(&other, &addr), Err(Errno::EADDRINUSE));
    bind(&other, &UnixAddr::from_abstract_name(&name[..name.len() - 1])?)?;
    assert_eq!(getsockname(&fd)?.to_string(), format!("@{name}"));
    assert_eq!(sendto(&other, b"x", 0, &getsockname(&fd)?), Ok(1));
    let (_, from) = recvfrom(&fd, &mut [0], 0)?;
    assert_eq!(from.to_string(), getsockname(&other)?.to_string());
    let fd = UnixDatagram::from(fd);
    assert_eq!(fd.local_addr()?.as_abstract_name(), Some(name.as_bytes()));
    // Closing it leaves nothing behind.
    drop(fd);
    bind(socket(AF_UNIX, DGRAM, 0)?, &addr)?;
    Ok(())
}

#[test]
fn binding_to_no_name_assigns_one() -> Outcome {
    let fd = socket(AF_UNIX, SOCK_STREAM, 0)?;
    assert_eq!(getsockname(&fd)?.to_string(), "unnamed");
    bind(&fd, &UnixAddr::from_pathname("")?)?;
    let SockAddr::Unix(addr) = getsockname(&fd)? else { panic!("not of the Unix domain") };
    assert_eq!(addr.as_abstract_name().map(<[u8]>::len), Some(5), "five digits: {addr:?}");
    assert_eq!(connect(&fd, &SockAddr::Unix(addr)), Err(Errno::ECONNREFUSED));
    Ok(())
}

#[test]
fn the_longest_names() -> Outcome {
    let dir = Dir::new()?;
    let path = long_path(&dir, 107);
    let fd = socket(AF_UNIX, SOCK_STREAM, 0)?;
    bind(&fd, &UnixAddr::from_pathname(&path)?)?;
    assert_eq!(getsockname(&fd)?.to_string(), path);
    assert!(Path::new(&path).exists(), "as long as that, and no longer");
    let fd = UnixListener::from(fd);
    assert_eq!(fd.local_addr()?.as_pathname(), Some(path.as_ref()));
    assert!(UnixAddr::from_pathname(path + "x").is_err(), "no room for the NUL");

    let name = [b'x'; 107];
    let fd = socket(AF_UNIX, SOCK_STREAM, 0)?;
    bind(&fd, &UnixAddr::from_abstract_name(name)?)?;
    let SockAddr::Unix(addr) = getsockname(&fd)? else { panic!("not of the Unix domain") };
    assert_eq!(addr.as_abstract_name(), Some(&name[..]));
    assert!(UnixAddr::from_abstract_name([b'x'; 108]).is_err());
    Ok(())
}

#[test]
fn an_address_of_another_family() -> Outcome {
    let netlink = socket(libc::AF_NETLINK, DGRAM, libc::NETLINK_ROUTE)?;
    assert_eq!(getsockname(&netlink).unwrap_err(), Errno::EAFNOSUPPORT);
    // A no-op message that the kernel acknowledges: its length, type and flags; sequence number, sender.
    let mut noop = [0; 16];
    noop[..4].copy_from_slice(&16_u32.to_ne_bytes());
    noop[4..6].copy_from_slice(&(libc::NLMSG_NOOP as u16).to_ne_bytes());
    noop[6..8].copy_from_slice(&(libc::NLM_F_ACK as u16).to_ne_bytes());
    assert_eq!(send(&netlink, &noop, 0), Ok(16));
    assert_eq!(recvfrom(&netlink, &mut [0; 64], MSG_PEEK).unwrap_err(), Errno::EAFNOSUPPORT);
    assert_eq!(recv(&netlink, &mut [0; 64], 0), Ok(36), "the answer");
    Ok(())
}

/// A path in the directory that is `len` bytes long.
fn long_path(dir: &Dir, len: usize) -> String {
    let start = format!("{}/", dir.path().display());
    assert!(start.len() < len, "{start} is too long for this test");
    format!("{start:x<len$}")
}
