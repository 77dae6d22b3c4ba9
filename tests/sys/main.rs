//! The wrappers of `sys`, one module per file: what each call does, and each error that its documentation
//! names, provoked for real.
//!
//! Not tested: `EBADF` of a single call, because safe code has no closed descriptor; `ENFILE`, `ENOBUFS`,
//! `ENOMEM` and `ENOSPC`, because the whole system would have to run out. In `tests/sys_alone`: what needs
//! the process to itself, or starts a program, which briefly holds descriptors that another test closes.
#![forbid(unsafe_code)]

// Sockets to test the wrappers with.
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

// EINTR, from each blocking call.
mod interrupted;
