//! The listening socket: opened with the coursework's lines, watched unless there is no room.

use super::options::Options;
use super::service::Service;
use crate::journal::Warning;
use crate::net::{self, Accepted, Error};
use crate::sys::{FdSet, SocketAddr};
use crate::text::Line;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// Connections accepted per turn of the loop, so that connected clients are not kept waiting.
pub const ACCEPTS_PER_TURN: usize = 16;

/// After accept found no room, how long the queue is left alone.
const BACK_OFF: Duration = Duration::from_millis(100);

/// A listening socket.
#[derive(Debug)]
pub struct Listener {
    socket: OwnedFd,
    accept_after: Option<Instant>,
}

impl Listener {
    /// Opens it as the options say, and prints the address it got.
    ///
    /// # Errors
    ///
    /// The call that failed, the address and why.
    pub fn open(options: &Options, service: &mut Service) -> Result<Self, Error> {
        let trace = &mut service.trace;
        let shown = options.bind.as_deref().unwrap_or("localhost");
        trace.starting(shown, options.port);
        let host = options.bind.as_deref().unwrap_or("127.0.0.1");
        let addr = net::resolve(host, options.port)?.swap_remove(0);
        let (socket, bound) = net::listen_on(addr, options.backlog, |step| trace.step(step))?;
        trace.journal.print([Line::Listening(bound)]);
        Ok(Self { socket, accept_after: None })
    }

    /// Adds it to what is waited for, or gives the time to watch it again.
    pub fn watch(&mut self, read: &mut FdSet, now: Instant) -> Option<Instant> {
        self.accept_after = self.accept_after.filter(|&after| now < after);
        if self.accept_after.is_none() {
            read.insert(&self.socket);
        }
        self.accept_after
    }

    /// Whether somebody waits to be accepted.
    #[must_use]
    pub fn is_ready(&self, ready: &FdSet) -> bool {
        ready.contains(&self.socket)
    }

    /// Accepts the next client of the queue, if there is one and there is room; `flags` as for
    /// [`sys::accept`](crate::sys::accept).
    ///
    /// # Errors
    ///
    /// The listener is of no use any more.
    pub fn accept(
        &mut self,
        flags: i32,
        service: &mut Service,
    ) -> Result<Option<(OwnedFd, SocketAddr)>, Error> {
        for _ in 0..ACCEPTS_PER_TURN {
            match net::accept_from(&self.socket, flags)? {
                Accepted::Client(socket, peer) => return Ok(Some((socket, peer))),
                Accepted::Again => {}
                Accepted::Nobody => break,
                Accepted::NoRoom(errno) => {
                    service.trace.journal.warn(Warning::NoRoom, &Line::NoRoom(errno));
                    self.accept_after = Some(service.now.monotonic + BACK_OFF);
                    break;
                }
            }
        }
        Ok(None)
    }
}
