//! The BSD socket calls, `select`, `fork` and signals: safe to call, nothing added.
//!
//! Every wrapper makes the one call that it is named after (on Linux: [`accept`] is accept4, [`pipe`] is
//! pipe2, and [`fork`] is `_Fork`, which may look for threads first; [`Signals`] and [`Epoll::of`] are
//! several). It takes borrowed descriptors (`impl AsFd`), returns owned ones (`OwnedFd`), always closed on
//! exec, reports failure as [`Errno`], never retries, never panics and never prints: what to do about `EINTR`
//! is the caller's business, as in C. The errors named here are those to expect; the man pages name more.
//!
//! # The rule for unsafe
//!
//! This is the only module of the crate with unsafe code. Each block is one call, wrapped in
//! [`Errno::result`] where the call returns -1 on failure, and its SAFETY comment states the fact
//! about the arguments that the kernel relies on. What systems do in different ways is in `os/`.
#![allow(unsafe_code)]

mod addr;
mod constants;
#[cfg(target_os = "linux")]
mod epoll;
mod fd_set;
mod inherited;
mod io;
mod os;
mod poll;
mod process;
mod select;
mod signal;
mod socket;
pub mod sockopt;
pub mod terminal;

pub use addr::{Address, SockAddr, SocketAddr, SocketAddrV4, SocketAddrV6, UnixAddr};
pub use constants::*;
pub use fd_set::FdSet;
pub use io::{fionread, pipe, recv, recvfrom, send, sendto};
// Only for the servers; not part of the interface.
pub(crate) use inherited::{take_over, take_var};
pub(crate) use os::abstract_addr;
#[doc(hidden)]
pub use os::{Epoll, PENDING_ERRORS, drop_syns};
pub use poll::{PollFd, poll};
pub use process::{_exit, Fork, fork, waitpid};
pub use select::{pselect, select};
#[doc(hidden)]
pub use signal::Noted;
pub use signal::{Signals, ignore};
pub(crate) use signal::{raise_by_default, reset};
pub use socket::{
    accept, bind, connect, getpeername, getsockname, listen, shutdown, socket, socketpair,
};

/// `errno`: why a call failed. `{:?}` prints its name, `{}` its name and meaning. See errno(3).
#[doc(inline)]
pub use nix::errno::Errno;
/// A set of signals: a signal mask, or what [`Signals::take`] returns.
#[doc(inline)]
pub use nix::sys::signal::SigSet;
/// A signal by its name; nix knows no real-time signals.
#[doc(inline)]
pub use nix::sys::signal::Signal;
/// `int kill(pid_t pid, int sig)`: sends a signal; `None` only asks whether it could be. See kill(2).
#[doc(inline)]
pub use nix::sys::signal::kill;
/// The number of a process.
#[doc(inline)]
pub use nix::unistd::Pid;
/// `ssize_t read(int fd, void *buf, size_t count)` and `ssize_t write(int fd, const void *buf, size_t
/// count)`, of any descriptor; on Linux writing to a peer that has gone raises SIGPIPE, which [`send`] does
/// not. See read(2), write(2).
#[doc(inline)]
pub use nix::unistd::{read, write};
