//! The two servers. [`fork`] and [`select`] are their loops; everything else here is shared.
//!
//! # Where things pass
//!
//! **A message**, in the select server: [`select`] waits ([`ready`], and there `sys::select`), the client's
//! socket is received from ([`client`], `sys::recv`), what was received goes into its [`connection`], whose
//! [session](crate::protocol::session) finds the message ([framing](crate::protocol::framing)) and answers it
//! ([reply](crate::protocol::reply)); `client` sends that. In the fork server the loop is the [`child`]'s, and
//! there is no `ready`.
//!
//! **What is printed of it**: the connection tells `client` an event, which has a
//! [line](crate::screen::lines) for it; the [screen](crate::screen) puts that into the
//! [queue](crate::screen) of what is to be written, and writes before the next waiting. A child's queue
//! goes into a pipe, and [`fork`] puts what comes out of it into the parent's. Quiet, no line is made.
//!
//! **Behind a load balancer** (`--proxy`) who has been accepted comes by way of [`arrivals`], where the
//! [header](crate::protocol::proxy) that says who the client is is taken off.
//!
//! **Who listens where**: [`main`] takes what a [`supervisor`] has passed, [`bind`] opens the sockets or takes
//! those, and [`listener`] accepts from all of them in turn. [`notify`] tells the supervisor.
//!
//! **Ctrl-C**: the handler takes note (`sys::Signals`), the loop wakes and asks its [`operator`], who asks the
//! question ([`common`], [screen](crate::screen)) or has the loop close: [`fork`] by a byte in the pipe
//! that every [`child`] waits for as well, [`select`] by telling each [`connection`].

pub mod arrivals;
pub mod bind;
pub mod child;
pub mod client;
pub mod clients;
pub mod common;
pub mod connection;
pub mod fork;
pub mod listener;
pub mod network;
pub mod notify;
pub mod operator;
pub mod options;
#[cfg(test)]
mod properties;
pub mod ready;
pub mod select;
pub mod supervisor;
pub mod timers;

use self::options::ServerOptions;
use self::supervisor::Supervisor;
use crate::cli::{self, Outcome};
use crate::net::Error;
use crate::screen::Program;
use crate::sys::{self, Errno, FdSet};
use nix::sys::signal::SigSet;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// So many connections that are not in the table are served: clients that are turned away, until they have read
/// their notice, and health checks. Fewer where descriptors are few.
const MOST_UNLISTED: usize = 64;

/// The whole of `program`, `Fork` or `Select`, which is run by `run`.
pub fn main(
    program: Program,
    run: fn(&ServerOptions, Supervisor) -> Result<Outcome, Error>,
) -> ExitCode {
    // First of all: no descriptor has been opened yet, and no thread started.
    let supervisor = Supervisor::take();
    let listens = supervisor.as_ref().is_ok_and(|supervisor| !supervisor.listeners.is_empty());
    cli::main(
        program,
        |args| ServerOptions::parse(program, args, listens),
        |options| run(options, supervisor?),
    )
}

/// How much longer than the grace period a client that is closed is waited for, by its connection and by its
/// child, so that it is the operator who cuts it off, and says so.
const LATER: Duration = Duration::from_secs(1);

/// How long a process does nothing after waiting has failed.
const BACK_OFF: Duration = Duration::from_millis(50);

/// For how long something that has failed is left alone.
#[derive(Clone, Copy, Debug, Default)]
struct Pause(Option<Instant>);

impl Pause {
    /// It begins, or begins anew.
    fn last_until(&mut self, end: Instant) {
        self.0 = Some(end);
    }

    /// Its end, if it is not over by `now`.
    fn end(self, now: Instant) -> Option<Instant> {
        self.0.filter(|&end| now < end)
    }
}

/// The first of some deadlines.
fn earliest<const N: usize>(deadlines: [Option<Instant>; N]) -> Option<Instant> {
    deadlines.into_iter().flatten().min()
}

/// Waits in select until a descriptor is ready, a signal has come, or the deadline has; with a `mask` in
/// pselect, these signals being blocked meanwhile. What the sets then hold is ready; how many that are.
fn wait(
    read: &mut FdSet,
    write: &mut FdSet,
    deadline: Option<Instant>,
    mask: Option<&SigSet>,
) -> Result<usize, Errno> {
    let timeout = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    let waited = match mask {
        None => sys::select(Some(read), Some(write), None, timeout),
        Some(mask) => sys::pselect(Some(read), Some(write), None, timeout, mask),
    };
    waited.or_else(|errno| {
        // The sets say nothing now.
        read.clear();
        write.clear();
        if errno == Errno::EINTR { Ok(0) } else { Err(errno) }
    })
}
