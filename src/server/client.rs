//! One client: its socket, and the connection that is fed from it. Nothing here blocks.

use super::BACK_OFF;
use super::arrivals::Arrival;
use super::connection::{ConnectionEvent, Input, ServerConnection, Wants};
use crate::clock::{Clock, Now};
use crate::net::{Error, is_lost};
use crate::reason::Why;
use crate::repr::{Peer, Shown};
use crate::screen::{Line, Screen, Warning};
use crate::sys::{self, Errno, FdSet, MSG_DONTWAIT, SHUT_WR, SocketAddr};
use std::os::fd::OwnedFd;
use std::time::Instant;

/// A client.
#[derive(Debug)]
pub struct Client<'r> {
    /// Its socket.
    pub socket: OwnedFd,
    /// Its address.
    pub peer: SocketAddr,
    /// A health check, not a client: leaving does not wait for it.
    pub is_check: bool,
    /// Whether events are printed: not of health checks, nor of clients that are turned away.
    is_shown: bool,
    /// What has been said.
    pub connection: ServerConnection<'r>,
    /// A call has failed that may work later: no call is made until then.
    paused_until: Option<Instant>,
}

impl<'r> Client<'r> {
    /// A client that has been accepted.
    #[must_use]
    pub fn new(arrival: Arrival, connection: ServerConnection<'r>) -> Self {
        let Arrival { socket, peer, is_check, .. } = arrival;
        let is_shown = !is_check && connection.is_talking();
        Self { socket, peer, is_check, is_shown, connection, paused_until: None }
    }

    /// What to wait for.
    #[must_use]
    pub fn wants(&self) -> Wants {
        match self.paused_until {
            None => self.connection.wants(),
            Some(_) => Wants::default(),
        }
    }

    /// When to [wake](Self::wake) it if nothing else happens.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.paused_until.or_else(|| self.connection.deadline())
    }

    /// Adds the socket to the sets.
    pub fn watch(&self, read: &mut FdSet, write: &mut FdSet) {
        let wants = self.wants();
        read.set(&self.socket, wants.read);
        write.set(&self.socket, wants.write);
    }

    /// Receives once, takes in what has arrived, and sends what is then ready.
    pub fn receive(&mut self, buffer: &mut [u8], clock: &mut Clock, screen: &mut Screen) {
        self.take_in(buffer, clock, screen);
        self.send(buffer, clock, screen);
    }

    fn take_in(&mut self, buffer: &mut [u8], clock: &mut Clock, screen: &mut Screen) {
        loop {
            let input = match sys::recv(&self.socket, buffer, MSG_DONTWAIT) {
                Ok(0) => Input::EndOfFile,
                Ok(count) => Input::Received(&buffer[..count]),
                Err(Errno::EAGAIN) => Input::Nothing,
                Err(errno) if is_lost(errno) => Input::Broken(errno),
                Err(errno) => return self.pause("recv", errno, &clock.now, screen),
            };
            if matches!(input, Input::Received(bytes) if !bytes.ends_with(b"\n")) {
                // Silence counts from now, not from when this turn of the loop began.
                clock.tick();
            }
            self.on(input, &clock.now, screen);
            if !self.connection.looks_again() {
                return;
            }
        }
    }

    /// Sends what is ready, as far as there is room.
    pub fn send(&mut self, buffer: &mut [u8], clock: &mut Clock, screen: &mut Screen) {
        while !self.connection.ready().is_empty() && !self.connection.is_closed() {
            match sys::send(&self.socket, self.connection.ready(), MSG_DONTWAIT) {
                Ok(count) => self.on(Input::Sent(count), &clock.now, screen),
                Err(Errno::EAGAIN) => return,
                Err(errno) if !is_lost(errno) => {
                    return self.pause("send", errno, &clock.now, screen);
                }
                Err(errno) => {
                    self.on(Input::Unsendable(errno, self.arrived()), &clock.now, screen);
                    // What had arrived is still a message, although nobody is left to answer.
                    while !self.connection.is_closed() && self.paused_until.is_none() {
                        self.take_in(buffer, clock, screen);
                    }
                }
            }
        }
        if self.connection.take_half_close()
            && sys::shutdown(&self.socket, SHUT_WR).is_err_and(is_lost)
        {
            self.on(Input::Gone, &clock.now, screen);
        }
    }

    /// Time has passed. If a deadline has come, what has arrived meanwhile is taken in first: then the
    /// client was not silent.
    pub fn wake(&mut self, buffer: &mut [u8], clock: &mut Clock, screen: &mut Screen) {
        let is_over = |at| at <= clock.now.monotonic;
        if self.paused_until.is_some_and(|until| !is_over(until)) {
            return;
        }
        self.paused_until = None;
        if self.connection.deadline().is_some_and(is_over) {
            if self.connection.wants().read {
                self.take_in(buffer, clock, screen);
            }
            self.on(Input::Time, &clock.now, screen);
        }
        self.send(buffer, clock, screen);
    }

    /// The operator closes the clients.
    pub fn close(&mut self, buffer: &mut [u8], clock: &mut Clock, screen: &mut Screen) {
        // With thousands to close, this turn of the loop is long.
        clock.tick();
        self.on(Input::Close(self.arrived()), &clock.now, screen);
        if self.connection.looks_again() {
            self.take_in(buffer, clock, screen);
        }
        self.send(buffer, clock, screen);
    }

    /// A call has failed for a reason that is not the client's.
    fn pause(&mut self, call: &'static str, errno: Errno, now: &Now, screen: &mut Screen) {
        screen.warn_of(&Error::new(call, Peer(self.peer), errno), now.monotonic);
        self.paused_until = Some(now.monotonic + BACK_OFF);
    }

    fn on(&mut self, input: Input<'_>, now: &Now, screen: &mut Screen) {
        let &mut Self { peer, is_shown, .. } = self;
        self.connection.on(input, now, &mut |event| match (event, line(event, peer)) {
            _ if !is_shown => {}
            (ConnectionEvent::NoMemory, line) => {
                screen.warn(Warning::NoMemory, &line, now.monotonic)
            }
            (_, line) => screen.event(&line),
        });
    }

    /// How many bytes have arrived but not been received.
    fn arrived(&self) -> usize {
        sys::fionread(&self.socket).unwrap_or(0)
    }
}

/// The line that says what happened to `peer`.
fn line(event: ConnectionEvent<'_>, peer: SocketAddr) -> Line<'_> {
    let peer = Peer(peer);
    match event {
        ConnectionEvent::Message(bytes) => Line::ClientSaid { bytes: Shown(bytes), peer },
        ConnectionEvent::Reply(bytes) => Line::Answering { bytes: Shown(bytes), peer },
        ConnectionEvent::Farewell(bytes) => Line::AnsweringFarewell { bytes: Shown(bytes), peer },
        ConnectionEvent::Drained => Line::AllSent { peer },
        ConnectionEvent::EndOfFile => Line::ClientEnded { peer },
        ConnectionEvent::Lost(errno) => Line::ClientLost { peer, errno: Why(errno) },
        ConnectionEvent::Idle => Line::ClientIdle { peer },
        ConnectionEvent::TooLong => Line::MessageTooLong { peer },
        ConnectionEvent::NoMemory => Line::NoMemory { peer },
        ConnectionEvent::Closing => Line::ClientClosed { peer },
    }
}
