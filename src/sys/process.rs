//! Creating and ending processes.

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
    /// How many forks lie between the first process and this one. It is stored beside the thread's id,
    /// which the C library writes in each child anyway: usually no further page is copied.
    static GENERATION: Cell<u32> = const { Cell::new(0) };
}

/// Changes in the child at every fork.
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
/// The child has only the thread that called. A lock held by another thread stays locked in the child
/// for ever; malloc's too. So POSIX allows such a child only the calls of signal-safety(7), a rule that
/// safe Rust cannot keep: `vec![1]` calls malloc. An `unsafe` fork would leave that rule to the caller,
/// who learns of a mistake when one child in a thousand hangs. This one refuses instead, and unsafe
/// code stays in this module.
///
/// While the process has had only one thread, glibc says so without a system call:
/// `__libc_single_threaded`. Once there has been another, and with musl, the link count of
/// `/proc/self/task` tells: one more stat(2). A thread counts until the kernel is done with it, which may
/// be a moment after it was joined.
///
/// # Errors
///
/// `EDEADLK`: the process has several threads (macOS, FreeBSD: or has ever had), or their number is unknown
/// (no `/proc`). `EAGAIN`: too many processes (`RLIMIT_NPROC`, or the control group's `pids.max`).
/// `ENOMEM`: no memory for the child's page tables.
pub fn fork() -> Result<Fork, Errno> {
    if !os::has_one_thread() {
        return Err(Errno::EDEADLK);
    }
    let generation = generation();
    if generation > 0 {
        signal::disown();
    }
    // SAFETY: there is no other thread that could hold a lock in the child. Private memory is copied;
    // shared memory was mapped by unsafe code, which answers for two processes too.
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
