//! Networks, as `--proxy` names them.

use std::net::IpAddr;
use std::str::FromStr;

/// A network, `10.0.0.0/8` or `::1/128`; without a slash, one address.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    first: IpAddr,
    prefix: u32,
}

/// Not a network: not an address, a prefix out of range, or bits set after the prefix.
#[derive(Clone, Copy, Debug)]
pub struct NoNetwork;

impl Network {
    /// Whether an address is in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let differ = bits(self.first) ^ bits(address);
        self.first.is_ipv4() == address.is_ipv4()
            && differ.checked_shr(u128::BITS - self.prefix).unwrap_or(0) == 0
    }
}

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NoNetwork)?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Some(width), number).filter(|&prefix| prefix <= width);
        let prefix = prefix.ok_or(NoNetwork)?;
        // An IPv4 network mapped to IPv6 counts as IPv4.
        let (first, prefix) = match address.to_canonical() {
            canonical if canonical != address && prefix >= 96 => (canonical, prefix - 96),
            _ => (address, prefix),
        };
        let behind = bits(first).checked_shl(prefix).unwrap_or(0);
        if behind == 0 { Ok(Self { first, prefix }) } else { Err(NoNetwork) }
    }
}

/// The bits of an address, the first one highest.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// A plain number: no sign, no leading zero.
fn number(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|number: &u32| number.to_string() == digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_in_a_network_or_not() {
        let cases = [
            ("10.0.0.0/8", "10.255.0.1 10.0.0.0", "11.0.0.0 9.255.255.255 ::a00:1 ::1"),
            ("127.0.0.1", "127.0.0.1", "127.0.0.2 127.0.0.0 ::1"),
            ("127.0.0.1/32", "127.0.0.1", "127.0.0.2"),
            ("192.0.2.128/25", "192.0.2.128 192.0.2.255", "192.0.2.127"),
            ("0.0.0.0/0", "127.0.0.1 255.255.255.255", "::1"),
            ("::1/128", "::1", "::2 0.0.0.1 127.0.0.1"),
            ("2001:db8::/33", "2001:db8::1 2001:db8:7fff::", "2001:db8:8000::"),
            ("::/0", "::1 ffff::", "0.0.0.0"),
            ("::ffff:10.0.0.0/104", "10.1.2.3", "11.0.0.0 ::ffff:10.0.0.1"),
            ("::ffff:10.0.0.7", "10.0.0.7", "10.0.0.8"),
        ];
        for (text, inside, outside) in cases {
            let network: Network = text.parse().unwrap();
            for (addresses, expected) in [(inside, true), (outside, false)] {
                for address in addresses.split(' ') {
                    assert_eq!(
                        network.contains(address.parse().unwrap()),
                        expected,
                        "{text} {address}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_malformed_network_is_refused() {
        let texts = [
            "",
            "/",
            "/8",
            "10.0.0.0/",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0.0/+8",
            "10.0.0.0/08",
            "10.0.0.0/8/8",
            "10.0.0.0/255.0.0.0",
            " 10.0.0.0/8",
            "10.0.0.0/8 ",
            "10.0.0/8",
            "010.0.0.0/8",
            "localhost",
            "::1/129",
            "::1/127",
            "::2/0",
            "[::1]/128",
            "fe80::1%lo/128",
            "10.0.0.0/4294967296",
            "::ffff:10.0.0.1/104",
            "::ffff:10.0.0.0/95",
        ];
        for text in texts {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
