//! Bytes in and out of a socket.

use super::Errno;
use libc::c_int;
use std::os::fd::{AsFd, AsRawFd};

/// `ssize_t send(int fd, const void *buf, size_t len, int flags)`: puts bytes in the socket's send
/// buffer and returns how many fitted. `flags` is 0 or [`MSG_DONTWAIT`](super::MSG_DONTWAIT);
/// `MSG_NOSIGNAL` is always added, so that a peer that has gone is an error and not a SIGPIPE. See
/// send(2).
///
/// # Errors
///
/// `EAGAIN`: non-blocking, and no room. `EPIPE`: the connection was closed for writing.
/// `ECONNRESET`: the peer reset it. `EINTR`: a signal came before any byte was sent.
pub fn send(fd: impl AsFd, buf: &[u8], flags: c_int) -> Result<usize, Errno> {
    let (fd, flags) = (fd.as_fd().as_raw_fd(), flags | libc::MSG_NOSIGNAL);
    // SAFETY: pointer and length come from one live slice.
    let sent = unsafe { libc::send(fd, buf.as_ptr().cast(), buf.len(), flags) };
    Errno::result(sent).map(|n| n as usize)
}

/// `ssize_t recv(int fd, void *buf, size_t len, int flags)`: takes what has arrived, up to
/// `buf.len()` bytes; 0 is end of file: the peer sends no more. `flags` is 0 or
/// [`MSG_DONTWAIT`](super::MSG_DONTWAIT). See recv(2).
///
/// # Errors
///
/// `EAGAIN`: non-blocking, and nothing there. `ECONNRESET`: the peer reset the connection. `EINTR`:
/// a signal came before any byte.
pub fn recv(fd: impl AsFd, buf: &mut [u8], flags: c_int) -> Result<usize, Errno> {
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: pointer and length come from one live slice, borrowed for writing.
    let received = unsafe { libc::recv(fd, buf.as_mut_ptr().cast(), buf.len(), flags) };
    Errno::result(received).map(|n| n as usize)
}

/// `int ioctl(int fd, FIONREAD, int *count)`: how many bytes have arrived and wait to be received. See
/// tcp(7).
///
/// # Errors
///
/// `EINVAL`: a listening socket. `ENOTTY`: nothing that can be received from.
pub fn fionread(fd: impl AsFd) -> Result<usize, Errno> {
    let mut count: c_int = 0;
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: the pointer is to a live int, which is what this request fills in.
    Errno::result(unsafe { libc::ioctl(fd, libc::FIONREAD, &raw mut count) })?;
    Ok(usize::try_from(count).unwrap_or(0))
}
