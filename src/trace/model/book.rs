//! Which ends belong to which channel. A connection is identified by the addresses of its two ends; the same two
//! again are a new connection. If an address is not known, the first that matches is taken.

use super::channel::{Carries, Channel, ChannelEnd, ChannelKind, Name, Side};
use super::task::EndRef;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// All channels, and how to find them.
#[derive(Clone, Debug, Default)]
pub(super) struct Book {
    pub channels: Vec<Channel>,
    /// The names by which the ends are found: for AF_UNIX an inode, while `ChannelEnd::name` may be a
    /// path.
    names: Vec<[Name; 2]>,
    /// The channels between two names, oldest first.
    by_names: HashMap<(ChannelKind, [Name; 2]), Vec<usize>>,
    /// Connections without their first or their second end, by the place of the second.
    waiting: [HashMap<(ChannelKind, EndPlace), BTreeSet<usize>>; 2],
    /// Datagram channels, by the places of their ends, the lesser first.
    datagrams: HashMap<[EndPlace; 2], Vec<usize>>,
    held: HashSet<(EndRef, usize)>,
    /// Channels that turned out to be another one: which of its ends their first end is.
    pub same: HashMap<usize, EndRef>,
}

/// Where an end is, as far as all its names agree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum EndPlace {
    Unknown,
    Port(u16),
    Path(String),
}

impl EndPlace {
    fn of(kind: ChannelKind, name: &Name) -> Self {
        match name {
            Name::Inet(addr) => Self::Port(addr.port()),
            // An AF_UNIX server is known by its path to those that connect, and then by inodes.
            Name::Path(path) if kind == ChannelKind::Datagram => Self::Path(path.clone()),
            _ => Self::Unknown,
        }
    }
}

impl Book {
    /// An end of a new connection: 0, it connected; 1, it was accepted.
    pub fn join(&mut self, kind: ChannelKind, end: usize, names: [Name; 2]) -> EndRef {
        let place = (kind, EndPlace::of(kind, &names[1]));
        let channel = match self.lacking(&place, end, &names) {
            Some(channel) => channel,
            None => {
                let channel = self.add(kind, [Side::Connected, Side::Accepted]);
                self.waiting[1 - end].entry(place).or_default().insert(channel);
                channel
            }
        };
        self.rename(channel, names);
        EndRef { channel, end }
    }

    /// The first matching channel that lacks this end.
    fn lacking(
        &mut self,
        place: &(ChannelKind, EndPlace),
        end: usize,
        names: &[Name; 2],
    ) -> Option<usize> {
        let waiting = self.waiting[end].get_mut(place)?;
        let is_known = |names: &[Name; 2]| names.iter().all(Name::is_exact);
        let by_names = self.by_names.get(&(place.0, names.clone())).into_iter().flatten();
        let channel =
            by_names.copied().find(|channel| waiting.contains(channel)).or_else(|| {
                waiting.iter().copied().find(|&channel| {
                    let other = &self.names[channel];
                    // Two ends that are both known would have been found by name.
                    !(is_known(names) && is_known(other))
                        && (0..2).all(|end| names[end].may_be(&other[end]))
                })
            })?;
        waiting.remove(&channel);
        Some(channel)
    }

    /// A new channel, without names.
    fn add(&mut self, kind: ChannelKind, sides: [Side; 2]) -> usize {
        let ends = sides.map(|side| ChannelEnd { side, name: Name::Unknown, tasks: Vec::new() });
        self.channels.push(Channel {
            kind,
            is_two_way: kind != ChannelKind::Pipe,
            carries: if kind == ChannelKind::Datagram {
                Carries::Datagrams
            } else {
                Carries::Bytes
            },
            generation: 0,
            known: None,
            listener: None,
            is_lost: [false; 2],
            ends,
        });
        self.names.push([Name::Unknown, Name::Unknown]);
        self.channels.len() - 1
    }

    /// Learns the names of a channel's ends.
    pub fn rename(&mut self, channel: usize, names: [Name; 2]) {
        let (told, known) = (&mut self.channels[channel], &mut self.names[channel]);
        let mut is_news = false;
        for ((end, known), name) in told.ends.iter_mut().zip(&mut *known).zip(names) {
            end.name.learn(&name);
            let is_better = match told.kind {
                ChannelKind::Unix => *known != name && (*known == Name::Unknown || name.is_exact()),
                _ => name.worth() > known.worth(),
            };
            if is_better {
                *known = name;
                is_news = true;
            }
        }
        if is_news && known.iter().all(|name| *name != Name::Unknown) {
            let all = self.by_names.entry((told.kind, known.clone())).or_default();
            told.generation = all.len();
            all.push(channel);
        }
    }

    /// The end with this name of the latest channel between these two, if there is one.
    pub fn find(&self, kind: ChannelKind, local: &Name, peer: &Name) -> Option<EndRef> {
        // A socketpair looks like a connection of AF_UNIX.
        let kinds = if kind == ChannelKind::Unix {
            &[ChannelKind::Unix, ChannelKind::Pipe][..]
        } else {
            &[kind]
        };
        let latest = |kind, one: &Name, other: &Name, end| {
            let all = self.by_names.get(&(kind, [one.clone(), other.clone()]))?;
            all.last().map(|&channel| EndRef { channel, end })
        };
        let each = kinds
            .iter()
            .flat_map(|&kind| [latest(kind, local, peer, 0), latest(kind, peer, local, 1)]);
        each.flatten().max()
    }

    /// An end that exists, though the log does not show how it was made; its side is known or not.
    pub fn found(&mut self, kind: ChannelKind, local: Name, peer: Name, side: Side) -> EndRef {
        if let Some(known) = self.find(kind, &local, &peer) {
            return known;
        }
        let (end, sides, names) = match side {
            Side::Accepted => (1, [Side::Connected, Side::Accepted], [peer, local]),
            Side::Connected => (0, [Side::Connected, Side::Accepted], [local, peer]),
            Side::Neither => (0, [Side::Neither; 2], [local, peer]),
        };
        let channel = self.add(kind, sides);
        self.rename(channel, names);
        EndRef { channel, end }
    }

    /// Both ends of a pipe or a socketpair.
    pub fn pair(&mut self, names: [Name; 2]) -> usize {
        let channel = self.add(ChannelKind::Pipe, [Side::Neither; 2]);
        self.rename(channel, names);
        channel
    }

    /// The pipe with this inode, if the log shows how it was made.
    pub fn pipe(&self, inode: u64) -> Option<usize> {
        let name = Name::Inode(inode);
        self.find(ChannelKind::Pipe, &name, &name).map(|known| known.channel)
    }

    /// The end with the `local` address of the datagram channel between two addresses. The first sender is
    /// the first end.
    pub fn datagrams(&mut self, local: &Name, peer: &Name, is_first: bool) -> EndRef {
        let local = &beside(local, peer);
        let end = self.known(local, peer, usize::MAX).unwrap_or_else(|| {
            let channel = self.add(ChannelKind::Datagram, [Side::Neither; 2]);
            EndRef { channel, end: usize::from(!is_first) }
        });
        self.locate(end, local, peer)
    }

    /// The same, if there is one, other than the channel `but`.
    fn known(&self, local: &Name, peer: &Name, but: usize) -> Option<EndRef> {
        // Its peer may have sent before its address was known; but another socket's address is not its
        // own.
        let mut keys = self.keys(local, peer).to_vec();
        keys.dedup();
        let keys = keys.into_iter().filter(|_| *local != Name::Unknown);
        let all =
            keys.filter_map(|key| self.datagrams.get(&key)).flatten().filter(|at| **at != but);
        let mut all =
            all.flat_map(|&channel| [0, 1].map(|end| EndRef { channel, end })).filter(|&end| {
                let place = |name| EndPlace::of(ChannelKind::Datagram, name);
                let own = &self.names[end.channel][end.end];
                *own != Name::Unknown && place(own) == place(local) && self.may_be(end, local, peer)
            });
        // It may be one of several, and the log does not say which.
        all.next().filter(|_| *peer != Name::Unknown || all.next().is_none())
    }

    /// A datagram end turns out to be between these two addresses. It may be that of another channel.
    pub fn locate(&mut self, end: EndRef, local: &Name, peer: &Name) -> EndRef {
        let local = &beside(local, peer);
        let names = &self.names[end.channel];
        let [own, other] = [&names[end.end], &names[end.peer().end]];
        if local.worth() <= own.worth() && peer.worth() <= other.worth() {
            return end;
        }
        let was_unknown = *own == Name::Unknown;
        let before = self.keys_of(end);
        for key in before {
            if let Some(all) = self.datagrams.get_mut(&key) {
                all.retain(|&channel| channel != end.channel);
            }
        }
        // A peer that received from here first knew the address before.
        let same = self.known(local, peer, end.channel).filter(|_| was_unknown);
        if let Some(same) = same {
            let first = if end.end == 0 { same } else { same.peer() };
            self.same.insert(end.channel, first);
            return same;
        }
        let mut names = [local.clone(), peer.clone()];
        if end.end == 1 {
            names.reverse();
        }
        self.rename(end.channel, names);
        let [key, _] = self.keys_of(end);
        self.datagrams.entry(key).or_default().push(end.channel);
        end
    }

    fn keys_of(&self, end: EndRef) -> [[EndPlace; 2]; 2] {
        let names = &self.names[end.channel];
        self.keys(&names[end.end], &names[end.peer().end])
    }

    /// The keys of datagrams between two addresses, and with the second one unknown.
    fn keys(&self, local: &Name, peer: &Name) -> [[EndPlace; 2]; 2] {
        let [local, peer] = [local, peer].map(|name| EndPlace::of(ChannelKind::Datagram, name));
        let mut keys = [[local.clone(), peer], [EndPlace::Unknown, local]];
        keys.iter_mut().for_each(|key| key.sort());
        keys
    }

    /// Sets the path of an AF_UNIX end.
    pub fn call(&mut self, end: EndRef, path: &str) {
        self.channels[end.channel].ends[end.end].name.learn(&Name::Path(path.into()));
    }

    /// Whether an end can be the one with these names, its own and its peer's.
    pub fn may_be(&self, end: EndRef, local: &Name, peer: &Name) -> bool {
        let names = &self.names[end.channel];
        names[end.end].may_be(local) && names[end.peer().end].may_be(peer)
    }

    /// Whether it is the connecting end, and can be bound to this address.
    pub fn has_connected_from(&self, end: EndRef, local: &Name) -> bool {
        let side = self.channels[end.channel].ends[end.end].side;
        side == Side::Connected && self.names[end.channel][end.end].may_be(local)
    }

    /// Whether it is known to be at this path.
    pub fn is_at(&self, end: EndRef, name: &Name) -> bool {
        matches!(name, Name::Path(_)) && self.channels[end.channel].ends[end.end].name == *name
    }

    /// A task has made this end, or uses it.
    pub fn hold(&mut self, end: EndRef, task: usize) {
        if self.held.insert((end, task)) {
            self.channels[end.channel].ends[end.end].tasks.push(task);
        }
    }
}

/// Replaces the wildcard address by the peer's if that is loopback: a socket sends to its own host
/// from there.
pub(super) fn beside(local: &Name, peer: &Name) -> Name {
    match (local, peer) {
        (Name::Inet(own), Name::Inet(other)) if own.ip().is_unspecified() => {
            let here = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
            let ip = if here.contains(&other.ip()) { other.ip() } else { own.ip() };
            Name::Inet(SocketAddr::new(ip, own.port()))
        }
        _ => local.clone(),
    }
}
