//! One client's connection, without its socket: input and time go in, bytes to send and events come
//! out. No call is made here: see [`client`](super::client).

mod events;
mod outbox;

pub use events::{ConnectionEvent, Input, Wants};
pub use outbox::CAP;

use super::{LATER, earliest};
use crate::clock::Now;
use crate::protocol::reply::{LONGEST, Notice};
use crate::protocol::session::{self, Answered, Session};
use crate::sys::Errno;
use outbox::{Held, Outbox};
use std::time::{Duration, Instant};

/// After `SALIR`, how long the client has to close by itself.
const FAREWELL: Duration = Duration::from_secs(1);

/// After a notice and the end of file that follows it, how long the client has to close. Until then
/// its input is read and discarded: closing with unread input would send a reset, which can
/// overtake the notice.
const LINGER: Duration = Duration::from_millis(500);

/// How long a client that is leaving may go without reading before it gets no more; at least the
/// grace period plus `LATER`.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a server treats its connections.
#[derive(Clone, Debug)]
pub struct ConnectionRules {
    /// How messages are found and answered.
    pub session: session::SessionRules,
    /// Whether a client is greeted.
    pub greeting: bool,
    /// Wait before each reply.
    pub delay: Duration,
    /// Close a client that is silent this long.
    pub idle: Option<Duration>,
    /// How long closing may take.
    pub grace: Duration,
}

/// One client's connection.
#[derive(Debug)]
pub struct ServerConnection<'r> {
    rules: &'r ConnectionRules,
    session: Session,
    outbox: Outbox,
    /// When something was last received or sent.
    active: Instant,
    state: ConnectionState,
    /// The client has sent end of file.
    at_end: bool,
    /// Nothing more can be sent, for this reason.
    broken: Option<Errno>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ConnectionState {
    Open,
    /// It is closing, or broken: only this many bytes, which have arrived, are still taken. An end of
    /// file may follow the last of them, and makes a message of what has no newline.
    Taking(usize),
    /// No more messages are answered. `told`: the client was sent a notice, rather than the reply
    /// to `SALIR`. `until`: when to close without waiting for the client; set once the outbox is
    /// empty.
    Leaving {
        told: bool,
        until: Option<Instant>,
        half_close: bool,
    },
    Closed,
}

impl<'r> ServerConnection<'r> {
    /// A client that `connected` then; its silence counts from `now`. Greets it if the rules say so.
    #[must_use]
    pub fn new(rules: &'r ConnectionRules, connected: Now, now: Instant) -> Self {
        let mut outbox = Outbox::default();
        if rules.greeting {
            Notice::Greeting.write(&mut outbox.bytes);
            outbox.ready = outbox.bytes.len();
        }
        Self {
            rules,
            session: Session::new(rules.session, connected),
            outbox,
            active: now,
            state: ConnectionState::Open,
            at_end: false,
            broken: None,
        }
    }

    /// A client that is turned away with a notice.
    #[must_use]
    pub fn refused(rules: &'r ConnectionRules, notice: Notice, now: Now) -> Self {
        let mut this = Self::new(rules, now, now.monotonic);
        this.outbox = Outbox::default();
        this.notify(notice);
        this
    }

    /// When it connected.
    #[must_use]
    pub fn connected(&self) -> &Now {
        self.session.connected()
    }

    /// Whether it is over, and the socket to be closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.state == ConnectionState::Closed
    }

    /// Whether to half-close the socket now, after a notice. True only once.
    #[must_use]
    pub fn take_half_close(&mut self) -> bool {
        match &mut self.state {
            ConnectionState::Leaving { half_close, .. } => std::mem::take(half_close),
            _ => false,
        }
    }

    /// Whether to receive once more at once: all bytes that had arrived have been taken, but perhaps not
    /// an end of file after them.
    #[must_use]
    pub fn looks_again(&self) -> bool {
        self.state == ConnectionState::Taking(0)
    }

    /// The bytes to send now.
    #[must_use]
    pub fn ready(&self) -> &[u8] {
        &self.outbox.bytes[self.outbox.sent..self.outbox.ready]
    }

    /// What to wait for, derived from the state. While the client does not read its replies,
    /// nothing more is read from it.
    #[must_use]
    pub fn wants(&self) -> Wants {
        let thrown_away =
            matches!(self.state, ConnectionState::Leaving { .. }) || self.broken.is_some();
        Wants {
            read: !self.at_end && (thrown_away || self.outbox.len() < CAP),
            write: !self.ready().is_empty(),
        }
    }

    /// When [`Input::Time`] is due if nothing else happens.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let own = match self.state {
            ConnectionState::Open => earliest([self.session.deadline(), self.idle_at()]),
            _ => self.gives_up_at(),
        };
        earliest([own, self.outbox.next_due()])
    }

    /// Takes an input, and passes on the events that follow from it, in order.
    pub fn on(&mut self, input: Input<'_>, now: &Now, tell: &mut dyn FnMut(ConnectionEvent<'_>)) {
        match input {
            Input::Received(bytes) => self.received(bytes, now, tell),
            Input::EndOfFile => self.ended(now, tell),
            Input::Nothing => self.taken(usize::MAX, now, tell),
            Input::Broken(errno) => {
                self.broken.get_or_insert(errno);
                self.on_error(now, tell);
            }
            Input::Sent(count) => {
                self.active = now.monotonic;
                if self.outbox.advance(count) {
                    tell(ConnectionEvent::Drained);
                }
            }
            Input::Gone => self.state = ConnectionState::Closed,
            Input::Unsendable(errno, arrived) => {
                self.broken = Some(errno);
                self.outbox = Outbox::default();
                if self.is_talking() && arrived > 0 {
                    self.state = ConnectionState::Taking(arrived);
                } else {
                    self.on_error(now, tell);
                }
            }
            Input::Time => self.time(now, tell),
            Input::Close(arrived) => {
                self.active = now.monotonic;
                self.release(None, now, tell);
                if self.state == ConnectionState::Open {
                    self.state = ConnectionState::Taking(arrived);
                    self.taken(0, now, tell);
                }
            }
        }
        self.maybe_close(now.monotonic);
    }

    fn received(&mut self, bytes: &[u8], now: &Now, tell: &mut dyn FnMut(ConnectionEvent<'_>)) {
        if self.is_talking() {
            self.active = now.monotonic;
            self.answer(bytes, now, tell);
            self.taken(bytes.len(), now, tell);
        }
    }

    fn ended(&mut self, now: &Now, tell: &mut dyn FnMut(ConnectionEvent<'_>)) {
        self.at_end = true;
        if self.broken.is_some() {
            return self.on_error(now, tell);
        }
        let told = matches!(self.state, ConnectionState::Leaving { told: true, .. });
        self.answer_the_rest(now, tell);
        if !told {
            tell(ConnectionEvent::EndOfFile);
        }
        self.taken(usize::MAX, now, tell);
    }

    /// Counts down the bytes that had arrived. After the last the client is told that the server is
    /// closing; if it cannot be told, the connection is lost.
    fn taken(&mut self, count: usize, now: &Now, tell: &mut dyn FnMut(ConnectionEvent<'_>)) {
        let ConnectionState::Taking(left) = self.state else {
            return;
        };
        let rest = left.saturating_sub(count);
        // One more look, for an end of file.
        let looks_again = rest == 0 && count <= left && self.session.is_partial() && !self.at_end;
        self.state = ConnectionState::Taking(rest);
        if rest > 0 || looks_again {
            return;
        }
        if self.broken.is_some() {
            return self.on_error(now, tell);
        }
        // Of a client that sends newlines, the rest is part of a line.
        if self.session.deadline().is_some() {
            self.answer_the_rest(now, tell);
        }
        if matches!(self.state, ConnectionState::Taking(_)) {
            tell(ConnectionEvent::Closing);
            self.notify(Notice::Closing(self.connected().seconds_until(now)));
        }
    }

    /// The connection is lost. What had arrived is still a message.
    fn on_error(&mut self, now: &Now, tell: &mut dyn FnMut(ConnectionEvent<'_>)) {
        self.answer_the_rest(now, tell);
        self.state = ConnectionState::Closed;
        if let Some(errno) = self.broken {
            tell(ConnectionEvent::Lost(errno));
        }
    }

    /// Whether messages are answered.
    #[must_use]
    pub fn is_talking(&self) -> bool {
        matches!(self.state, ConnectionState::Open | ConnectionState::Taking(_))
    }

    /// Bytes left without a newline are a message.
    fn answer_the_rest(&mut self, now: &Now, tell: &mut dyn FnMut(ConnectionEvent<'_>)) {
        if self.is_talking() {
            self.session.end_of_file();
            self.answer(b"", now, tell);
        }
    }

    fn time(&mut self, now: &Now, tell: &mut dyn FnMut(ConnectionEvent<'_>)) {
        let over = |deadline: Option<Instant>| deadline.is_some_and(|at| at <= now.monotonic);
        self.release(Some(now.monotonic), now, tell);
        if self.state != ConnectionState::Open {
            if over(self.gives_up_at()) {
                self.state = ConnectionState::Closed;
            }
            return;
        }
        self.answer(b"", now, tell);
        if self.state == ConnectionState::Open && over(self.idle_at()) {
            tell(ConnectionEvent::Idle);
            self.active = now.monotonic;
            self.notify(Notice::Idle(self.connected().seconds_until(now)));
        }
    }

    /// Answers every message that the `input` received completes.
    fn answer(&mut self, mut input: &[u8], now: &Now, tell: &mut dyn FnMut(ConnectionEvent<'_>)) {
        loop {
            let from = self.outbox.bytes.len();
            let answered = self.session.answer(&mut input, now, &mut self.outbox.bytes);
            let told = match answered {
                None => return,
                Some(Answered::Message(bytes)) => {
                    tell(ConnectionEvent::Message(bytes));
                    None
                }
                Some(Answered::Farewell(bytes)) => {
                    tell(ConnectionEvent::Message(bytes));
                    Some(false)
                }
                Some(Answered::TooLong) => {
                    tell(ConnectionEvent::TooLong);
                    Some(true)
                }
                Some(Answered::NoMemory) => return self.run_out_of_memory(now, tell),
            };
            if self.broken.is_some() {
                self.outbox.bytes.truncate(from);
                continue;
            }
            let waits = !self.rules.delay.is_zero() && self.state == ConnectionState::Open;
            let can_wait = waits && self.outbox.can_hold_one_more();
            if let Some(told) = told {
                self.state = ConnectionState::Leaving { told, until: None, half_close: false };
            }
            if can_wait {
                let after = self.outbox.held.back().map_or(now.monotonic, |held| held.due);
                let (due, end) = (after + self.rules.delay, self.outbox.bytes.len());
                self.outbox.held.push_back(Held { due, end });
            } else {
                self.release(None, now, tell);
                self.outbox.ready = self.outbox.bytes.len();
                let reply = &self.outbox.bytes[from..];
                tell(if told.is_some() {
                    ConnectionEvent::Farewell(reply)
                } else {
                    ConnectionEvent::Reply(reply)
                });
                if waits {
                    return self.run_out_of_memory(now, tell);
                }
            }
        }
    }

    /// There is no memory for this client's messages, or for the replies. It gets the replies queued so
    /// far, and a notice.
    fn run_out_of_memory(&mut self, now: &Now, tell: &mut dyn FnMut(ConnectionEvent<'_>)) {
        self.session.end();
        self.release(None, now, tell);
        tell(ConnectionEvent::NoMemory);
        // If it is broken nobody is left to be told.
        if self.broken.is_none() {
            self.notify(Notice::NoResources);
        }
    }

    /// Makes ready the replies that are due `by` a time; without one, all.
    fn release(
        &mut self,
        by: Option<Instant>,
        now: &Now,
        tell: &mut dyn FnMut(ConnectionEvent<'_>),
    ) {
        while let Some(&Held { due, end }) = self.outbox.held.front() {
            if by.is_some_and(|by| due > by) {
                return;
            }
            self.outbox.held.pop_front();
            let leaves = matches!(self.state, ConnectionState::Leaving { .. })
                && self.outbox.held.is_empty();
            let reply = &self.outbox.bytes[self.outbox.ready..end];
            tell(if leaves {
                ConnectionEvent::Farewell(reply)
            } else {
                ConnectionEvent::Reply(reply)
            });
            self.outbox.ready = end;
            self.active = now.monotonic;
        }
    }

    /// Appends a notice, the last thing that the client gets.
    fn notify(&mut self, notice: Notice) {
        // Without memory even for this, the client gets no notice.
        if self.outbox.bytes.try_reserve(LONGEST).is_ok() {
            notice.write(&mut self.outbox.bytes);
        }
        self.outbox.ready = self.outbox.bytes.len();
        self.state = ConnectionState::Leaving { told: true, until: None, half_close: false };
    }

    /// Once the outbox is empty: closes if the client has closed, otherwise starts the client's
    /// time to close.
    fn maybe_close(&mut self, now: Instant) {
        if self.outbox.len() > 0 {
            return;
        }
        if self.at_end {
            self.state = ConnectionState::Closed;
        }
        if let ConnectionState::Leaving { told, until: until @ None, half_close } = &mut self.state
        {
            *until = Some(now + if *told { LINGER } else { FAREWELL });
            *half_close = *told;
        }
    }

    /// When to stop waiting for a client to close, or to read what is queued.
    fn gives_up_at(&self) -> Option<Instant> {
        match self.state {
            ConnectionState::Leaving { until: Some(until), .. } => Some(until),
            _ if self.ready().is_empty() => None,
            _ => Some(self.active + PATIENCE.max(self.rules.grace + LATER)),
        }
    }

    /// When the client has been silent for too long. Never while it waits for a delayed reply, or its message
    /// for the silence that ends it.
    fn idle_at(&self) -> Option<Instant> {
        let waits = !self.outbox.held.is_empty() || self.session.deadline().is_some();
        self.rules.idle.filter(|_| !waits).map(|idle| self.active + idle)
    }
}

#[cfg(test)]
mod tests;
