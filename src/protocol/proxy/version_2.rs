//! Version 2: binary.

use super::{Header, LONGEST, Malformed, ProxyOrigin, Unparsed, after, client};
use std::net::IpAddr;

pub(super) const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

/// Signature, command, family and length.
pub(super) const FIXED: usize = 16;

/// Family and transport: TCP over IPv4, over IPv6.
pub(super) const TCP4: u8 = 0x11;
pub(super) const TCP6: u8 = 0x21;

/// The type of the TLV that is the checksum.
pub(super) const CRC32C: u8 = 0x03;

/// Signature; version and command; family and transport; the length of the rest, which is two addresses, two
/// ports and the TLVs.
pub(super) fn read(bytes: &[u8]) -> Result<Header, Unparsed> {
    after(bytes, SIGNATURE, Malformed::Signature)?;
    let is_check = match byte(bytes, 12)? {
        0x20 => true,
        0x21 => false,
        0x22..=0x2f => return Err(Unparsed::Malformed(Malformed::Command)),
        _ => return Err(Unparsed::Malformed(Malformed::Version)),
    };
    let tlvs = match byte(bytes, 13)? {
        _ if is_check => FIXED,
        TCP4 => FIXED + 12,
        TCP6 => FIXED + 36,
        _ => return Err(Unparsed::Malformed(Malformed::Family)),
    };
    let length = FIXED + number(bytes, 14, LONGEST - FIXED, Malformed::Length)?;
    if length < tlvs {
        return Err(Unparsed::Malformed(Malformed::Length));
    }
    // The rest of a health check is ignored.
    let checksum = if is_check { None } else { find_checksum(bytes, tlvs, length)? };
    let header = bytes.get(..length).ok_or(Unparsed::Incomplete)?;
    if checksum.is_some_and(|at| !is_right(header, at)) {
        return Err(Unparsed::Malformed(Malformed::Checksum));
    }
    let origin = match tlvs {
        FIXED => Some(ProxyOrigin::Check),
        _ if header[13] == TCP4 => source::<4>(&header[FIXED..]),
        _ => source::<16>(&header[FIXED..]),
    };
    origin.map(|origin| Header { origin, length }).ok_or(Unparsed::Incomplete)
}

/// Where the checksum is, if there is one. The TLVs must end where the header does.
fn find_checksum(bytes: &[u8], mut at: usize, end: usize) -> Result<Option<usize>, Unparsed> {
    let mut found = None;
    while at < end {
        // A type, two bytes of length.
        let value = at + 3;
        let room = end.checked_sub(value).ok_or(Unparsed::Malformed(Malformed::Tlv))?;
        let is_checksum = byte(bytes, at)? == CRC32C;
        let length = number(bytes, at + 1, room, Malformed::Tlv)?;
        if is_checksum && (found.replace(value).is_some() || length != 4) {
            return Err(Unparsed::Malformed(Malformed::Checksum));
        }
        at = value + length;
    }
    Ok(found)
}

fn byte(bytes: &[u8], at: usize) -> Result<u8, Unparsed> {
    bytes.get(at).copied().ok_or(Unparsed::Incomplete)
}

/// A two-byte number, at most `most`.
fn number(bytes: &[u8], at: usize, most: usize, wrong: Malformed) -> Result<usize, Unparsed> {
    let at_most = |number| if number > most { Err(Unparsed::Malformed(wrong)) } else { Ok(number) };
    let high = at_most(usize::from(byte(bytes, at)?) << 8)?;
    at_most(high | usize::from(byte(bytes, at + 1)?))
}

/// Whether the checksum is right. It is computed with its own bytes as zeros.
fn is_right(header: &[u8], at: usize) -> bool {
    let (before, rest) = header.split_at(at);
    let (sum, behind) = rest.split_at(4);
    sum == crc32c(&[before, &[0; 4], behind]).to_be_bytes()
}

/// The CRC-32C (Castagnoli) of the concatenated pieces. See RFC 4960, appendix B.
pub(super) fn crc32c(pieces: &[&[u8]]) -> u32 {
    let shift = |crc: u32, _| (crc >> 1) ^ (0x82f6_3b78 & (crc & 1).wrapping_neg());
    !pieces
        .iter()
        .copied()
        .flatten()
        .fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), shift))
}

/// The first of two addresses, with the first of the two ports that follow them.
fn source<const N: usize>(block: &[u8]) -> Option<ProxyOrigin>
where
    IpAddr: From<[u8; N]>,
{
    let (ip, rest) = block.split_first_chunk::<N>()?;
    let port = rest.get(N..)?.first_chunk()?;
    Some(client(*ip, u16::from_be_bytes(*port)))
}
