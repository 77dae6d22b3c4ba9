//! Sockets to test the wrappers with, made with the wrappers; and what else the tests share.

use enchufe::sys::*;
use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::unistd::alarm;
use std::error::Error;
use std::fmt::{self, Debug, Formatter};
use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::panic::Location;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up. Nothing should take a tenth of it.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// Any free port of the loopback.
pub(crate) const ANY: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0));

/// The result of a test: `?` fails it.
pub(crate) type Outcome<T = ()> = Result<T, Failed>;

/// A call that failed and should not have: why, and where.
pub(crate) struct Failed(String);

impl<E: Error> From<E> for Failed {
    #[track_caller]
    fn from(error: E) -> Self {
        Self(format!("{error}, in {}", Location::caller()))
    }
}

impl Debug for Failed {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An IPv4 socket bound to a free port, and its address.
pub(crate) fn bound(ty: i32) -> Outcome<(OwnedFd, SocketAddr)> {
    // A call that blocks for ever ends the tests; by then the harness has printed which test it is
    // in.
    alarm::set(4 * DEADLINE.as_secs() as u32);
    let fd = socket(AF_INET, ty, 0)?;
    bind(&fd, &ANY)?;
    let addr = own(&fd)?;
    Ok((fd, addr))
}

/// A listening socket, and its address.
pub(crate) fn listener(backlog: i32) -> Outcome<(OwnedFd, SocketAddr)> {
    let (fd, addr) = bound(SOCK_STREAM)?;
    listen(&fd, backlog)?;
    Ok((fd, addr))
}

/// Both ends of a TCP connection: the client's and the server's.
pub(crate) fn connected() -> Outcome<(OwnedFd, OwnedFd)> {
    let (listener, addr) = listener(1)?;
    let client = socket(AF_INET, SOCK_STREAM, 0)?;
    connect(&client, &addr)?;
    Ok((client, accept(&listener, 0)?.0))
}

/// The address of an IPv4 or IPv6 socket.
pub(crate) fn own(fd: impl AsFd) -> Outcome<SocketAddr> {
    Ok(getsockname(fd)?.inet().expect("an address and port"))
}

/// Sends until nothing more fits; returns how much did.
pub(crate) fn fill(fd: impl AsFd) -> usize {
    let sends = std::iter::repeat_with(|| send(&fd, &[0; 1000], MSG_DONTWAIT));
    sends.map_while(Result::ok).sum()
}

/// Whether exec closes it.
pub(crate) fn is_closed_on_exec(fd: impl AsFd) -> bool {
    let flags = fcntl(fd, FcntlArg::F_GETFD).expect("flags");
    FdFlag::from_bits_retain(flags).contains(FdFlag::FD_CLOEXEC)
}

/// Whether calls fail with `EAGAIN` instead of blocking.
pub(crate) fn never_waits(fd: impl AsFd) -> bool {
    let flags = fcntl(fd, FcntlArg::F_GETFL).expect("flags");
    OFlag::from_bits_retain(flags).contains(OFlag::O_NONBLOCK)
}

/// Waits for one of `events`, an error or the end of the connection.
#[track_caller]
pub(crate) fn await_events(fd: impl AsFd, events: i16) {
    let found = poll(&mut [PollFd::new(&fd, events)], Some(DEADLINE));
    assert_eq!(found, Ok(1), "the events {events:#x} never came");
}

/// Polls until `ready`, if there is nothing to wait for.
#[track_caller]
pub(crate) fn eventually(what: &str, ready: impl Fn() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !ready() {
        assert!(Instant::now() < deadline, "it never came to this: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Whether the machine has IPv6. Tests that need it are skipped if not.
pub(crate) fn have_ipv6() -> bool {
    let loopback: SocketAddr = "[::1]:0".parse().expect("an address");
    let found = socket(AF_INET6, SOCK_DGRAM, 0).and_then(|fd| bind(fd, &loopback)).is_ok();
    if !found {
        println!("skipped: no IPv6");
    }
    found
}

/// A directory of the test, removed when dropped.
pub(crate) struct Dir(PathBuf);

impl Dir {
    pub(crate) fn new() -> Outcome<Self> {
        let name = |count| std::env::temp_dir().join(format!("sys{}-{count}", std::process::id()));
        // Other tests have theirs, and an earlier process with this pid may have been killed.
        for path in (0..).map(name) {
            match fs::create_dir(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                made => return Ok(made.map(|()| Self(path))?),
            }
        }
        unreachable!("there is always another number")
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The address of a socket in it.
    pub(crate) fn addr(&self, name: &str) -> UnixAddr {
        UnixAddr::from_pathname(self.0.join(name)).expect("a path that is short enough")
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        // A test may have locked itself out.
        let _ = fs::set_permissions(&self.0, Permissions::from_mode(0o700));
        let _ = fs::remove_dir_all(&self.0);
    }
}
