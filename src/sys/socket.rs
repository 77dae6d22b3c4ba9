//! The life of a socket: socket, bind, listen, accept, connect, shutdown, and its two names.

use super::addr::{self, Address, SockAddr};
use super::{Errno, os};
use libc::c_int;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

/// `int socket(int domain, int type, int protocol)`: a new socket, closed on drop and on exec
/// (`SOCK_CLOEXEC` is always added).
///
/// `domain` is [`AF_INET`](super::AF_INET), [`AF_INET6`](super::AF_INET6) or [`AF_UNIX`](super::AF_UNIX);
/// `ty` is [`SOCK_STREAM`](super::SOCK_STREAM) or [`SOCK_DGRAM`](super::SOCK_DGRAM), with `|
/// `[`SOCK_NONBLOCK`](super::SOCK_NONBLOCK) for one that never blocks; `protocol` is 0, the family's
/// usual one (TCP, UDP). See socket(2).
///
/// # Errors
///
/// `EAFNOSUPPORT`: no such family here (IPv6 switched off, say). `EPROTONOSUPPORT`, `ESOCKTNOSUPPORT`,
/// `EINVAL`: the family has no such protocol or type. `EPERM`: not permitted (a raw socket).
/// `EMFILE`, `ENFILE`: this process, or the system, has no descriptor left. `ENOBUFS`, `ENOMEM`: no
/// memory.
///
/// ```
/// use enchufe::sys::{AF_INET, SOCK_STREAM, socket};
/// let tcp = socket(AF_INET, SOCK_STREAM, 0)?;
/// # Ok::<(), enchufe::sys::Errno>(())
/// ```
pub fn socket(domain: c_int, ty: c_int, protocol: c_int) -> Result<OwnedFd, Errno> {
    os::socket(domain, ty, protocol)
}

/// `int socketpair(int domain, int type, int protocol, int sv[2])`: two sockets that are connected to each
/// other; `domain` is [`AF_UNIX`](super::AF_UNIX), the rest as for [`socket()`]. See socketpair(2).
///
/// # Errors
///
/// `EOPNOTSUPP`: the family has no pairs. Otherwise those of [`socket()`].
pub fn socketpair(domain: c_int, ty: c_int, protocol: c_int) -> Result<(OwnedFd, OwnedFd), Errno> {
    os::socketpair(domain, ty, protocol)
}

/// `int bind(int fd, const struct sockaddr *addr, socklen_t len)`: gives the socket its own address.
/// Port 0 lets the kernel pick a free one, see [`getsockname`]; a Unix-domain path becomes a file,
/// which stays until it is removed. See bind(2), unix(7).
///
/// # Errors
///
/// `EADDRINUSE`: the port is taken, or the path exists; for port 0, none is left. `EADDRNOTAVAIL`: not an
/// address of this machine. `EACCES`: a port below 1024, usually reserved for root; no permission to search
/// or write a directory of the path. `EINVAL`: the socket is bound already, or a link-local IPv6 address
/// has no scope. `EAFNOSUPPORT`, `EINVAL`: an address of another family. `ENOENT`, `ENOTDIR`, `EROFS`: the
/// path's directory is missing, not a directory or read-only. `ENOTSOCK`: not a socket.
pub fn bind(fd: impl AsFd, addr: &impl Address) -> Result<(), Errno> {
    let raw = addr.to_raw();
    // SAFETY: the pointer is to a live sockaddr, of at least `len` bytes.
    Errno::result(unsafe { libc::bind(fd.as_fd().as_raw_fd(), raw.as_ptr(), raw.len()) }).map(drop)
}

/// `int listen(int fd, int backlog)`: makes the socket passive. From now on the kernel completes
/// connections to it, and queues up to `backlog` of them (Linux: one more, and at most
/// `net.core.somaxconn`) for [`accept`]. See listen(2).
///
/// # Errors
///
/// `EADDRINUSE`: another socket listens on the port. `EOPNOTSUPP`: not a stream socket. `EINVAL`: a
/// socket that is connected, or of the Unix domain and not bound. `ENOTSOCK`: not a socket.
pub fn listen(fd: impl AsFd, backlog: c_int) -> Result<(), Errno> {
    // SAFETY: no pointers.
    Errno::result(unsafe { libc::listen(fd.as_fd().as_raw_fd(), backlog) }).map(drop)
}

/// `int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)`: the next connection of the
/// queue and its peer's address. `flags` is 0 or [`SOCK_NONBLOCK`](super::SOCK_NONBLOCK); the new socket
/// is closed on exec (`SOCK_CLOEXEC` is always added), and inherits no flag from its listener. macOS and
/// FreeBSD: accept and fcntl. See accept(2).
///
/// # Errors
///
/// `EAGAIN`: the listener is non-blocking and its queue is empty. `EINTR`: a signal came. `ECONNABORTED`:
/// the peer left before it was accepted; Linux accepts it, and [`recv`](super::recv) reports it. `EMFILE`,
/// `ENFILE`, `ENOBUFS`, `ENOMEM`: no room; the connection stays in the queue. `EINVAL`: the socket does not
/// listen, or another flag. `EOPNOTSUPP`: not a stream socket. `ENOTSOCK`: not a socket. Linux also hands
/// over errors pending on the new connection, such as `EPROTO` or `ENETDOWN`, to be treated like `EAGAIN`.
/// `EAFNOSUPPORT`, `ENAMETOOLONG`: the connection is closed: its peer's address is of a family that
/// [`SockAddr`] does not have, or a path of 108 bytes, too long for a [`UnixAddr`](super::UnixAddr).
pub fn accept(fd: impl AsFd, flags: c_int) -> Result<(OwnedFd, SockAddr), Errno> {
    let listener = fd.as_fd().as_raw_fd();
    let mut peer = addr::Room::new();
    let (addr, len) = peer.as_mut_ptrs();
    // SAFETY: `addr` points to `*len` writable bytes.
    let socket = unsafe { os::accept(listener, addr, len, flags) }?;
    Ok((socket, peer.get()?))
}

/// `int connect(int fd, const struct sockaddr *addr, socklen_t len)`: connects to the peer. A datagram
/// socket only records the address: its peer for [`send`](super::send), and the only one that it
/// receives from. See connect(2).
///
/// # Errors
///
/// `ECONNREFUSED`: nobody listens there. `EINPROGRESS`: the socket is non-blocking; it turns writable when
/// the connection is made or has failed, and [`sockopt::error`](super::sockopt::error) tells which.
/// `EINTR`: a signal came; the connection is still being made, as after `EINPROGRESS` (not in the Unix
/// domain). `EALREADY`: non-blocking, and still connecting. `EISCONN`: connected already. `ETIMEDOUT`: no
/// answer. `ENETUNREACH`, `EHOSTUNREACH`: no route. `EADDRNOTAVAIL`, or `EAGAIN` of a datagram socket: no
/// local port is left. `EAGAIN`: the queue of a Unix-domain listener is full, and the socket non-blocking.
/// `ENOENT`, `EACCES`: of a Unix-domain path. `EACCES`: a broadcast address, without
/// [`SO_BROADCAST`](super::sockopt::set_broadcast). `EPROTOTYPE`: a Unix-domain socket of another type.
/// `EAFNOSUPPORT`, `EINVAL`: an address of another family. `ENOTSOCK`: not a socket.
pub fn connect(fd: impl AsFd, addr: &impl Address) -> Result<(), Errno> {
    let (fd, raw) = (fd.as_fd().as_raw_fd(), addr.to_raw());
    // SAFETY: the pointer is to a live sockaddr, of at least `len` bytes.
    Errno::result(unsafe { libc::connect(fd, raw.as_ptr(), raw.len()) }).map(drop)
}

/// `int shutdown(int fd, int how)`: ends one direction or both, also for other processes that hold
/// the socket. [`SHUT_WR`](super::SHUT_WR) sends the peer an end of file, and what it sends can
/// still be read: a half-close. See shutdown(2).
///
/// # Errors
///
/// `ENOTCONN`: the connection is gone, or never was (in the Unix domain that is no error). `EINVAL`: `how`
/// is none of the three. `ENOTSOCK`: not a socket.
pub fn shutdown(fd: impl AsFd, how: c_int) -> Result<(), Errno> {
    // SAFETY: no pointers.
    Errno::result(unsafe { libc::shutdown(fd.as_fd().as_raw_fd(), how) }).map(drop)
}

/// `int getsockname(int fd, struct sockaddr *addr, socklen_t *len)`: the socket's own address; after
/// [`bind`] to port 0, the port that the kernel picked. See getsockname(2).
///
/// # Errors
///
/// `ENOTSOCK`: not a socket. `ENOBUFS`: out of kernel memory. `EAFNOSUPPORT`, `ENAMETOOLONG`: an address
/// that [`accept`] refuses too.
pub fn getsockname(fd: impl AsFd) -> Result<SockAddr, Errno> {
    let (fd, mut own) = (fd.as_fd().as_raw_fd(), addr::Room::new());
    let (addr, len) = own.as_mut_ptrs();
    // SAFETY: `addr` points to `*len` writable bytes.
    Errno::result(unsafe { libc::getsockname(fd, addr, len) })?;
    own.get()
}

/// `int getpeername(int fd, struct sockaddr *addr, socklen_t *len)`: the address at the other end.
/// See getpeername(2).
///
/// # Errors
///
/// `ENOTCONN`: not connected, or no longer: after a reset the peer's address is gone. [`accept`]
/// returns it in every case. Otherwise those of [`getsockname`].
pub fn getpeername(fd: impl AsFd) -> Result<SockAddr, Errno> {
    let (fd, mut peer) = (fd.as_fd().as_raw_fd(), addr::Room::new());
    let (addr, len) = peer.as_mut_ptrs();
    // SAFETY: `addr` points to `*len` writable bytes.
    Errno::result(unsafe { libc::getpeername(fd, addr, len) })?;
    peer.get()
}
