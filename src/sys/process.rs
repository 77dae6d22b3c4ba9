//! A process more, and the end of one.

use super::{Errno, os, signal};
use nix::unistd::Pid;
use std::cell::Cell;
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

thread_local! {
    /// How many times [`fork`] has returned as the child on the way to this process. It lies beside what
    /// the C library writes in each child anyway, the thread's id: as a rule no further page is copied.
    static GENERATION: Cell<u32> = const { Cell::new(0) };
}

/// Differs from what it was when this process has been forked since.
pub(super) fn generation() -> u32 {
    GENERATION.get()
}

/// `pid_t fork(void)`: makes a second process, a copy of this one, that shares its open
/// descriptors. Both return from this call. See fork(2).
///
/// On Linux it is POSIX's `_Fork`: fork without the handlers of pthread_atfork(3) and without the C
/// library's own, which write to pages that each child then needs a copy of. Output buffered before the
/// call is written twice: flush first, and leave the child with [`_exit`].
///
/// ```
/// use enchufe::sys::{_exit, Fork, fork, waitpid};
/// match fork()? {
///     Fork::Child => _exit(7),
///     Fork::Parent(child) => {
///         let (pid, status) = waitpid(Some(child), 0)?.expect("without WNOHANG it waits");
///         assert_eq!((pid, status.code()), (child, Some(7)));
///     }
/// }
/// # Ok::<(), enchufe::sys::Errno>(())
/// ```
///
/// # Threads
///
/// Of several threads the child has only the one that called. A lock that another held stays held in
/// the child for ever, be it malloc's or standard error's; so POSIX allows such a child nothing but the
/// calls of signal-safety(7), a promise that safe Rust cannot keep: `vec![1]` calls malloc. An `unsafe`
/// fork would leave that promise to the caller, who learns that it was broken when one child in a
/// thousand hangs. This one refuses: nobody is hurt, and unsafe code stays in this module.
///
/// How many there are costs no call with glibc while there has been only one: `__libc_single_threaded`
/// says so. Once there was another, and with musl, the link count of `/proc/self/task` tells: one stat(2)
/// more. A thread counts until the kernel is done with it, which may be a moment after it was joined.
///
/// # Errors
///
/// `EDEADLK`: the process has several threads (macOS, FreeBSD: or has ever had), or it cannot be told (no
/// `/proc`). `EAGAIN`: too many processes (`RLIMIT_NPROC`, or the control group's `pids.max`). `ENOMEM`: no
/// memory for the child's page tables.
pub fn fork() -> Result<Fork, Errno> {
    if !os::has_one_thread() {
        return Err(Errno::EDEADLK);
    }
    let generation = generation();
    if generation > 0 {
        signal::disown();
    }
    // SAFETY: there is no other thread whose lock the child would miss. What memory is the process's own
    // is copied; what is shared was mapped so by unsafe code, which answers for two processes too.
    match Errno::result(unsafe { os::fork() })? {
        0 => {
            GENERATION.set(generation + 1);
            signal::disown_namesake();
            Ok(Fork::Child)
        }
        child => Ok(Fork::Parent(Pid::from_raw(child))),
    }
}

/// `pid_t waitpid(pid_t pid, int *status, int options)`: reaps a child that has ended, `pid` or (`None`)
/// any; its pid and how it ended. With [`WNOHANG`](super::WNOHANG) in `options`, `None` if none has
/// ended yet. Unlike nix's, it also reports a child that a real-time signal ended. See waitpid(2).
///
/// # Errors
///
/// `ECHILD`: no such child is left. `EINTR`: a signal came. `EINVAL`: there is no such option.
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
