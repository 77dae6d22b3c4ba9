//! The PROXY protocol, versions 1 and 2: the header that says on whose behalf a load balancer has connected.
//! Bytes in, verdict out, at the first wrong byte. See `doc/proxy-protocol.txt` of HAProxy.

mod version_1;
mod version_2;

use std::net::{IpAddr, SocketAddr};

/// The longest header: it fits in the smallest segment that any host must accept.
pub const LONGEST: usize = 536;

/// A header that is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// On whose behalf.
    pub origin: ProxyOrigin,
    /// How many bytes it has; what follows is the client's.
    pub length: usize,
}

/// On whose behalf the load balancer has connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyOrigin {
    /// A client with this address.
    Client(SocketAddr),
    /// A client whose address is not known (`UNKNOWN`).
    Unknown,
    /// Its own (`LOCAL`): a health check.
    Check,
}

/// What is wrong with a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// It begins like neither version.
    Signature,
    /// Version 1: another protocol.
    Protocol,
    /// Version 1: no address of its protocol.
    Address,
    /// Version 1: no port.
    Port,
    /// Version 1: no line end, or not where it has to be.
    LineEnd,
    /// A later version.
    Version,
    /// Version 2: another command.
    Command,
    /// Version 2: not TCP over IPv4 or IPv6.
    Family,
    /// Version 2: too long, or too short for its addresses.
    Length,
    /// Version 2: the TLVs do not end where it does.
    Tlv,
    /// Version 2: the checksum is wrong, or no checksum.
    Checksum,
}

/// Why there is no header.
enum Unparsed {
    Incomplete,
    Malformed(Malformed),
}

/// Parses the header at the start of the first bytes received; `None` if it is not complete.
///
/// # Errors
///
/// What is wrong with it, whatever follows.
pub fn parse(bytes: &[u8]) -> Result<Option<Header>, Malformed> {
    let parsed =
        if bytes.starts_with(b"P") { version_1::read(bytes) } else { version_2::read(bytes) };
    match parsed {
        Ok(header) => Ok(Some(header)),
        Err(Unparsed::Incomplete) => Ok(None),
        Err(Unparsed::Malformed(what)) => Err(what),
    }
}

/// What follows `word`, with which the bytes must begin.
fn after<'b>(bytes: &'b [u8], word: &[u8], wrong: Malformed) -> Result<&'b [u8], Unparsed> {
    match bytes.strip_prefix(word) {
        Some(rest) => Ok(rest),
        None if word.starts_with(bytes) => Err(Unparsed::Incomplete),
        None => Err(Unparsed::Malformed(wrong)),
    }
}

/// An IPv4 address mapped to IPv6 counts as IPv4.
fn client(ip: impl Into<IpAddr>, port: u16) -> ProxyOrigin {
    ProxyOrigin::Client(SocketAddr::new(ip.into().to_canonical(), port))
}

#[cfg(test)]
mod properties;
