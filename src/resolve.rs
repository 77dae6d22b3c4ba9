//! Names into addresses.
//!
//! A static glibc's getaddrinfo loads the machine's NSS libraries, and with them the machine's glibc, of
//! whatever version, into the running program. So a program linked that way never calls it: it resolves
//! numbers and `localhost` itself, and asks getent(1), a dynamic program that comes with glibc, about any
//! other name. A program linked any other way calls getaddrinfo.

use crate::reason::{Both, Reason};
use crate::sys::{self, Errno, FdSet};
use std::fs;
use std::io::{self, PipeReader, Read};
use std::net::{
    Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6, ToSocketAddrs, UdpSocket,
};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

// Exit codes of getent.
const NOT_FOUND: i32 = 2;
const WRONG_USAGE: i32 = 64;

const NO_ADDRESS: Both =
    Both { es: "getent(1) no encuentra ninguna dirección", en: "getent(1) finds no address" };
const NO_ANSWER: Both =
    Both { es: "getent(1) no contestó a tiempo", en: "getent(1) did not answer in time" };
const NO_GETENT: Both = Both {
    es: "este programa, enlazado estáticamente, pregunta los nombres a getent(1), que no está instalado: \
         dé una dirección numérica",
    en: "this statically linked program asks getent(1) about names, and it is not installed: give a \
         numeric address",
};

/// The addresses of a host, a name or a number, IPv4 or IPv6, in the order to try them; at least
/// one. getent has until `deadline`; getaddrinfo has no timeout.
///
/// # Errors
///
/// The resolver's, in words: an unknown name, no answer.
pub fn addresses(
    host: &str,
    port: u16,
    deadline: Option<Instant>,
) -> Result<Vec<SocketAddr>, Reason> {
    let found: Vec<_> = if cfg!(not(all(target_env = "gnu", target_feature = "crt-static"))) {
        (host, port).to_socket_addrs().map_err(|error| Reason::of_resolver(&error))?.collect()
    } else if let Some(addr) = number(host, port) {
        vec![addr]
    } else if host.eq_ignore_ascii_case("localhost") {
        localhost(port)
    } else {
        ask_getent(host, port, deadline)?
    };
    if found.is_empty() {
        return Err(Both { es: "ninguna dirección", en: "no address" }.into());
    }
    Ok(found)
}

/// `127.0.0.1`, `::1`, `fe80::1%2`. Other forms of numbers (`127.1`, `fe80::1%eth0`) are left to getent.
fn number(host: &str, port: u16) -> Option<SocketAddr> {
    let v4 = host.parse().map(|ip: Ipv4Addr| SocketAddrV4::new(ip, port).into());
    v4.or_else(|_| format!("[{host}]:{port}").parse::<SocketAddrV6>().map(SocketAddr::from)).ok()
}

/// As getaddrinfo has it: `::1` comes first, if the machine calls it so and has it.
fn localhost(port: u16) -> Vec<SocketAddr> {
    let hosts = fs::read("/etc/hosts").unwrap_or_default();
    let is_v6 = names_v6_localhost(&String::from_utf8_lossy(&hosts))
        && UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).is_ok();
    let v6 = is_v6.then(|| (Ipv6Addr::LOCALHOST, port).into());
    v6.into_iter().chain([(Ipv4Addr::LOCALHOST, port).into()]).collect()
}

/// Whether this text of hosts(5) gives `::1` the name `localhost`.
fn names_v6_localhost(hosts: &str) -> bool {
    hosts.lines().any(|line| {
        let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
        words.next().and_then(|ip| ip.parse().ok()) == Some(Ipv6Addr::LOCALHOST)
            && words.any(|name| name.eq_ignore_ascii_case("localhost"))
    })
}

fn ask_getent(host: &str, port: u16, deadline: Option<Instant>) -> Result<Vec<SocketAddr>, Reason> {
    let mut reason = Reason::from(NO_ADDRESS);
    // As std asks getaddrinfo. -i: for the name as it is, in any locale. -A: also addresses of a family
    // that no interface has; older versions of getent lack it.
    for options in ["-iA", "-i"] {
        let (said, ended) = run_getent(options, host, deadline)?;
        let found = parse(&said, port);
        if !found.is_empty() {
            return Ok(found);
        }
        // A process that ignores SIGCHLD does not learn how its children end.
        let code = ended.as_ref().map_or(None, ExitStatus::code);
        reason = match ended {
            Ok(status) if code != Some(NOT_FOUND) => {
                Reason::of(format_args!("getent(1): {status}"))
            }
            _ => NO_ADDRESS.into(),
        };
        if code.is_some_and(|code| code != WRONG_USAGE) {
            break;
        }
    }
    Err(reason)
}

/// The output of `getent ahosts`, and how it ended.
fn run_getent(
    options: &str,
    host: &str,
    deadline: Option<Instant>,
) -> Result<(String, io::Result<ExitStatus>), Reason> {
    let (reader, writer) = io::pipe()?;
    let mut getent = Command::new("getent")
        .args([options, "--", "ahosts", host])
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| not_run(&error))?;
    let said = read_before(reader, deadline);
    if said.is_err() {
        let _ = getent.kill();
    }
    let ended = getent.wait();
    Ok((String::from_utf8_lossy(&said?).into_owned(), ended))
}

fn not_run(error: &io::Error) -> Reason {
    match Reason::from(error) {
        Reason::Errno(Errno::ENOENT) => NO_GETENT.into(),
        reason => Reason::of_program("getent(1)", &reason),
    }
}

/// Reads until end of file.
fn read_before(mut pipe: PipeReader, deadline: Option<Instant>) -> Result<Vec<u8>, Reason> {
    let (mut said, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let mut read = FdSet::new();
        read.insert(&pipe);
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        match sys::select(Some(&mut read), None, None, left) {
            Ok(0) => return Err(NO_ANSWER.into()),
            Ok(_) => match pipe.read(&mut buffer)? {
                0 => return Ok(said),
                count => said.extend(&buffer[..count]),
            },
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}

/// The addresses in lines such as `192.0.2.1       STREAM www.example`: each has one for each type of
/// socket.
fn parse(said: &str, port: u16) -> Vec<SocketAddr> {
    let addr = |line: &str| {
        let mut words = line.split_whitespace();
        let (ip, socket) = (words.next()?, words.next()?);
        number(ip, port).filter(|_| socket == "STREAM")
    };
    said.lines().filter_map(addr).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addrs(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn numbers_are_known() {
        for (host, addr) in [
            ("127.0.0.1", "127.0.0.1:80"),
            ("::1", "[::1]:80"),
            ("::ffff:10.0.0.1", "[::ffff:10.0.0.1]:80"),
            ("fe80::1%7", "[fe80::1%7]:80"),
        ] {
            assert_eq!(number(host, 80), addr.parse().ok(), "{host}");
        }
        for host in ["", "localhost", "127.1", "127.0.0.1:80", "[::1]", "fe80::1%", "::1%lo", "1"] {
            assert_eq!(number(host, 80), None, "{host}");
        }
    }

    #[test]
    fn v6_localhost_is_what_the_hosts_file_says() {
        let yes = ["::1 localhost", "127.0.0.1 localhost\n::1\tip6-localhost LocalHost # v6\n"];
        let no = ["", "127.0.0.1 localhost", "#::1 localhost", "::1 ip6-localhost # localhost"];
        assert!(yes.iter().all(|hosts| names_v6_localhost(hosts)));
        assert!(!no.iter().any(|hosts| names_v6_localhost(hosts)));
    }

    #[test]
    fn an_address_of_getent_has_a_line_for_each_type_of_socket() {
        let said = "2001:db8::1     STREAM www.example\n2001:db8::1     DGRAM  \n\
                    2001:db8::1     RAW    \nfe80::1%4 STREAM \n192.0.2.1 STREAM \n192.0.2.1 DGRAM\n";
        let expected = addrs(&["[2001:db8::1]:80", "[fe80::1%4]:80", "192.0.2.1:80"]);
        assert_eq!(parse(said, 80), expected);
        assert_eq!(parse("", 80), []);
        assert_eq!(parse("www.example STREAM 192.0.2.1\n\n192.0.2.1\n", 80), []);
    }
}
