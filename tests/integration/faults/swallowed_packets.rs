//! A name with two addresses, the first of which swallows packets: the second is tried in time.

use super::own_server::failure;
use crate::support::{Process, Program, Server, have};
use enchufe::sys::{self, AF_INET, AF_INET6, SOCK_STREAM, SocketAddr};
use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr, TcpStream};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A listener whose queue is full: the kernel drops every SYN.
struct FullQueue {
    _listener: OwnedFd,
    _waiting: TcpStream,
}

/// On `::1`, which comes first, and this port. `None`, with a message, without IPv6.
fn full_queue(port: u16) -> Option<FullQueue> {
    let addr = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
    let listener = sys::socket(AF_INET6, SOCK_STREAM, 0).and_then(|listener| {
        sys::bind(&listener, &addr)?;
        sys::listen(&listener, 0)?;
        Ok(listener)
    });
    let Ok(listener) = listener else {
        println!("skipped: no IPv6");
        return None;
    };
    let waiting = TcpStream::connect(addr).expect("the first one fits");
    Some(FullQueue { _listener: listener, _waiting: waiting })
}

/// Clients that run at the same time, as each of them waits. They connect to the name `dos`, which is in a
/// hosts file of our own. Empty, with a message, if it cannot be mounted over the system's.
fn clients(modes: &[&[&str]], port: u16) -> Vec<Process> {
    let hosts = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("hosts.{port}"));
    fs::write(&hosts, "::1 dos\n127.0.0.1 dos\n").expect("a file");
    let mount = format!("mount --bind '{}' /etc/hosts && exec \"$@\"", hosts.display());
    let mut probe = Command::new("unshare");
    probe.args(["--mount", "sh", "-c", &mount, "sh", "true"]).stderr(Stdio::null());
    if !have("unshare") || !probe.status().is_ok_and(|status| status.success()) {
        println!("skipped: only root may make a mount namespace");
        return Vec::new();
    }
    let start = |args: &&[&str]| {
        let client = Program::Client.command(&[args, &["dos", &port.to_string()][..]].concat());
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-c", &mount, "sh"]);
        command.arg(client.get_program()).args(client.get_args()).stdin(Stdio::null());
        Process::spawn(command)
    };
    modes.iter().map(start).collect()
}

#[test]
fn the_second_address_has_its_share() {
    let server = Server::start(Program::Select, &["--reply", "echo"]);
    let Some(_full) = full_queue(server.addr.port()) else { return };
    let modes = [
        &["--timeout", "10", "-m", "hola"][..],
        &["--timeout", "10", "-m", "hola", "-c", "2"],
        &["--timeout", "10", "--parts"],
        &["--timeout", "10", "--once", "-m", "hola"],
        &["--timeout", "10"],
    ];
    let start = Instant::now();
    for client in clients(&modes, server.addr.port()) {
        assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
        let elapsed = start.elapsed();
        assert!(elapsed >= Duration::from_millis(4990), "{elapsed:?}: the first was tried");
        assert!(elapsed < Duration::from_millis(9900), "{elapsed:?}: it had half of the time");
    }
}

/// If both do, the client gives up when the time is over.
#[test]
fn both_addresses_swallow() {
    let listener = sys::socket(AF_INET, SOCK_STREAM, 0).expect("a socket");
    sys::bind(&listener, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).expect("a free port");
    sys::listen(&listener, 0).expect("it listens");
    let addr = enchufe::net::own_address(&listener).expect("bound");
    let _waiting = TcpStream::connect(addr).expect("the first one fits");
    let Some(_full) = full_queue(addr.port()) else { return };
    let start = Instant::now();
    for client in clients(&[&["--timeout", "1", "-m", "hola"]], addr.port()) {
        let said = failure(&client);
        assert!(start.elapsed() >= Duration::from_millis(990));
        let expected = format!("connect ('127.0.0.1', {}): ETIMEDOUT: ", addr.port());
        assert!(said.starts_with(&expected), "{said}");
    }
}
