//! Where a server listens: on the addresses of the command line, or on sockets that a supervisor has opened.

use super::options::ServerOptions;
use super::supervisor;
use crate::net::{self, Error, ListenStep};
use crate::reason::Both;
use crate::screen::{Line, Screen};
use crate::sys::{Errno, SOCK_STREAM, SocketAddr, sockopt};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::{AsRawFd, OwnedFd};

/// The port that the kernel picks for the first address may be taken on another. This many are
/// tried.
const PORTS: usize = 16;

/// What to listen on.
#[derive(Debug)]
pub enum Wanted {
    /// These hosts, all at one port.
    Hosts(Vec<Host>),
    /// Sockets that a supervisor has opened.
    Inherited(Vec<OwnedFd>),
}

/// The addresses of one `--bind`. Of a name's addresses some are enough: not every machine has them
/// all.
type Host = Vec<SocketAddr>;

/// A listening socket and its address.
pub type Bound = (OwnedFd, SocketAddr);

impl Wanted {
    /// The `inherited` sockets; if there are none, what the options say.
    ///
    /// # Errors
    ///
    /// The resolver's.
    pub fn find(
        options: &ServerOptions,
        inherited: Vec<OwnedFd>,
        screen: &mut Screen,
    ) -> Result<Self, Error> {
        if !inherited.is_empty() {
            return Ok(Self::Inherited(inherited));
        }
        let port = options.port;
        let hosts = match &*options.bind {
            // Shown as the coursework does.
            [] => vec![("localhost", "127.0.0.1")],
            given => given.iter().map(|host| (&**host, &**host)).collect(),
        };
        let find = |(shown, host)| {
            screen.event(&Line::Starting { host: shown, port });
            let mut addrs = net::resolve(host, port, None)?;
            // An IPv4 address gets an IPv4 socket, however it is written.
            addrs.iter_mut().for_each(|addr| addr.set_ip(addr.ip().to_canonical()));
            Ok(addrs)
        };
        let found = hosts.into_iter().map(find).collect::<Result<_, _>>();
        // Whether or not it failed, what has been done so far is printed.
        screen.flush();
        found.map(Self::Hosts)
    }

    /// How many sockets that can be.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Hosts(hosts) => hosts.iter().map(Vec::len).sum(),
            Self::Inherited(sockets) => sockets.len(),
        }
    }

    /// Listens on all of them.
    ///
    /// # Errors
    ///
    /// The call that failed, its object, and why.
    pub fn open(self, options: &ServerOptions, screen: &mut Screen) -> Result<Vec<Bound>, Error> {
        let hosts = match self {
            Self::Hosts(hosts) => hosts,
            Self::Inherited(sockets) => {
                return sockets.into_iter().map(|socket| adopt(socket, options)).collect();
            }
        };
        let may_be_another = options.port == 0 && hosts.iter().flatten().count() > 1;
        let mut left = if may_be_another { PORTS } else { 1 };
        loop {
            left -= 1;
            match bind_all(&hosts, options, screen) {
                Err(error) if left > 0 && error.errno() == Some(Errno::EADDRINUSE) => {}
                bound => return bound,
            }
        }
    }
}

/// A socket for each address of the hosts, and at least one for each host.
fn bind_all(
    hosts: &[Host],
    options: &ServerOptions,
    screen: &mut Screen,
) -> Result<Vec<Bound>, Error> {
    let any = IpAddr::from(Ipv4Addr::UNSPECIFIED);
    let has_any = hosts.iter().flatten().any(|addr| addr.ip() == any);
    let (mut bound, mut port): (Vec<Bound>, _) = (Vec::new(), options.port);
    let mut missing = Vec::new();
    for host in hosts {
        let mut failed = Vec::new();
        for &(mut addr) in host {
            addr.set_port(port);
            if bound.iter().any(|&(_, other)| other == addr) {
                continue;
            }
            let dual = addr.ip() == Ipv6Addr::UNSPECIFIED && !has_any;
            let step = |step| screen.event(&line(step));
            match net::listen_on(addr, dual, options.backlog, options.keepalive, step) {
                Ok((socket, own)) => {
                    port = own.port();
                    bound.push((socket, own));
                }
                Err(error) if is_missing(&error) => failed.push(error),
                Err(error) => return Err(error),
            }
        }
        if failed.len() == host.len()
            && let Some(error) = failed.pop()
        {
            return Err(error);
        }
        missing.append(&mut failed);
    }
    for error in &missing {
        screen.say(&Line::NotBound { error });
    }
    Ok(bound)
}

fn line(step: ListenStep) -> Line<'static> {
    match step {
        ListenStep::Socket => Line::SocketMade,
        ListenStep::Bind => Line::Bound,
        ListenStep::Listen => Line::Passive,
    }
}

/// Whether this machine lacks the address, or its whole family.
fn is_missing(error: &Error) -> bool {
    matches!(error.errno(), Some(Errno::EADDRNOTAVAIL | Errno::EAFNOSUPPORT))
}

// What is wrong with a socket that was passed.
const NOT_A_STREAM: Both = Both { es: "no es un socket de flujo", en: "not a stream socket" };
const NOT_INET: Both = Both { es: "ni IPv4 ni IPv6", en: "neither IPv4 nor IPv6" };
const NOT_LISTENING: Both = Both { es: "no es un socket de escucha", en: "not a listening socket" };

/// Takes a socket that a supervisor has opened, if it is a listening TCP socket. Its backlog, and whether
/// IPv6 serves IPv4 too, are the supervisor's choice.
fn adopt(socket: OwnedFd, options: &ServerOptions) -> Result<Bound, Error> {
    let error = |reason: Both| supervisor::error(socket.as_raw_fd(), reason);
    let failed = |errno: Errno| supervisor::error(socket.as_raw_fd(), errno);
    if sockopt::ty(&socket).map_err(failed)? != SOCK_STREAM {
        return Err(error(NOT_A_STREAM));
    }
    let Ok(addr) = net::own_address(&socket) else { return Err(error(NOT_INET)) };
    if !sockopt::acceptconn(&socket).map_err(failed)? {
        return Err(error(NOT_LISTENING));
    }
    let flags = fcntl(&socket, FcntlArg::F_GETFL).map_err(failed)?;
    let flags = OFlag::from_bits_retain(flags) | OFlag::O_NONBLOCK;
    fcntl(&socket, FcntlArg::F_SETFL(flags)).map_err(failed)?;
    net::prepare(&socket, options.keepalive).map_err(failed)?;
    Ok((socket, addr))
}
