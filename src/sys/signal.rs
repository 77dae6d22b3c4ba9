//! Signals as something to `select` on. Handlers only notify; the loop acts.

use super::Errno;
use libc::c_int;
use nix::fcntl::OFlag;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::{pipe2, read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicI32, AtomicU32, AtomicU64, Ordering::SeqCst};

/// What the handlers know. Together, and all zeros at first: a forked child changes one page by it.
static STATE: State = State {
    pending: AtomicU64::new(0),
    pipe: AtomicI32::new(NONE),
    socket: AtomicI32::new(NONE),
    lifetime: AtomicU32::new(0),
};

struct State {
    /// The signals that came and nobody has taken, bit N for signal N.
    pending: AtomicU64,
    /// The self-pipe's writing end, for [`notify`].
    pipe: AtomicI32,
    /// The socket that [`interrupt`] makes non-blocking.
    socket: AtomicI32,
    /// How many seconds the process may live after that.
    lifetime: AtomicU32,
}

/// No descriptor. Standard input is neither a pipe's writing end nor a client.
const NONE: RawFd = 0;

/// The self-pipe: a descriptor that turns readable when one of the chosen signals has come.
///
/// Why not `pselect`: while descriptors stay ready it returns at once and never delivers a blocked
/// signal, so a busy server would not hear Ctrl-C. A pipe in the set is always heard. There is one
/// per process, as there is one set of handlers. See sigaction(2), pipe(2).
#[derive(Debug)]
pub struct Signals {
    reader: OwnedFd,
    _writer: OwnedFd,
}

impl Signals {
    /// Installs handlers that catch `signals`; but a SIGHUP that is ignored already, as under
    /// nohup(1), stays so.
    ///
    /// # Errors
    ///
    /// `EBUSY`: the process has a `Signals` already. `EMFILE`, `ENFILE`: no descriptor left.
    /// `EINVAL`: SIGKILL and SIGSTOP cannot be caught.
    pub fn catch(signals: &[Signal]) -> Result<Self, Errno> {
        let (reader, writer) = pipe2(OFlag::O_CLOEXEC | OFlag::O_NONBLOCK)?;
        STATE
            .pipe
            .compare_exchange(NONE, writer.as_raw_fd(), SeqCst, SeqCst)
            .or(Err(Errno::EBUSY))?;
        let this = Self { reader, _writer: writer };
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
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.reader.as_fd()
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        STATE.pipe.store(NONE, SeqCst);
    }
}

/// For a process that serves one blocking socket: a signal that ends its waiting.
///
/// The handler makes the socket non-blocking. A [`recv`](super::recv) that waits returns `EINTR`, one
/// that was about to wait returns `EAGAIN`: there is no moment at which the signal could be missed.
#[derive(Debug)]
pub struct Interrupt(());

impl Interrupt {
    /// From now on `signal` interrupts waiting on `socket`, and ends the process `lifetime` seconds
    /// later (by SIGALRM) if it is still there. Drop this before the socket.
    ///
    /// # Errors
    ///
    /// `EINVAL`: SIGKILL and SIGSTOP cannot be caught.
    pub fn on(signal: Signal, socket: impl AsFd, lifetime: u32) -> Result<Self, Errno> {
        STATE.lifetime.store(lifetime, SeqCst);
        STATE.socket.store(socket.as_fd().as_raw_fd(), SeqCst);
        STATE.pending.store(0, SeqCst);
        let _ = handle(signal, SigHandler::Handler(interrupt))?;
        Ok(Self(()))
    }

    /// Whether the signal has come.
    #[must_use]
    pub fn has_come(&self) -> bool {
        STATE.pending.load(SeqCst) != 0
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        STATE.socket.store(NONE, SeqCst);
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
    // SAFETY: `notify` and `interrupt` are async-signal-safe: atomics, and calls that
    // signal-safety(7) lists; they leave errno as it was.
    unsafe { sigaction(signal, &action) }.map(|before| before.handler())
}

fn bit(signal: c_int) -> u64 {
    1 << signal
}

extern "C" fn notify(signal: c_int) {
    STATE.pending.fetch_or(bit(signal), SeqCst);
    let pipe = STATE.pipe.load(SeqCst);
    if pipe == NONE {
        return;
    }
    let errno = Errno::last_raw();
    // SAFETY: one live byte. A full pipe has woken the loop already; the signal is pending.
    unsafe { libc::write(pipe, [signal as u8].as_ptr().cast(), 1) };
    Errno::set_raw(errno);
}

extern "C" fn interrupt(signal: c_int) {
    STATE.pending.fetch_or(bit(signal), SeqCst);
    let socket = STATE.socket.load(SeqCst);
    if socket == NONE {
        return;
    }
    let errno = Errno::last_raw();
    // SAFETY: no pointers. Should the socket be gone, another descriptor becomes non-blocking at worst.
    unsafe {
        libc::fcntl(socket, libc::F_SETFL, libc::O_NONBLOCK);
        libc::alarm(STATE.lifetime.load(SeqCst));
    }
    Errno::set_raw(errno);
}
