//! Bytes in and out of a socket, and pipes.

use super::addr::{self, Address, SockAddr};
use super::{Errno, os};
use libc::c_int;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

/// `ssize_t send(int fd, const void *buf, size_t len, int flags)`: puts bytes in the socket's send buffer
/// and returns how many fitted; a datagram is sent whole or not at all. `flags` is 0 or
/// [`MSG_DONTWAIT`](super::MSG_DONTWAIT), [`MSG_OOB`](super::MSG_OOB); `MSG_NOSIGNAL` is always added, so
/// that a peer that has gone is an error, not a SIGPIPE. See send(2).
///
/// # Errors
///
/// `EAGAIN`: non-blocking, and no room. `EPIPE`: the connection was closed for writing.
/// `ECONNRESET`: the peer reset it. `EINTR`: a signal came before any byte was sent. `ENOTCONN`,
/// `EDESTADDRREQ`: not connected (TCP on Linux: `EPIPE`). `EMSGSIZE`: too long for a datagram.
/// `ECONNREFUSED`: an earlier datagram found nobody; in the Unix domain, this one. `EOPNOTSUPP`: a datagram
/// out of band. `ENOBUFS`, `ENOMEM`: no memory. `ENOTSOCK`: not a socket.
pub fn send(fd: impl AsFd, buf: &[u8], flags: c_int) -> Result<usize, Errno> {
    let (fd, flags) = (fd.as_fd().as_raw_fd(), flags | libc::MSG_NOSIGNAL);
    // SAFETY: pointer and length come from one live slice.
    let sent = unsafe { libc::send(fd, buf.as_ptr().cast(), buf.len(), flags) };
    Errno::result(sent).map(|n| n as usize)
}

/// `ssize_t recv(int fd, void *buf, size_t len, int flags)`: takes what has arrived, up to `buf.len()`
/// bytes; 0 is end of file: the peer sends no more. What does not fit of a datagram (which may have 0 bytes)
/// is lost. `flags` is 0 or [`MSG_DONTWAIT`](super::MSG_DONTWAIT), [`MSG_PEEK`](super::MSG_PEEK),
/// [`MSG_WAITALL`](super::MSG_WAITALL), [`MSG_OOB`](super::MSG_OOB); [`MSG_TRUNC`](super::MSG_TRUNC) returns
/// how long the datagram was, which may be more than `buf` holds (do not use it for TCP, where it discards
/// bytes). See recv(2).
///
/// # Errors
///
/// `EAGAIN`: non-blocking, and nothing there. `ECONNRESET`: the peer reset the connection. `EINTR`: a
/// signal came before any byte. `ENOTCONN`: a stream socket that is not connected (Unix domain on Linux:
/// `EINVAL`). `ETIMEDOUT`: the peer no longer answers. `ECONNREFUSED`: an earlier datagram found nobody.
/// `EINVAL`: no urgent data, with `MSG_OOB`. `ENOTSOCK`: not a socket.
pub fn recv(fd: impl AsFd, buf: &mut [u8], flags: c_int) -> Result<usize, Errno> {
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: pointer and length come from one live slice, borrowed for writing.
    let received = unsafe { libc::recv(fd, buf.as_mut_ptr().cast(), buf.len(), flags) };
    Errno::result(received).map(|n| n as usize)
}

/// `ssize_t sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *addr, socklen_t
/// alen)`: sends a datagram to `addr`; `flags` as for [`send`]. A socket that has no address gets one. See
/// send(2).
///
/// # Errors
///
/// Those of [`send`]. `EAFNOSUPPORT`, `EINVAL`: an address of another family. `ENETUNREACH`,
/// `EHOSTUNREACH`: no route. `EAGAIN`: no local port is left. `EACCES`: a broadcast address, without
/// [`SO_BROADCAST`](super::sockopt::set_broadcast); a Unix-domain path that may not be written. `ENOENT`,
/// `ECONNREFUSED`: no such path, or nobody receives there. `EPROTOTYPE`: a Unix-domain socket of another
/// type. `EISCONN`, `EOPNOTSUPP`: a stream socket of the Unix domain; TCP ignores the address.
pub fn sendto(
    fd: impl AsFd,
    buf: &[u8],
    flags: c_int,
    addr: &impl Address,
) -> Result<usize, Errno> {
    let (fd, flags, to) = (fd.as_fd().as_raw_fd(), flags | libc::MSG_NOSIGNAL, addr.to_raw());
    // SAFETY: pointer and length of the bytes come from one live slice, those of the address from one
    // live sockaddr.
    let sent =
        unsafe { libc::sendto(fd, buf.as_ptr().cast(), buf.len(), flags, to.as_ptr(), to.len()) };
    Errno::result(sent).map(|n| n as usize)
}

/// `ssize_t recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *addr, socklen_t *alen)`:
/// receives a datagram and its sender's address; `flags` as for [`recv`]. See recv(2).
///
/// # Errors
///
/// Those of [`recv`]. `EAFNOSUPPORT`, `ENAMETOOLONG`: the datagram is lost: its sender's address is one that
/// [`accept`](super::accept) refuses too.
pub fn recvfrom(fd: impl AsFd, buf: &mut [u8], flags: c_int) -> Result<(usize, SockAddr), Errno> {
    let (fd, mut from) = (fd.as_fd().as_raw_fd(), addr::Room::new());
    let (addr, len) = from.as_mut_ptrs();
    let (bytes, room) = (buf.as_mut_ptr().cast(), buf.len());
    // SAFETY: pointer and length of the bytes come from one live slice, borrowed for writing; `addr` points
    // to `*len` writable bytes.
    let received = unsafe { libc::recvfrom(fd, bytes, room, flags, addr, len) };
    Ok((Errno::result(received)? as usize, from.get()?))
}

/// `int ioctl(int fd, FIONREAD, int *count)`: how many bytes are waiting to be received; of
/// datagrams, the size of the next one. See tcp(7), udp(7).
///
/// # Errors
///
/// `EINVAL`: a listening socket. `ENOTTY`: not a descriptor that can be received from.
pub fn fionread(fd: impl AsFd) -> Result<usize, Errno> {
    let mut count: c_int = 0;
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: the pointer is to a live int, which is what this request fills in.
    Errno::result(unsafe { libc::ioctl(fd, libc::FIONREAD, &raw mut count) })?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// `int pipe2(int fds[2], int flags)`: a pipe: the end to [`read`](super::read) from and the end to
/// [`write`](super::write) to, closed on drop and on exec (`O_CLOEXEC` is always added). `flags` is 0 or
/// [`O_NONBLOCK`](super::O_NONBLOCK). macOS and FreeBSD: pipe and fcntl. See pipe(2).
///
/// # Errors
///
/// `EMFILE`, `ENFILE`: no descriptor left. `EINVAL`: another flag.
pub fn pipe(flags: c_int) -> Result<(OwnedFd, OwnedFd), Errno> {
    os::pipe(flags)
}
