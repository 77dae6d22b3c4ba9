//! The listening socket: opened with the coursework's lines, watched unless there is no room, and closed
//! without a reset for anybody whom the kernel has connected.

use super::Pause;
use super::options::Options;
use crate::net::{self, Accepted, Error, Step};
use crate::repr::Peer;
use crate::screen::{Line, Screen, Warning};
use crate::sys::{self, Errno, FdSet, SocketAddr};
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// Connections accepted per turn of the loop, so that connected clients are not kept waiting.
pub const ACCEPTS_PER_TURN: usize = 16;

/// After accept found no room, how long the queue is left alone.
const LET_PASS: Duration = Duration::from_millis(100);

/// How long a connection that has been begun may take to be in the queue.
const HANDSHAKE: Duration = Duration::from_millis(5);

/// A listening socket.
#[derive(Debug)]
pub struct Listener {
    socket: OwnedFd,
    /// Accepting has failed.
    pause: Pause,
    /// A descriptor to give up, so that the queue can be emptied although there is no other, or anybody
    /// served at all.
    spare: Option<OwnedFd>,
    /// It is to be closed, once its queue is empty.
    is_stopping: bool,
}

/// What [`Listener::accept`] has found.
#[derive(Debug)]
pub enum Found {
    /// A client.
    Client(OwnedFd, SocketAddr),
    /// Nobody, or no room for them.
    Nobody,
    /// Nobody, and nobody will come: drop the listener.
    Done,
}

impl Listener {
    /// Opens it as the options say, and prints the address it got.
    ///
    /// # Errors
    ///
    /// The call that failed, the address and why.
    pub fn open(options: &Options, screen: &mut Screen) -> Result<Self, Error> {
        let (bind, port) = (options.bind.as_deref(), options.port);
        screen.event(&Line::Starting { host: bind.unwrap_or("localhost"), port });
        let addr = net::resolve(bind.unwrap_or("127.0.0.1"), port, None)?.swap_remove(0);
        let (socket, bound) = net::listen_on(addr, options.backlog, options.keepalive, |step| {
            screen.event(&match step {
                Step::Socket => Line::SocketMade,
                Step::Bind => Line::Bound,
                Step::Listen => Line::Passive,
            });
        })?;
        // Without one there is none for a client either.
        let spare = match spare() {
            Err(errno @ Errno::EMFILE) => return Err(Error::new("open", "/dev/null", errno)),
            spare => spare.ok(),
        };
        screen.say(&Line::Listening { addr: Peer(bound) });
        Ok(Self { socket, pause: Pause::default(), spare, is_stopping: false })
    }

    /// Adds it to what is waited for, or gives the time to look at it anyway.
    pub fn watch(&mut self, read: &mut FdSet, now: Instant) -> Option<Instant> {
        let pause = self.pause.end(now);
        if pause.is_none() {
            read.insert(&self.socket);
        }
        pause.or(self.is_stopping.then_some(now))
    }

    /// Whether to look if somebody waits to be accepted.
    #[must_use]
    pub fn is_due(&self, ready: &FdSet, now: Instant) -> bool {
        ready.contains(&self.socket) || (self.is_stopping && self.pause.end(now).is_none())
    }

    /// Accepts the next client of the queue, if there is one and there is room, which is made for the
    /// `first`; `flags` as for [`sys::accept`].
    ///
    /// # Errors
    ///
    /// The listener is of no use any more.
    pub fn accept(
        &mut self,
        flags: i32,
        first: bool,
        screen: &mut Screen,
        now: Instant,
    ) -> Result<Found, Error> {
        let mut failed = None;
        for _ in 0..ACCEPTS_PER_TURN {
            match net::accept_from(&self.socket, flags)? {
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
        // No room; or what is tried again fails again and again.
        if let Some(errno) = failed {
            screen.warn(Warning::NoRoom, &Line::NoRoom { errno }, now);
            self.pause.last_until(now + LET_PASS);
            self.spare = self.spare.take().or_else(|| spare().ok());
        }
        Ok(Found::Nobody)
    }

    /// No connection is begun any more. Clients already in the queue, or about to be, are still accepted;
    /// then it is [done](Found::Done).
    pub fn stop(&mut self) {
        if !self.is_stopping {
            // Where this does not work (it may take root), who comes between the last accept and close is reset.
            let _ = sys::drop_syns(&self.socket);
            self.is_stopping = true;
            self.pause = Pause::default();
        }
    }

    /// Whether a connection that has been begun comes to be in the queue. It waits for that, a moment.
    fn somebody_comes(&self) -> bool {
        let until = Instant::now() + HANDSHAKE;
        loop {
            let mut read = FdSet::new();
            read.insert(&self.socket);
            let left = until.saturating_duration_since(Instant::now());
            match sys::select(Some(&mut read), None, None, Some(left)) {
                // A child that ends is no reason not to wait for whoever comes.
                Err(Errno::EINTR) => {}
                waited => return waited == Ok(1),
            }
        }
    }
}

fn spare() -> Result<OwnedFd, Errno> {
    open("/dev/null", OFlag::O_RDONLY | OFlag::O_CLOEXEC, Mode::empty())
}
