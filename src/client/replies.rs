//! Cuts what a server sends into notices and replies: bytes and time in, pieces out. No socket.

use crate::protocol::framing::content;
use crate::protocol::reply::{NOTICE, Request, UNIT, is_begun};
use std::mem;
use std::rc::Rc;
use std::time::Duration;

/// Silence that ends a reply without a newline.
const SILENCE: Duration = Duration::from_millis(50);

/// The same if more is likely to come: of an echo, a reply or a notice.
const BEGUN: Duration = Duration::from_secs(3);

/// Longer than any reply: beyond this, what is there is taken as it is.
const LONGEST: usize = 1 << 22;

/// What the server sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ReplyPiece {
    /// A notice: `Servidor: …`.
    Notice(Vec<u8>),
    /// The reply to a message.
    Reply(Vec<u8>),
    /// The beginning of a reply whose end does not come.
    Part(Vec<u8>),
}

/// Bytes received and not yet taken. However few come at a time, each is examined once.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    bytes: Vec<u8>,
    /// How many have been taken; the rest is waiting.
    taken: usize,
    /// In this many bytes of the rest no piece ends.
    searched: usize,
    /// The message that awaits a reply, empty if none does.
    sent: Rc<[u8]>,
    /// How many bytes of the rest are the same as the message's.
    echoed: usize,
    /// The last message had no newline, so neither has its reply.
    is_bare: bool,
    /// A reply has ended in a newline: the others do too, except those to messages without one.
    newline_seen: bool,
    /// The last reply was taken without its newline, which may still come.
    is_open: bool,
}

impl Inbox {
    /// What comes from now on is the reply to this message; if it is empty, to none.
    pub(super) fn expect(&mut self, sent: &Rc<[u8]>) {
        self.sent = Rc::clone(sent);
        if !sent.is_empty() {
            self.is_bare = !sent.ends_with(b"\n");
        }
        self.start_over();
    }

    /// Adds bytes received. Returns whether more of the message has come back than before.
    pub(super) fn push(&mut self, bytes: &[u8]) -> bool {
        let late = if mem::take(&mut self.is_open) { line_end(bytes) } else { 0 };
        self.newline_seen |= late > 0;
        self.bytes.extend_from_slice(&bytes[late..]);
        let before = self.echoed;
        self.compare();
        self.echoed > before
    }

    /// The silence that ends what is there; `None` if silence does not.
    pub(super) fn patience(&self) -> Option<Duration> {
        let is_notice = self.rest().starts_with(NOTICE.as_bytes());
        match () {
            () if self.rest().is_empty() || is_notice || self.is_line() => None,
            () if self.is_begun() => Some(BEGUN),
            () => Some(SILENCE),
        }
    }

    /// Takes the next complete piece; or, if the server has been `silent` for long enough, everything
    /// that is there.
    pub(super) fn take(&mut self, silent: bool) -> Option<ReplyPiece> {
        let is_echo = self.has_echo();
        let is_notice = !is_echo && self.rest().starts_with(NOTICE.as_bytes());
        let length = self.rest().len();
        let end = match () {
            () if is_echo => self.sent.len(),
            () => self.end(is_notice).or((silent || length > LONGEST).then_some(length))?,
        };
        let piece = self.remove(end);
        if is_notice {
            return Some(ReplyPiece::Notice(piece));
        }
        let has_newline = piece.ends_with(b"\n");
        self.newline_seen |= has_newline;
        self.is_open = !has_newline && !self.is_bare;
        Some(ReplyPiece::Reply(piece))
    }

    /// Nothing more will come, or it is too `late`: takes what is left after the complete pieces.
    pub(super) fn take_rest(&mut self, late: bool) -> Option<ReplyPiece> {
        let length = self.rest().len();
        let is_part = !self.sent.is_empty() && (late || self.is_line() || self.is_begun());
        let kind = match () {
            () if length == 0 => return None,
            () if self.rest().starts_with(NOTICE.as_bytes()) => ReplyPiece::Notice,
            () if is_part => ReplyPiece::Part,
            () => ReplyPiece::Reply,
        };
        Some(kind(self.remove(length)))
    }

    /// Whether only a newline ends what is there.
    fn is_line(&self) -> bool {
        self.newline_seen && !self.is_bare
    }

    /// Whether it looks like the beginning of something longer: an echo of the message, a reply, a
    /// notice.
    fn is_begun(&self) -> bool {
        let (rest, message) = (self.rest(), content(&self.sent));
        let returns = self.echoed == rest.len() && rest.len() < message.len();
        returns || NOTICE.as_bytes().starts_with(rest) || is_begun(Request::parse(message), rest)
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.taken..]
    }

    /// Whether the whole message has come back, and nothing else except perhaps a notice.
    fn has_echo(&self) -> bool {
        let after = &self.rest()[self.echoed..];
        let is_whole = self.echoed == self.sent.len() && self.echoed > 0;
        is_whole && (after.is_empty() || after.starts_with(NOTICE.as_bytes()))
    }

    /// Where the next piece ends: at a newline; or for the reply to a message without one, after its
    /// unit or where a notice begins.
    fn end(&mut self, is_notice: bool) -> Option<usize> {
        let length = self.rest().len();
        let searched = mem::replace(&mut self.searched, length);
        let rest = self.rest();
        let newline = rest[searched..].iter().position(|&byte| byte == b'\n');
        let newline = newline.map(|at| searched + at + 1);
        if is_notice || !self.is_bare || self.sent.is_empty() {
            return newline;
        }
        let from = searched.saturating_sub(NOTICE.len() - 1);
        let notice = rest[from..].windows(NOTICE.len()).position(|it| it == NOTICE.as_bytes());
        let notice = notice.map(|at| from + at);
        let unit = rest.ends_with(UNIT.as_bytes()).then_some(rest.len());
        [newline, notice, unit].into_iter().flatten().min()
    }

    fn remove(&mut self, count: usize) -> Vec<u8> {
        let piece = self.rest()[..count].to_vec();
        self.taken += count;
        if self.taken > self.bytes.len() / 2 {
            self.bytes.drain(..self.taken);
            self.taken = 0;
        }
        self.start_over();
        piece
    }

    fn start_over(&mut self) {
        (self.searched, self.echoed) = (0, 0);
        self.compare();
    }

    /// Compares what has come since the last time with the message.
    fn compare(&mut self) {
        let (rest, sent) = (&self.rest()[self.echoed..], &self.sent[self.echoed..]);
        self.echoed += rest.iter().zip(sent).take_while(|(a, b)| a == b).count();
    }
}

/// The length of the line end that these bytes begin with, or 0.
fn line_end(bytes: &[u8]) -> usize {
    [&b"\r\n"[..], b"\n"].into_iter().find(|&end| bytes.starts_with(end)).map_or(0, <[u8]>::len)
}

#[cfg(test)]
mod tests;
