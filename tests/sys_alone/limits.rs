//! Out of descriptors; descriptors past FD_SETSIZE; what root may and others may not.

use crate::support::{DEADLINE, Outcome, listener};
use crate::{alone, skipped};
use enchufe::sys::*;
use nix::sys::resource::{Resource, getrlimit, rlim_t, setrlimit};
use nix::unistd::{Uid, seteuid};
use std::fs;
use std::net::TcpStream;
use std::os::fd::{AsRawFd, OwnedFd};
use std::time::Duration;

/// A limit on descriptors, until it is dropped.
struct Limit(rlim_t, rlim_t);

impl Limit {
    fn of(descriptors: u32) -> Result<Self, Errno> {
        let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
        setrlimit(Resource::RLIMIT_NOFILE, descriptors.into(), hard)?;
        Ok(Self(soft, hard))
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, self.0, self.1);
    }
}

#[test]
fn no_descriptor_is_left() -> Outcome {
    let _turn = alone();
    let (listener, addr) = listener(1)?;
    let _client = TcpStream::connect(addr)?;
    let limit = Limit::of(0)?;
    assert_eq!(socket(AF_INET, SOCK_STREAM, 0).unwrap_err(), Errno::EMFILE);
    assert_eq!(socketpair(AF_UNIX, SOCK_STREAM, 0).unwrap_err(), Errno::EMFILE);
    assert_eq!(pipe(0).unwrap_err(), Errno::EMFILE);
    assert_eq!(accept(&listener, 0).unwrap_err(), Errno::EMFILE);
    assert_eq!(Epoll::new().unwrap_err(), Errno::EMFILE);
    let mut list = [PollFd::new(&listener, POLLIN)];
    assert_eq!(poll(&mut list, Some(DEADLINE)), Err(Errno::EINVAL), "a list that is too long");
    drop(limit);
    assert_eq!(poll(&mut list, Some(DEADLINE)), Ok(1));
    accept(&listener, 0)?; // it has waited
    Ok(())
}

#[test]
fn descriptors_past_fd_setsize() -> Outcome {
    const HIGH: i32 = 9_999;
    let _turn = alone();
    if is_emulated() {
        skipped("qemu's own sets end at FD_SETSIZE");
        return Ok(());
    }
    let Ok(_limit) = Limit::of(12_000) else {
        skipped("no 12,000 descriptors");
        return Ok(());
    };
    let (low, to_low) = pipe(0)?;
    let mut below: Vec<OwnedFd> = Vec::new();
    while below.last().is_none_or(|fd| fd.as_raw_fd() < HIGH) {
        below.push(low.try_clone()?);
    }
    let (high, to_high) = pipe(0)?;
    drop(below);
    assert!(low.as_raw_fd() < 1024 && high.as_raw_fd() > HIGH);

    let mut both = FdSet::new();
    both.insert(&low);
    both.insert(&high);
    let ready = |read: &FdSet| {
        let mut read = read.clone();
        let count = select(Some(&mut read), None, None, Some(Duration::ZERO))?;
        assert_eq!(count, read.len());
        Ok::<_, Errno>((read.contains(&low), read.contains(&high)))
    };
    assert_eq!(ready(&both), Ok((false, false)));
    write(&to_high, b"x")?;
    assert_eq!(ready(&both), Ok((false, true)));
    write(&to_low, b"x")?;
    assert_eq!(ready(&both), Ok((true, true)));
    both.remove(&high);
    assert_eq!(ready(&both), Ok((true, false)));
    read(&low, &mut [0])?;
    assert_eq!(ready(&both), Ok((false, false)));

    // A small set beside a large one.
    let (mut read, mut write) = (FdSet::new(), FdSet::new());
    read.insert(&low);
    write.insert(&to_high);
    assert_eq!(select(Some(&mut read), Some(&mut write), None, Some(Duration::ZERO)), Ok(1));
    assert!(read.is_empty() && write.contains(&to_high));
    let mut epoll = Epoll::of(&FdSet::new(), &write)?;
    assert_eq!(epoll.ready(&mut read, &mut write), Ok(1));
    assert!(write.contains(&to_high));

    drop(to_high);
    assert_eq!(Epoll::of(&FdSet::new(), &write).unwrap_err(), Errno::EBADF);
    assert_eq!(select(None, Some(&mut write), None, None), Err(Errno::EBADF), "it is closed");
    Ok(())
}

/// Whether this is emulated: then /proc/self is qemu's process.
fn is_emulated() -> bool {
    let exe = fs::read_link("/proc/thread-self/exe").unwrap_or_default();
    exe.file_name().is_some_and(|name| name.to_string_lossy().starts_with("qemu-"))
}

/// The user that this process is, until it is dropped.
struct User(Uid);

impl User {
    /// Not root.
    fn any() -> Result<Self, Errno> {
        let before = Uid::effective();
        if before.is_root() {
            seteuid(Uid::from_raw(65534))?;
        }
        Ok(Self(before))
    }
}

impl Drop for User {
    fn drop(&mut self) {
        let _ = seteuid(self.0);
    }
}

#[test]
fn what_only_root_may() -> Outcome {
    let _turn = alone();
    let _user = User::any()?;
    let raw = socket(AF_INET, libc::SOCK_RAW, libc::IPPROTO_ICMP);
    assert_eq!(raw.unwrap_err(), Errno::EPERM);
    let first = fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start")?;
    match first.trim().parse::<u16>()? {
        0 => skipped("here anybody may have any port"),
        first => {
            let (fd, addr) = (socket(AF_INET, SOCK_STREAM, 0)?, ([127, 0, 0, 1], first - 1));
            assert_eq!(bind(&fd, &SocketAddr::from(addr)), Err(Errno::EACCES));
        }
    }
    Ok(())
}
