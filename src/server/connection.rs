//! One client: its socket, its session and its outbox. Both servers use it; neither ever waits in it,
//! except in [`Connection::wait_and_receive`], for the child that has nothing else to do.

use super::outbox::{CAP, Outbox};
use super::service::Service;
use crate::clock::Now;
use crate::protocol::reply::Notice;
use crate::protocol::session::{Answered, Session};
use crate::sys::{self, Errno, MSG_DONTWAIT, SHUT_WR, SocketAddr};
use crate::text::Line;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

/// After `SALIR`, how long the client has to close by itself.
const FAREWELL: Duration = Duration::from_secs(1);

/// After a notice and the end of file that follows it, how long the client has to close. Until then
/// what it sends is read and thrown away: closing with input unread would be a reset, which can
/// overtake the notice.
const LINGER: Duration = Duration::from_millis(500);

/// How long a client that leaves may take to read the next of what it is owed; the grace period if that
/// is longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// A drain reads at most so many buffers: what had arrived, not what a flood adds meanwhile.
const DRAIN: usize = 64;

/// What a connection waits for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interest {
    /// Something to read.
    pub read: bool,
    /// Room to write.
    pub write: bool,
}

/// One client's connection.
#[derive(Debug)]
pub struct Connection {
    socket: OwnedFd,
    peer: SocketAddr,
    session: Session,
    outbox: Outbox,
    /// When something was last received or sent.
    active: Instant,
    /// The client sends no more.
    at_end: bool,
    /// No message is answered any more: it closes once the outbox is empty and the client has
    /// closed, or has had its time to.
    leaving: Option<Leaving>,
    closed: bool,
}

#[derive(Debug)]
struct Leaving {
    /// Told by a notice, rather than answered `SALIR`.
    told: bool,
    /// Since the outbox is empty: when to close without waiting for the client.
    until: Option<Instant>,
}

impl Connection {
    /// A client that connected at `now`; greets it if so asked.
    pub fn new(socket: OwnedFd, peer: SocketAddr, now: Now, service: &mut Service) -> Self {
        let mut this = Self::ungreeted(socket, peer, now, service);
        if service.greeting {
            Notice::Greeting.write(this.outbox.buffer());
            this.outbox.release();
            this.flush(service);
        }
        this
    }

    /// A client that is turned away with a notice.
    pub fn refused(
        socket: OwnedFd,
        peer: SocketAddr,
        notice: Notice,
        service: &mut Service,
    ) -> Self {
        let mut this = Self::ungreeted(socket, peer, service.now, service);
        this.tell(notice, service);
        this
    }

    fn ungreeted(socket: OwnedFd, peer: SocketAddr, now: Now, service: &Service) -> Self {
        Self {
            socket,
            peer,
            session: Session::new(service.rules, now),
            outbox: Outbox::default(),
            active: now.monotonic,
            at_end: false,
            leaving: None,
            closed: false,
        }
    }

    /// Its address.
    #[must_use]
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// When it connected.
    #[must_use]
    pub fn connected(&self) -> &Now {
        self.session.connected()
    }

    /// Whether it is over: drop it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// What to wait for, worked out from its state. While the client does not read its replies,
    /// nothing more is read from it.
    #[must_use]
    pub fn interest(&self) -> Interest {
        Interest {
            read: !self.at_end && (self.leaving.is_some() || self.outbox.len() < CAP),
            write: !self.outbox.ready().is_empty(),
        }
    }

    /// When to call [`wake`](Self::wake), should nothing else happen.
    #[must_use]
    pub fn deadline(&self, service: &Service) -> Option<Instant> {
        let own = match &self.leaving {
            Some(leaving) => leaving.until.or_else(|| self.stalled(service.grace)),
            None => [self.session.deadline(), self.idle_at(service)].into_iter().flatten().min(),
        };
        [own, self.outbox.next_due()].into_iter().flatten().min()
    }

    /// Reads once what is there, and answers the messages that are now complete.
    pub fn receive(&mut self, service: &mut Service) {
        self.read(MSG_DONTWAIT, service);
        self.flush(service);
    }

    /// The same on a blocking socket: recv waits until there is something.
    pub fn wait_and_receive(&mut self, service: &mut Service) {
        self.read(0, service);
        self.flush(service);
    }

    /// Sends what is ready, as far as it fits.
    pub fn flush(&mut self, service: &mut Service) {
        while !self.closed && !self.outbox.ready().is_empty() {
            let ready = self.outbox.ready().len();
            match sys::send(&self.socket, self.outbox.ready(), MSG_DONTWAIT) {
                Ok(sent) => {
                    self.outbox.advance(sent);
                    self.active = service.now.monotonic;
                    if sent < ready {
                        return;
                    }
                    if self.outbox.is_empty() {
                        service.trace.drained(self.peer);
                    }
                }
                Err(Errno::EAGAIN) => return,
                Err(Errno::EINTR) => {}
                Err(errno) => self.lose(errno, service),
            }
        }
        self.settle(service.now.monotonic);
    }

    /// Time has passed: silence, a delay, idleness or the client's time to close may be over.
    pub fn wake(&mut self, service: &mut Service) {
        let now = service.now.monotonic;
        let over = |deadline: Option<Instant>| deadline.is_some_and(|deadline| deadline <= now);
        self.release(Some(now), service);
        match &self.leaving {
            Some(leaving) => {
                self.closed |= over(leaving.until.or_else(|| self.stalled(service.grace)));
            }
            None => {
                self.answer(0, service);
                if over(self.idle_at(service)) {
                    service.trace.journal.event(&Line::IdleClosed(self.peer));
                    let seconds = self.connected().seconds_until(&service.now);
                    self.tell(Notice::Idle(seconds), service);
                }
            }
        }
        self.flush(service);
    }

    /// The operator closes the clients: answers what has arrived, without delay, and tells this one.
    pub fn close(&mut self, service: &mut Service) {
        // With thousands to close, and a slow terminal, the turn of the loop is long.
        service.tick();
        for _ in 0..DRAIN {
            if self.leaving.is_some() || self.at_end || !self.read(MSG_DONTWAIT, service) {
                break;
            }
            if self.outbox.len() >= CAP {
                // Who does not read its replies is owed no more of them: here too, memory is bounded.
                self.release(None, service);
                self.flush(service);
                if self.closed || self.outbox.len() >= CAP {
                    break;
                }
            }
        }
        if self.session.deadline().is_some() {
            self.session.end_of_file();
            self.answer(0, service);
        }
        self.release(None, service);
        if !self.closed && self.leaving.is_none() {
            service.trace.journal.event(&Line::Closed(self.peer));
            let seconds = self.connected().seconds_until(&service.now);
            self.tell(Notice::Closing(seconds), service);
        }
        self.active = service.now.monotonic;
        self.flush(service);
    }

    /// Cuts it off, whatever it is still owed.
    pub fn cut(&mut self, _: &mut Service) {
        self.closed = true;
    }

    /// Reads once; whether there was something.
    fn read(&mut self, flags: i32, service: &mut Service) -> bool {
        let received = sys::recv(&self.socket, &mut service.buffer[..], flags);
        if flags != MSG_DONTWAIT {
            service.tick();
        }
        match received {
            Ok(0) => {
                self.at_end = true;
                self.session.end_of_file();
                self.answer(0, service);
                if self.leaving.as_ref().is_none_or(|leaving| !leaving.told) {
                    service.trace.end_of_file(self.peer);
                }
                true
            }
            Ok(count) => {
                if self.leaving.is_none() {
                    if !service.buffer[..count].ends_with(b"\n") {
                        // Silence counts from now, not from when this turn of the loop began.
                        service.tick();
                    }
                    self.active = service.now.monotonic;
                    self.answer(count, service);
                }
                true
            }
            Err(Errno::EAGAIN | Errno::EINTR) => false,
            Err(errno) => {
                self.lose(errno, service);
                false
            }
        }
    }

    /// Answers every message that is complete with the first `count` bytes of the buffer.
    fn answer(&mut self, count: usize, service: &mut Service) {
        let mut input = &service.buffer[..count];
        loop {
            let outbox = self.outbox.buffer();
            let from = outbox.len();
            let Some(answered) = self.session.answer(&mut input, &service.now, outbox) else {
                return;
            };
            match answered {
                Answered::Message(bytes) => service.trace.received(bytes, self.peer),
                Answered::Farewell(bytes) => {
                    service.trace.received(bytes, self.peer);
                    self.leaving = Some(Leaving { told: false, until: None });
                }
                Answered::TooLong => {
                    service.trace.journal.event(&Line::TooLong(self.peer));
                    self.leaving = Some(Leaving { told: true, until: None });
                }
            }
            if service.delay.is_zero() {
                let last = self.leaving.is_some();
                service.trace.sending(self.outbox.release(), self.peer, last);
            } else {
                let len = self.outbox.buffer().len() - from;
                let after = self.outbox.last_due().unwrap_or(service.now.monotonic);
                self.outbox.hold(len, after + service.delay);
            }
        }
    }

    /// Makes the replies that are due by `now` ready to be sent.
    fn release(&mut self, now: Option<Instant>, service: &mut Service) {
        while self.outbox.next_due().is_some() {
            let last = self.leaving.is_some() && self.outbox.held() == 1;
            let Some(reply) = self.outbox.release_due(now) else {
                return;
            };
            service.trace.sending(reply, self.peer, last);
            self.active = service.now.monotonic;
        }
    }

    /// Appends a notice, the last thing that the client gets.
    fn tell(&mut self, notice: Notice, service: &mut Service) {
        self.active = service.now.monotonic;
        notice.write(self.outbox.buffer());
        self.outbox.release();
        self.leaving = Some(Leaving { told: true, until: None });
        self.flush(service);
    }

    /// Once the outbox is empty: closes if the client has, else starts the client's time to close.
    fn settle(&mut self, now: Instant) {
        if !self.outbox.is_empty() {
            return;
        }
        self.closed |= self.at_end;
        match &mut self.leaving {
            Some(Leaving { told, until: until @ None }) if !self.closed => {
                if *told {
                    // A client that has gone has nothing to be told.
                    self.closed |= sys::shutdown(&self.socket, SHUT_WR).is_err();
                }
                *until = Some(now + if *told { LINGER } else { FAREWELL });
            }
            _ => {}
        }
    }

    fn lose(&mut self, errno: Errno, service: &mut Service) {
        service.trace.lost(self.peer, errno);
        self.closed = true;
    }

    /// When the client has been silent for too long. Not while it waits for a delayed reply.
    fn idle_at(&self, service: &Service) -> Option<Instant> {
        let waits = self.outbox.next_due().is_some();
        service.idle.filter(|_| !waits).map(|idle| self.active + idle)
    }

    /// When a client that is leaving and does not read what it is owed is given up.
    fn stalled(&self, grace: Duration) -> Option<Instant> {
        (!self.outbox.ready().is_empty()).then(|| self.active + grace.max(PATIENCE))
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
