//! The child of the concurrent server: it serves one client, and ends.

use super::client::Client;
use super::{BACK_OFF, LATER, earliest, wait};
use crate::clock::Clock;
use crate::net::Error;
use crate::repr::Peer;
use crate::screen::{Line, Screen};
use crate::sys::{self, Errno, FdSet, Noted};
use nix::sys::signal::{SigSet, Signal};
use std::os::fd::OwnedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

/// A child: its client, and what it inherits from its parent.
#[derive(Debug)]
pub struct Child<'r> {
    /// The client that it serves.
    pub client: Client<'r>,
    /// Readable when the parent closes the clients; at end of file when the parent is gone.
    pub parent: OwnedFd,
    /// Its lines go to the parent.
    pub screen: Screen,
    /// The time.
    pub clock: Clock,
    /// The pending signals.
    pub signals: Noted,
    /// The signals that are blocked while it waits; at all other times all signals are.
    pub mask: SigSet,
}

/// Serves the client, and ends the process: nothing of the parent's runs here, not even after a panic.
pub fn serve(mut child: Child<'_>, grace: Duration) -> ! {
    let served = catch_unwind(AssertUnwindSafe(|| child.serve(grace + LATER)));
    let code = match served {
        Ok(Ok(())) => 0,
        Ok(Err(error)) => {
            child.screen.say(&Line::Failed { error: &error });
            1
        }
        Err(_) => 1,
    };
    drop(child.client.socket);
    // The parent gets every line, however busy it is; but while closing it is not waited for long.
    while !child.screen.drain(Some(Instant::now() + LATER)) && !is_closing(&child.parent) {}
    sys::_exit(code)
}

/// Whether the parent closes the clients, or is gone.
fn is_closing(parent: &OwnedFd) -> bool {
    let mut read = FdSet::new();
    read.insert(parent);
    sys::select(Some(&mut read), None, None, Some(Duration::ZERO)) == Ok(1)
}

impl Child<'_> {
    /// The loop. Signals are delivered only in pselect, so none can come between the check and the wait.
    /// Ctrl-C reaches the children too, but they leave when their parent says so: the signal only ends
    /// one wait.
    fn serve(&mut self, grace: Duration) -> Result<(), Error> {
        let (mut read, mut write) = (FdSet::new(), FdSet::new());
        let mut buffer = [0; 4096];
        let mut gives_up_at: Option<Instant> = None;
        let mut failure = None;
        let Self { client, parent, screen, clock, signals, mask, .. } = self;
        client.send(&mut buffer, clock, screen);
        while !client.connection.is_closed()
            && gives_up_at.is_none_or(|at| clock.now.monotonic < at)
        {
            read.clear();
            write.clear();
            client.watch(&mut read, &mut write);
            read.set(&*parent, gives_up_at.is_none());
            screen.watch(&mut write);
            let deadline = earliest([client.deadline(), gives_up_at]);
            if let Err(errno) = wait(&mut read, &mut write, deadline, Some(mask)) {
                // Without memory, try again later; otherwise close, and tell the client.
                let error = Error::new("pselect", Peer(client.peer), errno);
                if errno == Errno::ENOMEM {
                    screen.warn_of(&error, clock.now.monotonic);
                } else {
                    failure.get_or_insert(error);
                }
                thread::sleep(BACK_OFF);
                client.watch(&mut read, &mut write);
            }
            clock.tick();

            let told = read.contains(&*parent) || signals.has_come(Signal::SIGTERM);
            if gives_up_at.is_none() && (told || failure.is_some()) {
                gives_up_at = Some(clock.now.monotonic + grace);
                client.close(&mut buffer, clock, screen);
            }
            if read.contains(&client.socket) {
                client.receive(&mut buffer, clock, screen);
            }
            client.wake(&mut buffer, clock, screen);
        }
        failure.map_or(Ok(()), Err)
    }
}
