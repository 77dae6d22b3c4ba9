//! Cuts the bytes received into messages: at a newline, at silence, or at end of file.

use super::reply::MAX_MESSAGE;

/// A buffer larger than this is given back once it is empty, so that one long message does not cost
/// its memory for as long as its client stays.
const KEEP: usize = 4096;

/// A message longer than [`MAX_MESSAGE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// Bytes received and not yet taken as messages. Bounded, as long as the messages are taken after
/// each [`push`](Self::push); remembers how far it has looked for a newline.
#[derive(Debug, Default)]
pub struct Framing {
    buffer: Vec<u8>,
    start: usize,
    scanned: usize,
    newline_seen: bool,
}

impl Framing {
    /// Adds bytes received.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.start);
        self.scanned -= self.start;
        self.start = 0;
        if self.buffer.is_empty() && self.buffer.capacity() > KEEP {
            self.buffer = Vec::new();
        }
        self.buffer.extend_from_slice(bytes);
    }

    /// Takes the next message, with its line end: up to a newline, or all that is left if `ended`.
    ///
    /// # Errors
    ///
    /// [`TooLong`], also of a message whose newline has not come yet.
    pub fn message(&mut self, ended: bool) -> Result<Option<&[u8]>, TooLong> {
        let end = match self.buffer[self.scanned..].iter().position(|&byte| byte == b'\n') {
            Some(at) => {
                self.newline_seen = true;
                self.scanned + at + 1
            }
            None if ended && self.start < self.buffer.len() => self.buffer.len(),
            None => {
                self.scanned = self.buffer.len();
                // The last byte may be the \r of a line end.
                let partial = &self.buffer[self.start..];
                let length = partial.strip_suffix(b"\r").unwrap_or(partial).len();
                return if length > MAX_MESSAGE { Err(TooLong) } else { Ok(None) };
            }
        };
        let message = &self.buffer[self.start..end];
        self.start = end;
        self.scanned = end;
        if content(message).len() > MAX_MESSAGE { Err(TooLong) } else { Ok(Some(message)) }
    }

    /// Takes all that is there, whatever it is.
    pub fn all(&mut self) -> &[u8] {
        let all = &self.buffer[self.start..];
        self.start = self.buffer.len();
        self.scanned = self.start;
        all
    }

    /// Whether bytes are left that silence would make a message: only while the connection has
    /// never sent a newline.
    #[must_use]
    pub fn awaits_silence(&self) -> bool {
        !self.newline_seen && self.start < self.buffer.len()
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

    /// The lines of `bytes`, given in one piece.
    fn lines(framing: &mut Framing, bytes: &[u8]) -> Vec<Vec<u8>> {
        framing.push(bytes);
        std::iter::from_fn(|| framing.message(false).unwrap().map(<[u8]>::to_vec)).collect()
    }

    #[test]
    fn lines_come_whole_however_they_arrive() {
        let mut framing = Framing::default();
        assert!(lines(&mut framing, b"ho").is_empty());
        assert_eq!(lines(&mut framing, b"la\nuno\ndos"), [&b"hola\n"[..], b"uno\n"]);
        assert_eq!(lines(&mut framing, b"\n\n"), [&b"dos\n"[..], b"\n"]);
        assert_eq!(framing.message(true), Ok(None));
    }

    #[test]
    fn silence_counts_only_before_the_first_newline() {
        let mut framing = Framing::default();
        assert!(!framing.awaits_silence());
        framing.push(b"hola");
        assert_eq!(framing.message(false), Ok(None));
        assert!(framing.awaits_silence());
        assert_eq!(framing.message(true), Ok(Some(&b"hola"[..])));
        assert!(!framing.awaits_silence());
        lines(&mut framing, b"hola\nadi");
        assert!(!framing.awaits_silence());
        assert_eq!(framing.message(true), Ok(Some(&b"adi"[..])));
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
            let mut framing = Framing::default();
            framing.push(&[&longest, more.as_bytes()].concat());
            assert_eq!(framing.message(false), Err(TooLong), "{more:?}");
        }
        let mut framing = Framing::default();
        framing.push(&[&longest, &b"\r"[..]].concat());
        assert_eq!(framing.message(false), Ok(None));
        assert_eq!(framing.message(true), Err(TooLong));
    }
}
