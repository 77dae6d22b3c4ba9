//! One connection: its socket, the message in progress, what has come back.

use super::replies::{Inbox, ReplyPiece};
use crate::net::Connected;
use crate::protocol::framing::content;
use crate::protocol::reply::{NOTICE, Notice, Request, parse_seconds};
use crate::sys::{self, Errno, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How a connection ended before the client closed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConnectionEnd {
    /// The server closed it.
    Closed,
    /// A call on it failed.
    Failed(&'static str, Errno),
    /// No reply came in time.
    Late,
}

/// A connection to the server.
#[derive(Debug)]
pub(super) struct ClientConnection {
    socket: OwnedFd,
    /// The server's address.
    pub(super) peer: SocketAddr,
    /// The local address, which distinguishes it from the others.
    pub(super) local: SocketAddr,
    opened: Instant,
    /// How long a reply may take.
    timeout: Duration,
    /// The last message, and how much of it has been sent.
    message: Rc<[u8]>,
    sent: usize,
    /// Replies still to come: one for each line of the message.
    awaited: usize,
    inbox: Inbox,
    /// When a byte last came or a message was sent: silence counts from here.
    received: Instant,
    /// When part of the message was last sent or part of its reply received: the timeout counts from
    /// here.
    waiting: Instant,
    /// send failed; recv may still return data.
    broken: Option<Errno>,
    /// Whether the server has sent anything.
    pub(super) heard: bool,
    /// The notice with which it said that it closes, if it did.
    pub(super) last_words: String,
    /// Whether the server had no room for this client.
    pub(super) is_refused: bool,
    /// Whether a reply ended in the middle.
    pub(super) is_cut_off: bool,
    /// The time connected, according to the server.
    seconds: Option<u64>,
    /// Set when it has ended.
    pub(super) end: Option<ConnectionEnd>,
}

impl ClientConnection {
    /// A connection just made, on which a reply may take this long.
    pub(super) fn new(connected: Connected, timeout: Duration) -> Self {
        let Connected { socket, local, peer } = connected;
        let now = Instant::now();
        Self {
            socket,
            peer,
            local,
            opened: now,
            timeout,
            message: Rc::from([]),
            sent: 0,
            awaited: 0,
            inbox: Inbox::default(),
            received: now,
            waiting: now,
            broken: None,
            heard: false,
            last_words: String::new(),
            is_refused: false,
            is_cut_off: false,
            seconds: None,
            end: None,
        }
    }

    /// Starts to send a message; the last one must have been answered.
    pub(super) fn send(&mut self, message: &Rc<[u8]>, now: Instant) {
        self.message = Rc::clone(message);
        self.sent = 0;
        self.awaited = lines(message);
        self.inbox.expect(message);
        (self.received, self.waiting) = (now, now);
        self.flush(now);
    }

    /// Sends what fits of the message.
    pub(super) fn flush(&mut self, now: Instant) {
        while self.wants_write() {
            match sys::send(&self.socket, &self.message[self.sent..], 0) {
                Ok(count) => {
                    self.sent += count;
                    self.waiting = now;
                }
                Err(Errno::EAGAIN | Errno::EINTR) => return,
                Err(errno) => self.broken = Some(errno),
            }
        }
    }

    /// Whether part of the message is still to be sent.
    pub(super) fn wants_write(&self) -> bool {
        self.sent < self.message.len() && self.broken.is_none()
    }

    /// Whether to receive even if select does not say so.
    pub(super) fn is_broken(&self) -> bool {
        self.broken.is_some()
    }

    /// Receives what is there, at most a bufferful.
    pub(super) fn receive(&mut self, buffer: &mut [u8], now: Instant) {
        let unsent = self.broken.map(|errno| ConnectionEnd::Failed("send", errno));
        match sys::recv(&self.socket, buffer, 0) {
            Ok(0) => self.end = unsent.or(Some(ConnectionEnd::Closed)),
            Ok(count) => {
                self.received = now;
                if self.inbox.push(&buffer[..count]) {
                    self.waiting = now;
                }
            }
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) => self.end = unsent,
            Err(errno) => self.end = Some(ConnectionEnd::Failed("recv", errno)),
        }
    }

    /// Takes the next piece received. If none is left and a reply is too late, the connection ends.
    pub(super) fn take(&mut self, now: Instant) -> Option<ReplyPiece> {
        let silence = self.inbox.patience();
        let silent = silence.is_some_and(|silence| now >= self.received + silence);
        let mut piece = self.inbox.take(silent);
        if piece.is_none() && self.end.is_none() && self.is_late(now) {
            self.end = Some(ConnectionEnd::Late);
        }
        if let Some(end) = self.end {
            piece = piece.or_else(|| self.inbox.take_rest(end == ConnectionEnd::Late));
        }
        self.heed(piece.as_ref()?, now);
        piece
    }

    /// What a piece means for the connection.
    fn heed(&mut self, piece: &ReplyPiece, now: Instant) {
        self.heard = true;
        match piece {
            ReplyPiece::Notice(line) => self.heed_notice(&String::from_utf8_lossy(content(line))),
            ReplyPiece::Part(_) => self.is_cut_off = true,
            ReplyPiece::Reply(reply) if self.awaited > 0 => {
                if self.is_leaving() {
                    self.seconds = parse_seconds(&String::from_utf8_lossy(content(reply)));
                }
                self.waiting = now;
                self.awaited = self.awaited.saturating_sub(lines(reply));
                if self.awaited == 0 {
                    self.inbox.expect(&Rc::from([]));
                }
            }
            ReplyPiece::Reply(_) => {}
        }
    }

    fn heed_notice(&mut self, line: &str) {
        match Notice::parse(line) {
            None | Some(Notice::Greeting) => return,
            Some(Notice::Closing(seconds) | Notice::Idle(seconds)) => self.seconds = Some(seconds),
            Some(Notice::Full(_) | Notice::NoResources) => self.is_refused = true,
            Some(Notice::TooLong) => {}
        }
        self.last_words = line.strip_prefix(NOTICE).unwrap_or_default().into();
    }

    fn is_late(&self, now: Instant) -> bool {
        self.awaited > 0 && now >= self.waiting + self.timeout
    }

    /// The client was not reading for this long, which is not the server's fault.
    pub(super) fn excuse(&mut self, time: Duration) {
        self.waiting += time;
    }

    /// When to look at it anyway: a silence will end a reply, or a reply will be too late.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let silence = self.inbox.patience().map(|silence| self.received + silence);
        let late = (self.awaited > 0).then(|| self.waiting + self.timeout);
        let broken = self.broken.map(|_| self.waiting);
        [silence, late, broken].into_iter().flatten().min()
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

impl AsFd for ClientConnection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// How many messages a server sees in these bytes.
fn lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte == b'\n').count().max(1)
}
