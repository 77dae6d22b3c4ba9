//! The life of a socket: socket, bind, listen, accept, connect, shutdown, and its two names.

use super::Errno;
use super::addr::{self, SocketAddr};
use libc::c_int;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};

/// `int socket(int domain, int type, int protocol)`: a new socket, closed on drop and on exec.
///
/// `domain` is [`AF_INET`](super::AF_INET) or [`AF_INET6`](super::AF_INET6); `ty` is
/// [`SOCK_STREAM`](super::SOCK_STREAM), with `| `[`SOCK_NONBLOCK`](super::SOCK_NONBLOCK) for one
/// that never waits; `protocol` is 0, the family's usual one (TCP). See socket(2).
///
/// # Errors
///
/// `EAFNOSUPPORT`: no such family here (IPv6 switched off, say). `EMFILE`, `ENFILE`: this process,
/// or the system, has no descriptor left.
///
/// ```
/// use enchufe::sys::{AF_INET, SOCK_STREAM, socket};
/// let tcp = socket(AF_INET, SOCK_STREAM, 0)?;
/// # Ok::<(), enchufe::sys::Errno>(())
/// ```
pub fn socket(domain: c_int, ty: c_int, protocol: c_int) -> Result<OwnedFd, Errno> {
    // SAFETY: no pointers.
    let fd = Errno::result(unsafe { libc::socket(domain, ty | libc::SOCK_CLOEXEC, protocol) })?;
    // SAFETY: the kernel just made this descriptor, and nobody else has seen it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// `int bind(int fd, const struct sockaddr *addr, socklen_t len)`: gives the socket its own
/// address. Port 0 lets the kernel pick a free one, see [`getsockname`]. See bind(2).
///
/// # Errors
///
/// `EADDRINUSE`: the port is taken. `EADDRNOTAVAIL`: not an address of this machine. `EACCES`: a
/// port below 1024 needs root.
pub fn bind(fd: impl AsFd, addr: &SocketAddr) -> Result<(), Errno> {
    let (raw, len) = addr::to_raw(addr);
    // SAFETY: the pointer is to a live sockaddr, of at least `len` bytes.
    Errno::result(unsafe { libc::bind(fd.as_fd().as_raw_fd(), raw.as_ptr(), len) }).map(drop)
}

/// `int listen(int fd, int backlog)`: makes the socket passive. From now on the kernel completes
/// connections to it, and queues up to `backlog` of them (and no more than
/// `net.core.somaxconn`) for [`accept`]. See listen(2).
///
/// # Errors
///
/// `EADDRINUSE`: another socket listens on the port. `EOPNOTSUPP`: not a stream socket.
pub fn listen(fd: impl AsFd, backlog: c_int) -> Result<(), Errno> {
    // SAFETY: no pointers.
    Errno::result(unsafe { libc::listen(fd.as_fd().as_raw_fd(), backlog) }).map(drop)
}

/// `int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)`: the next connection of
/// the queue and its peer's address. `flags` is 0 or [`SOCK_NONBLOCK`](super::SOCK_NONBLOCK); the
/// new socket is closed on exec. See accept(2).
///
/// # Errors
///
/// `EAGAIN`: the listener is non-blocking and nobody waits. `EINTR`: a signal came. `ECONNABORTED`:
/// the peer left before it was accepted. `EMFILE`, `ENFILE`, `ENOBUFS`, `ENOMEM`: no room; the
/// connection stays in the queue. Linux also hands over errors pending on the new connection, such
/// as `EPROTO` or `ENETDOWN`, to be treated like `EAGAIN`.
pub fn accept(fd: impl AsFd, flags: c_int) -> Result<(OwnedFd, SocketAddr), Errno> {
    let listener = fd.as_fd().as_raw_fd();
    let (fd, peer) = addr::from_call(|addr, len| {
        // SAFETY: `addr` points to `*len` writable bytes.
        unsafe { libc::accept4(listener, addr, len, flags | libc::SOCK_CLOEXEC) }
    })?;
    // SAFETY: the kernel just made this descriptor, and nobody else has seen it.
    let socket = unsafe { OwnedFd::from_raw_fd(fd) };
    Ok((socket, peer?))
}

/// `int connect(int fd, const struct sockaddr *addr, socklen_t len)`: connects to the peer. See
/// connect(2).
///
/// # Errors
///
/// `ECONNREFUSED`: nobody listens there. `EINPROGRESS`: the socket is non-blocking; it turns
/// writable when the connection is made or has failed, and [`sockopt::error`](super::sockopt::error)
/// tells which. `ETIMEDOUT`, `ENETUNREACH`, `EHOSTUNREACH`: no way to get there.
pub fn connect(fd: impl AsFd, addr: &SocketAddr) -> Result<(), Errno> {
    let (raw, len) = addr::to_raw(addr);
    // SAFETY: the pointer is to a live sockaddr, of at least `len` bytes.
    Errno::result(unsafe { libc::connect(fd.as_fd().as_raw_fd(), raw.as_ptr(), len) }).map(drop)
}

/// `int shutdown(int fd, int how)`: ends one direction or both, whoever else holds the socket.
/// [`SHUT_WR`](super::SHUT_WR) tells the peer "end of file" and still reads what it sends: a
/// half-close. See shutdown(2).
///
/// # Errors
///
/// `ENOTCONN`: the connection is gone (or never was).
pub fn shutdown(fd: impl AsFd, how: c_int) -> Result<(), Errno> {
    // SAFETY: no pointers.
    Errno::result(unsafe { libc::shutdown(fd.as_fd().as_raw_fd(), how) }).map(drop)
}

/// `int getsockname(int fd, struct sockaddr *addr, socklen_t *len)`: the socket's own address; after
/// [`bind`] to port 0, the port that the kernel picked. See getsockname(2).
///
/// # Errors
///
/// `ENOBUFS`: out of kernel memory.
pub fn getsockname(fd: impl AsFd) -> Result<SocketAddr, Errno> {
    // SAFETY: `addr` points to `*len` writable bytes.
    addr::from_call(|addr, len| unsafe { libc::getsockname(fd.as_fd().as_raw_fd(), addr, len) })?.1
}

/// `int getpeername(int fd, struct sockaddr *addr, socklen_t *len)`: the address at the other end.
/// See getpeername(2).
///
/// # Errors
///
/// `ENOTCONN`: not connected, or no longer: a peer that sent a reset has no name. [`accept`] gives
/// the address in every case.
pub fn getpeername(fd: impl AsFd) -> Result<SocketAddr, Errno> {
    // SAFETY: `addr` points to `*len` writable bytes.
    addr::from_call(|addr, len| unsafe { libc::getpeername(fd.as_fd().as_raw_fd(), addr, len) })?.1
}
