//! Where lines are written, without ever waiting for their reader: a descriptor, and the text that
//! waits for room in it.

use crate::limits::reserve;
use crate::net::Error;
use crate::sys::{self, Errno, FdSet, MSG_DONTWAIT, PIPE_BUF};
use nix::fcntl::{FcntlArg, OFlag, fcntl, open};
use nix::sys::stat::{FileStat, Mode, SFlag, fstat};
use nix::unistd::write;
use std::fmt;
use std::io::{stderr, stdout};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::Duration;

/// This much text may use the last of the memory, for a warning that there is none left.
const SOME: usize = 4096;

/// A buffer larger than this is freed once it is empty.
const KEEP: usize = 64 << 10;

/// An output that is never waited for.
#[derive(Debug)]
pub(super) struct Outlet {
    fd: OwnedFd,
    how: How,
    waiting: Vec<u8>,
    written: usize,
    /// How many bytes may wait; further lines are dropped.
    most: usize,
    /// How many have been dropped since this was last reported.
    pub(super) lost: usize,
    /// The error of the first write that failed.
    pub(super) broken: Option<Errno>,
}

/// How to write to a descriptor without blocking.
#[derive(Clone, Copy, Debug)]
enum How {
    /// A regular file: writing does not block.
    AsItIs,
    /// Non-blocking, and only ours.
    NonBlocking,
    /// A pipe shared with other processes, which O_NONBLOCK would affect too: written to only when
    /// select finds room, and no more than a pipe then takes without blocking.
    WhenReady,
    /// A terminal shared with others, which may have less room than that: made non-blocking for each
    /// write.
    Meanwhile,
    /// A socket.
    Send,
}

impl Outlet {
    /// Standard output.
    ///
    /// # Errors
    ///
    /// No descriptor for it.
    pub(super) fn stdout(most: usize) -> Result<Self, Error> {
        Self::to(stdout().as_fd(), "stdout", most)
    }

    /// Standard error, unless it is the same terminal, pipe or file as standard output: then both
    /// are one output.
    ///
    /// # Errors
    ///
    /// As [`stdout`](Self::stdout).
    pub(super) fn stderr(most: usize) -> Result<Option<Self>, Error> {
        let [out, err] = [status(stdout().as_fd(), "stdout")?, status(stderr().as_fd(), "stderr")?];
        let same = (out.st_dev, out.st_ino) == (err.st_dev, err.st_ino);
        (!same).then(|| Self::to(stderr().as_fd(), "stderr", most)).transpose()
    }

    /// A pipe or a terminal is opened again: the flags of an inherited descriptor are shared by
    /// every process that has it.
    fn to(fd: BorrowedFd<'_>, name: &'static str, most: usize) -> Result<Self, Error> {
        let dup = || dup(fd).map_err(|errno| Error::new("fcntl", name, errno));
        let kind = SFlag::from_bits_truncate(status(fd, name)?.st_mode) & SFlag::S_IFMT;
        let how = match kind {
            SFlag::S_IFREG => How::AsItIs,
            SFlag::S_IFSOCK => How::Send,
            SFlag::S_IFIFO => How::WhenReady,
            _ => How::Meanwhile,
        };
        let path = format!("/proc/self/fd/{}", fd.as_raw_fd());
        let flags = OFlag::O_WRONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
        let (fd, how) = match how {
            How::AsItIs | How::Send => (dup()?, how),
            _ => match open(path.as_str(), flags, Mode::empty()) {
                Ok(own) => (own, How::NonBlocking),
                Err(_) => (dup()?, how),
            },
        };
        Ok(Self::with(fd, how, most))
    }

    /// Our own pipe, which is non-blocking.
    pub(super) fn pipe(fd: OwnedFd, most: usize) -> Self {
        Self::with(fd, How::NonBlocking, most)
    }

    fn with(fd: OwnedFd, how: How, most: usize) -> Self {
        Self { fd, how, waiting: Vec::new(), written: 0, most, lost: 0, broken: None }
    }

    /// Closes the descriptor without freeing the memory.
    pub(super) fn close(self) {
        drop(self.fd);
        std::mem::forget(self.waiting);
    }

    /// Whether there is room for a line. Once lines have been lost, only when half the room is free.
    pub(super) fn has_room(&self) -> bool {
        let most = if self.lost > 0 { self.most / 2 } else { self.most };
        self.len() < most
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn len(&self) -> usize {
        self.waiting.len() - self.written
    }

    /// Text to append to. [`flush`](Self::flush) writes it.
    pub(super) fn text(&mut self) -> OutletText<'_> {
        OutletText { start: self.waiting.len(), waiting: &mut self.waiting, lost: &mut self.lost }
    }

    /// Writes as much as there is room for. If the reader is gone, or the disk full, the text is
    /// dropped; the program goes on.
    pub(super) fn flush(&mut self) {
        while !self.is_empty() {
            let rest = &self.waiting[self.written..];
            let wrote = match self.how {
                How::AsItIs => write(&self.fd, rest),
                How::NonBlocking => write(&self.fd, whole_lines(rest)),
                How::WhenReady if !has_room(&self.fd) => break,
                How::WhenReady => write(&self.fd, whole_lines(rest)),
                How::Meanwhile => write_meanwhile(&self.fd, rest),
                How::Send => sys::send(&self.fd, rest, MSG_DONTWAIT),
            };
            match wrote {
                Ok(count) => self.written += count,
                Err(Errno::EAGAIN | Errno::EINTR) => break,
                Err(errno) => {
                    self.broken.get_or_insert(errno);
                    self.written = self.waiting.len();
                }
            }
        }
        if self.is_empty() {
            self.waiting.clear();
            self.written = 0;
            if self.waiting.capacity() > KEEP {
                self.waiting.shrink_to(SOME);
            }
        } else if self.written > self.waiting.len() / 2 {
            self.waiting.drain(..self.written);
            self.written = 0;
        }
    }
}

impl AsFd for Outlet {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// A text being appended: all of it or, without memory for it, nothing.
pub(super) struct OutletText<'a> {
    waiting: &'a mut Vec<u8>,
    start: usize,
    lost: &'a mut usize,
}

impl OutletText<'_> {
    /// Appends bytes, which must be text.
    pub(super) fn push(&mut self, text: &[u8]) {
        let is_little = self.waiting.len() + text.len() <= SOME;
        if self.start > self.waiting.len() {
            // Its beginning is lost.
        } else if (is_little && self.waiting.try_reserve(text.len()).is_ok())
            || reserve(self.waiting, text.len())
        {
            self.waiting.extend_from_slice(text);
        } else {
            self.waiting.truncate(self.start);
            self.start = usize::MAX;
            *self.lost += 1;
        }
    }
}

impl fmt::Write for OutletText<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

/// As many whole lines as one write takes; the beginning of a line that is longer.
fn whole_lines(text: &[u8]) -> &[u8] {
    match text.get(..PIPE_BUF) {
        Some(start) => {
            let end = start.iter().rposition(|&byte| byte == b'\n');
            &start[..end.map_or(PIPE_BUF, |at| at + 1)]
        }
        None => text,
    }
}

/// Whether writing a little to it would not wait.
pub(super) fn has_room(fd: impl AsFd) -> bool {
    let mut set = FdSet::new();
    set.insert(&fd);
    sys::select(None, Some(&mut set), None, Some(Duration::ZERO)) == Ok(1)
}

/// Other processes that share the terminal see the flag too, meanwhile.
fn write_meanwhile(fd: &OwnedFd, text: &[u8]) -> Result<usize, Errno> {
    let flags = OFlag::from_bits_truncate(fcntl(fd, FcntlArg::F_GETFL)?);
    fcntl(fd, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK))?;
    let wrote = write(fd, text);
    fcntl(fd, FcntlArg::F_SETFL(flags))?;
    wrote
}

fn status(fd: BorrowedFd<'_>, name: &'static str) -> Result<FileStat, Error> {
    fstat(fd).map_err(|errno| Error::new("fstat", name, errno))
}

fn dup(fd: BorrowedFd<'_>) -> Result<OwnedFd, Errno> {
    // With F_DUPFD_CLOEXEC, which nix's dup does not do.
    fd.try_clone_to_owned().map_err(|error| Errno::from_raw(error.raw_os_error().unwrap_or(0)))
}
