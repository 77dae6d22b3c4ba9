//! Descriptors, and what strace says they stand for.

use super::scan::{decoration, quoted};
use std::net::SocketAddr;

/// A descriptor and what it stands for: `6<TCP:[127.0.0.1:6667->127.0.0.1:55034]>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fd {
    /// Its number.
    pub number: i32,
    /// What it stands for.
    pub target: Target,
}

/// What a descriptor stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A connected TCP socket: its own address and its peer's.
    Pair(SocketAddr, SocketAddr),
    /// A TCP socket that is not connected.
    Tcp,
    /// One end of a pipe.
    Pipe,
    /// An epoll instance.
    Epoll,
    /// Anything else.
    Other,
    /// The log does not say (strace without -yy).
    Untold,
}

/// Every descriptor in a piece of a call, in order.
#[must_use]
pub fn fds(text: &str) -> Vec<Fd> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|char: char| char.is_ascii_digit() || char == '"') {
        rest = &rest[start..];
        if rest.starts_with('"') {
            rest = &rest[quoted(rest)..];
            continue;
        }
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        rest = after;
        if rest.starts_with('<') {
            let length = decoration(rest);
            let shown = rest.get(1..length.saturating_sub(1)).unwrap_or_default();
            rest = &rest[length..];
            if let Ok(number) = number.parse() {
                found.push(Fd { number, target: target(shown) });
            }
        }
    }
    found
}

/// The descriptor that an argument is.
#[must_use]
pub fn fd(arg: &str) -> Option<Fd> {
    match arg.parse() {
        Ok(number) => Some(Fd { number, target: Target::Untold }),
        Err(_) if arg.starts_with(|c: char| c.is_ascii_digit()) => fds(arg).into_iter().next(),
        Err(_) => None,
    }
}

fn target(shown: &str) -> Target {
    let tcp = shown.strip_prefix("TCP:[").or_else(|| shown.strip_prefix("TCPv6:["));
    let Some(name) = tcp.and_then(|tcp| tcp.strip_suffix(']')) else {
        return match shown {
            "anon_inode:[eventpoll]" => Target::Epoll,
            _ if shown.starts_with("pipe:[") => Target::Pipe,
            _ => Target::Other,
        };
    };
    let pair = name.split_once("->");
    let parsed = pair.and_then(|(local, peer)| Some((local.parse().ok()?, peer.parse().ok()?)));
    parsed.map_or(Target::Tcp, |(local, peer)| Target::Pair(local, peer))
}
