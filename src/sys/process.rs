//! A process more, and the end of one. Waiting for it is [`nix::sys::wait::waitpid`], safe as it is.

use super::Errno;
use nix::unistd::{ForkResult, Pid};

/// Which side of [`fork`] this is.
#[derive(Debug)]
pub enum Fork {
    /// The process that called, with the pid of its new child.
    Parent(Pid),
    /// The new process.
    Child,
}

/// `pid_t fork(void)`: makes a second process, a copy of this one, that shares its open
/// descriptors. Both return from this call. See fork(2).
///
/// Meant for a process with one thread. In a child of several, a lock that another thread held
/// stays held for ever. Output buffered before the call is written twice: flush first, and leave
/// the child with [`_exit`].
///
/// # Errors
///
/// `EAGAIN`: too many processes (`RLIMIT_NPROC`, or the control group's `pids.max`). `ENOMEM`: no
/// memory for the child's page tables.
pub fn fork() -> Result<Fork, Errno> {
    // SAFETY: memory is copied, never shared, so no reference of the child's is made invalid. A
    // thread that is missing there is as one that never runs again, which safe code must allow for.
    match unsafe { nix::unistd::fork() }? {
        ForkResult::Parent { child } => Ok(Fork::Parent(child)),
        ForkResult::Child => Ok(Fork::Child),
    }
}

/// `void _exit(int status)`: ends this process now: no destructors, no `atexit`, no flush of
/// buffers that were copied from the parent. See _exit(2).
pub fn _exit(status: i32) -> ! {
    // SAFETY: no pointers; it does not return.
    unsafe { libc::_exit(status) }
}
