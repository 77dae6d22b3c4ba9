//! `epoll`, as far as [`select`](super::select) can use it: one descriptor that is ready when any of many
//! is. Linux only.

use super::{Errno, FdSet};
use libc::{EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD, EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT};
use libc::{c_int, epoll_event};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

/// How many ready descriptors are taken at a time, at first.
const SOME: usize = 64;

/// An epoll instance: a set of descriptors that stays in the kernel, which notes what becomes ready. It
/// is a descriptor itself, and readable when one of them is ready. See epoll(7).
pub struct Epoll {
    fd: OwnedFd,
    events: Vec<epoll_event>,
}

impl Epoll {
    /// `int epoll_create1(int flags)`: an empty set, closed on drop and on exec. See epoll_create(2).
    ///
    /// # Errors
    ///
    /// `EMFILE`, `ENFILE`: no descriptor left. `ENOMEM`: no memory.
    pub fn new() -> Result<Self, Errno> {
        // SAFETY: no pointers.
        let fd = Errno::result(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        // SAFETY: the kernel just made this descriptor, and nobody else has seen it.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        Ok(Self { fd, events: vec![epoll_event { events: 0, u64: 0 }; SOME] })
    }

    /// `int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)`: changes what `fd` is watched for:
    /// reading, writing, both or neither; `before` is what it was watched for until now. A closed descriptor
    /// leaves the set by itself, once its duplicates (a forked child's, say) are closed too: until then it is
    /// still reported under its old number. See epoll_ctl(2).
    ///
    /// # Errors
    ///
    /// `ENOMEM`, `ENOSPC`: no memory, or more descriptors than the user may have in such sets
    /// (`/proc/sys/fs/epoll/max_user_watches`). `EPERM`: a regular file. `EINVAL`, `ELOOP`: the set itself,
    /// or one that it is in. `EEXIST`, `ENOENT`: `before` is wrong.
    pub fn set(
        &self,
        fd: &(impl AsFd + ?Sized),
        before: (bool, bool),
        now: (bool, bool),
    ) -> Result<(), Errno> {
        self.set_raw(fd.as_fd().as_raw_fd(), before, now)
    }

    /// A set that watches the descriptors of these two: one epoll_ctl each.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new) and [`set`](Self::set). `EBADF`: a set names a descriptor that is closed;
    /// but `EINVAL` if the new one has its number.
    pub fn of(read: &FdSet, write: &FdSet) -> Result<Self, Errno> {
        let this = Self::new()?;
        for fd in read.iter() {
            this.set_raw(fd, (false, false), (true, write.contains_raw(fd)))?;
        }
        for fd in write.iter().filter(|&fd| !read.contains_raw(fd)) {
            this.set_raw(fd, (false, false), (false, true))?;
        }
        Ok(this)
    }

    fn set_raw(
        &self,
        fd: RawFd,
        before: (bool, bool),
        (read, write): (bool, bool),
    ) -> Result<(), Errno> {
        let op = match (before, (read, write)) {
            ((false, false), (false, false)) => return Ok(()),
            ((false, false), _) => EPOLL_CTL_ADD,
            // A descriptor watched for nothing would still report errors, again and again.
            (_, (false, false)) => EPOLL_CTL_DEL,
            _ => EPOLL_CTL_MOD,
        };
        let events = interest(read, EPOLLIN) | interest(write, EPOLLOUT);
        let mut event = epoll_event { events, u64: u64::from(fd as u32) | u64::from(events) << 32 };
        // SAFETY: the pointer is to a live event.
        Errno::result(unsafe { libc::epoll_ctl(self.fd.as_raw_fd(), op, fd, &raw mut event) })
            .map(drop)
    }

    /// `int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout)` with a timeout of 0:
    /// adds to the sets what is ready now, as [`select`](super::select) would leave it there, and returns how
    /// many descriptors that is. There is room for 64 of them, doubled after each call that fills it; the next
    /// call returns the others. Here a descriptor that has hung up is ready to write as well. See epoll_wait(2).
    ///
    /// # Errors
    ///
    /// `EBADF`, `EINVAL`: not an epoll instance, which cannot happen here.
    pub fn ready(&mut self, read: &mut FdSet, write: &mut FdSet) -> Result<usize, Errno> {
        let (fd, most) = (self.fd.as_raw_fd(), self.events.len() as c_int);
        // SAFETY: the pointer is to `most` live events.
        let count = unsafe { libc::epoll_wait(fd, self.events.as_mut_ptr(), most, 0) };
        let count = Errno::result(count)? as usize;
        for event in &self.events[..count] {
            let (fd, wanted, found) = (event.u64 as RawFd, (event.u64 >> 32) as u32, event.events);
            // For select an error makes a descriptor readable and writable, a hang-up only readable; but
            // epoll_wait also reports a hang-up when only writing is watched, again and again.
            let found =
                found | interest(found & bits(EPOLLERR | EPOLLHUP) != 0, EPOLLIN | EPOLLOUT);
            if found & wanted & bits(EPOLLIN) != 0 {
                read.insert_raw(fd);
            }
            if found & wanted & bits(EPOLLOUT) != 0 {
                write.insert_raw(fd);
            }
        }
        if count == self.events.len() {
            self.events.resize(2 * count, epoll_event { events: 0, u64: 0 });
        }
        Ok(count)
    }
}

impl AsFd for Epoll {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl std::fmt::Debug for Epoll {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Epoll").field("fd", &self.fd).finish_non_exhaustive()
    }
}

fn bits(events: c_int) -> u32 {
    events as u32
}

fn interest(wanted: bool, events: c_int) -> u32 {
    if wanted { bits(events) } else { 0 }
}
