//! Accepted connections whose client is not yet known. A connection from a load balancer that `--proxy` names
//! begins with a header that says who its client is (see [`proxy`]): nothing is done for the client until the
//! header is complete. Usually it has arrived by the time of the accept, and nothing waits here.

use super::network::Network;
use super::{BACK_OFF, Pause};
use crate::clock::Now;
use crate::net::{Error, is_lost};
use crate::protocol::proxy::{self, LONGEST, Malformed, ProxyOrigin};
use crate::reason::Why;
use crate::repr::Peer;
use crate::screen::{Line, Screen, Warning};
use crate::sys::{self, Errno, FdSet, MSG_DONTWAIT, MSG_PEEK, SocketAddr};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// How long a header may take, from accept on.
const PATIENCE: Duration = Duration::from_secs(3);

/// An accepted connection whose client is known.
#[derive(Debug)]
pub struct Arrival {
    /// Its socket.
    pub socket: OwnedFd,
    /// The client's address, even if a load balancer connected for it.
    pub peer: SocketAddr,
    /// When it was accepted.
    pub since: Now,
    /// A health check of the load balancer, not a client. It is served like a client, but prints no line and
    /// is not in the table.
    pub is_check: bool,
}

/// The connections whose header has not arrived.
#[derive(Debug)]
pub struct Arrivals<'r> {
    /// The networks whose connections begin with a header.
    proxies: &'r [Network],
    /// In the order in which they were accepted. It never grows.
    pending: Vec<PendingArrival>,
    most: usize,
    /// Receiving has failed.
    pause: Pause,
}

#[derive(Debug)]
struct PendingArrival {
    socket: OwnedFd,
    peer: SocketAddr,
    since: Now,
    header: [u8; LONGEST],
    received: usize,
}

/// Why no header will come.
enum NoHeader {
    Malformed(Malformed),
    EndOfFile,
    Recv(Errno),
}

impl<'r> Arrivals<'r> {
    /// None yet. At most `most` headers, and at least one, are awaited at a time from these networks.
    #[must_use]
    pub fn new(proxies: &'r [Network], most: usize) -> Self {
        let most = most.max(1);
        Self { proxies, pending: Vec::with_capacity(most), most, pause: Pause::default() }
    }

    /// Whether no header is awaited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// Whether as many headers are awaited as may be.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.pending.len() >= self.most
    }

    /// Closes all these connections.
    pub fn clear(&mut self) {
        self.pending.clear();
    }

    /// Adds their sockets to the set; returns the time at which to look at them anyway.
    pub fn watch(&self, read: &mut FdSet, now: Instant) -> Option<Instant> {
        if let Some(end) = self.pause.end(now) {
            return Some(end);
        }
        self.pending.iter().for_each(|pending| read.insert(&pending.socket));
        self.pending.first().map(PendingArrival::deadline)
    }

    /// Takes an accepted connection; returns it if its client is known.
    pub fn receive(
        &mut self,
        socket: OwnedFd,
        peer: SocketAddr,
        now: &Now,
        screen: &mut Screen,
    ) -> Option<Arrival> {
        let ip = peer.ip().to_canonical();
        if !self.proxies.iter().any(|network| network.contains(ip)) {
            return Some(Arrival { socket, peer, since: *now, is_check: false });
        }
        let (header, received) = ([0; LONGEST], 0);
        self.pending.push(PendingArrival { socket, peer, since: *now, header, received });
        self.look_at(self.pending.len() - 1, now.monotonic, screen)
    }

    /// The next connection whose client is now known. Those looked at are taken out of `ready`.
    pub fn next(&mut self, ready: &mut FdSet, now: &Now, screen: &mut Screen) -> Option<Arrival> {
        let now = now.monotonic;
        while self.pause.end(now).is_none() {
            let is_due = |it: &PendingArrival| ready.contains(&it.socket) || it.deadline() <= now;
            let index = self.pending.iter().position(is_due)?;
            ready.remove(&self.pending[index].socket);
            let arrival = self.look_at(index, now, screen);
            if arrival.is_some() {
                return arrival;
            }
        }
        None
    }

    /// Receives what has arrived of a header. If it can never be complete the connection is closed.
    fn look_at(&mut self, index: usize, now: Instant, screen: &mut Screen) -> Option<Arrival> {
        let pending = &mut self.pending[index];
        let may_wait = now < pending.deadline();
        let what = match pending.receive() {
            Ok(Some(origin)) => return Some(self.pending.remove(index).arrive(origin)),
            Ok(None) if may_wait => return None,
            Err(NoHeader::Recv(errno)) if is_lost(errno) => Line::HeaderLost { errno: Why(errno) },
            Err(NoHeader::Recv(errno)) if may_wait => {
                screen.warn_of(&Error::new("recv", Peer(pending.peer), errno), now);
                self.pause.last_until(now + BACK_OFF);
                return None;
            }
            Ok(None) | Err(NoHeader::Recv(_)) => Line::HeaderLate { seconds: PATIENCE.as_secs() },
            Err(NoHeader::EndOfFile) => Line::HeaderCutOff,
            Err(NoHeader::Malformed(malformed)) => words(malformed),
        };
        let (what, peer) = (screen.words(&what), Peer(self.pending.remove(index).peer));
        screen.warn(Warning::Header, &Line::NoHeader { what: &what, peer }, now);
        None
    }
}

impl PendingArrival {
    fn deadline(&self) -> Instant {
        self.since.monotonic + PATIENCE
    }

    /// Takes what has arrived of the header, and not a byte more: the rest is for whoever serves the client.
    /// Returns the origin once the header is complete.
    fn receive(&mut self) -> Result<Option<ProxyOrigin>, NoHeader> {
        let Self { socket, header, received, .. } = self;
        let seen = match sys::recv(&*socket, &mut header[*received..], MSG_PEEK | MSG_DONTWAIT) {
            Ok(0) => return Err(NoHeader::EndOfFile),
            Ok(count) => *received + count,
            Err(Errno::EAGAIN) => return Ok(None),
            Err(errno) => return Err(NoHeader::Recv(errno)),
        };
        let whole = proxy::parse(&header[..seen]).map_err(NoHeader::Malformed)?;
        let end = whole.map_or(seen, |header| header.length);
        let taken = sys::recv(&*socket, &mut header[*received..end], MSG_DONTWAIT);
        *received += taken.map_err(NoHeader::Recv)?;
        Ok(whole.filter(|_| *received == end).map(|header| header.origin))
    }

    fn arrive(self, origin: ProxyOrigin) -> Arrival {
        let Self { socket, peer, since, .. } = self;
        let (peer, is_check) = match origin {
            ProxyOrigin::Client(client) => (client, false),
            ProxyOrigin::Unknown => (peer, false),
            ProxyOrigin::Check => (peer, true),
        };
        Arrival { socket, peer, since, is_check }
    }
}

/// What is wrong, in words.
fn words(malformed: Malformed) -> Line<'static> {
    match malformed {
        Malformed::Signature => Line::HeaderMissing,
        Malformed::Protocol => Line::HeaderProtocol,
        Malformed::Address => Line::HeaderAddress,
        Malformed::Port => Line::HeaderPort,
        Malformed::LineEnd => Line::HeaderLineEnd,
        Malformed::Version => Line::HeaderVersion,
        Malformed::Command => Line::HeaderCommand,
        Malformed::Family => Line::HeaderFamily,
        Malformed::Length => Line::HeaderLength,
        Malformed::Tlv => Line::HeaderTlv,
        Malformed::Checksum => Line::HeaderChecksum,
    }
}
