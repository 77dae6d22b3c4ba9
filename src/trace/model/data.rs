//! The bytes that a call moves, as far as strace shows them.

use crate::trace::read::call::{self, Call};

/// Bytes that a call moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Data {
    /// Those that strace shows.
    pub bytes: Vec<u8>,
    /// How many there were more, which strace cut.
    pub cut: usize,
}

impl Data {
    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

/// The bytes that a call sent or received.
#[must_use]
pub fn of(call: &Call) -> Data {
    let moved = call.value.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let mut bytes = call::bytes(call.arg(1));
    bytes.truncate(moved);
    let cut = if call.arg(1).ends_with("...") { moved.saturating_sub(bytes.len()) } else { 0 };
    Data { bytes, cut }
}
