//! A process more, and the end of one.

use super::Errno;
use nix::unistd::Pid;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// Which side of [`fork`] this is.
#[derive(Debug)]
pub enum Fork {
    /// The process that called, with the pid of its new child.
    Parent(Pid),
    /// The new process.
    Child,
}

unsafe extern "C" {
    /// glibc since 2.34, musl since 1.2.2; the libc crate does not declare it yet.
    fn _Fork() -> libc::pid_t;
}

/// `pid_t fork(void)`: makes a second process, a copy of this one, that shares its open
/// descriptors. Both return from this call. See fork(2).
///
/// It is POSIX's `_Fork`: fork without the handlers of pthread_atfork(3) and without the C library's
/// own, which write to pages that each child then needs a copy of. So it is for a process with one
/// thread: in a child of several, a lock that another thread held stays held for ever, and malloc's
/// is one. Output buffered before the call is written twice: flush first, and leave the child with
/// [`_exit`].
///
/// # Errors
///
/// `EAGAIN`: too many processes (`RLIMIT_NPROC`, or the control group's `pids.max`). `ENOMEM`: no
/// memory for the child's page tables.
pub fn fork() -> Result<Fork, Errno> {
    // SAFETY: memory is copied, never shared, so no reference of the child's is made invalid. A
    // thread that is missing there is as one that never runs again, which safe code must allow for.
    match Errno::result(unsafe { _Fork() })? {
        0 => Ok(Fork::Child),
        child => Ok(Fork::Parent(Pid::from_raw(child))),
    }
}

/// `pid_t waitpid(pid_t pid, int *status, int options)`: reaps a child that has ended, `pid` or (`None`)
/// any; its pid and how it ended. With [`WNOHANG`](super::WNOHANG) in `options`, `None` if none has
/// ended yet. Unlike nix's, it also reports a child that a real-time signal ended. See waitpid(2).
///
/// # Errors
///
/// `ECHILD`: no such child is left. `EINTR`: a signal came.
pub fn waitpid(pid: Option<Pid>, options: i32) -> Result<Option<(Pid, ExitStatus)>, Errno> {
    let mut status = 0;
    let pid = pid.map_or(-1, Pid::as_raw);
    // SAFETY: the pointer is to a live int.
    let pid = Errno::result(unsafe { libc::waitpid(pid, &raw mut status, options) })?;
    Ok((pid > 0).then(|| (Pid::from_raw(pid), ExitStatus::from_raw(status))))
}

/// `void _exit(int status)`: ends this process now: no destructors, no `atexit`, no flush of
/// buffers that were copied from the parent. See _exit(2).
pub fn _exit(status: i32) -> ! {
    // SAFETY: no pointers; it does not return.
    unsafe { libc::_exit(status) }
}
