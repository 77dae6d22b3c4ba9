//! Linux, with glibc or musl: the flags are arguments of the calls that make descriptors.

use super::super::{Errno, sockopt};
use libc::{BPF_ABS, BPF_B, BPF_JMP, BPF_JSET, BPF_K, BPF_LD, BPF_RET, sock_filter, sock_fprog};
use libc::{c_int, sockaddr, socklen_t};
use nix::fcntl::OFlag;
use std::os::fd::{AsFd, FromRawFd, OwnedFd, RawFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::SocketAddr as UnixAddr;
#[cfg(target_env = "gnu")]
use std::sync::atomic::{AtomicI8, Ordering::Relaxed};
use std::{fs, io};

pub use super::super::epoll::Epoll;
pub use libc::{SO_LINGER, SOCK_NONBLOCK, TCP_KEEPIDLE, pselect, select};

/// The words of an `fd_set`.
pub type FdMask = libc::c_ulong;

/// The longest timeout in seconds: any that the type can hold.
pub const LONGEST: u64 = TimeT::MAX as u64;

/// Of a `timeval` and a `timespec`.
#[cfg(target_pointer_width = "64")]
type TimeT = i64;
#[cfg(target_pointer_width = "32")]
type TimeT = i32;

/// Errors of the new connection that accept(2) reports: to be treated like `EAGAIN`.
pub const PENDING_ERRORS: [Errno; 9] = [
    Errno::ECONNABORTED,
    Errno::EPROTO,
    Errno::ENETDOWN,
    Errno::ENOPROTOOPT,
    Errno::EHOSTDOWN,
    Errno::ENONET,
    Errno::EHOSTUNREACH,
    Errno::EOPNOTSUPP,
    Errno::ENETUNREACH,
];

pub fn socket(domain: c_int, ty: c_int, protocol: c_int) -> Result<OwnedFd, Errno> {
    // SAFETY: no pointers.
    owned(unsafe { libc::socket(domain, ty | libc::SOCK_CLOEXEC, protocol) })
}

pub fn socketpair(domain: c_int, ty: c_int, protocol: c_int) -> Result<(OwnedFd, OwnedFd), Errno> {
    let mut pair: [RawFd; 2] = [-1; 2];
    let ty = ty | libc::SOCK_CLOEXEC;
    // SAFETY: the pointer is to two live ints.
    Errno::result(unsafe { libc::socketpair(domain, ty, protocol, pair.as_mut_ptr()) })?;
    Ok((owned(pair[0])?, owned(pair[1])?))
}

/// # Safety
///
/// `addr` points to `*len` writable bytes.
pub unsafe fn accept(
    listener: RawFd,
    addr: *mut sockaddr,
    len: *mut socklen_t,
    flags: c_int,
) -> Result<OwnedFd, Errno> {
    // SAFETY: the caller's.
    owned(unsafe { libc::accept4(listener, addr, len, flags | libc::SOCK_CLOEXEC) })
}

pub fn pipe(flags: c_int) -> Result<(OwnedFd, OwnedFd), Errno> {
    nix::unistd::pipe2(OFlag::from_bits_retain(flags) | OFlag::O_CLOEXEC)
}

/// The descriptor that a call just made.
fn owned(fd: RawFd) -> Result<OwnedFd, Errno> {
    // SAFETY: the kernel just made this descriptor, and nobody else has seen it.
    Errno::result(fd).map(|fd| unsafe { OwnedFd::from_raw_fd(fd) })
}

unsafe extern "C" {
    /// In glibc since 2.34, in musl since 1.2.2; the libc crate does not declare it yet.
    #[link_name = "_Fork"]
    pub fn fork() -> libc::pid_t;
}

/// Whether this is certainly the only thread.
pub fn has_one_thread() -> bool {
    #[cfg(target_env = "gnu")]
    {
        // SAFETY: a char in glibc since 2.32, which lives as long as the process.
        unsafe extern "C" {
            safe static __libc_single_threaded: AtomicI8;
        }
        if __libc_single_threaded.load(Relaxed) != 0 {
            return true;
        }
    }
    // A directory's own two links, and one for each thread.
    fs::metadata("/proc/self/task").is_ok_and(|task| task.nlink() == 2 + 1)
}

pub fn abstract_name(addr: &UnixAddr) -> Option<&[u8]> {
    addr.as_abstract_name()
}

pub fn abstract_addr(name: &[u8]) -> io::Result<UnixAddr> {
    UnixAddr::from_abstract_name(name)
}

/// `SO_ATTACH_FILTER` on a listener, with a filter that drops every SYN: no new connection begins, and
/// those already begun can still be completed and accepted. So the listener can be closed without
/// resetting anybody: a client whose SYN is dropped sends another a second later, and is refused. See
/// socket(7).
///
/// # Errors
///
/// `EPERM`: a recent kernel (such as 6.18) lets only root filter TCP (`CAP_NET_ADMIN`). `ENOTSOCK`: the
/// descriptor is not a socket. `ENOMEM`: no memory for the filter.
pub fn drop_syns(fd: impl AsFd) -> Result<(), Errno> {
    const FLAGS: u32 = 13; // the offset of the flags in a TCP header
    const SYN: u32 = 0x02;
    let step = |code: u32, jf, k| sock_filter { code: code as u16, jt: 0, jf, k };
    let mut program = [
        step(BPF_LD | BPF_B | BPF_ABS, 0, FLAGS),
        step(BPF_JMP | BPF_JSET | BPF_K, 1, SYN),
        step(BPF_RET | BPF_K, 0, 0),
        step(BPF_RET | BPF_K, 0, u32::MAX),
    ];
    let filter = sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    sockopt::set(fd, libc::SOL_SOCKET, libc::SO_ATTACH_FILTER, filter)
}
