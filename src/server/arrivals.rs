//! Those who have been accepted and are not known yet. What comes from a load balancer that `--proxy` names
//! begins with a header, which says who its client is (see [`proxy`]): nothing is done for anybody before that
//! is whole. Most often it is there already when the connection is accepted, and nobody waits here.

use super::network::Network;
use super::{BACK_OFF, Pause};
use crate::clock::Now;
use crate::net::{Error, is_lost};
use crate::protocol::proxy::{self, LONGEST, Malformed, ProxyOrigin};
use crate::repr::Peer;
use crate::screen::{Line, Screen, Warning};
use crate::sys::{self, Errno, FdSet, MSG_DONTWAIT, MSG_PEEK, SocketAddr};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// How long a header may take, from accept on.
const PATIENCE: Duration = Duration::from_secs(3);

/// A connection that has been accepted, and of which it is known whose it is.
#[derive(Debug)]
pub struct Arrival {
    /// Its socket.
    pub socket: OwnedFd,
    /// The client's address, also where a load balancer has connected for it.
    pub peer: SocketAddr,
    /// When it was accepted.
    pub since: Now,
    /// There is no client: the load balancer looks whether the server is alive. It is served as a client is,
    /// but is no line, and not in the table.
    pub is_check: bool,
}

/// Whose header is to come.
#[derive(Debug)]
pub struct Arrivals<'r> {
    /// Who sends one.
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
    /// Nobody yet. Of those who connect from these networks, `most` are waited for at once, and one at least.
    #[must_use]
    pub fn new(proxies: &'r [Network], most: usize) -> Self {
        let most = most.max(1);
        Self { proxies, pending: Vec::with_capacity(most), most, pause: Pause::default() }
    }

    /// Whether somebody is waited for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// Whether nobody more may come.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.pending.len() >= self.most
    }

    /// Nobody is waited for any longer.
    pub fn clear(&mut self) {
        self.pending.clear();
    }

    /// Adds them to what is waited for; gives the time at which to look at them anyway.
    pub fn watch(&self, read: &mut FdSet, now: Instant) -> Option<Instant> {
        if let Some(end) = self.pause.end(now) {
            return Some(end);
        }
        self.pending.iter().for_each(|pending| read.insert(&pending.socket));
        self.pending.first().map(PendingArrival::deadline)
    }

    /// Somebody has been accepted: here they are, if it is known who they are.
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

    /// The next of them of whom it is known by now who they are. Those that have been looked at are `ready` no
    /// more.
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

    /// Receives what is there of a header. If it never will be whole the connection is closed.
    fn look_at(&mut self, index: usize, now: Instant, screen: &mut Screen) -> Option<Arrival> {
        let pending = &mut self.pending[index];
        let may_wait = now < pending.deadline();
        let what = match pending.receive() {
            Ok(Some(origin)) => return Some(self.pending.remove(index).arrive(origin)),
            Ok(None) if may_wait => return None,
            Err(NoHeader::Recv(errno)) if is_lost(errno) => Line::HeaderLost { errno },
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

    /// Takes what has come of the header, and not a byte of what is behind it, which is for whoever serves the
    /// client; from whom it comes, once the header is whole.
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
