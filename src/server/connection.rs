//! One client: its socket, its session and its outbox. Both servers use it; neither ever waits in it,
//! except in [`Connection::wait_and_receive`], for the child that has nothing else to do.

mod leaving;

use self::leaving::Leaving;
use super::outbox::{CAP, Outbox};
use super::service::Service;
use crate::clock::Now;
use crate::protocol::reply::Notice;
use crate::protocol::session::{Answered, Session};
use crate::sys::{self, Errno, MSG_DONTWAIT, SocketAddr};
use crate::text::Line;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Instant;

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
            Some(leaving) => self.gives_up_at(leaving, service.grace),
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
            Some(leaving) => self.closed |= over(self.gives_up_at(leaving, service.grace)),
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
                    self.leave(false);
                }
                Answered::TooLong => {
                    service.trace.journal.event(&Line::TooLong(self.peer));
                    self.leave(true);
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

    fn lose(&mut self, errno: Errno, service: &mut Service) {
        service.trace.lost(self.peer, errno);
        self.closed = true;
    }

    /// When the client has been silent for too long. Not while it waits for a delayed reply.
    fn idle_at(&self, service: &Service) -> Option<Instant> {
        let waits = self.outbox.next_due().is_some();
        service.idle.filter(|_| !waits).map(|idle| self.active + idle)
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
