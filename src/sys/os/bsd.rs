//! macOS and FreeBSD, with the calls that both have: flags are set by separate calls, after the descriptor
//! has been made. A process that another thread starts in between inherits it. Type-checked, never run.

use super::super::{Errno, FdSet, sockopt};
use libc::{c_int, sockaddr, socklen_t};
use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::SocketAddr as UnixAddr;

pub use libc::fork;
#[cfg(target_os = "freebsd")]
pub use libc::{SO_LINGER, TCP_KEEPIDLE, pselect, select};
#[cfg(target_os = "macos")]
pub use libc::{SO_LINGER_SEC as SO_LINGER, TCP_KEEPALIVE as TCP_KEEPIDLE};

// What C gets with _DARWIN_UNLIMITED_SELECT: the plain ones fail with EINVAL above FD_SETSIZE descriptors.
#[cfg(target_os = "macos")]
unsafe extern "C" {
    #[link_name = "select$DARWIN_EXTSN"]
    pub fn select(
        nfds: c_int,
        read: *mut libc::fd_set,
        write: *mut libc::fd_set,
        except: *mut libc::fd_set,
        timeout: *mut libc::timeval,
    ) -> c_int;

    #[link_name = "pselect$DARWIN_EXTSN"]
    pub fn pselect(
        nfds: c_int,
        read: *mut libc::fd_set,
        write: *mut libc::fd_set,
        except: *mut libc::fd_set,
        timeout: *const libc::timespec,
        sigmask: *const libc::sigset_t,
    ) -> c_int;
}

/// Socket types go up to 5; macOS has no such flag, so this is FreeBSD's value.
pub const SOCK_NONBLOCK: c_int = 0x2000_0000;

/// The words of an `fd_set`.
#[cfg(target_os = "macos")]
pub type FdMask = u32;
#[cfg(not(target_os = "macos"))]
pub type FdMask = libc::c_ulong;

/// The longest timeout in seconds: macOS refuses a longer one. Three years.
pub const LONGEST: u64 = 100_000_000;

/// Errors of the new connection that accept(2) reports: to be treated like `EAGAIN`.
pub const PENDING_ERRORS: [Errno; 1] = [Errno::ECONNABORTED];

pub fn socket(domain: c_int, ty: c_int, protocol: c_int) -> Result<OwnedFd, Errno> {
    // SAFETY: no pointers.
    let fd = unsafe { libc::socket(domain, ty & !SOCK_NONBLOCK, protocol) };
    without_sigpipe(with_flags(owned(fd)?, ty)?)
}

pub fn socketpair(domain: c_int, ty: c_int, protocol: c_int) -> Result<(OwnedFd, OwnedFd), Errno> {
    let mut pair: [RawFd; 2] = [-1; 2];
    // SAFETY: the pointer is to two live ints.
    let made =
        unsafe { libc::socketpair(domain, ty & !SOCK_NONBLOCK, protocol, pair.as_mut_ptr()) };
    Errno::result(made)?;
    let [one, other] = pair.map(owned);
    let (one, other) = (with_flags(one?, ty)?, with_flags(other?, ty)?);
    Ok((without_sigpipe(one)?, without_sigpipe(other)?))
}

/// # Safety
///
/// `addr` points to `*len` writable bytes.
pub unsafe fn accept(
    listener: RawFd,
    addr: *mut sockaddr,
    len: *mut socklen_t,
    flags: c_int,
) -> Result<OwnedFd, Errno> {
    // SAFETY: the caller's.
    let fd = owned(unsafe { libc::accept(listener, addr, len) })?;
    // SAFETY: the pointer is to a live length.
    if unsafe { *len } == 0 {
        // This is how macOS returns a connection whose peer has left.
        return Err(Errno::ECONNABORTED);
    }
    // It inherits SO_NOSIGPIPE from its listener: macOS sets no option on a socket that was reset.
    with_flags(fd, flags)
}

pub fn pipe(flags: c_int) -> Result<(OwnedFd, OwnedFd), Errno> {
    let (read, write) = nix::unistd::pipe()?;
    for fd in [&read, &write] {
        fcntl(fd, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        fcntl(fd, FcntlArg::F_SETFL(OFlag::from_bits_retain(flags)))?;
    }
    Ok((read, write))
}

/// Closed on exec, and non-blocking only if `flags` say so: an accepted socket inherits its listener's
/// flags.
fn with_flags(fd: OwnedFd, flags: c_int) -> Result<OwnedFd, Errno> {
    let non_blocking = flags & SOCK_NONBLOCK != 0;
    let status = if non_blocking { OFlag::O_NONBLOCK } else { OFlag::empty() };
    fcntl(&fd, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    fcntl(&fd, FcntlArg::F_SETFL(status))?;
    Ok(fd)
}

/// Not every macOS has MSG_NOSIGNAL.
fn without_sigpipe(fd: OwnedFd) -> Result<OwnedFd, Errno> {
    let on: c_int = 1;
    sockopt::set(&fd, libc::SOL_SOCKET, libc::SO_NOSIGPIPE, on)?;
    Ok(fd)
}

/// The descriptor that a call just made.
fn owned(fd: RawFd) -> Result<OwnedFd, Errno> {
    // SAFETY: the kernel just made this descriptor, and nobody else has seen it.
    Errno::result(fd).map(|fd| unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Whether there has never been another thread.
#[cfg(target_os = "macos")]
pub fn has_one_thread() -> bool {
    unsafe extern "C" {
        fn pthread_is_threaded_np() -> c_int;
    }
    // SAFETY: no arguments.
    unsafe { pthread_is_threaded_np() == 0 }
}

/// Whether the C library does without locks, as it does while there is only one thread.
#[cfg(target_os = "freebsd")]
pub fn has_one_thread() -> bool {
    use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

    // SAFETY: an int in libc, which stdio.h reads too; it lives as long as the process.
    unsafe extern "C" {
        safe static __isthreaded: AtomicI32;
    }
    __isthreaded.load(Relaxed) == 0
}

/// There are no abstract names.
pub fn abstract_name(_: &UnixAddr) -> Option<&[u8]> {
    None
}

/// A path that begins with a NUL is no name.
pub fn abstract_addr(_: &[u8]) -> io::Result<UnixAddr> {
    UnixAddr::from_pathname("")
}

/// There is no such filter.
pub fn drop_syns(_: impl AsFd) -> Result<(), Errno> {
    Err(Errno::ENOTSUP)
}

/// There is no epoll, so nobody has one: the select server stays with select.
#[derive(Debug)]
pub enum Epoll {}

impl Epoll {
    /// `ENOTSUP`.
    pub fn of(_: &FdSet, _: &FdSet) -> Result<Self, Errno> {
        Err(Errno::ENOTSUP)
    }

    /// Never called.
    pub fn set(
        &self,
        _: &(impl AsFd + ?Sized),
        _: (bool, bool),
        _: (bool, bool),
    ) -> Result<(), Errno> {
        match *self {}
    }

    /// Never called.
    pub fn ready(&mut self, _: &mut FdSet, _: &mut FdSet) -> Result<usize, Errno> {
        match *self {}
    }
}

impl AsFd for Epoll {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match *self {}
    }
}
