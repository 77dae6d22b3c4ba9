//! The wrappers of `sys`, one module per file: what each call does, and each error that its documentation
//! names, brought about for real.
//!
//! Not here: `EBADF` of a single call, for safe code has no descriptor that is closed; `ENFILE`, `ENOBUFS`,
//! `ENOMEM` and `ENOSPC`, for which the whole system would have to run out. And what needs the process to
//! itself, or starts a program, which holds for a moment what another test closes: `tests/sys_alone`.
#![forbid(unsafe_code)]

// Sockets to try the wrappers on.
mod support;

mod addr;
mod connection;
mod datagram;
mod epoll;
mod io;
mod poll;
mod select;
mod socket;
mod sockopt;
mod terminal;
mod unix;

// EINTR, from each call that waits.
mod interrupted;
