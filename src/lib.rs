//! **enchufe** (Spanish for *socket*): the BSD socket calls, safe and thin.
//!
//! The library is [`sys`]: a function for each call, named after it, with the same arguments and results as
//! in C, except that descriptors are closed when dropped, buffers are slices, and errors cannot be
//! overlooked. On top of it are two servers and a client that show how the calls are used. Those are
//! programs: their modules are not part of this interface.
//!
//! # From the C call to the wrapper
//!
//! | C | here | man page |
//! |---|---|---|
//! | `socket`, `socketpair` | [`sys::socket()`], [`sys::socketpair`] | socket(2), socketpair(2) |
//! | `bind` | [`sys::bind`] | bind(2) |
//! | `listen` | [`sys::listen`] | listen(2) |
//! | `accept`, `accept4` | [`sys::accept`] | accept(2) |
//! | `connect` | [`sys::connect`] | connect(2) |
//! | `send`, `sendto` | [`sys::send`], [`sys::sendto`] | send(2) |
//! | `recv`, `recvfrom` | [`sys::recv`], [`sys::recvfrom`] | recv(2) |
//! | `read`, `write` | [`sys::read`], [`sys::write`] | read(2), write(2) |
//! | `shutdown` | [`sys::shutdown`] | shutdown(2) |
//! | `close` | dropping the [`OwnedFd`](std::os::fd::OwnedFd) | close(2) |
//! | `getsockname`, `getpeername` | [`sys::getsockname`], [`sys::getpeername`] | getsockname(2) |
//! | `setsockopt`, `getsockopt` | [`sys::sockopt`], two functions per option | socket(7), tcp(7), ipv6(7) |
//! | `fcntl` with `O_NONBLOCK` | [`sys::SOCK_NONBLOCK`] in [`sys::socket()`] and [`sys::accept`] | fcntl(2) |
//! | `fcntl` with `FD_CLOEXEC` | nothing to do: every descriptor has it | fcntl(2) |
//! | `struct sockaddr_in`, `sockaddr_in6` | [`sys::SocketAddrV4`], [`sys::SocketAddrV6`], or [`sys::SocketAddr`] for either | ip(7), ipv6(7) |
//! | `struct sockaddr_un` | [`sys::UnixAddr`] | unix(7) |
//! | `struct sockaddr`, `sockaddr_storage` | [`sys::SockAddr`], [`sys::Address`] | sockaddr(3type) |
//! | `htons`, `ntohs` | nothing to do: a [`sys::SocketAddr`] is in the order of the machine | byteorder(3) |
//! | `inet_pton`, `inet_ntop`, `inet_ntoa` | [`str::parse`] to an [`IpAddr`](std::net::IpAddr) or, with a port, a [`sys::SocketAddr`]; printing it | inet_pton(3), inet_ntop(3) |
//! | `getaddrinfo`, `gethostbyname` | [`to_socket_addrs`](std::net::ToSocketAddrs) of `("host", 80)` | getaddrinfo(3) |
//! | `errno`, `perror`, `strerror` | [`sys::Errno`]; printing it gives its name, and in nix's words what it means | errno(3), perror(3) |
//! | `select`, `pselect` | [`sys::select`], [`sys::pselect`] | select(2) |
//! | `fd_set`, `FD_SET`, `FD_CLR`, `FD_ISSET`, `FD_ZERO` | [`sys::FdSet`] | select(2) |
//! | `poll`, `struct pollfd` | [`sys::poll()`], [`sys::PollFd`] | poll(2) |
//! | `ioctl` with `FIONREAD`, with `TIOCGWINSZ` | [`sys::fionread`], [`sys::terminal`] | tcp(7), ioctl_tty(2) |
//! | `pipe` | [`sys::pipe`] | pipe(2) |
//! | `struct timeval`, `struct timespec` | [`Duration`](std::time::Duration) | timespec(3type) |
//! | `fork`, `wait`, `waitpid`, `_exit` | [`sys::fork`], [`sys::waitpid`], [`sys::_exit`] | fork(2), waitpid(2) |
//! | `sigaction`, and the self-pipe | [`sys::Signals`], [`sys::ignore`] | sigaction(2) |
//! | `kill` | [`sys::kill`] | kill(2) |
//!
//! # An echo server
//!
//! Complete, one client after another; in C it reads the same. The first error ends it. The servers
//! in `examples/` go on when a client resets its connection; each has its twin in C beside it:
//! iterative, fork, select, poll, datagrams, Unix-domain sockets.
//!
//! ```no_run
//! use enchufe::sys::*;
//!
//! fn main() -> Result<(), Errno> {
//!     let addr: SocketAddr = "127.0.0.1:7007".parse().expect("an address");
//!     let listener = socket(AF_INET, SOCK_STREAM, 0)?;
//!     sockopt::set_reuseaddr(&listener, true)?;
//!     bind(&listener, &addr)?;
//!     listen(&listener, 5)?;
//!     loop {
//!         let (client, peer) = accept(&listener, 0)?;
//!         println!("connection with {peer}");
//!         let mut buf = [0; 1024];
//!         loop {
//!             let mut echo = match recv(&client, &mut buf, 0)? {
//!                 0 => break, // end of file; dropping `client` closes it
//!                 n => &buf[..n],
//!             };
//!             while !echo.is_empty() {
//!                 echo = &echo[send(&client, echo, 0)?..];
//!             }
//!         }
//!     }
//! }
//! ```
//!
//! # Where it runs
//!
//! Linux, with glibc or musl. macOS and FreeBSD are type-checked, never run; there are no abstract names there.
//! `docs/portability.md` has the whole list.

// The programs, from the top down; each module knows only those below it.
//
//   src/bin                      the programs: parse, run, exit code
//   server, client               the loops, and what they share
//   trace                        strace's logs of any programs, made into a story and a picture
//   cli, options, screen         what people type and see, in two languages
//   protocol                     bytes and time in, bytes out
//   net, resolve                 verbs with context; names into addresses
//   clock, limits, reason, repr  the only reader of clocks; the descriptor limit; why a call failed; bytes as
//                                Python shows them
//   sys                          the system calls, the only unsafe code

#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod client;
#[doc(hidden)]
pub mod clock;
#[doc(hidden)]
pub mod limits;
#[doc(hidden)]
pub mod net;
#[doc(hidden)]
pub mod options;
#[cfg(test)]
mod properties;
#[doc(hidden)]
pub mod protocol;
#[doc(hidden)]
pub mod reason;
#[doc(hidden)]
pub mod repr;
#[doc(hidden)]
pub mod resolve;
#[doc(hidden)]
pub mod screen;
#[doc(hidden)]
pub mod server;
pub mod sys;
#[doc(hidden)]
pub mod trace;
