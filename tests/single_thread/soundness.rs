//! Safe code can do no harm with signals: nothing stays changed, and nothing is written except to one's
//! own pipe.

use crate::harness::in_child;
use crate::support::{
    Dispositions, LONG, assert_done, assert_silent, error, eventually, is_readable, pipe, strace,
};
use enchufe::sys::{self, Errno, Pid, SigSet, Signal, Signals};
use nix::sched::{CloneFlags, unshare};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{SigmaskHow, kill, raise};
use nix::unistd::{getpid, gettid};
use std::fs;
use std::sync::{Barrier, mpsc};
use std::thread;

const FAULTS: [Signal; 4] = [Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGFPE, Signal::SIGILL];

/// SIGUSR1, previously ignored: when it is not caught it does nothing.
fn catch() -> Signals {
    sys::ignore(Signal::SIGUSR1).expect("it can be");
    Signals::catch(&[Signal::SIGUSR1]).expect("signals")
}

fn come() {
    raise(Signal::SIGUSR1).expect("a signal");
}

pub(crate) fn dropped_all_is_as_before() {
    sys::ignore(Signal::SIGUSR2).expect("it can be");
    let before = Dispositions::now();
    let caught = [Signal::SIGINT, Signal::SIGCHLD, Signal::SIGUSR1, Signal::SIGUSR2];
    let signals = Signals::catch(&caught).expect("signals");
    assert_ne!(Dispositions::now(), before);
    raise(Signal::SIGUSR2).expect("a signal");
    assert_eq!(signals.take(), SigSet::from(Signal::SIGUSR2));
    drop(signals);
    assert_eq!(Dispositions::now(), before);
}

pub(crate) fn dropped_what_was_blocked_is_so_again() {
    let blocked = Signal::SIGUSR1 | Signal::SIGINT;
    blocked.thread_set_mask().expect("a mask");
    let signals = Signals::catch(&[Signal::SIGUSR1, Signal::SIGUSR2]).expect("signals");
    come();
    assert_eq!(signals.take(), SigSet::from(Signal::SIGUSR1));
    // Other changes made meanwhile are left alone.
    SigSet::from(Signal::SIGTERM).thread_block().expect("a mask");
    drop(signals);
    assert_eq!(SigSet::thread_get_mask(), Ok(blocked | Signal::SIGTERM));
}

pub(crate) fn a_catch_that_fails_changes_nothing() {
    SigSet::from(Signal::SIGUSR1).thread_block().expect("a mask");
    sys::ignore(Signal::SIGUSR2).expect("it can be");
    let before = Dispositions::now();
    for refused in [Signal::SIGKILL, Signal::SIGSTOP] {
        let caught = Signals::catch(&[Signal::SIGUSR1, Signal::SIGUSR2, refused, Signal::SIGINT]);
        assert_eq!(error(caught), Errno::EINVAL);
        assert_eq!(Dispositions::now(), before);
    }
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    setrlimit(Resource::RLIMIT_NOFILE, 0, hard).expect("a limit");
    let caught = Signals::catch(&[Signal::SIGUSR1]);
    setrlimit(Resource::RLIMIT_NOFILE, soft, hard).expect("a limit");
    assert_eq!(error(caught), Errno::EMFILE);
    assert_eq!(Dispositions::now(), before);

    let signals = Signals::catch(&[Signal::SIGUSR1]).expect("the place is free");
    let before = Dispositions::now();
    assert_eq!(error(Signals::catch(&[Signal::SIGUSR2])), Errno::EBUSY);
    assert_eq!(Dispositions::now(), before);
    come();
    assert_eq!(signals.take(), SigSet::from(Signal::SIGUSR1));
}

pub(crate) fn the_next_hears_nothing_of_the_last() {
    let last = catch();
    come();
    assert!(last.has_come());
    drop(last);
    let next = catch();
    assert_silent(&next);
    come();
    assert_eq!(next.take(), SigSet::from(Signal::SIGUSR1));
}

pub(crate) fn a_signal_named_twice_is_put_back() {
    let before = Dispositions::now();
    let signals = Signals::catch(&[Signal::SIGUSR1, Signal::SIGUSR1]).expect("signals");
    come();
    assert_eq!(signals.take(), SigSet::from(Signal::SIGUSR1));
    drop(signals);
    assert_eq!(Dispositions::now(), before);
}

pub(crate) fn faults_are_refused() {
    let before = Dispositions::now();
    for fault in FAULTS {
        assert_eq!(error(Signals::catch(&[Signal::SIGUSR1, fault])), Errno::EINVAL);
        assert_eq!(error(sys::ignore(fault)), Errno::EINVAL);
    }
    assert_eq!(Dispositions::now(), before);
}

pub(crate) fn two_threads_catch_and_one_has_them() {
    const ROUNDS: usize = 500;
    let both = Barrier::new(2);
    let catch = || {
        both.wait();
        let caught = Signals::catch(&[Signal::SIGUSR1]);
        both.wait();
        caught.map(drop)
    };
    for _ in 0..ROUNDS {
        let results = thread::scope(|scope| {
            [scope.spawn(catch), scope.spawn(catch)].map(|it| it.join().expect("it ends"))
        });
        assert!(results.contains(&Ok(())), "{results:?}");
        assert!(results.contains(&Err(Errno::EBUSY)), "{results:?}");
    }
}

/// A handler in another thread has read the pipe's number and is about to write, when the pipe is
/// closed and the number reused by another.
pub(crate) fn a_late_handler_writes_to_nobody() {
    const HELD_BACK: &str = "WRITES_ARE_HELD_BACK";
    if std::env::var_os(HELD_BACK).is_none() {
        let hold = ["-e", "trace=write", "-e", "inject=write:delay_enter=500000"];
        if let Some(mut traced) = strace("soundness::a_late_handler_writes_to_nobody", &hold) {
            let output = traced.env(HELD_BACK, "").output().expect("strace runs");
            assert!(output.status.success(), "{output:?}");
        }
        return;
    }
    let signals = catch();
    let (tell, told) = mpsc::channel();
    let other = thread::spawn(move || {
        tell.send(gettid()).expect("it listens");
        come();
    });
    let stat = format!("/proc/self/task/{}/stat", told.recv().expect("it tells"));
    eventually("it is held back in the handler", || {
        signals.has_come() && fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") t "))
    });
    drop(signals);
    let others = [pipe(), pipe()];
    other.join().expect("it ends");
    assert!(!others.iter().any(|(reader, _)| is_readable(reader)), "a byte in another's pipe");
}

pub(crate) fn a_child_hears_its_own_signals() {
    let mut signals = Some(catch());
    // Pending in the parent when it forks.
    come();
    let child = in_child(|| {
        come();
        let copy = signals.as_ref().expect("the copy");
        assert!(copy.has_come() && copy.take().contains(Signal::SIGUSR1));
        assert_eq!(error(Signals::catch(&[Signal::SIGUSR1])), Errno::EBUSY);
        drop(signals.take());
        come();
        let own = Signals::catch(&[Signal::SIGUSR1]).expect("its own");
        assert_silent(&own);
        come();
        assert!(is_readable(&own));
        assert_eq!(own.take(), SigSet::from(Signal::SIGUSR1));
    });
    assert_done(child);
    let signals = signals.expect("the parent's");
    for _ in 0..2 {
        assert!(is_readable(&signals));
        assert_eq!(signals.take(), SigSet::from(Signal::SIGUSR1));
        assert_silent(&signals);
        come();
    }
}

pub(crate) fn a_child_notes_its_own_signals() {
    let mut signals = Some(catch());
    // Pending in the parent when it forks.
    come();
    let chosen = SigSet::from(Signal::SIGUSR1);
    let mask = chosen.thread_swap_mask(SigmaskHow::SIG_BLOCK).expect("a mask");
    let child = in_child(|| {
        let all = Dispositions::now();
        let noted = signals.take().expect("the copy").into_noted();
        assert_eq!(Dispositions::now(), all.without_descriptors(2));
        assert!(!noted.has_come(Signal::SIGUSR1));
        assert_eq!(error(Signals::catch(&[Signal::SIGUSR1])), Errno::EBUSY);
        come();
        assert_eq!(sys::pselect(None, None, None, Some(LONG), &mask), Err(Errno::EINTR));
        assert!(noted.has_come(Signal::SIGUSR1) && !noted.has_come(Signal::SIGINT));
    });
    assert_done(child);
    let signals = signals.expect("the parent's");
    assert_eq!(signals.take(), chosen);
    assert_silent(&signals);
}

/// A child that has closed its copy of its parent's pipe forks after its parent is gone, and the new process
/// gets the parent's pid: it must not write to the pipe.
pub(crate) fn a_process_with_the_parents_pid_is_not_the_parent() {
    if unshare(CloneFlags::CLONE_NEWPID).is_err() {
        println!("skipped: no pids of our own");
        return;
    }
    let parent = Pid::from_raw(2);
    // The first process of the namespace, which inherits the orphan.
    assert_done(in_child(|| {
        let child = in_child(|| {
            let mut signals = Some(catch());
            in_child(|| {
                let _noted = signals.take().expect("the copy").into_noted();
                eventually("the end of it", || kill(parent, None) == Err(Errno::ESRCH));
                if fs::write("/proc/sys/kernel/ns_last_pid", "1").is_err() {
                    println!("skipped: no choice of pids");
                    return;
                }
                assert_done(in_child(|| {
                    assert_eq!(getpid(), parent);
                    let others = [pipe(), pipe()];
                    come();
                    let stray = others.iter().any(|(reader, _)| is_readable(reader));
                    assert!(!stray, "a byte in another's pipe");
                }));
            });
        });
        assert_eq!(child, parent);
        assert_done(child);
        let (_, status) = sys::waitpid(None, 0).expect("the orphan").expect("it has ended");
        assert!(status.success(), "the orphan: {status}");
    }));
}

/// The first process of a pid namespace forks the first one of another: both are number 1.
pub(crate) fn a_child_with_the_pid_of_its_parent_is_not_the_parent() {
    if unshare(CloneFlags::CLONE_NEWPID).is_err() {
        println!("skipped: no pids of our own");
        return;
    }
    assert_done(in_child(|| {
        let mut signals = Some(catch());
        unshare(CloneFlags::CLONE_NEWPID).expect("as before");
        let parent = getpid();
        assert_done(in_child(|| {
            assert_eq!(getpid(), parent);
            come();
            let _noted = signals.take().expect("the copy").into_noted();
            let others = [pipe(), pipe()];
            come();
            let stray = others.iter().any(|(reader, _)| is_readable(reader));
            assert!(!stray, "a byte in another's pipe");
        }));
        assert_silent(&signals.expect("the parent's"));
    }));
}

/// It is meant for a forked child; here the pipe that it closes is the one that the handler would
/// write to.
pub(crate) fn noted_in_the_process_that_catches() {
    let noted = catch().into_noted();
    let others = [pipe(), pipe()];
    come();
    assert!(!others.iter().any(|(reader, _)| is_readable(reader)), "a byte in another's pipe");
    assert!(!noted.has_come(Signal::SIGUSR1));
    assert_silent(&catch());
}
