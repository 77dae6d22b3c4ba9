//! Headers of every kind, right and wrong, each with its verdict.

use super::header::{ENDS, SIGNATURE, binary};
use Malformed::{
    Address, Checksum, Command, Family, Length, LineEnd, Port, Protocol, Signature, Tlv, Version,
};
use enchufe::protocol::proxy::{LONGEST, Malformed};

/// What becomes of a header.
#[derive(Clone, Copy, Debug)]
pub(super) enum Verdict {
    /// It is about a client at this address.
    Client(&'static str),
    Unknown,
    Check,
    /// It is wrong, and that is known once this many bytes have arrived; 0: with the last.
    Wrong(Malformed, usize),
    /// It is incomplete.
    Begun,
}

use Verdict::{Begun, Check, Client, Unknown, Wrong};

const V4: Verdict = Client("192.0.2.7:56324");
const V6: Verdict = Client("[2001:db8::7]:56324");

/// Version 1, and neither version.
const LINES: &[(&[u8], Verdict)] = &[
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 56324 443\r\n", V4),
    (b"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", Client("255.255.255.255:65535")),
    (b"PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", Client("0.0.0.0:0")),
    (b"PROXY TCP6 2001:db8::7 ::1 56324 443\r\n", V6),
    (b"PROXY TCP6 2001:DB8::7 ::1 56324 443\r\n", V6),
    (b"PROXY TCP6 2001:0db8:0000:0000:0000:0000:0000:0007 :: 56324 443\r\n", V6),
    (b"PROXY TCP6 1:2:3:4:5:6:7:: ::2:3:4:5:6:7:8 1 2\r\n", Client("[1:2:3:4:5:6:7:0]:1")),
    (b"PROXY TCP6 ::ffff:192.0.2.7 ::ffff:192.0.2.1 56324 443\r\n", V4),
    (
        b"PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
        Client("[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"),
    ),
    (b"PROXY UNKNOWN\r\n", Unknown),
    (b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", Unknown),
    (b"PROXY UNKNOWN \r\x00\n\xff PROXY TCP4 \r\r\n", Unknown),
    (
        b"PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
        Unknown,
    ),
    // One byte too long.
    (
        b"PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 655350\r\n",
        Wrong(LineEnd, 107),
    ),
    (b"p", Wrong(Signature, 0)),
    (b"PROXX", Wrong(Signature, 0)),
    (b"PROXYT", Wrong(Signature, 0)),
    (b"PROXY\t", Wrong(Signature, 0)),
    (b"PROXY  ", Wrong(Protocol, 0)),
    (b"PROXY TCP ", Wrong(Protocol, 0)),
    (b"PROXY TCP5", Wrong(Protocol, 0)),
    (b"PROXY TCP46", Wrong(Protocol, 0)),
    (b"PROXY t", Wrong(Protocol, 0)),
    (b"PROXY UD", Wrong(Protocol, 0)),
    (b"PROXY UNKNOWNS", Wrong(Protocol, 0)),
    (b"PROXY UNKNOWN\n", Wrong(Protocol, 0)),
    (b"PROXY UNKNOWN\r\r", Wrong(Protocol, 0)),
    (b"PROXY TCP4  ", Wrong(Address, 0)),
    (b"PROXY TCP4 2001", Wrong(Address, 0)),
    (b"PROXY TCP4 192.0.2 ", Wrong(Address, 0)),
    (b"PROXY TCP4 192.0.2.7.", Wrong(Address, 0)),
    (b"PROXY TCP4 192.0.2.256", Wrong(Address, 0)),
    (b"PROXY TCP4 192.0.02", Wrong(Address, 0)),
    (b"PROXY TCP4 192..", Wrong(Address, 0)),
    (b"PROXY TCP4 l", Wrong(Address, 0)),
    (b"PROXY TCP4 192.0.2.7  ", Wrong(Address, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.-", Wrong(Address, 0)),
    (b"PROXY TCP4 192.0.2.7\r", Wrong(Address, 0)),
    (b"PROXY TCP4 192.0.2.7\x00", Wrong(Address, 0)),
    (b"PROXY TCP6 192.", Wrong(Address, 0)),
    (b"PROXY TCP6 1::2::", Wrong(Address, 0)),
    (b"PROXY TCP6 :::", Wrong(Address, 0)),
    (b"PROXY TCP6 1:2:3:4:5:6:7:8:", Wrong(Address, 0)),
    (b"PROXY TCP6 1:2:3:4:5:6:7 ", Wrong(Address, 0)),
    (b"PROXY TCP6 20011", Wrong(Address, 0)),
    (b"PROXY TCP6 fe80::1%", Wrong(Address, 0)),
    (b"PROXY TCP6 [", Wrong(Address, 0)),
    (b"PROXY TCP6 ::ffff:192.0.2.256", Wrong(Address, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 65536", Wrong(Port, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 00", Wrong(Port, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 05", Wrong(Port, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 +", Wrong(Port, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 -", Wrong(Port, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 0x", Wrong(Port, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1  ", Wrong(Port, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 56324\r", Wrong(Port, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 56324 443 ", Wrong(Port, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 56324 443\n", Wrong(Port, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 56324 \r", Wrong(Port, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 56324 65536", Wrong(Port, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 56324 443\r\r", Wrong(LineEnd, 0)),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 56324 443\r ", Wrong(LineEnd, 0)),
    // Not from a load balancer.
    (b"h", Wrong(Signature, 0)),
    (b"\n", Wrong(Signature, 0)),
    (b"G", Wrong(Signature, 0)),
    (b"\x16", Wrong(Signature, 0)),
    (b"", Begun),
    (b"PROXY UNKNOWN \r", Begun),
    (b"PROXY TCP4 192.0.2.7 192.0.2.1 56324 443\r", Begun),
];

/// Version 2: command, family, and what follows the length, which is right.
const BINARIES: &[(u8, u8, &[&[u8]], Verdict)] = &[
    (0x21, 0x11, &[ENDS], V4),
    (0x21, 0x21, &[CLIENT_6, ENDS_6], V6),
    (0x21, 0x21, &[MAPPED, MAPPED, b"\xdc\x04\x01\xbb"], V4),
    // No operation; ALPN; TLS, with others in it; an unknown type, of length 0.
    (0x21, 0x11, &[ENDS, b"\x04\x00\x03xyz"], V4),
    (
        0x21,
        0x11,
        &[ENDS, b"\x01\x00\x02h2\x20\x00\x0d\x01\x00\x00\x00\x00\x21\x00\x05TLSv1\xee\x00\x00"],
        V4,
    ),
    (0x21, 0x11, &[ENDS, b"\x04\x01\xf9", &[7; 505]], V4),
    (0x21, 0x21, &[CLIENT_6, ENDS_6, b"\x04\x01\xe1", &[7; 481]], V6),
    // With the checksum, alone and beside others.
    (0x21, 0x11, &[ENDS, b"\x03\x00\x04\xa2\xaa\x7a\xe9"], V4),
    (0x21, 0x11, &[ENDS, b"\x03\x00\x04\x60\xb7\x07\x25\x04\x00\x01x"], V4),
    (0x21, 0x11, &[ENDS, b"\x04\x00\x01x\x03\x00\x04\xc3\x0d\x15\xf2\x01\x00\x02h2"], V4),
    (0x21, 0x11, &[ENDS, b"\x04\x00\x01x\x03\x00\x04\xba\xeb\x82\x61"], V4),
    (0x20, 0x00, &[], Check),
    (0x20, 0x11, &[ENDS], Check),
    (0x20, 0x31, &[&[0; 216]], Check),
    (0x20, 0xff, &[b"x"], Check),
    (0x20, 0x11, &[ENDS, b"\x03\x00\x04\x00\x00\x00\x00"], Check),
    (0x20, 0x00, &[&[0; LONGEST - 16]], Check),
    // HAProxy's, with the checksum.
    (0x20, 0x00, &[b"\x03\x00\x04\xa9\xb8\x7e\x8f"], Check),
    (0x11, 0x11, &[], Wrong(Version, 13)),
    (0x31, 0x11, &[], Wrong(Version, 13)),
    (0x01, 0x11, &[], Wrong(Version, 13)),
    (0x22, 0x11, &[], Wrong(Command, 13)),
    (0x2f, 0x11, &[], Wrong(Command, 13)),
    (0x21, 0x00, &[], Wrong(Family, 14)),
    (0x21, 0x10, &[], Wrong(Family, 14)),
    (0x21, 0x12, &[], Wrong(Family, 14)),
    (0x21, 0x22, &[], Wrong(Family, 14)),
    (0x21, 0x31, &[], Wrong(Family, 14)),
    (0x21, 0x41, &[], Wrong(Family, 14)),
    (0x21, 0x11, &[], Wrong(Length, 16)),
    (0x21, 0x11, &[&[0; 11]], Wrong(Length, 16)),
    (0x21, 0x21, &[&[0; 35]], Wrong(Length, 16)),
    // One byte too long.
    (0x21, 0x11, &[&[0; LONGEST - 15]], Wrong(Length, 16)),
    (0x20, 0x00, &[&[0; LONGEST - 15]], Wrong(Length, 16)),
    (0x20, 0x00, &[&[0; 0xff00]], Wrong(Length, 15)),
    (0x21, 0x11, &[ENDS, b"\x04"], Wrong(Tlv, 16)),
    (0x21, 0x11, &[ENDS, b"\x04\x00"], Wrong(Tlv, 16)),
    (0x21, 0x11, &[ENDS, b"\x04\x00\x01"], Wrong(Tlv, 31)),
    (0x21, 0x11, &[ENDS, b"\x04\x00\x03xy"], Wrong(Tlv, 31)),
    (0x21, 0x11, &[ENDS, b"\x04\x00\x01xy"], Wrong(Tlv, 31)),
    (0x21, 0x11, &[ENDS, b"\x04\x01\x00"], Wrong(Tlv, 30)),
    (0x21, 0x11, &[ENDS, b"\x03\x00\x04\xa2\xaa\x7a\xe8"], Wrong(Checksum, 0)),
    // In the wrong byte order.
    (0x21, 0x11, &[ENDS, b"\x03\x00\x04\xe9\x7a\xaa\xa2"], Wrong(Checksum, 0)),
    (0x21, 0x11, &[ENDS, b"\x03\x00\x04\x00\x00\x00\x00"], Wrong(Checksum, 0)),
    (0x21, 0x11, &[ENDS, b"\x03\x00\x00"], Wrong(Checksum, 31)),
    (0x21, 0x11, &[ENDS, b"\x03\x00\x03\xa2\xaa\x7a"], Wrong(Checksum, 31)),
    (0x21, 0x11, &[ENDS, b"\x03\x00\x05\xa2\xaa\x7a\xe9\x00"], Wrong(Checksum, 31)),
    (0x21, 0x11, &[ENDS, b"\x03\x00\x04abcd\x03\x00\x04abcd"], Wrong(Checksum, 38)),
];

const CLIENT_6: &[u8] = b"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07";
const ENDS_6: &[u8] = b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\xdc\x04\x01\xbb";
const MAPPED: &[u8] = b"\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x07";

/// All of them, each with its verdict.
pub(super) fn vectors() -> Vec<(Vec<u8>, Verdict)> {
    let lines = LINES.iter().map(|&(line, verdict)| (line.to_vec(), verdict));
    let binaries = BINARIES.iter().map(|&(command, family, rest, verdict)| {
        (binary(command, family, &rest.concat()), verdict)
    });
    let signature = [
        (SIGNATURE[..5].to_vec(), Begun),
        (SIGNATURE.to_vec(), Begun),
        (binary(0x21, 0x11, ENDS)[..27].to_vec(), Begun),
        (b"\r\n\r\n\r".to_vec(), Wrong(Signature, 0)),
        (b"\r\n\r\n\0\r\nQUIT\r".to_vec(), Wrong(Signature, 0)),
    ];
    let with_number = |(bytes, verdict): (Vec<u8>, _)| match verdict {
        Wrong(what, 0) => {
            let known = bytes.len();
            (bytes, Wrong(what, known))
        }
        _ => (bytes, verdict),
    };
    lines.chain(binaries).chain(signature).map(with_number).collect()
}
