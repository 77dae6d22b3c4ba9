//! The BSD socket calls, `select`, `fork` and signals: safe to call, nothing added.
//!
//! Every wrapper makes the one call that it is named after (but [`fork`] may look for threads first,
//! and [`Signals`] is several). It takes borrowed descriptors (`impl AsFd`), gives owned ones
//! (`OwnedFd`), reports failure as [`Errno`], never retries, never panics and never prints: what to do
//! about `EINTR` is the caller's business, as in C.
//!
//! # The rule for unsafe
//!
//! This is the only module of the crate with unsafe code. Each block is one call, wrapped in
//! [`Errno::result`] where the call returns -1 on failure, and its SAFETY comment states the fact
//! about the arguments that the kernel relies on.
#![allow(unsafe_code)]

mod addr;
mod epoll;
mod io;
mod process;
mod select;
mod signal;
mod socket;
pub mod sockopt;
pub mod terminal;

pub use addr::SocketAddr;
pub use epoll::Epoll;
pub use io::{fionread, recv, send};
pub use nix::errno::Errno;
/// A set of signals, as a mask is and as [`Signals::take`] gives.
#[doc(inline)]
pub use nix::sys::signal::SigSet;
/// A signal by its name; nix knows no real-time signals.
#[doc(inline)]
pub use nix::sys::signal::Signal;
/// The number of a process.
#[doc(inline)]
pub use nix::unistd::Pid;
pub use process::{_exit, Fork, fork, waitpid};
pub use select::{FdSet, pselect, select};
pub use signal::{Noted, Signals, ignore};
pub use socket::{accept, bind, connect, getpeername, getsockname, listen, shutdown, socket};

// The constants that the calls above take, under their C names.
pub use libc::{
    AF_INET, AF_INET6, MSG_DONTWAIT, SHUT_RD, SHUT_RDWR, SHUT_WR, SOCK_NONBLOCK, SOCK_STREAM,
    WNOHANG,
};
