//! The socket calls as verbs: listen on an address, accept what comes, connect to a host. Several
//! calls each, and errors that say which call, on what, and why.

use crate::reason::{Both, Reason};
use crate::repr::Peer;
use crate::resolve;
use crate::sys::{self, Errno, FdSet, SocketAddr, sockopt};
use std::fmt::{self, Display, Formatter};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// A client's machine that does not answer is probed again at this interval, and given up after this
/// many probes.
const ASK_AGAIN: Duration = Duration::from_secs(10);
const ASKED: u32 = 3;

// What has no name but what it is for.
const SIGNALS: Both = Both { es: "señales", en: "signals" };
pub(crate) const SELF_PIPE: Both = Both { es: "tubería de señales", en: "self-pipe" };
const LISTENER: Both = Both { es: "socket de escucha", en: "listener" };

/// A call that failed: `bind ('127.0.0.1', 6667): EADDRINUSE: Address already in use`. `{:#}` is in Spanish, as
/// of [`Reason`].
#[derive(Debug)]
pub struct Error {
    call: &'static str,
    /// In English, in Spanish.
    on: [String; 2],
    reason: Reason,
}

impl Error {
    /// `call` on `on` (an address, a descriptor's role) failed for `reason`.
    pub fn new(call: &'static str, on: impl Display, reason: impl Into<Reason>) -> Self {
        let on = [format!("{on}"), format!("{on:#}")];
        Self { call, on, reason: reason.into() }
    }

    /// [`Signals::catch`](sys::Signals::catch) failed: in its sigaction, or in its pipe2.
    #[must_use]
    pub fn of_catch(errno: Errno) -> Self {
        match errno {
            // sigaction's errors, which this pipe2 never has.
            Errno::EINVAL | Errno::EFAULT => Self::new("sigaction", SIGNALS, errno),
            _ => Self::new("pipe2", SELF_PIPE, errno),
        }
    }

    /// The call.
    #[must_use]
    pub fn call(&self) -> &'static str {
        self.call
    }

    /// The reason, if it is in errno.
    #[must_use]
    pub fn errno(&self) -> Option<Errno> {
        match self.reason {
            Reason::Errno(errno) => Some(errno),
            Reason::Said { .. } => None,
        }
    }

    /// For `map_err`: `call` on the socket of `addr`.
    fn on(call: &'static str, addr: SocketAddr) -> impl Fn(Errno) -> Self {
        move |errno| Self::new(call, Peer(addr), errno)
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { call, on: [en, es], reason, .. } = self;
        if f.alternate() {
            write!(f, "{call} {es}: {reason:#}")
        } else {
            write!(f, "{call} {en}: {reason}")
        }
    }
}

impl std::error::Error for Error {}

/// The addresses of a host, a name or a number, IPv4 or IPv6, in the order to try them; at least one.
/// `timeout` is for getent(1), where it is used; getaddrinfo has no timeout. See
/// [`resolve`](mod@resolve).
///
/// # Errors
///
/// The resolver's: an unknown name, no answer.
pub fn resolve(host: &str, port: u16, timeout: Option<Duration>) -> Result<Vec<SocketAddr>, Error> {
    let deadline = timeout.map(|timeout| Instant::now() + timeout);
    resolve::addresses(host, port, deadline)
        .map_err(|reason| Error::new("getaddrinfo", format_args!("('{host}', {port})"), reason))
}

/// A call of [`listen_on`] that is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListenStep {
    /// `socket`.
    Socket,
    /// `bind`.
    Bind,
    /// `listen`.
    Listen,
}

/// A listening TCP socket on `addr`, non-blocking, and the address it got; `done` is called after
/// each step. An IPv6 socket serves IPv4 as well if it is `dual`. For the rest see [`prepare`].
///
/// # Errors
///
/// Those of [`sys::socket()`], [`sys::bind`] and [`sys::listen`].
pub fn listen_on(
    addr: SocketAddr,
    dual: bool,
    backlog: i32,
    keepalive: Option<Duration>,
    mut done: impl FnMut(ListenStep),
) -> Result<(OwnedFd, SocketAddr), Error> {
    let socket = tcp_socket(addr)?;
    sockopt::set_reuseaddr(&socket, true).map_err(Error::on("setsockopt", addr))?;
    if addr.is_ipv6() {
        // Otherwise the system's default decides.
        sockopt::set_v6only(&socket, !dual).map_err(Error::on("setsockopt", addr))?;
    }
    prepare(&socket, keepalive).map_err(Error::on("setsockopt", addr))?;
    done(ListenStep::Socket);
    sys::bind(&socket, &addr).map_err(Error::on("bind", addr))?;
    done(ListenStep::Bind);
    sys::listen(&socket, backlog).map_err(Error::on("listen", addr))?;
    done(ListenStep::Listen);
    let bound = own_address(&socket).map_err(Error::on("getsockname", addr))?;
    Ok((socket, bound))
}

/// The address of a TCP socket at this end.
///
/// # Errors
///
/// Those of [`sys::getsockname`].
pub fn own_address(socket: &OwnedFd) -> Result<SocketAddr, Errno> {
    sys::getsockname(socket)?.inet().ok_or(Errno::EAFNOSUPPORT)
}

/// Sets what accepted sockets inherit from their listener: they send at once, and after `keepalive`
/// of silence the kernel checks that the client's machine is still there.
///
/// # Errors
///
/// setsockopt's.
pub fn prepare(listener: &OwnedFd, keepalive: Option<Duration>) -> Result<(), Errno> {
    sockopt::set_nodelay(listener, true)?;
    if let Some(idle) = keepalive {
        sockopt::set_keepalive_idle(listener, idle)?;
        sockopt::set_keepalive_interval(listener, ASK_AGAIN)?;
        sockopt::set_keepalive_count(listener, ASKED)?;
        sockopt::set_keepalive(listener, true)?;
    }
    Ok(())
}

/// What [`accept_from`] found.
#[derive(Debug)]
pub enum Accepted {
    /// A client.
    Client(OwnedFd, SocketAddr),
    /// A client that left before it was accepted, or a signal: try again.
    Again(Errno),
    /// Nobody else is waiting.
    Nobody,
    /// No descriptor or memory, or an unknown error: the connection stays in the queue, so try again in a
    /// while.
    NoRoom(Errno),
}

/// Accepts one connection; `flags` as for [`sys::accept`].
///
/// # Errors
///
/// Only when the listener itself is unusable: `EBADF`, `EINVAL`, `ENOTSOCK`.
pub fn accept_from(listener: &OwnedFd, flags: i32) -> Result<Accepted, Error> {
    match sys::accept(listener, flags) {
        // A TCP listener has no peers of another family.
        Ok((socket, peer)) => Ok(match peer.inet() {
            Some(peer) => Accepted::Client(socket, peer),
            None => Accepted::Again(Errno::EAFNOSUPPORT),
        }),
        Err(Errno::EAGAIN) => Ok(Accepted::Nobody),
        Err(errno) if errno == Errno::EINTR || sys::PENDING_ERRORS.contains(&errno) => {
            Ok(Accepted::Again(errno))
        }
        Err(errno @ (Errno::EBADF | Errno::EINVAL | Errno::ENOTSOCK)) => {
            Err(Error::new("accept", LISTENER, errno))
        }
        Err(errno) => Ok(Accepted::NoRoom(errno)),
    }
}

/// Whether this error of send, recv or shutdown means that the connection is over. Any other may be
/// temporary.
#[must_use]
pub fn is_lost(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::ECONNRESET
            | Errno::EPIPE
            | Errno::ETIMEDOUT
            | Errno::ECONNABORTED
            | Errno::ECONNREFUSED
            | Errno::ENOTCONN
            | Errno::ESHUTDOWN
            // Reported by routers on the way.
            | Errno::ENETDOWN
            | Errno::ENETUNREACH
            | Errno::ENETRESET
            | Errno::EHOSTDOWN
            | Errno::EHOSTUNREACH
            | Errno::ENOPROTOOPT
            | Errno::EPROTO
            | Errno::EACCES
            // Not a descriptor, or not a socket.
            | Errno::EBADF
            | Errno::ENOTSOCK
            | Errno::EINVAL
    )
}

/// A connection that has been made.
#[derive(Debug)]
pub struct Connected {
    /// Non-blocking.
    pub socket: OwnedFd,
    /// Its own address.
    pub local: SocketAddr,
    /// The address that has answered.
    pub peer: SocketAddr,
}

/// Connects to the first address of `host` that answers. Each gets a fair share of what is left of
/// `timeout`, so an address that swallows packets does not keep the next from being tried.
///
/// # Errors
///
/// Those of [`connect`], for the last address tried.
pub fn connect_to(host: &str, port: u16, timeout: Duration) -> Result<Connected, Error> {
    let deadline = Instant::now() + timeout;
    let addrs = resolve(host, port, Some(timeout))?;
    let mut failure = Error::new("connect", host, Errno::EADDRNOTAVAIL);
    for (tried, &addr) in addrs.iter().enumerate() {
        let left = deadline.saturating_duration_since(Instant::now());
        let share = left / (addrs.len() - tried) as u32;
        match connect(addr, share) {
            Ok(connected) => return Ok(connected),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// Connects to `addr`.
///
/// # Errors
///
/// Those of [`sys::connect`]; `ETIMEDOUT` when the time is over.
pub fn connect(addr: SocketAddr, timeout: Duration) -> Result<Connected, Error> {
    let socket = connect_before(addr, Instant::now() + timeout)?;
    let local = own_address(&socket).map_err(Error::on("getsockname", addr))?;
    // If nobody listens, the kernel may pick that very port for our end: the socket then connects to
    // itself.
    if local.port() == addr.port()
        && sys::getpeername(&socket).is_ok_and(|peer| peer.inet() == Some(local))
    {
        // Closed with a reset, it does not keep the port in TIME_WAIT.
        sockopt::set_linger(&socket, Some(Duration::ZERO))
            .map_err(Error::on("setsockopt", addr))?;
        return Err(Error::on("connect", addr)(Errno::ECONNREFUSED));
    }
    Ok(Connected { socket, local, peer: addr })
}

fn connect_before(addr: SocketAddr, deadline: Instant) -> Result<OwnedFd, Error> {
    let socket = tcp_socket(addr)?;
    let failed = Error::on("connect", addr);
    sockopt::set_nodelay(&socket, true).map_err(Error::on("setsockopt", addr))?;
    match sys::connect(&socket, &addr) {
        Ok(()) => return Ok(socket),
        Err(Errno::EINPROGRESS | Errno::EINTR) => {}
        Err(errno) => return Err(failed(errno)),
    }
    // Writable means that the connect has succeeded or failed.
    loop {
        let mut write = FdSet::new();
        write.insert(&socket);
        let left = deadline.saturating_duration_since(Instant::now());
        match sys::select(None, Some(&mut write), None, Some(left)) {
            Ok(0) => return Err(failed(Errno::ETIMEDOUT)),
            Ok(_) => break,
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(Error::on("select", addr)(errno)),
        }
    }
    match sockopt::error(&socket).map_err(Error::on("getsockopt", addr))? {
        None => Ok(socket),
        Some(errno) => Err(failed(errno)),
    }
}

/// A non-blocking TCP socket of the family of `addr`.
fn tcp_socket(addr: SocketAddr) -> Result<OwnedFd, Error> {
    let domain = if addr.is_ipv4() { sys::AF_INET } else { sys::AF_INET6 };
    sys::socket(domain, sys::SOCK_STREAM | sys::SOCK_NONBLOCK, 0).map_err(Error::on("socket", addr))
}
