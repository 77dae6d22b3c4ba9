//! `getsockopt` and `setsockopt`: two functions per option. See socket(7), tcp(7), ipv6(7).
//!
//! # Errors
//!
//! All of them: `ENOTSOCK`, the descriptor is not a socket; `ENOPROTOOPT`, `EOPNOTSUPP`, the socket's
//! protocol has no such option. `EINVAL`: a value out of range.

use super::{Errno, os};
use libc::{IPPROTO_IPV6, IPPROTO_TCP, SOL_SOCKET, c_int, socklen_t};
use std::mem;
use std::os::fd::{AsFd, AsRawFd};
use std::time::Duration;

/// The two functions of an option: the getter `name`, and `set_name`.
macro_rules! options {
    ($($(#[$doc:meta])* $get:ident, $set:ident: $type:ty = ($level:expr, $name:expr);)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// Those of [all](self).
        pub fn $set(fd: impl AsFd, value: $type) -> Result<(), Errno> {
            set(fd, $level, $name, value.to_raw()?)
        }

        #[doc = concat!("What [`", stringify!($set), "`] sets.")]
        ///
        /// # Errors
        ///
        /// Those of [all](self).
        pub fn $get(fd: impl AsFd) -> Result<$type, Errno> {
            get(fd, $level, $name).map(<$type>::from_raw)
        }
    )*};
}

options! {
    /// `SO_REUSEADDR`: lets [`bind`](super::bind) succeed while connections of an earlier server on this
    /// port are still in TIME_WAIT (Linux: if that server had set it too). A port that somebody listens on
    /// stays taken.
    reuseaddr, set_reuseaddr: bool = (SOL_SOCKET, libc::SO_REUSEADDR);

    /// `SO_BROADCAST`: datagrams may be sent to a broadcast address.
    broadcast, set_broadcast: bool = (SOL_SOCKET, libc::SO_BROADCAST);

    /// `SO_KEEPALIVE`: after a while of silence, probe the peer, and give up the connection (`ETIMEDOUT`)
    /// if it does not answer. The next three set when, how often and how many times.
    keepalive, set_keepalive: bool = (SOL_SOCKET, libc::SO_KEEPALIVE);

    /// `TCP_KEEPIDLE` (macOS: `TCP_KEEPALIVE`), in whole seconds, rounded up: how long the silence
    /// lasts before the first probe. Linux: from 1 to 32,767.
    keepalive_idle, set_keepalive_idle: Duration = (IPPROTO_TCP, os::TCP_KEEPIDLE);

    /// `TCP_KEEPINTVL`, in whole seconds, rounded up: from one probe to the next. Linux: from 1 to 32,767.
    keepalive_interval, set_keepalive_interval: Duration = (IPPROTO_TCP, libc::TCP_KEEPINTVL);

    /// `TCP_KEEPCNT`: this many unanswered probes end the connection. Linux: from 1 to 127.
    keepalive_count, set_keepalive_count: u32 = (IPPROTO_TCP, libc::TCP_KEEPCNT);

    /// `SO_LINGER`, in whole seconds, rounded up: what closing does. `None` (the default) returns at once,
    /// and the kernel goes on sending; with a time, closing waits up to that long until everything is sent
    /// and acknowledged; with a time of 0 it sends a reset and discards what was not sent.
    linger, set_linger: Option<Duration> = (SOL_SOCKET, os::SO_LINGER);

    /// `SO_RCVBUF`, in bytes: how much may wait to be received. Linux doubles the value, to have room
    /// for its own bookkeeping, and the getter returns the doubled one; up to `net.core.rmem_max`.
    rcvbuf, set_rcvbuf: usize = (SOL_SOCKET, libc::SO_RCVBUF);

    /// `SO_SNDBUF`, in bytes: how much may wait to be sent, see [`set_rcvbuf`]; up to `net.core.wmem_max`.
    sndbuf, set_sndbuf: usize = (SOL_SOCKET, libc::SO_SNDBUF);

    /// `TCP_NODELAY`: send at once instead of waiting to fill a segment. Sockets from
    /// [`accept`](super::accept) inherit it from their listener.
    nodelay, set_nodelay: bool = (IPPROTO_TCP, libc::TCP_NODELAY);

    /// `IPV6_V6ONLY`: whether an IPv6 socket serves IPv6 only, or IPv4 as well. `EINVAL` once it is bound.
    v6only, set_v6only: bool = (IPPROTO_IPV6, libc::IPV6_V6ONLY);
}

/// `SO_ERROR`: takes the error pending on the socket, `None` if there is none. This is how the
/// outcome of a non-blocking [`connect`](super::connect) is read. It cannot be set.
///
/// # Errors
///
/// Those of [all](self).
pub fn error(fd: impl AsFd) -> Result<Option<Errno>, Errno> {
    let value: c_int = get(fd, SOL_SOCKET, libc::SO_ERROR)?;
    Ok((value != 0).then(|| Errno::from_raw(value)))
}

/// `SO_ACCEPTCONN`: whether the socket [listens](super::listen). It cannot be set.
///
/// # Errors
///
/// Those of [all](self).
pub fn acceptconn(fd: impl AsFd) -> Result<bool, Errno> {
    get(fd, SOL_SOCKET, libc::SO_ACCEPTCONN).map(bool::from_raw)
}

/// `SO_TYPE`: what type of socket it is, [`SOCK_STREAM`](super::SOCK_STREAM) or
/// [`SOCK_DGRAM`](super::SOCK_DGRAM), as [`socket()`](super::socket()) was told. It cannot be set.
///
/// # Errors
///
/// Those of [all](self).
pub fn ty(fd: impl AsFd) -> Result<c_int, Errno> {
    get(fd, SOL_SOCKET, libc::SO_TYPE)
}

/// How an option is written in C.
trait Value: Sized {
    type Raw: Copy;

    fn to_raw(self) -> Result<Self::Raw, Errno>;
    fn from_raw(raw: Self::Raw) -> Self;
}

impl Value for bool {
    type Raw = c_int;

    fn to_raw(self) -> Result<c_int, Errno> {
        Ok(self.into())
    }

    fn from_raw(raw: c_int) -> Self {
        raw != 0
    }
}

impl Value for u32 {
    type Raw = c_int;

    fn to_raw(self) -> Result<c_int, Errno> {
        self.try_into().or(Err(Errno::EINVAL))
    }

    fn from_raw(raw: c_int) -> Self {
        raw.cast_unsigned()
    }
}

impl Value for usize {
    type Raw = c_int;

    fn to_raw(self) -> Result<c_int, Errno> {
        self.try_into().or(Err(Errno::EINVAL))
    }

    fn from_raw(raw: c_int) -> Self {
        raw.cast_unsigned() as Self
    }
}

impl Value for Duration {
    type Raw = c_int;

    fn to_raw(self) -> Result<c_int, Errno> {
        let whole = self.as_secs().saturating_add((self.subsec_nanos() > 0).into());
        whole.try_into().or(Err(Errno::EINVAL))
    }

    fn from_raw(raw: c_int) -> Self {
        Self::from_secs(raw.cast_unsigned().into())
    }
}

impl Value for Option<Duration> {
    type Raw = libc::linger;

    fn to_raw(self) -> Result<libc::linger, Errno> {
        let l_linger = self.unwrap_or_default().to_raw()?;
        Ok(libc::linger { l_onoff: self.is_some().into(), l_linger })
    }

    fn from_raw(raw: libc::linger) -> Self {
        (raw.l_onoff != 0).then(|| Duration::from_raw(raw.l_linger))
    }
}

/// Sets an option whose value is a plain C structure or number.
pub(super) fn set<T: Copy>(
    fd: impl AsFd,
    level: c_int,
    name: c_int,
    value: T,
) -> Result<(), Errno> {
    let (fd, len) = (fd.as_fd().as_raw_fd(), mem::size_of::<T>() as socklen_t);
    // SAFETY: the pointer is to a live T, `len` is its size, and the kernel only reads it.
    Errno::result(unsafe { libc::setsockopt(fd, level, name, (&raw const value).cast(), len) })
        .map(drop)
}

/// Asks for an option whose value is a number, or a structure of numbers.
fn get<T: Copy>(fd: impl AsFd, level: c_int, name: c_int) -> Result<T, Errno> {
    // SAFETY: only a c_int and a linger are asked for: numbers, which may be zero.
    let mut value: T = unsafe { mem::zeroed() };
    let mut len = mem::size_of::<T>() as socklen_t;
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: the pointer is to `len` writable bytes of numbers, which may be any.
    Errno::result(unsafe {
        libc::getsockopt(fd, level, name, (&raw mut value).cast(), &raw mut len)
    })?;
    Ok(value)
}
