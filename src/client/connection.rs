//! One connection: its socket, the message under way, what has come back.

use super::replies::{Inbox, Piece};
use crate::net::Connected;
use crate::protocol::framing::content;
use crate::protocol::reply::{NOTICE, Notice, Request, parse_seconds};
use crate::sys::{self, Errno, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How a connection ended before the client closed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The server closed it.
    Closed,
    /// A call on it failed.
    Failed(&'static str, Errno),
    /// No reply came in time.
    Late,
}

/// A connection to the server.
#[derive(Debug)]
pub(super) struct Connection {
    socket: OwnedFd,
    /// The server's address.
    pub(super) peer: SocketAddr,
    /// Its own address, which tells it from the others.
    pub(super) local: SocketAddr,
    opened: Instant,
    /// The last message, and how much of it has been sent.
    message: Rc<[u8]>,
    sent: usize,
    /// Replies still to come: one for each line of the message.
    awaited: usize,
    inbox: Inbox,
    /// When a byte last came or went.
    moved: Instant,
    /// The server does not take what is sent, as send says; recv will have its last words.
    broken: Option<Errno>,
    /// Whether the server has said anything.
    pub(super) heard: bool,
    /// How it has said that it closes, if it has.
    pub(super) last_words: String,
    /// Whether it had no room for this client.
    pub(super) is_refused: bool,
    /// The time connected, in the server's words.
    seconds: Option<u64>,
    /// Set when it has ended.
    pub(super) end: Option<End>,
}

impl Connection {
    /// A connection just made.
    pub(super) fn new(connected: Connected) -> Self {
        let Connected { socket, local, peer } = connected;
        let now = Instant::now();
        Self {
            socket,
            peer,
            local,
            opened: now,
            message: Rc::from([]),
            sent: 0,
            awaited: 0,
            inbox: Inbox::default(),
            moved: now,
            broken: None,
            heard: false,
            last_words: String::new(),
            is_refused: false,
            seconds: None,
            end: None,
        }
    }

    /// Starts to send a message; the last one must have been answered.
    pub(super) fn send(&mut self, message: &Rc<[u8]>, now: Instant) {
        self.message = Rc::clone(message);
        self.sent = 0;
        self.awaited = lines(message);
        self.moved = now;
        self.flush(now);
    }

    /// Sends what fits of the message.
    pub(super) fn flush(&mut self, now: Instant) {
        while self.wants_write() {
            match sys::send(&self.socket, &self.message[self.sent..], 0) {
                Ok(count) => {
                    self.sent += count;
                    self.moved = now;
                }
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return,
                Err(errno @ (Errno::EPIPE | Errno::ECONNRESET)) => self.broken = Some(errno),
                Err(errno) => self.end = Some(End::Failed("send", errno)),
            }
        }
    }

    /// Whether part of the message is still to be sent.
    pub(super) fn wants_write(&self) -> bool {
        self.sent < self.message.len() && self.broken.is_none() && self.end.is_none()
    }

    /// Receives what is there, up to a bufferful.
    pub(super) fn receive(&mut self, buffer: &mut [u8], now: Instant) {
        match sys::recv(&self.socket, buffer, 0) {
            Ok(0) => {
                let failed = |errno| End::Failed("send", errno);
                self.end = Some(self.broken.map_or(End::Closed, failed));
            }
            Ok(count) => {
                self.inbox.push(&buffer[..count]);
                self.moved = now;
            }
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            Err(errno) => self.end = Some(End::Failed("recv", errno)),
        }
    }

    /// Takes the next piece of what has come.
    pub(super) fn take(&mut self, now: Instant) -> Option<Piece> {
        let sent = awaiting(self.awaited, &self.message);
        let silence = self.inbox.patience(sent);
        let silent = silence.is_some_and(|silence| now >= self.moved + silence);
        let piece = self.inbox.take(sent, silent || self.end.is_some())?;
        self.heard = true;
        match &piece {
            Piece::Notice(line) => self.heed(&String::from_utf8_lossy(content(line))),
            Piece::Reply(reply) => {
                if self.awaited > 0 && self.is_leaving() {
                    self.seconds = parse_seconds(&String::from_utf8_lossy(content(reply)));
                }
                self.awaited = self.awaited.saturating_sub(lines(reply));
            }
        }
        Some(piece)
    }

    fn heed(&mut self, line: &str) {
        match Notice::parse(line) {
            None | Some(Notice::Greeting) => return,
            Some(Notice::Closing(seconds) | Notice::Idle(seconds)) => self.seconds = Some(seconds),
            Some(Notice::Full(_) | Notice::NoResources) => self.is_refused = true,
            Some(Notice::TooLong) => {}
        }
        self.last_words = line.strip_prefix(NOTICE).unwrap_or_default().into();
    }

    /// Ends it if it has awaited a reply for all this time.
    pub(super) fn expire(&mut self, timeout: Duration, now: Instant) {
        if self.awaited > 0 && self.end.is_none() && now >= self.moved + timeout {
            self.end = Some(End::Late);
        }
    }

    /// When silence will have ended a reply, or be too long for one; at once if it has ended.
    pub(super) fn deadline(&self, timeout: Duration) -> Option<Instant> {
        let silence = self.inbox.patience(awaiting(self.awaited, &self.message));
        let timeout = (self.awaited > 0).then_some(timeout);
        let ended = self.end.map(|_| Duration::ZERO);
        let first = [silence, timeout, ended].into_iter().flatten().min();
        first.map(|time| self.moved + time)
    }

    /// Whether a reply is still to come.
    pub(super) fn awaits_reply(&self) -> bool {
        self.awaited > 0
    }

    /// The message that awaits a reply.
    pub(super) fn unanswered(&self) -> Option<&[u8]> {
        (self.awaited > 0).then_some(&*self.message)
    }

    /// Whether the last message was `SALIR`.
    pub(super) fn is_leaving(&self) -> bool {
        Request::parse(content(&self.message)) == Request::Farewell
    }

    /// The seconds connected: the server's figure if it gave one.
    pub(super) fn seconds(&self, now: Instant) -> u64 {
        self.seconds.unwrap_or_else(|| now.saturating_duration_since(self.opened).as_secs())
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// The message that the inbox is to find the reply to, empty if none is awaited.
fn awaiting(awaited: usize, message: &[u8]) -> &[u8] {
    if awaited > 0 { message } else { &[] }
}

/// How many messages a server sees in these bytes.
fn lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte == b'\n').count().max(1)
}
