//! Cuts the bytes received into messages: at a newline, at silence, or at end of file.

use super::reply::MAX_MESSAGE;
use crate::limits::reserve;

/// A buffer larger than this is freed once it is empty: one long message does not cost memory as
/// long as its client stays.
const KEEP: usize = 4096;

/// Why there are no more messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A message is longer than [`MAX_MESSAGE`].
    TooLong,
    /// No memory for the part received so far.
    NoMemory,
}

/// The part of a message received so far. A message that arrives whole is used where it was
/// received, and never copied here. Bounded, as long as messages are taken until there is none.
#[derive(Debug, Default)]
pub struct Framing {
    partial: Vec<u8>,
    /// The message was completed and has been returned.
    taken: bool,
    newline_seen: bool,
}

impl Framing {
    /// Takes the next message off the `input` received, with its line end: up to a newline, or all
    /// that is left if `ended`. If there is none, the rest of the input has been kept.
    ///
    /// # Errors
    ///
    /// [`TooLong`](Refusal::TooLong), also before the newline has arrived, or
    /// [`NoMemory`](Refusal::NoMemory).
    pub fn message<'a, 'i: 'a>(
        &'a mut self,
        input: &mut &'i [u8],
        ended: bool,
    ) -> Result<Option<&'a [u8]>, Refusal> {
        self.forget_taken();
        let newline = input.iter().position(|&byte| byte == b'\n');
        let (piece, rest) = input.split_at(newline.map_or(input.len(), |at| at + 1));
        *input = rest;
        self.newline_seen |= newline.is_some();
        let message = if newline.is_some() && self.partial.is_empty() {
            piece
        } else if !reserve(&mut self.partial, piece.len()) {
            return Err(Refusal::NoMemory);
        } else {
            self.partial.extend_from_slice(piece);
            self.taken = newline.is_some() || (ended && !self.partial.is_empty());
            if !self.taken {
                // The last byte may be the \r of a line end.
                let length = self.partial.strip_suffix(b"\r").unwrap_or(&self.partial).len();
                return if length > MAX_MESSAGE { Err(Refusal::TooLong) } else { Ok(None) };
            }
            &self.partial
        };
        if content(message).len() > MAX_MESSAGE { Err(Refusal::TooLong) } else { Ok(Some(message)) }
    }

    /// Whether a newline has ever arrived: after that silence no longer ends a message.
    #[must_use]
    pub fn newline_seen(&self) -> bool {
        self.newline_seen
    }

    /// Whether part of a message is kept.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        !self.taken && !self.partial.is_empty()
    }

    fn forget_taken(&mut self) {
        if std::mem::take(&mut self.taken) {
            self.partial.clear();
            if self.partial.capacity() > KEEP {
                self.partial = Vec::new();
            }
        }
    }
}

/// A message without its line end, `\n` or `\r\n`.
#[must_use]
pub fn content(message: &[u8]) -> &[u8] {
    match message.strip_suffix(b"\n") {
        Some(line) => line.strip_suffix(b"\r").unwrap_or(line),
        None => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of `bytes`, received in one piece.
    fn lines(framing: &mut Framing, mut bytes: &[u8]) -> Vec<Vec<u8>> {
        let next = || framing.message(&mut bytes, false).unwrap().map(<[u8]>::to_vec);
        std::iter::from_fn(next).collect()
    }

    /// What is left at the end.
    fn rest(framing: &mut Framing) -> Result<Option<&[u8]>, Refusal> {
        framing.message(&mut &[][..], true)
    }

    #[test]
    fn lines_come_whole_however_they_arrive() {
        let mut framing = Framing::default();
        assert!(lines(&mut framing, b"ho").is_empty());
        assert_eq!(lines(&mut framing, b"la\nuno\ndos"), [&b"hola\n"[..], b"uno\n"]);
        assert_eq!(lines(&mut framing, b"\n\n"), [&b"dos\n"[..], b"\n"]);
        assert_eq!(rest(&mut framing), Ok(None));
    }

    #[test]
    fn what_is_left_at_the_end_is_a_message() {
        let mut framing = Framing::default();
        assert!(!framing.is_partial());
        assert!(lines(&mut framing, b"hola").is_empty());
        assert!(framing.is_partial() && !framing.newline_seen());
        assert_eq!(rest(&mut framing), Ok(Some(&b"hola"[..])));
        assert!(!framing.is_partial());
        assert_eq!(lines(&mut framing, b"hola\nadi").len(), 1);
        assert!(framing.is_partial() && framing.newline_seen());
        assert_eq!(rest(&mut framing), Ok(Some(&b"adi"[..])));
        assert_eq!(rest(&mut framing), Ok(None));
    }

    #[test]
    fn the_longest_message_is_exact_with_any_line_end() {
        let longest = vec![b'x'; MAX_MESSAGE];
        for end in ["\n", "\r\n"] {
            let line = [&longest, end.as_bytes()].concat();
            assert_eq!(lines(&mut Framing::default(), &line), std::slice::from_ref(&line));
            let mut framing = Framing::default();
            for byte in &line[..line.len() - 1] {
                assert!(lines(&mut framing, &[*byte]).is_empty());
            }
            assert_eq!(lines(&mut framing, b"\n").len(), 1);
        }
        for more in ["x", "x\n", "\rx", "\r\r\n", "x\r\n"] {
            let bytes = [&longest, more.as_bytes()].concat();
            let message = Framing::default().message(&mut &bytes[..], false).map(|_| ());
            assert_eq!(message, Err(Refusal::TooLong), "{more:?}");
        }
        let mut framing = Framing::default();
        assert!(lines(&mut framing, &[&longest, &b"\r"[..]].concat()).is_empty());
        assert_eq!(rest(&mut framing), Err(Refusal::TooLong));
    }
}
