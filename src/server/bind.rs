//! Where a server listens: on the addresses that the command line names.

use super::options::Options;
use crate::net::{self, Error, Step};
use crate::screen::{Line, Screen};
use crate::sys::{Errno, SocketAddr};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::OwnedFd;

/// The port that the kernel picks for the first address may be taken on another. So many are tried.
const PORTS: usize = 16;

/// What is to be listened on: these hosts, all at one port.
#[derive(Debug)]
pub struct Wanted(Vec<Host>);

/// The addresses of one `--bind`. Some of a name's are enough: not every machine has them all.
type Host = Vec<SocketAddr>;

/// A listening socket and its address.
pub type Bound = (OwnedFd, SocketAddr);

impl Wanted {
    /// What the options say.
    ///
    /// # Errors
    ///
    /// The resolver's.
    pub fn find(options: &Options, screen: &mut Screen) -> Result<Self, Error> {
        let port = options.port;
        let hosts = match &*options.bind {
            // Shown as the coursework does.
            [] => vec![("localhost", "127.0.0.1")],
            given => given.iter().map(|host| (&**host, &**host)).collect(),
        };
        let find = |(shown, host)| {
            screen.event(&Line::Starting { host: shown, port });
            let mut addrs = net::resolve(host, port, None)?;
            // One of IPv4 is an IPv4 socket's, in whatever way it is written.
            addrs.iter_mut().for_each(|addr| addr.set_ip(addr.ip().to_canonical()));
            Ok(addrs)
        };
        let found = hosts.into_iter().map(find).collect::<Result<_, _>>();
        // What has been done so far is said, whatever came of it.
        screen.flush();
        found.map(Self)
    }

    /// How many sockets that may be.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    /// Listens on all of it.
    ///
    /// # Errors
    ///
    /// The call that failed, on what, and why.
    pub fn open(&self, options: &Options, screen: &mut Screen) -> Result<Vec<Bound>, Error> {
        let may_be_another = options.port == 0 && self.count() > 1;
        let mut left = if may_be_another { PORTS } else { 1 };
        loop {
            left -= 1;
            match bind_all(&self.0, options, screen) {
                Err(error) if left > 0 && error.errno() == Some(Errno::EADDRINUSE) => {}
                bound => return bound,
            }
        }
    }
}

/// A socket for each address of the hosts; of each host there is one at least.
fn bind_all(hosts: &[Host], options: &Options, screen: &mut Screen) -> Result<Vec<Bound>, Error> {
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

fn line(step: Step) -> Line<'static> {
    match step {
        Step::Socket => Line::SocketMade,
        Step::Bind => Line::Bound,
        Step::Listen => Line::Passive,
    }
}

/// Whether this machine has no such address, or none of its family.
fn is_missing(error: &Error) -> bool {
    matches!(error.errno(), Some(Errno::EADDRNOTAVAIL | Errno::EAFNOSUPPORT))
}
