//! **enchufe** (Spanish for *socket*): the BSD socket calls, safe and thin, and on top of them two
//! servers and a client that show how they are used.
//!
//! # From the C call to the wrapper
//!
//! | C | here | man page |
//! |---|---|---|
//! | `socket` | [`sys::socket()`] | socket(2) |
//! | `bind` | [`sys::bind`] | bind(2) |
//! | `listen` | [`sys::listen`] | listen(2) |
//! | `accept`, `accept4` | [`sys::accept`] | accept(2) |
//! | `connect` | [`sys::connect`] | connect(2) |
//! | `send` | [`sys::send`] | send(2) |
//! | `recv` | [`sys::recv`] | recv(2) |
//! | `shutdown` | [`sys::shutdown`] | shutdown(2) |
//! | `close` | dropping the [`OwnedFd`](std::os::fd::OwnedFd) | close(2) |
//! | `getsockname`, `getpeername` | [`sys::getsockname`], [`sys::getpeername`] | getsockname(2) |
//! | `setsockopt`, `getsockopt` | [`sys::sockopt`], a function per option | socket(7), tcp(7) |
//! | `select`, `pselect` | [`sys::select`], [`sys::pselect`] | select(2) |
//! | `fd_set`, `FD_SET`, `FD_CLR`, `FD_ISSET`, `FD_ZERO` | [`sys::FdSet`] | select(2) |
//! | `ioctl` with `FIONREAD`, with `TIOCGWINSZ` | [`sys::fionread`], [`sys::terminal`] | tcp(7), ioctl_tty(2) |
//! | `epoll_create1`, `epoll_ctl`, `epoll_wait` | [`sys::Epoll`] | epoll(7) |
//! | `fork`, `waitpid`, `_exit` | [`sys::fork`], [`sys::waitpid`], [`sys::_exit`] | fork(2), waitpid(2) |
//! | `sigaction` and the self-pipe | [`sys::Signals`], [`sys::ignore`] | sigaction(2) |
//! | `kill` | [`nix::sys::signal::kill`] | kill(2) |
//!
//! # An echo server
//!
//! Complete, one client after the other; in C it reads the same.
//!
//! ```
//! use enchufe::sys::*;
//! use std::os::fd::OwnedFd;
//!
//! fn open(addr: SocketAddr) -> Result<OwnedFd, Errno> {
//!     let listener = socket(AF_INET, SOCK_STREAM, 0)?;
//!     sockopt::set_reuseaddr(&listener, true)?;
//!     bind(&listener, &addr)?;
//!     listen(&listener, 5)?;
//!     Ok(listener)
//! }
//!
//! fn serve(listener: &OwnedFd) -> Result<(), Errno> {
//!     loop {
//!         let (client, peer) = accept(listener, 0)?;
//!         println!("conexion con {peer}.");
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
//!
//! # fn main() -> Result<(), Errno> {
//! # let listener = open("127.0.0.1:0".parse().unwrap())?;
//! # let server = getsockname(&listener)?;
//! # std::thread::spawn(move || serve(&listener));
//! # for _ in 0..2 {
//! #     let client = socket(AF_INET, SOCK_STREAM, 0)?;
//! #     connect(&client, &server)?;
//! #     send(&client, b"hola", 0)?;
//! #     shutdown(&client, SHUT_WR)?;
//! #     let mut buf = [0; 16];
//! #     let n = recv(&client, &mut buf, 0)?;
//! #     assert_eq!(&buf[..n], b"hola");
//! #     assert_eq!(recv(&client, &mut buf, 0)?, 0);
//! # }
//! # Ok(())
//! # }
//! ```
//!
//! # The layers
//!
//! Each knows only those below it.
//!
//! | layer | what it is |
//! |---|---|
//! | `src/bin` | the programs: parse, run, exit code |
//! | [`server`], [`client`] | the loops, and what they share |
//! | [`trace`] | strace logs of these programs, made into a story and a picture |
//! | [`cli`], [`options`], [`screen`] | what people type and see, in two languages |
//! | [`protocol`] | bytes and time in, bytes out |
//! | [`net`], [`resolve`], [`clock`], [`limits`], [`repr`] | verbs with context; names into addresses; the only reader of clocks; the descriptor limit; bytes as Python shows them |
//! | [`sys`] | the system calls, the only unsafe code |

pub mod cli;
pub mod client;
pub mod clock;
pub mod limits;
pub mod net;
pub mod options;
pub mod protocol;
pub mod repr;
pub mod resolve;
pub mod screen;
pub mod server;
pub mod sys;
pub mod trace;
