//! The listening sockets: watched unless there is no room, accepted from in turn, and closed without
//! resetting any connection that the kernel has completed.

use super::Pause;
use super::bind::Wanted;
use super::options::ServerOptions;
use crate::net::{self, Accepted, Error};
use crate::reason::Why;
use crate::repr::Peer;
use crate::screen::{Line, Screen, Warning};
use crate::sys::{self, Errno, FdSet, SocketAddr};
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use std::mem;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// Connections accepted per turn of the loop, so that connected clients are not kept waiting.
pub const ACCEPTS_PER_TURN: usize = 16;

/// How long the queue is left alone after accept has found no room.
const LET_PASS: Duration = Duration::from_millis(100);

/// How long a connection that has begun may take to reach the queue.
const HANDSHAKE: Duration = Duration::from_millis(5);

/// The listening sockets of a server.
#[derive(Debug)]
pub struct Listeners {
    /// At least one.
    sockets: Vec<OwnedFd>,
    /// Whose turn it is.
    next: usize,
    /// Another process holds them too: connections in their queues are for the next server.
    is_inherited: bool,
    /// Accepting has failed.
    pause: Pause,
    /// A spare descriptor: given up so that the queues can be emptied, or a first client served, when no
    /// other is left.
    spare: Option<OwnedFd>,
    /// They close once their queues are empty.
    is_stopping: bool,
}

/// What [`Listeners::accept`] has found.
#[derive(Debug)]
pub enum Found {
    /// A client.
    Client(OwnedFd, SocketAddr),
    /// Nobody, or no room for them.
    Nobody,
    /// Nobody, and nobody will come any more: drop the listeners.
    Done,
}

impl Listeners {
    /// Opens them, and prints their addresses.
    ///
    /// # Errors
    ///
    /// The call that failed, the address and why.
    pub fn open(
        wanted: Wanted,
        options: &ServerOptions,
        screen: &mut Screen,
    ) -> Result<Self, Error> {
        let is_inherited = matches!(wanted, Wanted::Inherited(_));
        let bound = wanted.open(options, screen)?;
        // With no descriptor for this there is none for a client either.
        let spare = match spare() {
            Err(errno @ Errno::EMFILE) => return Err(Error::new("open", "/dev/null", errno)),
            spare => spare.ok(),
        };
        for &(_, addr) in &bound {
            screen.say(&Line::Listening { addr: Peer(addr) });
        }
        let sockets = bound.into_iter().map(|(socket, _)| socket).collect();
        let (next, pause) = Default::default();
        Ok(Self { sockets, next, is_inherited, pause, spare, is_stopping: false })
    }

    /// In a forked child: closes the descriptors without freeing the memory.
    pub fn close(self) {
        let Self { mut sockets, spare, .. } = self;
        drop(spare);
        sockets.drain(..).for_each(drop);
        mem::forget(sockets);
    }

    /// Adds them to the set, or returns the time at which to look at them anyway.
    pub fn watch(&mut self, read: &mut FdSet, now: Instant) -> Option<Instant> {
        let pause = self.pause.end(now);
        if pause.is_none() {
            self.sockets.iter().for_each(|socket| read.insert(socket));
        }
        pause.or(self.is_stopping.then_some(now))
    }

    /// Whether to try to accept.
    #[must_use]
    pub fn is_due(&self, ready: &FdSet, now: Instant) -> bool {
        self.sockets.iter().any(|socket| ready.contains(socket))
            || (self.is_stopping && self.pause.end(now).is_none())
    }

    /// Accepts the next client, if one is queued and there is room; for the `first`, room is made.
    /// `flags` as for [`sys::accept`].
    ///
    /// # Errors
    ///
    /// A listener is unusable.
    pub fn accept(
        &mut self,
        ready: &FdSet,
        flags: i32,
        first: bool,
        screen: &mut Screen,
        now: Instant,
    ) -> Result<Found, Error> {
        let mut failed = None;
        for _ in 0..ACCEPTS_PER_TURN {
            match self.accept_in_turn(ready, flags)? {
                Accepted::Client(socket, peer) => return Ok(Found::Client(socket, peer)),
                Accepted::Nobody if self.is_stopping && self.somebody_comes() => failed = None,
                Accepted::Nobody if self.is_stopping => return Ok(Found::Done),
                Accepted::Nobody => return Ok(Found::Nobody),
                Accepted::Again(errno) => failed = Some(errno),
                Accepted::NoRoom(_)
                    if (self.is_stopping || first) && self.spare.take().is_some() => {}
                Accepted::NoRoom(errno) => {
                    failed = Some(errno);
                    break;
                }
            }
        }
        // No room, or every attempt has failed.
        if let Some(errno) = failed {
            screen.warn(Warning::NoRoom, &Line::NoRoom { errno: Why(errno) }, now);
            self.pause.last_until(now + LET_PASS);
            self.spare = self.spare.take().or_else(|| spare().ok());
        }
        Ok(Found::Nobody)
    }

    /// Accepts from the first listener with a queued connection, beginning with the one whose turn
    /// it is.
    fn accept_in_turn(&mut self, ready: &FdSet, flags: i32) -> Result<Accepted, Error> {
        for _ in 0..self.sockets.len() {
            let socket = &self.sockets[self.next];
            self.next = (self.next + 1) % self.sockets.len();
            if self.is_stopping || ready.contains(socket) {
                match net::accept_from(socket, flags)? {
                    Accepted::Nobody => {}
                    found => return Ok(found),
                }
            }
        }
        Ok(Accepted::Nobody)
    }

    /// Lets no new connection begin. Clients already in the queues, or about to be, are still accepted;
    /// then it is [done](Found::Done). If another process holds the sockets too, it is done at once.
    #[must_use]
    pub fn stop(mut self) -> Option<Self> {
        if self.is_inherited {
            return None;
        }
        if !self.is_stopping {
            for socket in &self.sockets {
                // If this fails (it may need root), a connection completed between the last accept and
                // close is reset.
                let _ = sys::drop_syns(socket);
            }
            self.is_stopping = true;
            self.pause = Pause::default();
        }
        Some(self)
    }

    /// Waits briefly for a connection that has begun to reach a queue; returns whether one has.
    fn somebody_comes(&self) -> bool {
        let until = Instant::now() + HANDSHAKE;
        loop {
            let mut read = FdSet::new();
            self.sockets.iter().for_each(|socket| read.insert(socket));
            let left = until.saturating_duration_since(Instant::now());
            match sys::select(Some(&mut read), None, None, Some(left)) {
                // A child's exit must not end this wait.
                Err(Errno::EINTR) => {}
                waited => return waited.is_ok_and(|ready| ready > 0),
            }
        }
    }
}

fn spare() -> Result<OwnedFd, Errno> {
    open("/dev/null", OFlag::O_RDONLY | OFlag::O_CLOEXEC, Mode::empty())
}
