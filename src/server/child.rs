//! The child of the concurrent server: one client, served with plain blocking calls.

use super::connection::Connection;
use super::control::CAUGHT;
use super::service::Service;
use super::timeout_until;
use crate::clock::Now;
use crate::sys::{self, Errno, FdSet, Interrupt, SocketAddr};
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, raise};
use nix::unistd::{Pid, getppid};
use std::os::fd::OwnedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// How much later than its parent a child gives up, so that it is the parent who says so.
const LATER: Duration = Duration::from_secs(1);

/// The client that a child was forked for, and what the child must know of its parent.
#[derive(Debug)]
pub struct Client {
    /// Its socket, blocking.
    pub socket: OwnedFd,
    /// Its address.
    pub peer: SocketAddr,
    /// When it was accepted.
    pub since: Now,
    /// The parent.
    pub parent: Pid,
    /// The parent's signal mask: every signal is blocked until the child has its own handlers.
    pub mask: SigSet,
}

/// Serves the client, and ends the process: nothing of the parent's runs here, not even after a
/// panic.
pub fn serve(client: Client, service: &mut Service) -> ! {
    let served = catch_unwind(AssertUnwindSafe(|| {
        service.trace.journal.answered();
        service.grace += LATER;
        talk(client, service)
    }));
    sys::_exit(if matches!(served, Ok(Ok(()))) { 0 } else { 1 })
}

fn talk(client: Client, service: &mut Service) -> Result<(), Errno> {
    // Ctrl-C reaches the whole foreground group. A child leaves when its parent says so, by SIGTERM,
    // or when its parent is gone.
    for signal in CAUGHT.into_iter().filter(|&signal| signal != Signal::SIGTERM) {
        sys::ignore(signal)?;
    }
    let lifetime = service.grace.as_secs() as u32;
    let interrupt = Interrupt::on(Signal::SIGTERM, &client.socket, lifetime)?;
    set_pdeathsig(Signal::SIGTERM)?;
    if getppid() != client.parent {
        raise(Signal::SIGTERM)?;
    }
    client.mask.thread_set_mask()?;

    let mut connection = Connection::new(client.socket, client.peer, client.since, service);
    let mut told = false;
    while !connection.is_closed() {
        if interrupt.has_come() && !told {
            told = true;
            connection.close(service);
            // If its client had just closed too, it is over: nothing would end the waiting.
            continue;
        }
        let interest = connection.interest();
        match connection.deadline(service) {
            // Nothing to do but read: recv is the waiting.
            None if interest.read && !interest.write => connection.wait_and_receive(service),
            _ => turn(&mut connection, || interrupt.has_come() && !told, service)?,
        }
    }
    drop(interrupt);
    Ok(())
}

/// Waits for what the connection waits for, and serves it. SIGTERM is blocked, looked for, and only
/// then waited for, in pselect: it cannot slip in between.
fn turn(
    connection: &mut Connection,
    must_close: impl Fn() -> bool,
    service: &mut Service,
) -> Result<(), Errno> {
    let (mut read, mut write) = (FdSet::new(), FdSet::new());
    let interest = connection.interest();
    if interest.read {
        read.insert(&*connection);
    }
    if interest.write {
        write.insert(&*connection);
    }
    let unblocked = SigSet::from(Signal::SIGTERM).thread_swap_mask(SigmaskHow::SIG_BLOCK)?;
    let timeout = if must_close() {
        Some(Duration::ZERO)
    } else {
        timeout_until(connection.deadline(service))
    };
    let waited = sys::pselect(Some(&mut read), Some(&mut write), None, timeout, &unblocked);
    unblocked.thread_set_mask()?;
    service.tick();
    match waited {
        Ok(_) => {}
        Err(Errno::EINTR) => return Ok(()),
        Err(errno) => return Err(errno),
    }
    if read.contains(&*connection) {
        connection.receive(service);
    }
    if write.contains(&*connection) {
        connection.flush(service);
    }
    connection.wake(service);
    Ok(())
}
