//! What a program inherits from its parent: environment variables and descriptors.

use super::{Errno, os};
use std::env;
use std::ffi::OsString;
use std::os::fd::{FromRawFd, OwnedFd, RawFd};

/// `char *getenv(const char *name)` and `int unsetenv(const char *name)`: takes a variable out of the
/// environment, if it is set; programs started later do not get it. See getenv(3), setenv(3).
///
/// # Errors
///
/// `EDEADLK`: the process has several threads, and another may be reading the environment.
pub(crate) fn take_var(name: &str) -> Result<Option<OsString>, Errno> {
    let value = env::var_os(name);
    if value.is_some() {
        if !os::has_one_thread() {
            return Err(Errno::EDEADLK);
        }
        // SAFETY: this is the only thread, so no other reads the environment meanwhile.
        unsafe { env::remove_var(name) };
    }
    Ok(value)
}

/// `int fcntl(int fd, F_SETFD, FD_CLOEXEC)` on a descriptor that this program was started with, past the
/// three standard ones: from now on it is the caller's, closed on drop and on exec. See fcntl(2).
///
/// # Errors
///
/// `EBADF`: the program was not started with it, or it has been taken over already.
pub(crate) fn take_over(fd: RawFd) -> Result<OwnedFd, Errno> {
    // SAFETY: no pointers.
    let flags = Errno::result(unsafe { libc::fcntl(fd, libc::F_GETFD) })?;
    if fd <= libc::STDERR_FILENO || flags & libc::FD_CLOEXEC != 0 {
        return Err(Errno::EBADF);
    }
    // SAFETY: no pointers.
    Errno::result(unsafe { libc::fcntl(fd, libc::F_SETFD, flags | libc::FD_CLOEXEC) })?;
    // SAFETY: every descriptor opened or taken over in this program is close-on-exec. This one is not, so
    // it was inherited, and nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::os::fd::{AsRawFd, IntoRawFd};

    #[test]
    fn our_own_descriptors_are_not_taken_over() {
        let (reader, writer) = io::pipe().unwrap();
        for fd in [-1, 0, 1, 2, reader.as_raw_fd(), writer.as_raw_fd(), RawFd::MAX] {
            assert_eq!(take_over(fd).map(drop), Err(Errno::EBADF), "{fd}");
        }
    }

    #[test]
    fn an_inherited_descriptor_is_taken_over_once() {
        let fd = io::pipe().unwrap().0.into_raw_fd();
        // SAFETY: no pointers.
        assert_eq!(unsafe { libc::fcntl(fd, libc::F_SETFD, 0) }, 0);
        let taken = take_over(fd).unwrap();
        assert_eq!(taken.as_raw_fd(), fd);
        assert_eq!(take_over(fd).map(drop), Err(Errno::EBADF));
        // SAFETY: no pointers.
        assert_eq!(unsafe { libc::fcntl(fd, libc::F_GETFD) }, libc::FD_CLOEXEC);
    }

    #[test]
    fn with_threads_the_environment_stays() {
        // cargo sets this variable for tests.
        assert_eq!(take_var("CARGO_MANIFEST_DIR"), Err(Errno::EDEADLK));
        assert!(env::var_os("CARGO_MANIFEST_DIR").is_some());
        assert_eq!(take_var("nobody sets this"), Ok(None));
    }
}
