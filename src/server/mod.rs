//! The two servers. [`fork`] and [`select`] are their loops; everything else here is shared.

pub mod child;
pub mod clients;
pub mod connection;
pub mod console;
pub mod control;
pub mod fork;
pub mod listener;
pub mod options;
pub mod outbox;
#[cfg(test)]
mod properties;
pub mod refused;
pub mod select;
pub mod service;
pub mod shutdown;
pub mod timers;
pub mod trace;
pub mod watch;

use crate::net::Error;
use crate::sys::{self, Errno, FdSet};
use std::time::{Duration, Instant};

/// The first of some deadlines.
fn earliest<const N: usize>(deadlines: [Option<Instant>; N]) -> Option<Instant> {
    deadlines.into_iter().flatten().min()
}

/// The time until a deadline, as select wants it: none is for ever.
fn timeout_until(deadline: Option<Instant>) -> Option<Duration> {
    deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
}

/// Waits in select until a descriptor is ready, a signal has come, or the deadline has. What the sets
/// then hold is ready; how many that are.
fn wait(read: &mut FdSet, write: &mut FdSet, deadline: Option<Instant>) -> Result<usize, Error> {
    match sys::select(Some(read), Some(write), None, timeout_until(deadline)) {
        Ok(ready) => Ok(ready),
        Err(Errno::EINTR) => {
            // The sets say nothing now.
            read.clear();
            write.clear();
            Ok(0)
        }
        Err(errno) => Err(Error::new("select", "clients", errno)),
    }
}
