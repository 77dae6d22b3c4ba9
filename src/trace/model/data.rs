//! The bytes that a call moves, as far as strace shows them.

use super::address::between;
use crate::trace::read::call::{self, Call};
use crate::trace::read::scan::quoted;

/// Bytes that a call moved: stretches that strace shows whole or in part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Data {
    /// One after the other.
    pub parts: Vec<Stretch>,
}

/// A stretch of bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// The bytes that strace shows.
    pub bytes: Vec<u8>,
    /// How many further bytes it does not show.
    pub cut: usize,
}

impl Data {
    /// Bytes that strace does not show.
    #[must_use]
    pub fn unseen(bytes: Option<u32>) -> Self {
        let cut = bytes.unwrap_or(0) as usize;
        Self { parts: vec![Stretch { bytes: Vec::new(), cut }] }
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.iter().all(|part| part.bytes.is_empty())
    }

    /// All the bytes that strace shows.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.parts.iter().flat_map(|part| &part.bytes).copied().collect()
    }

    /// The first bytes, so many.
    #[must_use]
    pub fn first(mut self, mut bytes: usize) -> Self {
        for part in &mut self.parts {
            part.bytes.truncate(bytes);
            bytes -= part.bytes.len();
            part.cut = part.cut.min(bytes);
            bytes -= part.cut;
        }
        self
    }

    /// Whether the bytes of this from `here` on can be those of another from `there` on, as far as both are shown.
    #[must_use]
    pub fn agrees(&self, here: u64, other: &Self, there: u64) -> bool {
        let other = other.stretches(there);
        self.stretches(here).iter().all(|(own, bytes)| {
            other.iter().all(|(start, others)| {
                let (from, to) = (
                    (*own).max(*start),
                    (own + bytes.len() as i64).min(start + others.len() as i64),
                );
                let of = |start: i64, bytes: &[u8]| {
                    bytes.get((from - start) as usize..(to - start) as usize).map(<[u8]>::to_vec)
                };
                from >= to || of(*own, bytes) == of(*start, others)
            })
        })
    }

    /// The stretches shown, each with its place after the byte `from`.
    fn stretches(&self, from: u64) -> Vec<(i64, &[u8])> {
        let mut place = -(from as i64);
        let mut all = Vec::new();
        for part in &self.parts {
            all.push((place, part.bytes.as_slice()));
            place += (part.bytes.len() + part.cut) as i64;
        }
        all
    }
}

/// One message of a call.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Message<'c> {
    /// Its address, as shown.
    pub address: &'c str,
    /// Its bytes, as shown: a string, or an array of `iovec`.
    pub bytes: &'c str,
    /// Their number.
    pub length: Option<usize>,
}

/// The messages that a call moves: one, except for `sendmmsg` and `recvmmsg`.
pub(super) fn messages(call: &Call) -> Vec<Message<'_>> {
    let length = call.value.and_then(|value| usize::try_from(value).ok());
    match call.name() {
        "sendmsg" | "recvmsg" => vec![Message { length, ..message(call.arg(1)) }],
        "sendmmsg" | "recvmmsg" => {
            let each = call.arg(1).split("{msg_hdr=").skip(1).take(length.unwrap_or(0));
            let message = |text| {
                let length =
                    between(text, ", msg_len=", "}").and_then(|length| length.parse().ok());
                Message { length, ..message(text) }
            };
            each.map(message).collect()
        }
        "sendto" | "recvfrom" => {
            vec![Message { address: call.arg(4), bytes: call.arg(1), length }]
        }
        "sendfile" | "sendfile64" | "splice" => vec![Message { length, ..Message::default() }],
        _ => vec![Message { address: "", bytes: call.arg(1), length }],
    }
}

/// How many bytes there are in each message of a call.
pub(super) fn lengths(call: &Call) -> Vec<Option<u32>> {
    let lengths = messages(call).into_iter().map(|message| message.length);
    lengths.map(|length| length?.try_into().ok()).collect()
}

/// `{msg_name={sa_family=…}, msg_namelen=16, msg_iov=[{iov_base="…", iov_len=2}], …}`
fn message(text: &str) -> Message<'_> {
    let address = text.split_once("msg_name=").map_or("", |(_, rest)| rest);
    let address = address.split(", msg_namelen=").next().unwrap_or_default();
    let bytes = text.split_once("msg_iov=").map_or("", |(_, rest)| rest);
    Message { address, bytes, length: None }
}

/// The bytes of one message of a call, as many as were moved.
#[must_use]
pub(super) fn of(call: &Call, part: usize, moved: Option<u32>) -> Data {
    let all = messages(call);
    let Some(message) = all.get(part) else {
        return Data::default();
    };
    let mut left = moved.map_or(message.length.unwrap_or(0), |moved| moved as usize);
    let mut parts = Vec::new();
    let mut add = |bytes: &str, room: usize| {
        let mut bytes = call::bytes(bytes);
        let length = room.min(left);
        bytes.truncate(length);
        left -= length;
        let cut = length - bytes.len();
        parts.push(Stretch { bytes, cut });
    };
    if message.bytes.starts_with('[') {
        let mut rest = message.bytes;
        while let Some((_, after)) = rest.split_once("iov_base=") {
            let length = if after.starts_with('"') { quoted(after) } else { 0 };
            let (bytes, after) = after.split_at(length);
            let room = after.split_once("iov_len=").map_or("", |(_, rest)| rest);
            let room = room.split(|char: char| !char.is_ascii_digit()).next().unwrap_or_default();
            add(bytes, room.parse().unwrap_or(0));
            rest = after;
            if rest.starts_with("]")
                || rest.find("iov_base=").is_some_and(|at| rest[..at].contains(']'))
            {
                break;
            }
        }
        // strace cut the array short: the rest is not shown.
        add("", usize::MAX);
    } else {
        add(message.bytes, usize::MAX);
    }
    parts.retain(|part| !part.bytes.is_empty() || part.cut > 0);
    Data { parts }
}
