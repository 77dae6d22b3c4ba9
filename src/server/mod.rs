//! The two servers. [`fork`] and [`select`] are their loops; everything else here is shared.
//!
//! # Where things pass
//!
//! **A message**, in the select server: [`select`] waits ([`ready`], which calls `sys::select`); [`client`]
//! receives from the socket (`sys::recv`) and feeds its [`connection`], whose
//! [session](crate::protocol::session) finds the message ([framing](crate::protocol::framing)) and answers it
//! ([reply](crate::protocol::reply)); `client` sends the reply. In the fork server the loop is in [`child`],
//! and there is no `ready`.
//!
//! **What is printed**: the connection passes an event to `client`, which turns it into a
//! [line](crate::screen::lines); the [screen](crate::screen) queues it, and writes the queue before the
//! next wait. A child's queue goes into a pipe, from which [`fork`] puts it into the parent's. With
//! `--quiet` no line is formatted.
//!
//! **Behind a load balancer** (`--proxy`) an accepted connection first goes to [`arrivals`], which
//! reads the [header](crate::protocol::proxy) that names the client.
//!
//! **Who listens where**: [`main`] takes the sockets that a [`supervisor`] has passed, [`bind`] uses those or
//! opens others, and [`listener`] accepts from all of them in turn. [`notify`] tells the supervisor.
//!
//! **Ctrl-C**: the handler records the signal (`sys::Signals`), the loop wakes and asks its [`operator`],
//! which asks the question ([screen](crate::screen)) or has the loop close: [`fork`] by writing a byte to the
//! pipe that every [`child`] watches, [`select`] by telling each [`connection`].

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
use nix::sys::signal::{SigSet, Signal};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How many connections outside the table are served at once: clients that are turned away, until they have
/// read their notice, and health checks. Fewer if descriptors are few.
const MOST_UNLISTED: usize = 64;

/// The main function of `program`, `Fork` or `Select`; `run` is its server.
pub fn main(
    program: Program,
    run: fn(&ServerOptions, Supervisor) -> Result<Outcome, Error>,
) -> ExitCode {
    // This comes first, before any descriptor is opened or thread started.
    let supervisor = Supervisor::take();
    let listens = supervisor.as_ref().is_ok_and(|supervisor| !supervisor.listeners.is_empty());
    cli::main(
        program,
        |args| ServerOptions::parse(program, args, listens),
        |options| {
            let supervisor = supervisor?;
            // Otherwise the terminal stops a background process that prints (stty tostop).
            sys::ignore(Signal::SIGTTOU)
                .map_err(|errno| Error::new("sigaction", "SIGTTOU", errno))?;
            run(options, supervisor)
        },
    )
}

/// How much longer than the grace period a connection and a child wait for a client that is being closed, so
/// that it is the operator that cuts it off, and says so.
const LATER: Duration = Duration::from_secs(1);

/// How long a process sleeps after a failed select.
const BACK_OFF: Duration = Duration::from_millis(50);

/// How long something that has failed is left alone.
#[derive(Clone, Copy, Debug, Default)]
struct Pause(Option<Instant>);

impl Pause {
    /// Starts or restarts it.
    fn last_until(&mut self, end: Instant) {
        self.0 = Some(end);
    }

    /// Its end, if it is not over by `now`.
    fn end(self, now: Instant) -> Option<Instant> {
        self.0.filter(|&end| now < end)
    }
}

/// The earliest of some deadlines.
fn earliest<const N: usize>(deadlines: [Option<Instant>; N]) -> Option<Instant> {
    deadlines.into_iter().flatten().min()
}

/// Waits in select until a descriptor is ready, a signal has come, or the deadline has; with a `mask`,
/// in pselect, with these signals blocked meanwhile. Afterwards the sets hold what is ready; returns how
/// many that is.
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
        // The sets mean nothing now.
        read.clear();
        write.clear();
        if errno == Errno::EINTR { Ok(0) } else { Err(errno) }
    })
}
