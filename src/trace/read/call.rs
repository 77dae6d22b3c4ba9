//! A system call as strace writes it: `listen(5<TCP:[127.0.0.1:6667]>, 1024) = 0 <0.000014>`.

use super::scan::{decoration, quoted};
use std::iter::Peekable;
use std::net::SocketAddr;
use std::str::Bytes;

/// A call, complete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// The kernel's name of it.
    pub name: String,
    /// Each argument as it was written.
    pub args: Vec<String>,
    /// All that follows the equals sign, but for the duration.
    pub result: String,
    /// The number returned; `None` if it never returned one.
    pub value: Option<i64>,
    /// The name of the error, also of those that strace alone sees, as `ERESTARTSYS`.
    pub errno: Option<String>,
    /// How long it took, in microseconds.
    pub took: Option<u64>,
}

impl Call {
    /// An argument, empty if there is none.
    #[must_use]
    pub fn arg(&self, index: usize) -> &str {
        self.args.get(index).map_or("", String::as_str)
    }
}

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

/// The bytes of a string argument: `"Hola\n"`, `"pr\303\263ximo"`.
#[must_use]
pub fn bytes(arg: &str) -> Vec<u8> {
    if !arg.starts_with('"') {
        return Vec::new();
    }
    let inside = arg.get(1..quoted(arg).saturating_sub(1)).unwrap_or_default();
    let mut bytes = Vec::new();
    let mut rest = inside.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'n') => bytes.push(b'\n'),
            Some(b'r') => bytes.push(b'\r'),
            Some(b't') => bytes.push(b'\t'),
            Some(b'v') => bytes.push(0x0b),
            Some(b'f') => bytes.push(0x0c),
            Some(b'x') => bytes.push(number(&mut rest, 0, 16)),
            Some(digit @ b'0'..=b'7') => {
                bytes.push(number(&mut rest, u32::from(digit - b'0'), 8));
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    bytes
}

/// A number of up to two more digits after its first.
fn number(rest: &mut Peekable<Bytes<'_>>, first: u32, base: u32) -> u8 {
    let mut value = first;
    for _ in 0..2 {
        let digit = rest.peek().and_then(|&byte| char::from(byte).to_digit(base));
        let Some(digit) = digit else { break };
        value = value * base + digit;
        rest.next();
    }
    value as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(text: &str) -> Vec<(i32, Target)> {
        fds(text).into_iter().map(|fd| (fd.number, fd.target)).collect()
    }

    #[test]
    fn descriptors_are_what_they_stand_for() {
        let addr = |text: &str| text.parse().expect("an address");
        assert_eq!(
            targets("[0</dev/null<char 1:3>> 3<pipe:[18544]> 5<TCP:[127.0.0.1:39729]>]"),
            [(0, Target::Other), (3, Target::Pipe), (5, Target::Tcp)]
        );
        assert_eq!(
            targets("6<TCP:[127.0.0.1:1->127.0.0.1:2]>, 7<TCPv6:[[::1]:80->[::1]:81]>"),
            [
                (6, Target::Pair(addr("127.0.0.1:1"), addr("127.0.0.1:2"))),
                (7, Target::Pair(addr("[::1]:80"), addr("[::1]:81"))),
            ]
        );
        assert_eq!(targets("\"8<TCP:[1]>\", 4<UNIX-STREAM:[1->2]>"), [(4, Target::Other)]);
        assert_eq!(fd("5").map(|fd| fd.target), Some(Target::Untold));
        assert_eq!(fd("NULL"), None);
    }

    #[test]
    fn strings_are_bytes() {
        for (arg, expected) in [
            (r#""Hola\n""#, &b"Hola\n"[..]),
            (r#""pr\303\263ximo"..."#, "próximo".as_bytes()),
            (r#""\0\x1b[\"\\""#, b"\0\x1b[\"\\"),
            (r#""\1012""#, b"A2"),
            ("0x7ffd", b""),
            ("\"cut", b"cu"),
        ] {
            assert_eq!(bytes(arg), expected, "{arg}");
        }
    }
}
