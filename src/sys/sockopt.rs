//! `getsockopt` and `setsockopt`: one function per option in use. See socket(7), tcp(7), ipv6(7).

use super::Errno;
use libc::{c_int, socklen_t};
use std::mem;
use std::os::fd::{AsFd, AsRawFd};
use std::time::Duration;

/// `SO_REUSEADDR`: [`bind`](super::bind) although connections of an earlier server on this port are
/// still in TIME_WAIT. A port on which somebody listens stays taken.
///
/// # Errors
///
/// `ENOTSOCK`: the descriptor is not a socket.
pub fn set_reuseaddr(fd: impl AsFd, on: bool) -> Result<(), Errno> {
    set(fd, libc::SOL_SOCKET, libc::SO_REUSEADDR, c_int::from(on))
}

/// `TCP_NODELAY`: send at once, do not wait to fill a segment. Sockets from
/// [`accept`](super::accept) inherit it from their listener.
///
/// # Errors
///
/// `ENOTSOCK`, `EOPNOTSUPP`: not a TCP socket.
pub fn set_nodelay(fd: impl AsFd, on: bool) -> Result<(), Errno> {
    set(fd, libc::IPPROTO_TCP, libc::TCP_NODELAY, c_int::from(on))
}

/// `SO_KEEPALIVE`: when nothing has come for a while, the peer's machine is asked whether it is still
/// there; if it does not answer, the connection ends with `ETIMEDOUT`. Sockets from
/// [`accept`](super::accept) inherit it from their listener, and so they do its times.
///
/// # Errors
///
/// `ENOTSOCK`: the descriptor is not a socket.
pub fn set_keepalive(fd: impl AsFd, on: bool) -> Result<(), Errno> {
    set(fd, libc::SOL_SOCKET, libc::SO_KEEPALIVE, c_int::from(on))
}

/// `TCP_KEEPIDLE`: for how long nothing has come when the peer is first asked; whole seconds.
///
/// # Errors
///
/// `EINVAL`: less than a second, or more than 32,767. `ENOTSOCK`, `EOPNOTSUPP`: not a TCP socket.
pub fn set_keepalive_idle(fd: impl AsFd, idle: Duration) -> Result<(), Errno> {
    set(fd, libc::IPPROTO_TCP, libc::TCP_KEEPIDLE, whole_seconds(idle))
}

/// `TCP_KEEPINTVL`: how long after that it is asked again; whole seconds.
///
/// # Errors
///
/// As [`set_keepalive_idle`].
pub fn set_keepalive_interval(fd: impl AsFd, interval: Duration) -> Result<(), Errno> {
    set(fd, libc::IPPROTO_TCP, libc::TCP_KEEPINTVL, whole_seconds(interval))
}

/// `TCP_KEEPCNT`: how many questions without an answer are the end.
///
/// # Errors
///
/// `EINVAL`: none, or more than 127. `ENOTSOCK`, `EOPNOTSUPP`: not a TCP socket.
pub fn set_keepalive_count(fd: impl AsFd, count: u32) -> Result<(), Errno> {
    set(fd, libc::IPPROTO_TCP, libc::TCP_KEEPCNT, c_int::try_from(count).unwrap_or(c_int::MAX))
}

/// `IPV6_V6ONLY`: whether an IPv6 socket serves IPv6 only, or IPv4 as well.
///
/// # Errors
///
/// `ENOPROTOOPT`: not an IPv6 socket. `EINVAL`: already bound.
pub fn set_v6only(fd: impl AsFd, on: bool) -> Result<(), Errno> {
    set(fd, libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, c_int::from(on))
}

/// `SO_LINGER` with a time of 0: closing sends a reset and forgets what was not sent.
///
/// # Errors
///
/// `ENOTSOCK`: the descriptor is not a socket.
pub fn set_reset_on_close(fd: impl AsFd) -> Result<(), Errno> {
    set(fd, libc::SOL_SOCKET, libc::SO_LINGER, libc::linger { l_onoff: 1, l_linger: 0 })
}

/// `SO_ATTACH_FILTER` on a listener, with a filter that drops each segment that asks for a new connection
/// (a SYN): no connection is begun any more, and those that have been can still be made and accepted.
/// So the listener can be closed without a reset for anybody: who asks meanwhile asks again a second
/// later, and is refused. Linux only.
///
/// # Errors
///
/// `ENOTSOCK`: the descriptor is not a socket. `ENOMEM`: no memory for the filter.
pub fn drop_syns(fd: impl AsFd) -> Result<(), Errno> {
    use libc::{BPF_ABS, BPF_B, BPF_JMP, BPF_JSET, BPF_K, BPF_LD, BPF_RET, sock_filter};
    const FLAGS: u32 = 13; // the offset of the flags in a TCP header
    const SYN: u32 = 0x02;
    let step = |code: u32, jf, k| sock_filter { code: code as u16, jt: 0, jf, k };
    let mut program = [
        step(BPF_LD | BPF_B | BPF_ABS, 0, FLAGS),
        step(BPF_JMP | BPF_JSET | BPF_K, 1, SYN),
        step(BPF_RET | BPF_K, 0, 0),
        step(BPF_RET | BPF_K, 0, u32::MAX),
    ];
    let filter = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    set(fd, libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, filter)
}

/// `SO_ERROR`: takes the error pending on the socket, `None` if there is none. This is how the
/// outcome of a non-blocking [`connect`](super::connect) is read.
///
/// # Errors
///
/// `ENOTSOCK`: the descriptor is not a socket.
pub fn error(fd: impl AsFd) -> Result<Option<Errno>, Errno> {
    let mut value: c_int = 0;
    let mut len = mem::size_of::<c_int>() as socklen_t;
    let (fd, level, name) = (fd.as_fd().as_raw_fd(), libc::SOL_SOCKET, libc::SO_ERROR);
    let value_ptr = (&raw mut value).cast();
    // SAFETY: the pointer is to `len` writable bytes, a c_int as this option wants.
    Errno::result(unsafe { libc::getsockopt(fd, level, name, value_ptr, &raw mut len) })?;
    Ok((value != 0).then(|| Errno::from_raw(value)))
}

/// As these options take a time.
fn whole_seconds(time: Duration) -> c_int {
    c_int::try_from(time.as_secs()).unwrap_or(c_int::MAX)
}

/// Sets an option whose value is a plain C structure or number.
fn set<T: Copy>(fd: impl AsFd, level: c_int, name: c_int, value: T) -> Result<(), Errno> {
    let (fd, len) = (fd.as_fd().as_raw_fd(), mem::size_of::<T>() as socklen_t);
    // SAFETY: the pointer is to a live T, `len` is its size, and the kernel only reads it.
    Errno::result(unsafe { libc::setsockopt(fd, level, name, (&raw const value).cast(), len) })
        .map(drop)
}
