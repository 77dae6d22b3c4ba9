//! What tasks talk through: connections, datagrams, pipes.

use crate::trace::profile::Pipe;
use std::net::SocketAddr;

/// Something with two ends that bytes go through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// What it is.
    pub kind: ChannelKind,
    /// Whether both ends can send: not those of a pipe.
    pub is_two_way: bool,
    /// What goes through it.
    pub carries: Carries,
    /// How many earlier channels there were between the same two addresses.
    pub generation: usize,
    /// What it is for, where that is known: a pipe of this package's programs.
    pub known: Option<Pipe>,
    /// The listener that accepted it, an index, if the log tells.
    pub listener: Option<usize>,
    /// For what its first end sends, and its second: whether bytes are received that the log does not show being
    /// sent, or the other way round, so that nothing can be said about what is in flight.
    pub is_lost: [bool; 2],
    /// Its ends. The first connected and the second was accepted; what is written to the first end of a pipe is
    /// read from the second.
    pub ends: [ChannelEnd; 2],
}

/// What a channel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChannelKind {
    /// A TCP connection.
    Tcp,
    /// A connection of `AF_UNIX`.
    Unix,
    /// Datagrams between two addresses.
    Datagram,
    /// A pipe, or a socketpair.
    Pipe,
}

/// What goes through a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carries {
    /// A stream of bytes.
    Bytes,
    /// Messages, each received whole or cut, until the end (`SOCK_SEQPACKET`).
    Messages,
    /// Messages without an end (`SOCK_DGRAM`).
    Datagrams,
}

/// One end of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelEnd {
    /// How it came about, for colour and place.
    pub side: Side,
    /// Its address.
    pub name: Name,
    /// The tasks that have made or used it, indexes, in that order. None: the log shows only the
    /// other end.
    pub tasks: Vec<usize>,
}

/// How an end of a channel came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It connected.
    Connected,
    /// It was accepted.
    Accepted,
    /// Neither, as the ends of a pipe; or not known.
    Neither,
}

/// The name of an end of a channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Name {
    /// An Internet address. `::ffff:127.0.0.1` counts as IPv4.
    Inet(SocketAddr),
    /// A path of `AF_UNIX`; an abstract one begins with @.
    Path(String),
    /// The number of its inode.
    Inode(u64),
    /// The log does not say.
    #[default]
    Unknown,
}

impl Channel {
    /// Whether a send is one message, and what a recv has no room for is lost.
    #[must_use]
    pub fn is_of_messages(&self) -> bool {
        self.carries != Carries::Bytes
    }

    /// Whether a task of the log has used an end of it, and not merely made both.
    #[must_use]
    pub fn is_used(&self) -> bool {
        let [one, other] = &self.ends;
        self.kind != ChannelKind::Pipe || one.tasks.len() + other.tasks.len() > 2
    }

    /// The task that connected, the first of them.
    #[must_use]
    pub fn client(&self) -> Option<usize> {
        self.ends.iter().find(|end| end.side == Side::Connected)?.tasks.first().copied()
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Inet(addr) => addr.fmt(out),
            Self::Path(path) => out.write_str(path),
            Self::Inode(inode) => inode.fmt(out),
            Self::Unknown => out.write_str("?"),
        }
    }
}
