//! `select` and `pselect`.

use super::os::LONGEST;
use super::{Errno, FdSet, os};
use libc::{c_int, timespec, timeval};
use nix::sys::signal::SigSet;
use std::ptr;
use std::time::Duration;

/// `int select(int nfds, fd_set *read, fd_set *write, fd_set *except, struct timeval *timeout)`: waits
/// until a descriptor of `read` can be read (or is at end of file, or has an error), one of `write`
/// can be written, one of `except` has urgent data, or the time is over; `None` waits for ever.
/// Returns how many are ready, 0 at a timeout, and leaves only those in the sets; after an error the
/// sets mean nothing. `nfds` is worked out from the sets. The timeout counts in microseconds, rounded
/// up; it is cut to the longest that the system takes (macOS and FreeBSD: three years). See select(2).
///
/// # Errors
///
/// `EINTR`: a signal came. `EBADF`: a set names a descriptor that is closed. `ENOMEM`: no memory for the
/// sets.
///
/// ```
/// use enchufe::sys::select;
/// use std::time::Duration;
/// // Nothing to watch: the classic sub-second sleep.
/// assert_eq!(select(None, None, None, Some(Duration::from_millis(1)))?, 0);
/// # Ok::<(), enchufe::sys::Errno>(())
/// ```
pub fn select(
    read: Option<&mut FdSet>,
    write: Option<&mut FdSet>,
    except: Option<&mut FdSet>,
    timeout: Option<Duration>,
) -> Result<usize, Errno> {
    let (nfds, [read, write, except]) = to_raw([read, write, except]);
    let mut timeout = timeout.map(|time| {
        let time = to_timespec(time);
        timeval { tv_sec: time.tv_sec, tv_usec: (time.tv_nsec / 1000) as _ }
    });
    let timeout = timeout.as_mut().map_or(ptr::null_mut(), ptr::from_mut);
    // SAFETY: each set is null, or borrowed for writing with room for `nfds` bits; the timeout is
    // null or live.
    let ready = unsafe { os::select(nfds, read, write, except, timeout) };
    Errno::result(ready).map(|n| n as usize)
}

/// `int pselect(int nfds, fd_set *read, fd_set *write, fd_set *except, const struct timespec
/// *timeout, const sigset_t *sigmask)`: as [`select`], with `sigmask` as the blocked signals while
/// it waits. A caller that blocks a signal, checks for it, and then waits with it unblocked cannot
/// miss it in between. See pselect(2).
///
/// # Errors
///
/// As [`select`].
pub fn pselect(
    read: Option<&mut FdSet>,
    write: Option<&mut FdSet>,
    except: Option<&mut FdSet>,
    timeout: Option<Duration>,
    sigmask: &SigSet,
) -> Result<usize, Errno> {
    let (nfds, [read, write, except]) = to_raw([read, write, except]);
    let timeout = timeout.map(to_timespec);
    let timeout = timeout.as_ref().map_or(ptr::null(), ptr::from_ref);
    // SAFETY: each set is null, or borrowed for writing with room for `nfds` bits; the timeout is
    // null or live, the mask live.
    let ready = unsafe { os::pselect(nfds, read, write, except, timeout, sigmask.as_ref()) };
    Errno::result(ready).map(|n| n as usize)
}

/// The highest descriptor of the sets plus one, and pointers to sets that all have room for it.
fn to_raw<const N: usize>(sets: [Option<&mut FdSet>; N]) -> (c_int, [*mut libc::fd_set; N]) {
    let nfds = sets.iter().flatten().map(|set| set.nfds()).max().unwrap_or(0);
    let pointers = sets.map(|set| match set {
        Some(set) if !set.is_empty() => {
            set.make_room_for(nfds);
            set.all_mut().as_mut_ptr().cast()
        }
        // The kernel need not look at an empty set.
        _ => ptr::null_mut(),
    });
    (nfds as c_int, pointers)
}

/// Rounded up to the microsecond that `select` counts in, so that a deadline has passed when the
/// time is over.
fn to_timespec(timeout: Duration) -> timespec {
    let micros = timeout.as_nanos().div_ceil(1000).min(u128::from(LONGEST) * 1_000_000);
    timespec { tv_sec: (micros / 1_000_000) as _, tv_nsec: (micros % 1_000_000 * 1000) as _ }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_rounded_up_and_bounded() {
        let parts = |timeout| {
            let time = to_timespec(timeout);
            (time.tv_sec as u64, time.tv_nsec)
        };
        assert_eq!(parts(Duration::ZERO), (0, 0));
        assert_eq!(parts(Duration::from_nanos(1)), (0, 1000));
        assert_eq!(parts(Duration::from_nanos(1_000_001)), (0, 1_001_000));
        assert_eq!(parts(Duration::from_nanos(999_999_999)), (1, 0));
        assert_eq!(parts(Duration::MAX), (LONGEST, 0));
    }
}
