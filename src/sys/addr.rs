//! [`SocketAddr`] to and from the `sockaddr` structures of C.

use super::Errno;
use libc::{c_int, sockaddr, sockaddr_in, sockaddr_in6, sockaddr_storage, socklen_t};
use std::mem;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

/// An address and port, IPv4 or IPv6: the standard library's type stands for `sockaddr_in` and
/// `sockaddr_in6`.
pub use std::net::SocketAddr;

/// A `sockaddr_in` or `sockaddr_in6`, with its length, for calls that take an address.
pub(super) union RawAddr {
    v4: sockaddr_in,
    v6: sockaddr_in6,
}

/// `addr` as the kernel takes it: the structure and its length.
pub(super) fn to_raw(addr: &SocketAddr) -> (RawAddr, socklen_t) {
    match addr {
        SocketAddr::V4(addr) => {
            let v4 = sockaddr_in {
                sin_family: libc::AF_INET as libc::sa_family_t,
                sin_port: addr.port().to_be(),
                sin_addr: libc::in_addr { s_addr: u32::from_ne_bytes(addr.ip().octets()) },
                sin_zero: [0; 8],
            };
            (RawAddr { v4 }, mem::size_of::<sockaddr_in>() as socklen_t)
        }
        SocketAddr::V6(addr) => {
            let v6 = sockaddr_in6 {
                sin6_family: libc::AF_INET6 as libc::sa_family_t,
                sin6_port: addr.port().to_be(),
                sin6_flowinfo: addr.flowinfo(),
                sin6_addr: libc::in6_addr { s6_addr: addr.ip().octets() },
                sin6_scope_id: addr.scope_id(),
            };
            (RawAddr { v6 }, mem::size_of::<sockaddr_in6>() as socklen_t)
        }
    }
}

impl RawAddr {
    pub(super) fn as_ptr(&self) -> *const sockaddr {
        std::ptr::from_ref(self).cast()
    }
}

/// Makes a call that fills in an address (`accept`, `getsockname`, `getpeername`), and gives what
/// it returned with that address.
///
/// # Errors
///
/// The call's own, and `EAFNOSUPPORT` for an address that is neither IPv4 nor IPv6.
pub(super) fn from_call(
    call: impl FnOnce(*mut sockaddr, *mut socklen_t) -> c_int,
) -> Result<(c_int, Result<SocketAddr, Errno>), Errno> {
    // SAFETY: all zeros is a valid sockaddr_storage, of family AF_UNSPEC.
    let mut storage: sockaddr_storage = unsafe { mem::zeroed() };
    let mut len = mem::size_of::<sockaddr_storage>() as socklen_t;
    let returned = Errno::result(call((&raw mut storage).cast(), &raw mut len))?;
    Ok((returned, from_storage(&storage)))
}

fn from_storage(storage: &sockaddr_storage) -> Result<SocketAddr, Errno> {
    match c_int::from(storage.ss_family) {
        libc::AF_INET => {
            // SAFETY: the family says that the storage, which is larger, holds a sockaddr_in.
            let v4: &sockaddr_in = unsafe { &*std::ptr::from_ref(storage).cast() };
            let ip = Ipv4Addr::from(v4.sin_addr.s_addr.to_ne_bytes());
            Ok(SocketAddrV4::new(ip, u16::from_be(v4.sin_port)).into())
        }
        libc::AF_INET6 => {
            // SAFETY: the family says that the storage, which is larger, holds a sockaddr_in6.
            let v6: &sockaddr_in6 = unsafe { &*std::ptr::from_ref(storage).cast() };
            let ip = Ipv6Addr::from(v6.sin6_addr.s6_addr);
            let port = u16::from_be(v6.sin6_port);
            Ok(SocketAddrV6::new(ip, port, v6.sin6_flowinfo, v6.sin6_scope_id).into())
        }
        _ => Err(Errno::EAFNOSUPPORT),
    }
}
