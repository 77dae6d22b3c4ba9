//! The constants that the calls take, under their C names.

use super::os;
use libc::{c_int, c_short};

/// A constant of the C library and its documentation.
macro_rules! constants {
    ($($(#[$doc:meta])* $name:ident: $type:ty;)*) => {$(
        $(#[$doc])*
        pub const $name: $type = libc::$name;
    )*};
}

constants! {
    /// Domain: IPv4. See ip(7).
    AF_INET: c_int;
    /// Domain: IPv6. See ipv6(7).
    AF_INET6: c_int;
    /// Domain: this machine; addresses are paths. See unix(7).
    AF_UNIX: c_int;

    /// Type: a stream of bytes, in order and without loss; TCP. See socket(2).
    SOCK_STREAM: c_int;
    /// Type: separate datagrams, which may be lost; UDP. See socket(2).
    SOCK_DGRAM: c_int;

    /// Shut for reading: end of file once what has arrived is read. A peer in the Unix domain can send no
    /// more; a TCP peer is not told, and on Linux what it sends can still be read. See shutdown(2).
    SHUT_RD: c_int;
    /// Shut for writing: the peer reads end of file after what was sent. See shutdown(2).
    SHUT_WR: c_int;
    /// Shut both ways. See shutdown(2).
    SHUT_RDWR: c_int;

    /// For this one call: `EAGAIN` instead of waiting. See send(2), recv(2).
    MSG_DONTWAIT: c_int;
    /// What is received stays in the buffer, to be received again. See recv(2).
    MSG_PEEK: c_int;
    /// Wait until the buffer is full, the connection ended or a signal came. See recv(2).
    MSG_WAITALL: c_int;
    /// Urgent data: one byte out of band, for which select's third set waits. See tcp(7).
    MSG_OOB: c_int;
    /// Linux: the length of the datagram, even if it is more than the buffer has. See recv(2).
    MSG_TRUNC: c_int;

    /// There is something to read, or end of file, or a connection to accept. See poll(2).
    POLLIN: c_short;
    /// There is urgent data. See poll(2).
    POLLPRI: c_short;
    /// There is room to write. See poll(2).
    POLLOUT: c_short;
    /// There is an error; reported without being asked for. See poll(2).
    POLLERR: c_short;
    /// The connection has ended both ways; reported without being asked for. See poll(2).
    POLLHUP: c_short;

    /// A pipe whose ends never block: a call that would fails with `EAGAIN`. See pipe(2).
    O_NONBLOCK: c_int;
    /// A single write to a pipe of up to this many bytes is not mixed with other writes. See pipe(7).
    PIPE_BUF: usize;

    /// Do not wait if no child has ended. See waitpid(2).
    WNOHANG: c_int;
    /// A child that a signal has stopped is reported as well. See waitpid(2).
    WUNTRACED: c_int;
    /// A child that SIGCONT has continued is reported as well. See waitpid(2).
    WCONTINUED: c_int;
}

/// With the type: a socket that never blocks: a call that would fails with `EAGAIN`. See socket(2),
/// accept(2).
pub const SOCK_NONBLOCK: c_int = os::SOCK_NONBLOCK;
