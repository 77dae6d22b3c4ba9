//! Property tests: any bytes, any split, any header.

use super::version_2::{CRC32C, FIXED, SIGNATURE, TCP4, TCP6, crc32c};
use super::*;
use crate::properties::config;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A header as written, and its origin.
fn header() -> impl Strategy<Value = (Vec<u8>, ProxyOrigin)> {
    prop_oneof![line(), unknown(), binary()]
}

fn ends() -> impl Strategy<Value = (SocketAddr, SocketAddr)> {
    let v4 = any::<[(Ipv4Addr, u16); 2]>().prop_map(|ends| ends.map(SocketAddr::from));
    let v6 = any::<[(Ipv6Addr, u16); 2]>().prop_map(|ends| ends.map(SocketAddr::from));
    prop_oneof![v4, v6].prop_map(|[source, destination]| (source, destination))
}

fn origin(source: SocketAddr) -> ProxyOrigin {
    client(source.ip(), source.port())
}

fn line() -> impl Strategy<Value = (Vec<u8>, ProxyOrigin)> {
    ends().prop_map(|(source, destination)| {
        let family = if source.is_ipv4() { 4 } else { 6 };
        let [from, to] = [source, destination].map(|end| end.ip());
        let [from_port, to_port] = [source, destination].map(|end| end.port());
        let line = format!("PROXY TCP{family} {from} {to} {from_port} {to_port}\r\n");
        (line.into_bytes(), origin(source))
    })
}

fn unknown() -> impl Strategy<Value = (Vec<u8>, ProxyOrigin)> {
    "( [ -~]{0,91})?"
        .prop_map(|said| (format!("PROXY UNKNOWN{said}\r\n").into(), ProxyOrigin::Unknown))
}

/// Of version 2, with TLVs, and where there is room for it with a checksum among them.
fn binary() -> impl Strategy<Value = (Vec<u8>, ProxyOrigin)> {
    let tlv = (
        any::<u8>().prop_filter("that is another matter", |&kind| kind != CRC32C),
        vec(any::<u8>(), 0..90),
    );
    (ends(), any::<bool>(), vec(tlv, 0..6), any::<Option<Index>>()).prop_map(
        |((source, destination), is_check, tlvs, checksum)| {
            let mut block = Vec::new();
            let family = match (source, destination) {
                (SocketAddr::V4(source), SocketAddr::V4(destination)) => {
                    block.extend([source.ip().octets(), destination.ip().octets()].concat());
                    TCP4
                }
                (SocketAddr::V6(source), SocketAddr::V6(destination)) => {
                    block.extend([source.ip().octets(), destination.ip().octets()].concat());
                    TCP6
                }
                _ => unreachable!("both are of one family"),
            };
            block.extend([source.port().to_be_bytes(), destination.port().to_be_bytes()].concat());
            let at = checksum.map(|index| index.index(tlvs.len() + 1));
            let (mut room, mut field) = (LONGEST - FIXED - block.len() - 7, None);
            for (index, (kind, value)) in tlvs.iter().enumerate() {
                if at == Some(index) {
                    block.extend([CRC32C, 0, 4, 0, 0, 0, 0]);
                    field = Some(block.len() - 4);
                }
                if let Some(left) = room.checked_sub(3 + value.len()) {
                    room = left;
                    block.extend([*kind, 0, value.len() as u8]);
                    block.extend(value);
                }
            }
            let command = if is_check { 0x20 } else { 0x21 };
            let length = (block.len() as u16).to_be_bytes();
            let mut bytes = [SIGNATURE, &[command, family], &length, &block].concat();
            if let Some(field) = field {
                let sum = crc32c(&[&bytes]).to_be_bytes();
                bytes[FIXED + field..][..4].copy_from_slice(&sum);
            }
            (bytes, if is_check { ProxyOrigin::Check } else { origin(source) })
        },
    )
}

/// A header with a few bytes changed or missing, or followed by anything.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let changes =
        vec((any::<Index>(), prop_oneof![any::<u8>(), Just(b' '), Just(b'0'), Just(b':')]), 0..3);
    (header(), changes, any::<Option<Index>>(), vec(any::<u8>(), 0..20)).prop_map(
        |((mut bytes, _), changes, gap, rest)| {
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Some(gap) = gap {
                bytes.remove(gap.index(bytes.len()));
            }
            bytes.extend(rest);
            bytes
        },
    )
}

/// The verdict on every prefix of the bytes.
fn verdicts(bytes: &[u8]) -> Vec<Result<Option<Header>, Malformed>> {
    (0..=bytes.len()).map(|count| parse(&bytes[..count])).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_header_is_read_as_it_was_written((bytes, origin) in header(), rest in vec(any::<u8>(), 0..50)) {
        let length = bytes.len();
        let parsed = parse(&[bytes, rest].concat());
        prop_assert_eq!(parsed, Ok(Some(Header { origin, length })));
    }

    /// The last byte of a header decides, and no prefix of it is ever called wrong.
    #[test]
    fn a_header_is_whole_with_its_last_byte((bytes, origin) in header()) {
        let mut verdicts = verdicts(&bytes);
        prop_assert_eq!(verdicts.pop(), Some(Ok(Some(Header { origin, length: bytes.len() }))));
        prop_assert!(verdicts.iter().all(|verdict| *verdict == Ok(None)), "{:?}", verdicts);
    }

    /// However it is split: a verdict is not changed by what follows.
    #[test]
    fn any_split_gives_the_same_verdict(bytes in nearly()) {
        let verdicts = verdicts(&bytes);
        let decided = verdicts.iter().position(|verdict| *verdict != Ok(None));
        let (open, settled) = verdicts.split_at(decided.unwrap_or(verdicts.len()));
        prop_assert!(open.iter().all(|verdict| *verdict == Ok(None)));
        prop_assert!(settled.iter().all(|verdict| *verdict == settled[0]), "{:?}", settled);
    }

    #[test]
    fn any_bytes_are_decided_on_in_the_end(
        bytes in vec(any::<u8>(), LONGEST..700),
        head in select(vec![&b""[..], b"PROXY UNKNOWN ", SIGNATURE, b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x01"]),
    ) {
        let decided = parse(&[head, &bytes].concat());
        prop_assert_ne!(decided, Ok(None));
        prop_assert!(decided.is_err() || decided.is_ok_and(|header| header.unwrap().length <= LONGEST));
    }

    /// The first wrong byte is the first after which nothing can make the address right.
    #[test]
    fn the_first_wrong_byte_of_an_address_is_found(
        begun in "[0-9a-f:.]{0,12}",
        v6 in any::<bool>(),
        ends in vec("[0-9a-f:.]{0,4}", 50),
    ) {
        let family = if v6 { 6 } else { 4 };
        let parse_line = |address: &str, rest: &str| parse(format!("PROXY TCP{family} {address}{rest}").as_bytes());
        if parse_line(&begun, "") == Err(Malformed::Address) {
            for end in ends {
                prop_assert_eq!(parse_line(&(begun.clone() + &end), " "), Err(Malformed::Address));
            }
        }
    }
}

#[test]
fn the_checksum_is_castagnolis() {
    assert_eq!(crc32c(&[b"123456789"]), 0xe306_9283);
    assert_eq!(crc32c(&[b"", b"1234", b"56789"]), 0xe306_9283);
    assert_eq!(crc32c(&[&[0; 32]]), 0x8a91_36aa);
}
