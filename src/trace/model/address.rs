//! Addresses: in the arguments of calls, and in strace's annotations (-yy).

use super::channel::{ChannelKind, Name};
use crate::trace::read::scan::decoration;
use std::net::{IpAddr, SocketAddr};

/// What strace shows for a descriptor (-y, -yy).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownFile<'a> {
    /// A socket that is connected: its own address, its peer's, and the path of either.
    Pair(ChannelKind, Name, Name, Option<String>),
    /// A socket that has an address and no peer.
    Bound(ChannelKind, Name),
    /// A socket with only an inode, and maybe its kind.
    Socket(Option<ChannelKind>, u64),
    /// One end of a pipe.
    Pipe(u64),
    /// An epoll instance.
    Epoll,
    /// A file, a terminal, or another descriptor that is not a channel.
    Plain(&'a str),
}

/// What is between the angle brackets.
#[must_use]
pub fn shown(text: &str) -> ShownFile<'_> {
    let Some((kind, inside)) = text.strip_suffix(']').and_then(|text| text.split_once(":[")) else {
        return ShownFile::Plain(text);
    };
    let kind = match kind {
        "TCP" | "TCPv6" => ChannelKind::Tcp,
        "UDP" | "UDPv6" | "UNIX-DGRAM" => ChannelKind::Datagram,
        "UNIX" | "UNIX-STREAM" | "UNIX-SEQPACKET" => ChannelKind::Unix,
        "pipe" => return inside.parse().map_or(ShownFile::Plain(text), ShownFile::Pipe),
        "socket" => {
            return inside
                .parse()
                .map_or(ShownFile::Plain(text), |inode| ShownFile::Socket(None, inode));
        }
        "anon_inode" if inside == "eventpoll" => return ShownFile::Epoll,
        _ => return ShownFile::Plain(text),
    };
    let (inside, path) = match inside.split_once(',') {
        Some((inside, path)) => (inside, Some(path.replace('"', ""))),
        None => (inside, None),
    };
    let parsed = match inside.split_once("->") {
        Some((local, peer)) => name(local)
            .zip(name(peer))
            .map(|(local, peer)| ShownFile::Pair(kind, local, peer, path)),
        None => match (name(inside), path) {
            (Some(Name::Inode(_)), Some(path)) => Some(ShownFile::Bound(kind, Name::Path(path))),
            (Some(Name::Inode(inode)), None) => Some(ShownFile::Socket(Some(kind), inode)),
            (name, _) => name.map(|name| ShownFile::Bound(kind, name)),
        },
    };
    parsed.unwrap_or(ShownFile::Plain(text))
}

fn name(text: &str) -> Option<Name> {
    match text.parse() {
        Ok(inode) => Some(Name::Inode(inode)),
        Err(_) => text.parse().ok().map(inet),
    }
}

/// An Internet address: IPv4 mapped to IPv6 counts as IPv4.
fn inet(addr: SocketAddr) -> Name {
    Name::Inet(SocketAddr::new(addr.ip().to_canonical(), addr.port()))
}

/// The address in a `sockaddr`.
#[must_use]
pub fn sockaddr(text: &str) -> Name {
    let between = |before, after| between(text, before, after);
    if let Some(path) = between("sun_path=@\"", "\"") {
        return Name::Path(format!("@{path}"));
    }
    if let Some(path) = between("sun_path=\"", "\"") {
        return Name::Path(path.into());
    }
    let port = between("port=htons(", ")").and_then(|port| port.parse::<u16>().ok());
    let ip = between("inet_addr(\"", "\"").or_else(|| between("inet_pton(AF_INET6, \"", "\""));
    match (ip.and_then(|ip| ip.parse::<IpAddr>().ok()), port) {
        (Some(ip), Some(port)) => inet(SocketAddr::new(ip, port)),
        _ => Name::Unknown,
    }
}

impl Name {
    /// Whether both can be names of one end: an unknown name matches any, and 0.0.0.0 any with the
    /// same port.
    #[must_use]
    pub fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Inet(one), Self::Inet(other)) => {
                let any = one.ip().is_unspecified() || other.ip().is_unspecified();
                one.port() == other.port() && (any || one.ip() == other.ip())
            }
            (Self::Path(one), Self::Path(other)) => one == other,
            (Self::Inode(one), Self::Inode(other)) => one == other,
            (Self::Inet(_), _) | (_, Self::Inet(_)) => {
                *self == Self::Unknown || *other == Self::Unknown
            }
            _ => true,
        }
    }

    /// Whether it names one end and no other.
    #[must_use]
    pub(super) fn is_exact(&self) -> bool {
        matches!(self.worth(), 1 | 3)
    }

    /// Port 0: the kernel has not picked one yet.
    #[must_use]
    pub(super) fn given(self) -> Self {
        if matches!(self, Self::Inet(addr) if addr.port() == 0) { Self::Unknown } else { self }
    }

    /// How specific it is: a more specific name replaces a less specific one.
    #[must_use]
    pub(super) fn worth(&self) -> u8 {
        match self {
            Self::Unknown => 0,
            Self::Inode(_) => 1,
            Self::Path(_) => 2,
            Self::Inet(addr) if addr.ip().is_unspecified() => 2,
            Self::Inet(_) => 3,
        }
    }

    /// Takes over another name of the same end if that is more specific.
    pub(super) fn learn(&mut self, other: &Self) {
        if other.worth() > self.worth() {
            self.clone_from(other);
        }
    }
}

/// A descriptor in a call: its number, and what strace shows for it.
#[must_use]
pub fn descriptor(arg: &str) -> Option<(i32, Option<&str>)> {
    let digits = arg.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = arg.split_at(digits);
    let shown = rest.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    number.parse().ok().filter(|_| rest.is_empty() || shown.is_some()).map(|number| (number, shown))
}

/// The descriptors in a list: `[3<TCP:[…]> 5]`.
#[must_use]
pub fn descriptors(list: &str) -> Vec<(i32, Option<&str>)> {
    let mut found = Vec::new();
    let mut rest = list;
    while let Some(start) = rest.find(|char: char| char.is_ascii_digit()) {
        rest = &rest[start..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let is_shown = rest.as_bytes().get(digits) == Some(&b'<');
        let length = if is_shown { digits + decoration(&rest[digits..]) } else { digits };
        found.extend(descriptor(&rest[..length]));
        rest = &rest[length..];
    }
    found
}

/// The text between two others.
#[must_use]
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(inside, _)| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inet_of(text: &str) -> Name {
        Name::Inet(text.parse().expect("an address"))
    }

    #[test]
    fn what_strace_shows_of_a_descriptor() {
        let (one, other) = (inet_of("127.0.0.1:1"), inet_of("127.0.0.1:2"));
        for (text, expected) in [
            (
                "TCP:[127.0.0.1:1->127.0.0.1:2]",
                ShownFile::Pair(ChannelKind::Tcp, one.clone(), other.clone(), None),
            ),
            (
                "TCPv6:[[::ffff:127.0.0.1]:1->[::ffff:127.0.0.1]:2]",
                ShownFile::Pair(ChannelKind::Tcp, one.clone(), other, None),
            ),
            ("UDP:[127.0.0.1:1]", ShownFile::Bound(ChannelKind::Datagram, one)),
            ("TCP:[40882685]", ShownFile::Socket(Some(ChannelKind::Tcp), 40_882_685)),
            ("socket:[7]", ShownFile::Socket(None, 7)),
            ("pipe:[7]", ShownFile::Pipe(7)),
            (
                "UNIX-STREAM:[7->8,@\"x\"]",
                ShownFile::Pair(
                    ChannelKind::Unix,
                    Name::Inode(7),
                    Name::Inode(8),
                    Some("@x".into()),
                ),
            ),
            (
                "UNIX-STREAM:[7,\"/run/x\"]",
                ShownFile::Bound(ChannelKind::Unix, Name::Path("/run/x".into())),
            ),
            ("anon_inode:[eventpoll]", ShownFile::Epoll),
            ("/etc/x", ShownFile::Plain("/etc/x")),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn addresses_in_calls() {
        for (text, expected) in [
            (
                "{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"127.0.0.1\")}",
                inet_of("127.0.0.1:80"),
            ),
            (
                "{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), \
                 inet_pton(AF_INET6, \"::1\", &sin6_addr), sin6_scope_id=0}",
                inet_of("[::1]:80"),
            ),
            ("{sa_family=AF_UNIX, sun_path=@\"x\"}", Name::Path("@x".into())),
            ("NULL", Name::Unknown),
        ] {
            assert_eq!(sockaddr(text), expected, "{text}");
        }
    }

    #[test]
    fn a_descriptor_and_what_it_stands_for() {
        assert_eq!(descriptor("3<TCP:[7]>"), Some((3, Some("TCP:[7]"))));
        assert_eq!(descriptor("3"), Some((3, None)));
        assert_eq!(descriptor("AT_FDCWD</tmp>"), None);
    }
}
