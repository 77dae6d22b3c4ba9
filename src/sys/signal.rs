//! Signals as something to `select` on. Handlers only notify; the loop acts.

use super::{Errno, O_NONBLOCK, pipe};
use libc::c_int;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::{Pid, read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering::SeqCst};

/// What the handler knows.
static STATE: State =
    State { pending: AtomicU64::new(0), pipe: AtomicI32::new(NONE), owner: AtomicI32::new(0) };

struct State {
    /// The signals that came and nobody has taken, bit N for signal N.
    pending: AtomicU64,
    /// The self-pipe's writing end.
    pipe: AtomicI32,
    /// The process whose pipe it is: a forked child's handler only takes note.
    owner: AtomicI32,
}

/// No descriptor. Standard input is not a pipe's writing end.
const NONE: RawFd = 0;

/// The self-pipe: a descriptor that turns readable when one of the chosen signals has come.
///
/// Why not `pselect`: while descriptors stay ready it returns at once and never delivers a blocked
/// signal, so a busy server would not hear Ctrl-C. A pipe in the set is always heard. There is one
/// per process, as there is one set of handlers. See sigaction(2), pipe(2).
#[derive(Debug)]
pub struct Signals {
    // The first to be dropped: the handler must not write to a number that is somebody else's.
    pipe: InUse,
    reader: OwnedFd,
    writer: OwnedFd,
}

/// The handler writes to the pipe, until this is dropped.
#[derive(Debug)]
struct InUse;

impl Signals {
    /// Installs handlers that catch `signals`; but a SIGHUP that is ignored already, as under
    /// nohup(1), stays so.
    ///
    /// # Errors
    ///
    /// `EBUSY`: the process has a `Signals` already. `EMFILE`, `ENFILE`: no descriptor left.
    /// `EINVAL`: SIGKILL and SIGSTOP cannot be caught.
    pub fn catch(signals: &[Signal]) -> Result<Self, Errno> {
        let (reader, writer) = pipe(O_NONBLOCK)?;
        STATE
            .pipe
            .compare_exchange(NONE, writer.as_raw_fd(), SeqCst, SeqCst)
            .or(Err(Errno::EBUSY))?;
        STATE.owner.store(Pid::this().as_raw(), SeqCst);
        let this = Self { reader, writer, pipe: InUse };
        for &signal in signals {
            let before = handle(signal, SigHandler::Handler(notify))?;
            if signal == Signal::SIGHUP && matches!(before, SigHandler::SigIgn) {
                handle(signal, before)?;
            }
        }
        // Whoever started this program may have left them blocked.
        SigSet::from_iter(signals.iter().copied()).thread_unblock()?;
        Ok(this)
    }

    /// Whether a signal has come. A call that it interrupted has left no sets to look at.
    #[must_use]
    pub fn has_come(&self) -> bool {
        STATE.pending.load(SeqCst) != 0
    }

    /// Takes the signals that have come since the last time. Several of a kind are one.
    pub fn take(&self) -> SigSet {
        // The pipe first: a signal between the two is then seen now, and wakes once too often.
        let _ = read(&self.reader, &mut [0; 64]);
        let pending = STATE.pending.swap(0, SeqCst);
        Signal::iterator().filter(|&signal| pending & bit(signal as c_int) != 0).collect()
    }

    /// In a forked child, whose signals are blocked since before the fork: closes the child's copy of the
    /// self-pipe. What has come for its parent is not for the child. The handlers stay.
    ///
    /// It writes to no memory, or the child would need a copy of it.
    #[must_use]
    pub fn into_noted(self) -> Noted {
        let Self { reader, writer, pipe } = self;
        drop((reader, writer));
        std::mem::forget(pipe);
        Noted { before: STATE.pending.load(SeqCst) }
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        STATE.pipe.store(NONE, SeqCst);
    }
}

/// The signals of a forked child, which has no self-pipe: the handlers are those of its parent, and
/// only take note. To be waited for with [`pselect`](super::pselect), and blocked at all other times.
#[derive(Debug)]
pub struct Noted {
    before: u64,
}

impl Noted {
    /// Whether this signal has come.
    #[must_use]
    pub fn has_come(&self, signal: Signal) -> bool {
        STATE.pending.load(SeqCst) & !self.before & bit(signal as c_int) != 0
    }
}

/// `sigaction` with `SIG_IGN`: `signal` does nothing from now on. See sigaction(2).
///
/// # Errors
///
/// `EINVAL`: SIGKILL and SIGSTOP cannot be ignored.
pub fn ignore(signal: Signal) -> Result<(), Errno> {
    handle(signal, SigHandler::SigIgn).map(drop)
}

/// Gives the handler that was there before.
fn handle(signal: Signal, handler: SigHandler) -> Result<SigHandler, Errno> {
    let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
    // SAFETY: `notify` is async-signal-safe: atomics, and a call that signal-safety(7) lists; it leaves
    // errno as it was.
    unsafe { sigaction(signal, &action) }.map(|before| before.handler())
}

fn bit(signal: c_int) -> u64 {
    1 << signal
}

extern "C" fn notify(signal: c_int) {
    STATE.pending.fetch_or(bit(signal), SeqCst);
    let pipe = STATE.pipe.load(SeqCst);
    if pipe == NONE || STATE.owner.load(SeqCst) != Pid::this().as_raw() {
        return;
    }
    let errno = Errno::last_raw();
    // SAFETY: one live byte. A full pipe has woken the loop already; the signal is pending.
    unsafe { libc::write(pipe, [signal as u8].as_ptr().cast(), 1) };
    Errno::set_raw(errno);
}
