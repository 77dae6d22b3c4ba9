//! Which signals a program sees.

use crate::harness::in_child;
use crate::support::{LONG, assert_silent, ended, error, is_readable};
use enchufe::sys::{self, Errno, FdSet, SigSet, Signal, Signals};
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{SigmaskHow, raise};
use std::os::unix::process::ExitStatusExt;
use std::thread;

fn catch(signals: &[Signal]) -> Signals {
    Signals::catch(signals).expect("signals")
}

pub(crate) fn select_hears_a_signal_and_it_is_taken_once() {
    let signals = catch(&[Signal::SIGINT, Signal::SIGTERM]);
    assert_silent(&signals);
    raise(Signal::SIGINT).expect("a signal");
    let mut read = FdSet::new();
    read.insert(&signals);
    assert_eq!(sys::select(Some(&mut read), None, None, Some(LONG)), Ok(1));
    assert!(read.contains(&signals) && signals.has_come());
    assert_eq!(signals.take(), SigSet::from(Signal::SIGINT));
    assert_silent(&signals);
}

pub(crate) fn several_of_a_kind_are_one() {
    let signals = catch(&[Signal::SIGINT, Signal::SIGTERM]);
    for _ in 0..3 {
        raise(Signal::SIGTERM).expect("a signal");
        raise(Signal::SIGINT).expect("a signal");
    }
    assert_eq!(signals.take(), Signal::SIGINT | Signal::SIGTERM);
    assert_silent(&signals);
}

pub(crate) fn a_signal_that_is_blocked_is_heard_in_pselect() {
    let signals = catch(&[Signal::SIGUSR1]);
    let chosen = SigSet::from(Signal::SIGUSR1);
    let before = chosen.thread_swap_mask(SigmaskHow::SIG_BLOCK).expect("a mask");
    let wait = |mask: &SigSet| sys::pselect(None, None, None, Some(LONG), mask);
    for _ in 0..2 {
        // It arrives between the check and the wait.
        assert!(!signals.has_come());
        raise(Signal::SIGUSR1).expect("a signal");
        assert!(!signals.has_come());
        assert_eq!(wait(&before), Err(Errno::EINTR));
        assert_eq!(signals.take(), chosen);
    }
}

pub(crate) fn an_ignored_signal_does_nothing() {
    for signal in [Signal::SIGTERM, Signal::SIGUSR1] {
        sys::ignore(signal).expect("it can be");
        raise(signal).expect("a signal");
    }
    for signal in [Signal::SIGKILL, Signal::SIGSTOP] {
        assert_eq!(error(sys::ignore(signal)), Errno::EINVAL);
    }
}

/// As under nohup.
pub(crate) fn an_ignored_hangup_stays_so() {
    sys::ignore(Signal::SIGHUP).expect("it can be");
    let signals = catch(&[Signal::SIGHUP, Signal::SIGUSR1]);
    raise(Signal::SIGHUP).expect("a signal");
    assert_silent(&signals);
    drop(signals);
    raise(Signal::SIGHUP).expect("a signal");
}

pub(crate) fn abort_ends_the_process_all_the_same() {
    let child = in_child(|| {
        setrlimit(Resource::RLIMIT_CORE, 0, 0).expect("a limit");
        let _signals = catch(&[Signal::SIGABRT]);
        std::process::abort();
    });
    assert_eq!(ended(child).signal(), Some(Signal::SIGABRT as i32));
}

pub(crate) fn a_full_pipe_loses_no_signal_and_errno_stays() {
    const MORE_THAN_IT_HOLDS: usize = (1 << 16) + 1;
    let signals = catch(&[Signal::SIGUSR1, Signal::SIGUSR2]);
    for _ in 0..MORE_THAN_IT_HOLDS {
        raise(Signal::SIGUSR1).expect("a signal");
    }
    Errno::set_raw(Errno::ENOTTY as i32);
    raise(Signal::SIGUSR2).expect("a signal");
    assert_eq!(Errno::last(), Errno::ENOTTY);
    assert!(is_readable(&signals));
    assert_eq!(signals.take(), Signal::SIGUSR1 | Signal::SIGUSR2);
}

pub(crate) fn a_signal_is_heard_whichever_thread_it_comes_to() {
    let signals = catch(&[Signal::SIGUSR1]);
    let other = thread::spawn(|| raise(Signal::SIGUSR1));
    let mut read = FdSet::new();
    read.insert(&signals);
    assert_eq!(sys::select(Some(&mut read), None, None, Some(LONG)), Ok(1));
    assert_eq!(signals.take(), SigSet::from(Signal::SIGUSR1));
    assert_eq!(other.join().expect("it ends"), Ok(()));
}
