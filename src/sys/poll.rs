//! `poll`: `select` with a list in place of sets.

use super::Errno;
use libc::{c_int, c_short, pollfd};
use std::fmt::{self, Formatter};
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::time::Duration;

/// `struct pollfd`: a descriptor, what to wait for, and what [`poll`] found. It borrows the descriptor,
/// which stays open meanwhile.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct PollFd<'fd> {
    raw: pollfd,
    fd: PhantomData<BorrowedFd<'fd>>,
}

impl<'fd> PollFd<'fd> {
    /// `fd` and `events`: [`POLLIN`](super::POLLIN), [`POLLOUT`](super::POLLOUT),
    /// [`POLLPRI`](super::POLLPRI), or 0 for errors only.
    pub fn new(fd: &'fd (impl AsFd + ?Sized), events: c_short) -> Self {
        Self { raw: pollfd { fd: fd.as_fd().as_raw_fd(), events, revents: 0 }, fd: PhantomData }
    }

    /// `events`: what the next [`poll`] waits for.
    pub const fn set_events(&mut self, events: c_short) {
        self.raw.events = events;
    }

    /// `revents`: what the last [`poll`] found; what was asked for, and also
    /// [`POLLERR`](super::POLLERR), [`POLLHUP`](super::POLLHUP).
    #[must_use]
    pub const fn revents(&self) -> c_short {
        self.raw.revents
    }
}

impl fmt::Debug for PollFd<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let pollfd { fd, events, revents } = &self.raw;
        let mut this = f.debug_struct("PollFd");
        this.field("fd", fd).field("events", events).field("revents", revents).finish()
    }
}

/// `int poll(struct pollfd *fds, nfds_t nfds, int timeout)`: waits until a descriptor of the list is
/// ready, or the time is over; `None` waits for ever. Returns how many are ready, 0 at a timeout. It
/// counts in milliseconds, rounded up, in an int: a longer timeout is cut to 24 days. See poll(2).
///
/// # Errors
///
/// `EINTR`: a signal came. `EINVAL`: more entries than `RLIMIT_NOFILE`. `ENOMEM`: no memory for a copy of
/// the list.
///
/// ```
/// use enchufe::sys::{AF_UNIX, POLLIN, PollFd, SOCK_STREAM, poll, send, socketpair};
/// let (a, b) = socketpair(AF_UNIX, SOCK_STREAM, 0)?;
/// send(&a, b"hola", 0)?;
/// let mut list = [PollFd::new(&a, POLLIN), PollFd::new(&b, POLLIN)];
/// assert_eq!(poll(&mut list, None)?, 1);
/// assert_eq!(list.map(|fd| fd.revents()), [0, POLLIN]);
/// # Ok::<(), enchufe::sys::Errno>(())
/// ```
pub fn poll(fds: &mut [PollFd<'_>], timeout: Option<Duration>) -> Result<usize, Errno> {
    let (first, count) = (fds.as_mut_ptr().cast(), fds.len() as libc::nfds_t);
    // SAFETY: pointer and length come from one live slice of what is a pollfd, borrowed for writing.
    let found = unsafe { libc::poll(first, count, timeout.map_or(-1, to_millis)) };
    Errno::result(found).map(|n| n as usize)
}

/// Rounded up, so that a deadline has passed when the time is over.
fn to_millis(timeout: Duration) -> c_int {
    timeout.as_nanos().div_ceil(1_000_000).try_into().unwrap_or(c_int::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_rounded_up_and_bounded() {
        assert_eq!(to_millis(Duration::ZERO), 0);
        assert_eq!(to_millis(Duration::from_nanos(1)), 1);
        assert_eq!(to_millis(Duration::from_micros(1001)), 2);
        assert_eq!(to_millis(Duration::MAX), c_int::MAX);
    }
}
