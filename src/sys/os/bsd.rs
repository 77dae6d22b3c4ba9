//! macOS and FreeBSD, by what both have: flags are set by calls of their own, after the descriptor has been
//! made. A process that another thread makes in between inherits it. Type-checked; nobody has run it.

use super::super::{Errno, FdSet};
use libc::{c_int, sockaddr, socklen_t};
use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use std::io;
use std::mem;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::SocketAddr as UnixAddr;

pub use libc::fork;
#[cfg(target_os = "freebsd")]
pub use libc::{SO_LINGER, TCP_KEEPIDLE};
#[cfg(target_os = "macos")]
pub use libc::{SO_LINGER_SEC as SO_LINGER, TCP_KEEPALIVE as TCP_KEEPIDLE};

/// The type of a socket goes up to 5; macOS has no such flag, and this is FreeBSD's.
pub const SOCK_NONBLOCK: c_int = 0x2000_0000;

/// The words of an `fd_set`.
#[cfg(target_os = "macos")]
pub type FdMask = u32;
#[cfg(target_os = "freebsd")]
pub type FdMask = libc::c_ulong;

/// The longest timeout in seconds: macOS refuses a longer one. Three years.
pub const LONGEST: u64 = 100_000_000;

/// What accept(2) reports although it is the new connection's, to be treated like `EAGAIN`.
pub const PENDING_ERRORS: [Errno; 1] = [Errno::ECONNABORTED];

pub fn socket(domain: c_int, ty: c_int, protocol: c_int) -> Result<OwnedFd, Errno> {
    // SAFETY: no pointers.
    let fd = unsafe { libc::socket(domain, ty & !SOCK_NONBLOCK, protocol) };
    with_flags(owned(fd)?, ty)
}

pub fn socketpair(domain: c_int, ty: c_int, protocol: c_int) -> Result<(OwnedFd, OwnedFd), Errno> {
    let mut pair: [RawFd; 2] = [-1; 2];
    // SAFETY: the pointer is to two live ints.
    let made =
        unsafe { libc::socketpair(domain, ty & !SOCK_NONBLOCK, protocol, pair.as_mut_ptr()) };
    Errno::result(made)?;
    let [one, other] = pair.map(owned);
    Ok((with_flags(one?, ty)?, with_flags(other?, ty)?))
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
    let fd = unsafe { libc::accept(listener, addr, len) };
    with_flags(owned(fd)?, flags)
}

pub fn pipe(flags: c_int) -> Result<(OwnedFd, OwnedFd), Errno> {
    let (read, write) = nix::unistd::pipe()?;
    for fd in [&read, &write] {
        fcntl(fd, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        fcntl(fd, FcntlArg::F_SETFL(OFlag::from_bits_retain(flags)))?;
    }
    Ok((read, write))
}

/// Closed on exec, with no SIGPIPE, and non-blocking if `flags` say so: a socket that was accepted has
/// that from its listener.
fn with_flags(fd: OwnedFd, flags: c_int) -> Result<OwnedFd, Errno> {
    fcntl(&fd, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    let mut status = OFlag::from_bits_retain(fcntl(&fd, FcntlArg::F_GETFL)?);
    status.set(OFlag::O_NONBLOCK, flags & SOCK_NONBLOCK != 0);
    fcntl(&fd, FcntlArg::F_SETFL(status))?;
    let (on, len): (c_int, _) = (1, mem::size_of::<c_int>() as socklen_t);
    let (level, name) = (libc::SOL_SOCKET, libc::SO_NOSIGPIPE);
    // SAFETY: the pointer is to a live int, `len` is its size, and the kernel only reads it.
    Errno::result(unsafe {
        libc::setsockopt(fd.as_raw_fd(), level, name, (&raw const on).cast(), len)
    })?;
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

/// Whether the C library does without locks, as it does while there is one thread.
#[cfg(target_os = "freebsd")]
pub fn has_one_thread() -> bool {
    use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

    // SAFETY: an int of libc's, which stdio.h reads too, and there as long as the process.
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
