//! Peers and bytes as Python's `repr` shows them, as on the coursework's screens. A client's control
//! bytes are escaped, so that none reaches the operator's terminal.

use nix::sys::signal::Signal;
use nix::unistd::Pid;
use std::fmt::{self, Display, Formatter};
use std::net::SocketAddr;

/// `('127.0.0.1', 34978)`, or `('::1', 34978, 0, 0)` for IPv6.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

impl Display for Peer {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            SocketAddr::V4(addr) => write!(f, "('{}', {})", addr.ip(), addr.port()),
            SocketAddr::V6(addr) => {
                let (ip, port) = (addr.ip(), addr.port());
                write!(f, "('{ip}', {port}, {}, {})", addr.flowinfo(), addr.scope_id())
            }
        }
    }
}

/// `b'Hola\n'`.
#[derive(Clone, Copy, Debug)]
pub struct Bytes<'a>(pub &'a [u8]);

impl Display for Bytes<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // Python takes double quotes when that saves escaping.
        let double = self.0.contains(&b'\'') && !self.0.contains(&b'"');
        let quote = if double { '"' } else { '\'' };
        write!(f, "b{quote}")?;
        for &byte in self.0 {
            match byte {
                b'\n' => f.write_str("\\n")?,
                b'\r' => f.write_str("\\r")?,
                b'\t' => f.write_str("\\t")?,
                b'\\' => f.write_str("\\\\")?,
                b'\'' if !double => f.write_str("\\'")?,
                b' '..=b'~' => write!(f, "{}", char::from(byte))?,
                _ => write!(f, "\\x{byte:02x}")?,
            }
        }
        write!(f, "{quote}")
    }
}

/// The beginning of [`Bytes`], if there are many.
#[derive(Clone, Copy, Debug)]
pub struct Excerpt<'a>(pub &'a [u8]);

impl Display for Excerpt<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.get(..64) {
            Some(start) if self.0.len() > start.len() => write!(f, "{}...", Bytes(start)),
            _ => write!(f, "{}", Bytes(self.0)),
        }
    }
}

/// [`Bytes`] on a line that can be written in one piece: past [`Shown::MOST`], their beginning and how
/// many they are. A longer `write` to a pipe could mix with another child's (pipe(7), `PIPE_BUF`).
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a>(pub &'a [u8]);

impl Shown<'_> {
    /// Four characters each, as `\xff`, fit in `PIPE_BUF` with the rest of the line.
    pub const MOST: usize = 900;
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0.get(..Self::MOST) {
            Some(start) if self.0.len() > start.len() => {
                write!(f, "{}... ({} bytes)", Bytes(start), self.0.len())
            }
            _ => write!(f, "{}", Bytes(self.0)),
        }
    }
}

/// The name of a signal, `SIGKILL`, or its number if it has none.
#[derive(Clone, Copy, Debug)]
pub struct SignalName(pub i32);

impl Display for SignalName {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match Signal::try_from(self.0) {
            Ok(signal) => f.write_str(signal.as_str()),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

/// Text, with everything that could disturb a terminal escaped.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a>(pub &'a [u8]);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for char in chunk.valid().chars() {
                match char {
                    '\t' => f.write_str("\t")?,
                    _ if char.is_control() => write!(f, "\\x{:02x}", u32::from(char))?,
                    _ => write!(f, "{char}")?,
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

/// `('127.0.0.1', 34978): `, or nothing: which of several sockets a line is about.
#[derive(Clone, Copy, Debug)]
pub struct PeerLabel(pub Option<SocketAddr>);

impl Display for PeerLabel {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |addr| write!(f, "{}: ", Peer(addr)))
    }
}

/// `  pid 4242`, or nothing: the last column of the fork server's table.
#[derive(Clone, Copy, Debug)]
pub struct PidColumn(pub Option<Pid>);

impl Display for PidColumn {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |pid| write!(f, "  pid {pid}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_as_python_shows_them() {
        let cases: [(&[u8], &str); 6] = [
            (b"Hola\r\n", r"b'Hola\r\n'"),
            (b"\x00\x1b[31m\x7f\xff\t", r"b'\x00\x1b[31m\x7f\xff\t'"),
            (b"it's", r#"b"it's""#),
            (b"\"it's\"", r#"b'"it\'s"'"#),
            (b"a\\b", r"b'a\\b'"),
            (b"", "b''"),
        ];
        for (bytes, shown) in cases {
            assert_eq!(Bytes(bytes).to_string(), shown);
        }
    }

    #[test]
    fn peers_are_as_python_shows_them() {
        let shown = |addr: &str| Peer(addr.parse().unwrap()).to_string();
        assert_eq!(shown("127.0.0.1:34978"), "('127.0.0.1', 34978)");
        assert_eq!(shown("[::1]:34978"), "('::1', 34978, 0, 0)");
    }

    #[test]
    fn text_is_as_it_is_but_for_control_characters() {
        let text = Text("año\t\x1b[31m\r\u{9b}x".as_bytes()).to_string();
        assert_eq!(text, "año\t\\x1b[31m\\x0d\\x9bx");
        assert_eq!(Text(b"a\xffb").to_string(), r"a\xffb");
    }

    #[test]
    fn an_excerpt_is_short() {
        assert_eq!(Excerpt(b"Hola").to_string(), "b'Hola'");
        assert_eq!(Excerpt(&[b'x'; 64]).to_string(), format!("b'{}'", "x".repeat(64)));
        assert_eq!(Excerpt(&[b'x'; 65]).to_string(), format!("b'{}'...", "x".repeat(64)));
    }
}
