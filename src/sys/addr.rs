//! Addresses of sockets: the types of the standard library, to and from the `sockaddr` structures of C.

use super::{Errno, os};
use libc::{
    c_int, sa_family_t, sockaddr, sockaddr_in, sockaddr_in6, sockaddr_storage, sockaddr_un,
};
use std::ffi::OsStr;
use std::fmt::{self, Display, Formatter};
use std::mem::{self, offset_of};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::os::unix::ffi::OsStrExt;

/// `struct sockaddr_in` and `struct sockaddr_in6`: an address and port, IPv4 or IPv6, in the byte order of the machine
/// (the wrappers do what `htons` and `ntohs` do; IPv6's flow information is not converted). `"127.0.0.1:6667".parse()`
/// makes one, with the address read as by `inet_pton`; printing it is `inet_ntop`. See ip(7), ipv6(7).
pub use std::net::SocketAddr;

/// `struct sockaddr_in`, of IPv4 alone.
pub use std::net::SocketAddrV4;

/// `struct sockaddr_in6`, of IPv6 alone.
pub use std::net::SocketAddrV6;

/// `struct sockaddr_un`: a path, or no name; on Linux also an abstract name, which is not in the
/// file system. `UnixAddr::from_pathname("/tmp/socket")` makes one. See unix(7).
pub use std::os::unix::net::SocketAddr as UnixAddr;

/// `struct sockaddr`: an address of any family, as returned by the calls that fill one in.
#[derive(Clone, Debug)]
pub enum SockAddr {
    /// `AF_INET` and `AF_INET6`.
    Inet(SocketAddr),
    /// `AF_UNIX`.
    Unix(UnixAddr),
    /// `AF_UNSPEC`: no address. [`recvfrom`](super::recvfrom) gives it for a TCP stream or a sender without
    /// a name; [`connect`](super::connect) to it undoes the connect of a datagram socket.
    Unspec,
}

impl SockAddr {
    /// The address and port, if it is one of IPv4 or IPv6.
    #[must_use]
    pub const fn inet(&self) -> Option<SocketAddr> {
        if let Self::Inet(addr) = self { Some(*addr) } else { None }
    }
}

impl Display for SockAddr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inet(addr) => addr.fmt(f),
            Self::Unix(addr) => match (addr.as_pathname(), os::abstract_name(addr)) {
                (Some(path), _) => path.display().fmt(f),
                (None, Some(name)) => write!(f, "@{}", String::from_utf8_lossy(name)),
                (None, None) => f.write_str("unnamed"),
            },
            Self::Unspec => f.write_str("none"),
        }
    }
}

/// What [`bind`](super::bind), [`connect`](super::connect) and [`sendto`](super::sendto) take as an
/// address: a [`SocketAddr`] (or one of IPv4 or IPv6 alone), a [`UnixAddr`], or a [`SockAddr`].
pub trait Address: ToRaw {}

impl<T: ToRaw> Address for T {}

/// Sealed: the kernel is told an address's length, which has to be right.
pub trait ToRaw {
    fn to_raw(&self) -> RawAddr;
}

/// A `sockaddr` of some family as the kernel takes it: the structure and its length.
pub struct RawAddr {
    of: Family,
    len: usize,
}

union Family {
    v4: sockaddr_in,
    v6: sockaddr_in6,
    un: sockaddr_un,
}

impl RawAddr {
    pub(super) fn as_ptr(&self) -> *const sockaddr {
        (&raw const self.of).cast()
    }

    pub(super) fn len(&self) -> libc::socklen_t {
        self.len as libc::socklen_t
    }
}

impl ToRaw for SocketAddrV4 {
    fn to_raw(&self) -> RawAddr {
        // SAFETY: all zeros is a valid sockaddr_in.
        let mut v4: sockaddr_in = unsafe { mem::zeroed() };
        v4.sin_family = libc::AF_INET as sa_family_t;
        v4.sin_port = self.port().to_be();
        v4.sin_addr.s_addr = u32::from_ne_bytes(self.ip().octets());
        RawAddr { of: Family { v4 }, len: mem::size_of::<sockaddr_in>() }
    }
}

impl ToRaw for SocketAddrV6 {
    fn to_raw(&self) -> RawAddr {
        // SAFETY: all zeros is a valid sockaddr_in6.
        let mut v6: sockaddr_in6 = unsafe { mem::zeroed() };
        v6.sin6_family = libc::AF_INET6 as sa_family_t;
        v6.sin6_port = self.port().to_be();
        v6.sin6_flowinfo = self.flowinfo();
        v6.sin6_addr.s6_addr = self.ip().octets();
        v6.sin6_scope_id = self.scope_id();
        RawAddr { of: Family { v6 }, len: mem::size_of::<sockaddr_in6>() }
    }
}

impl ToRaw for SocketAddr {
    fn to_raw(&self) -> RawAddr {
        match self {
            Self::V4(addr) => addr.to_raw(),
            Self::V6(addr) => addr.to_raw(),
        }
    }
}

impl ToRaw for UnixAddr {
    fn to_raw(&self) -> RawAddr {
        // A path ends in a NUL; an abstract name begins with one.
        let (start, name, end) = match (self.as_pathname(), os::abstract_name(self)) {
            (Some(path), _) => (0, path.as_os_str().as_bytes(), 1),
            (None, Some(name)) => (1, name, 0),
            (None, None) => (0, [].as_slice(), 0),
        };
        // SAFETY: all zeros is a valid sockaddr_un.
        let mut un: sockaddr_un = unsafe { mem::zeroed() };
        un.sun_family = libc::AF_UNIX as sa_family_t;
        // The name fits, or the address could not have been made; the NUL at its end may not, if the
        // address came from a peer.
        for (to, from) in un.sun_path[start..].iter_mut().zip(name) {
            *to = from.cast_signed() as _;
        }
        let len = offset_of!(sockaddr_un, sun_path) + start + name.len() + end;
        let len = len.min(mem::size_of::<sockaddr_un>());
        RawAddr { of: Family { un }, len }
    }
}

impl ToRaw for SockAddr {
    fn to_raw(&self) -> RawAddr {
        match self {
            Self::Inet(addr) => addr.to_raw(),
            Self::Unix(addr) => addr.to_raw(),
            Self::Unspec => {
                // SAFETY: all zeros is a valid sockaddr_in.
                let mut v4: sockaddr_in = unsafe { mem::zeroed() };
                v4.sin_family = libc::AF_UNSPEC as sa_family_t;
                RawAddr { of: Family { v4 }, len: mem::size_of::<sockaddr_in>() }
            }
        }
    }
}

/// Room for an address that a call fills in.
pub(super) struct Room {
    storage: sockaddr_storage,
    len: libc::socklen_t,
}

impl Room {
    pub(super) fn new() -> Self {
        // SAFETY: all zeros is a valid sockaddr_storage, of family AF_UNSPEC.
        let storage: sockaddr_storage = unsafe { mem::zeroed() };
        Self { storage, len: mem::size_of::<sockaddr_storage>() as libc::socklen_t }
    }

    /// The call's arguments: the first points to as many writable bytes as the second says.
    pub(super) fn as_mut_ptrs(&mut self) -> (*mut sockaddr, *mut libc::socklen_t) {
        ((&raw mut self.storage).cast(), &raw mut self.len)
    }

    /// What the call has filled in.
    ///
    /// # Errors
    ///
    /// `EAFNOSUPPORT` for a family that [`SockAddr`] does not have, `ENAMETOOLONG` for a path of 108
    /// bytes, which has no NUL at its end: the standard library cannot make a [`UnixAddr`] of it.
    pub(super) fn get(&self) -> Result<SockAddr, Errno> {
        from_storage(&self.storage, self.len as usize)
    }
}

fn from_storage(storage: &sockaddr_storage, len: usize) -> Result<SockAddr, Errno> {
    match c_int::from(storage.ss_family) {
        // Nothing was filled in.
        libc::AF_UNSPEC => Ok(SockAddr::Unspec),
        libc::AF_INET => {
            // SAFETY: the family says that the storage, which is larger, holds a sockaddr_in.
            let v4: &sockaddr_in = unsafe { &*std::ptr::from_ref(storage).cast() };
            let ip = Ipv4Addr::from(v4.sin_addr.s_addr.to_ne_bytes());
            Ok(SockAddr::Inet(SocketAddrV4::new(ip, u16::from_be(v4.sin_port)).into()))
        }
        libc::AF_INET6 => {
            // SAFETY: the family says that the storage, which is larger, holds a sockaddr_in6.
            let v6: &sockaddr_in6 = unsafe { &*std::ptr::from_ref(storage).cast() };
            let ip = Ipv6Addr::from(v6.sin6_addr.s6_addr);
            let port = u16::from_be(v6.sin6_port);
            let addr = SocketAddrV6::new(ip, port, v6.sin6_flowinfo, v6.sin6_scope_id);
            Ok(SockAddr::Inet(addr.into()))
        }
        libc::AF_UNIX => {
            let start = offset_of!(sockaddr_un, sun_path);
            let len = len.min(mem::size_of::<sockaddr_un>()).saturating_sub(start);
            // SAFETY: the storage is larger than a sockaddr_un, whose path is `len` bytes from `start` on.
            let name: &[u8] = unsafe {
                std::slice::from_raw_parts(std::ptr::from_ref(storage).byte_add(start).cast(), len)
            };
            unix_addr(name).map(SockAddr::Unix)
        }
        _ => Err(Errno::EAFNOSUPPORT),
    }
}

/// What is in `sun_path`: nothing, a NUL and an abstract name, or a path up to a NUL.
fn unix_addr(name: &[u8]) -> Result<UnixAddr, Errno> {
    let found = match name {
        [0, name @ ..] => os::abstract_addr(name),
        _ => {
            let path = name.split(|&byte| byte == 0).next().unwrap_or_default();
            UnixAddr::from_pathname(OsStr::from_bytes(path))
        }
    };
    found.or(Err(Errno::ENAMETOOLONG))
}
