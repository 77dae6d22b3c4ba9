//! Signals as something to `select` on. Handlers only notify; the loop acts.

use super::{Errno, O_NONBLOCK, pipe, process, read};
use libc::c_int;
use nix::sys::signal::{
    SaFlags, SigAction, SigHandler, SigSet, SigmaskHow, Signal, raise, sigaction,
};
use nix::unistd::Pid;
use std::marker::PhantomData;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicU64, Ordering::SeqCst};
use std::{mem, thread};

#[cfg(test)]
mod tests;

/// What the handler knows.
static STATE: SignalState = SignalState {
    pending: AtomicU64::new(0),
    owner: AtomicI32::new(NOBODY),
    pipe: AtomicI32::new(NONE),
    running: AtomicU32::new(0),
};

struct SignalState {
    /// Pending: caught and not yet taken. Bit N for signal N.
    pending: AtomicU64,
    /// The process that made the [`Signals`]: in a forked child the handler only sets the bit.
    owner: AtomicI32,
    /// The self-pipe's writing end.
    pipe: AtomicI32,
    /// How many handlers are running.
    running: AtomicU32,
}

const NOBODY: libc::pid_t = 0;
const NONE: RawFd = -1;

/// The kernel raises these for an instruction that cannot be executed. If a handler returned, it would
/// be tried again, for ever. SIGABRT is not one of them: abort(3) ends the process all the same.
const FAULTS: [Signal; 4] = [Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGFPE, Signal::SIGILL];

/// The self-pipe: a descriptor that turns readable when one of the chosen signals has come.
///
/// Why not `pselect`: while descriptors stay ready it returns at once and never delivers a blocked
/// signal, so a busy server would not hear Ctrl-C. A pipe in the set is always heard. There is one
/// per process, as there is one set of handlers. See sigaction(2), pipe(2).
///
/// Dropping it restores each handler, with its flags and mask, and blocks the signals that were blocked
/// before; pending signals are forgotten. A forked child has its parent's `Signals` until it drops its
/// copy: a signal to the child is recorded, but never written to the parent's pipe. daemon(3) forks too,
/// so catch after it.
///
/// ```
/// use enchufe::sys::{Errno, FdSet, Signal, Signals, select};
/// let signals = Signals::catch(&[Signal::SIGUSR1])?;
/// nix::sys::signal::raise(Signal::SIGUSR1)?;
/// let mut read = FdSet::new();
/// read.insert(&signals);
/// assert_eq!(select(Some(&mut read), None, None, None)?, 1);
/// assert!(signals.take().contains(Signal::SIGUSR1));
/// # Ok::<(), Errno>(())
/// ```
///
/// Which signals are blocked is a thread's own affair, so a `Signals` stays in its thread:
///
/// ```compile_fail,E0277
/// use enchufe::sys::{Signal, Signals};
/// let signals = Signals::catch(&[Signal::SIGUSR1]).unwrap();
/// std::thread::spawn(move || drop(signals));
/// ```
#[derive(Debug)]
pub struct Signals {
    // Dropped first: the handler must not write to a descriptor number that has been reused.
    caught: Caught,
    reader: OwnedFd,
    writer: OwnedFd,
    /// The process in which it was made, see [`process::generation`].
    generation: u32,
}

/// What `catch` has changed. Dropping it undoes that.
#[derive(Debug)]
struct Caught {
    /// The previous action of each signal.
    actions: Vec<(Signal, SigAction)>,
    /// Those of the signals that were blocked.
    blocked: SigSet,
    this_thread: PhantomData<*const ()>,
}

impl Signals {
    /// Installs handlers that catch `signals`; but a SIGHUP or a SIGTSTP that is already ignored, as under
    /// nohup(1) or a shell without job control, stays ignored. They are unblocked in this thread: the
    /// program's parent may have left them blocked.
    ///
    /// The handlers are installed without `SA_RESTART`: when one of the signals arrives, a blocking call
    /// fails with `EINTR`.
    ///
    /// # Errors
    ///
    /// `EBUSY`: the process has a `Signals` already, or still has its parent's. `EMFILE`, `ENFILE`: no
    /// descriptor left. `EINVAL`: SIGKILL and SIGSTOP cannot be caught; SIGSEGV, SIGBUS, SIGFPE and SIGILL
    /// must not be: a fault repeats when its handler returns. After an error nothing has changed.
    pub fn catch(signals: &[Signal]) -> Result<Self, Errno> {
        if signals.iter().any(|signal| FAULTS.contains(signal)) {
            return Err(Errno::EINVAL);
        }
        let (reader, writer) = pipe(O_NONBLOCK)?;
        STATE
            .owner
            .compare_exchange(NOBODY, Pid::this().as_raw(), SeqCst, SeqCst)
            .or(Err(Errno::EBUSY))?;
        STATE.pending.store(0, SeqCst);
        STATE.pipe.store(writer.as_raw_fd(), SeqCst);
        let generation = process::generation();
        let mut this = Self { caught: Caught::nothing(), reader, writer, generation };
        let Caught { actions, blocked, .. } = &mut this.caught;
        actions.reserve_exact(signals.len());
        for &signal in signals {
            let before = set(signal, &action(SigHandler::Handler(notify)))?;
            actions.push((signal, before));
            let may_be_ignored = matches!(signal, Signal::SIGHUP | Signal::SIGTSTP);
            if may_be_ignored && matches!(before.handler(), SigHandler::SigIgn) {
                set(signal, &before)?;
            }
        }
        let signals = SigSet::from_iter(signals.iter().copied());
        let before = signals.thread_swap_mask(SigmaskHow::SIG_UNBLOCK)?;
        *blocked = signals.iter().filter(|&signal| before.contains(signal)).collect();
        Ok(this)
    }

    /// Whether a signal is pending. For use after `EINTR`, when select's sets mean nothing.
    #[must_use]
    pub fn has_come(&self) -> bool {
        STATE.pending.load(SeqCst) != 0
    }

    /// Takes the pending signals. Several of a kind count as one.
    pub fn take(&self) -> SigSet {
        // The pipe first: a signal between the two is then taken now, and causes one spurious wake-up.
        // A forked child leaves the pipe alone: the bytes in it must wake the parent.
        if self.is_own() {
            let _ = read(&self.reader, &mut [0; 64]);
        }
        let pending = STATE.pending.swap(0, SeqCst);
        Signal::iterator().filter(|&signal| pending & bit(signal as c_int) != 0).collect()
    }

    /// In a forked child whose signals have been blocked since before the fork: closes the child's copy of
    /// the self-pipe, and forgets the parent's pending signals. The handlers stay. In any other process
    /// this is a drop, and no signal will be reported.
    ///
    /// It writes to memory only if a signal is pending: each page that the child writes to is
    /// copied.
    #[doc(hidden)]
    #[must_use]
    pub fn into_noted(self) -> Noted {
        let is_own = self.is_own();
        let Self { caught, reader, writer, .. } = self;
        if is_own {
            drop(caught);
        } else {
            // The handler still knows the pipe's number, but writes to it only in the parent.
            mem::forget(caught);
            if STATE.pending.load(SeqCst) != 0 {
                STATE.pending.store(0, SeqCst);
            }
        }
        drop((reader, writer));
        Noted(())
    }

    /// Whether this process, not an ancestor, caught them.
    fn is_own(&self) -> bool {
        self.generation == process::generation()
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }
}

impl Caught {
    fn nothing() -> Self {
        Self { actions: Vec::new(), blocked: SigSet::empty(), this_thread: PhantomData }
    }
}

impl Drop for Caught {
    fn drop(&mut self) {
        // Before the handlers are restored: the previous action may end the process.
        let _ = self.blocked.thread_block();
        // In reverse: if a signal was named twice, its first entry is the original action.
        for (signal, before) in self.actions.iter().rev() {
            let _ = set(*signal, before);
        }
        STATE.pipe.store(NONE, SeqCst);
        // A handler in another thread may have read the pipe's number already, and be about to
        // write.
        while STATE.running.load(SeqCst) != 0 {
            thread::yield_now();
        }
        STATE.owner.store(NOBODY, SeqCst);
    }
}

/// The signals of a forked child, which has no self-pipe: its parent's handlers only set a bit. Wait
/// for them with [`pselect`](super::pselect), and keep them blocked at all other times.
#[derive(Debug)]
pub struct Noted(());

impl Noted {
    /// Whether this signal has come.
    #[must_use]
    pub fn has_come(&self, signal: Signal) -> bool {
        STATE.pending.load(SeqCst) & bit(signal as c_int) != 0
    }
}

/// `sigaction` with `SIG_IGN`: `signal` does nothing from now on. See sigaction(2).
///
/// # Errors
///
/// `EINVAL`: SIGKILL and SIGSTOP cannot be ignored; SIGSEGV, SIGBUS, SIGFPE and SIGILL must not be:
/// what happens after an ignored fault is undefined.
pub fn ignore(signal: Signal) -> Result<(), Errno> {
    if FAULTS.contains(&signal) {
        return Err(Errno::EINVAL);
    }
    set(signal, &action(SigHandler::SigIgn)).map(drop)
}

/// `sigaction` with `SIG_DFL`: a caught signal has its default action again; an ignored one stays ignored.
pub(crate) fn reset(signal: Signal) -> Result<(), Errno> {
    let before = set(signal, &action(SigHandler::SigDfl))?;
    if matches!(before.handler(), SigHandler::SigIgn) {
        set(signal, &before)?;
    }
    Ok(())
}

/// `raise` with the default action in place of a handler. If that stops the process, it returns once the
/// process is continued; in an orphaned process group, which no shell would continue, at once. Then the
/// handler is back.
pub(crate) fn raise_by_default(signal: Signal) -> Result<(), Errno> {
    let before = set(signal, &action(SigHandler::SigDfl))?;
    let raised = raise(signal);
    set(signal, &before)?;
    raised
}

/// In a forked child that is about to fork: its own children must not write to its parent's pipe either,
/// not even a child that is given the parent's pid once that is free.
pub(super) fn disown() {
    if STATE.owner.load(SeqCst) != Pid::this().as_raw() {
        STATE.pipe.store(NONE, SeqCst);
    }
}

/// In a process that has just been forked: in another pid namespace (setns(2)) it can have the same pid as
/// the process that caught the signals. Until now the pipe is its parent's and open, so no harm is done.
pub(super) fn disown_namesake() {
    let owner = STATE.owner.load(SeqCst);
    if owner != NOBODY && owner == Pid::this().as_raw() {
        STATE.pipe.store(NONE, SeqCst);
    }
}

fn action(handler: SigHandler) -> SigAction {
    SigAction::new(handler, SaFlags::empty(), SigSet::empty())
}

/// Sets a signal's action; returns the previous one.
fn set(signal: Signal, action: &SigAction) -> Result<SigAction, Errno> {
    // SAFETY: the action is to ignore, a previous action, or `notify`, which is async-signal-safe:
    // it uses atomics and calls that signal-safety(7) lists, and preserves errno.
    unsafe { sigaction(signal, action) }
}

/// nix knows no real-time signals; all others have a bit.
fn bit(signal: c_int) -> u64 {
    1 << signal
}

extern "C" fn notify(signal: c_int) {
    // Counted before the pipe is looked up: it is not closed while a handler is counted.
    STATE.running.fetch_add(1, SeqCst);
    STATE.pending.fetch_or(bit(signal), SeqCst);
    let pipe = STATE.pipe.load(SeqCst);
    if pipe != NONE && STATE.owner.load(SeqCst) == Pid::this().as_raw() {
        let errno = Errno::last_raw();
        // SAFETY: one live byte. If the pipe is full the loop is woken already, and the signal is
        // pending.
        unsafe { libc::write(pipe, [signal as u8].as_ptr().cast(), 1) };
        Errno::set_raw(errno);
    }
    STATE.running.fetch_sub(1, SeqCst);
}
