//! Version 1: a line of text.

use super::{Header, Malformed, ProxyOrigin, Unparsed, after, client};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// The longest line of version 1, its end included.
const LONGEST_LINE: usize = 107;

const PROTOCOLS: [&[u8]; 3] = [b"TCP4", b"TCP6", b"UNKNOWN"];

/// `PROXY TCP4 192.0.2.7 192.0.2.1 56324 443\r\n`
pub(super) fn read(bytes: &[u8]) -> Result<Header, Unparsed> {
    let line = &bytes[..bytes.len().min(LONGEST_LINE)];
    match read_line(line) {
        Ok((origin, rest)) => Ok(Header { origin, length: line.len() - rest.len() }),
        Err(Unparsed::Incomplete) if line.len() == LONGEST_LINE => {
            Err(Unparsed::Malformed(Malformed::LineEnd))
        }
        Err(stop) => Err(stop),
    }
}

/// The line's origin, and what follows it.
fn read_line(line: &[u8]) -> Result<(ProxyOrigin, &[u8]), Unparsed> {
    let rest = after(line, b"PROXY ", Malformed::Signature)?;
    if let Some(rest) = rest.strip_prefix(b"UNKNOWN") {
        // The rest of the line is ignored.
        let end = rest.windows(2).position(|two| two == b"\r\n");
        let said = if rest.starts_with(b" ") { end.ok_or(Unparsed::Incomplete)? } else { 0 };
        return Ok((ProxyOrigin::Unknown, after(&rest[said..], b"\r\n", Malformed::Protocol)?));
    }
    let known = |word: &[u8]| match word {
        b"TCP4" => Some(true),
        b"TCP6" => Some(false),
        _ => None,
    };
    let begun = |word: &[u8]| PROTOCOLS.iter().any(|protocol| protocol.starts_with(word));
    let (is_v4, rest) = field(rest, b" ", known, begun, Malformed::Protocol)?;
    if is_v4 { addresses::<Ipv4Addr>(rest) } else { addresses::<Ipv6Addr>(rest) }
}

/// Source and destination, and the port of each.
fn addresses<A: FromStr + Into<IpAddr>>(rest: &[u8]) -> Result<(ProxyOrigin, &[u8]), Unparsed> {
    let address = |rest| field(rest, b" ", text::<A>, could_become::<A>, Malformed::Address);
    let begun = |digits: &[u8]| digits.is_empty() || port(digits).is_some();
    let (source, rest) = address(rest)?;
    let (_, rest) = address(rest)?;
    let (source_port, rest) = field(rest, b" ", port, begun, Malformed::Port)?;
    let (_, rest) = field(rest, b"\r\n", port, begun, Malformed::Port)?;
    Ok((client(source, source_port), rest))
}

/// What comes before `end`, read by `whole`, and what follows. If `end` has not arrived, `begun` checks the
/// beginning.
fn field<'b, T>(
    bytes: &'b [u8],
    end: &[u8],
    whole: impl Fn(&'b [u8]) -> Option<T>,
    begun: impl Fn(&'b [u8]) -> bool,
    wrong: Malformed,
) -> Result<(T, &'b [u8]), Unparsed> {
    let Some(at) = bytes.iter().position(|&byte| byte == end[0]) else {
        return Err(if begun(bytes) { Unparsed::Incomplete } else { Unparsed::Malformed(wrong) });
    };
    let (field, rest) = bytes.split_at(at);
    let field = whole(field).ok_or(Unparsed::Malformed(wrong))?;
    Ok((field, after(rest, end, Malformed::LineEnd)?))
}

fn text<T: FromStr>(bytes: &[u8]) -> Option<T> {
    str::from_utf8(bytes).ok()?.parse().ok()
}

/// A port in its only valid form: no sign, no leading zero.
fn port(digits: &[u8]) -> Option<u16> {
    let is_written_so =
        digits.iter().all(u8::is_ascii_digit) && (digits[..] == *b"0" || !digits.starts_with(b"0"));
    text(digits).filter(|_| is_written_so)
}

/// Whether these bytes are the beginning of an address: with one of these endings they are one.
fn could_become<A: FromStr>(begun: &[u8]) -> bool {
    const ENDS: [&[u8]; 10] =
        [b"", b"0", b":", b"::", b".0", b"0.0", b".0.0", b"0.0.0", b".0.0.0", b"0.0.0.0"];
    ENDS.iter().any(|end| {
        let mut whole = [0; LONGEST_LINE + 7];
        let length = begun.len() + end.len();
        whole[..begun.len()].copy_from_slice(begun);
        whole[begun.len()..length].copy_from_slice(end);
        text::<A>(&whole[..length]).is_some()
    })
}
