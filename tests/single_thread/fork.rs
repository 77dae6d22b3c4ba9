//! Creating and ending processes.

use crate::harness::in_child;
use crate::support::{assert_done, await_closed, ended, eventually, pipe, strace};
use enchufe::sys::{self, Errno, Fork, Signal, Signals, WNOHANG};
use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::kill;
use nix::unistd::{Uid, geteuid, getppid, pause, setuid, write};
use std::os::fd::OwnedFd;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

pub(crate) fn a_child_ends_with_its_status() {
    for code in [0, 7, 255] {
        let status = ended(in_child(|| sys::_exit(code)));
        assert_eq!((status.code(), status.signal()), (Some(code), None));
    }
}

pub(crate) fn a_child_has_a_copy_of_the_memory() {
    let mut words = vec!["uno".to_owned()];
    let child = in_child(|| {
        words.push("dos".to_owned());
        assert_eq!(words.concat(), "unodos");
    });
    assert_done(child);
    assert_eq!(words, ["uno"]);
}

/// Writes to the pipe when it is dropped.
struct Tells(OwnedFd);

impl Drop for Tells {
    fn drop(&mut self) {
        let _ = write(&self.0, b"dropped");
    }
}

pub(crate) fn nothing_of_the_parent_runs_at_exit() {
    let (reader, writer) = pipe();
    let child = in_child(move || {
        let _tells = Tells(writer);
        sys::_exit(0)
    });
    await_closed(&reader);
    assert_done(child);
}

pub(crate) fn a_child_forks_and_has_threads_of_its_own() {
    let child = in_child(|| {
        assert_done(in_child(|| {
            let thread = thread::spawn(|| vec![1; 100_000].len());
            assert_eq!(thread.join().expect("it ends"), 100_000);
            eventually("a fork", || attempt() == Ok(()));
        }));
    });
    assert_done(child);
}

pub(crate) fn without_hang_none_has_ended_yet() {
    // The child itself holds the other end open: it blocks until it is killed.
    let (reader, _writer) = pipe();
    let child = in_child(move || await_closed(&reader));
    assert_eq!(sys::waitpid(Some(child), WNOHANG), Ok(None));
    assert_eq!(sys::waitpid(None, WNOHANG), Ok(None));
    kill(child, Signal::SIGKILL).expect("it is there");
    eventually("its end", || {
        let waited = sys::waitpid(None, WNOHANG).expect("our child");
        waited.is_some_and(|(pid, status)| {
            assert_eq!((pid, status.signal()), (child, Some(Signal::SIGKILL as i32)));
            true
        })
    });
}

pub(crate) fn there_is_no_child_to_wait_for() {
    assert_eq!(sys::waitpid(None, 0), Err(Errno::ECHILD));
    assert_eq!(sys::waitpid(None, -1), Err(Errno::EINVAL), "no such options");
    let child = in_child(|| ());
    assert_done(child);
    assert_eq!(sys::waitpid(Some(child), 0), Err(Errno::ECHILD));
    assert_eq!(sys::waitpid(None, WNOHANG), Err(Errno::ECHILD));
}

pub(crate) fn a_signal_ends_the_waiting() {
    let signals = Signals::catch(&[Signal::SIGUSR1]).expect("signals");
    let child = in_child(|| {
        // One signal may come before it blocks, so more are sent.
        while kill(getppid(), Signal::SIGUSR1).is_ok() {
            thread::sleep(Duration::from_millis(1));
        }
    });
    assert_eq!(sys::waitpid(Some(child), 0), Err(Errno::EINTR));
    assert!(signals.take().contains(Signal::SIGUSR1));
    kill(child, Signal::SIGKILL).expect("it is there");
    while sys::waitpid(Some(child), 0) == Err(Errno::EINTR) {}
    assert_eq!(sys::waitpid(Some(child), 0), Err(Errno::ECHILD));
}

pub(crate) fn a_signal_ends_the_child() {
    let child = in_child(pause);
    kill(child, Signal::SIGKILL).expect("it is there");
    assert_eq!(ended(child).signal(), Some(Signal::SIGKILL as i32));
    // A real-time signal, which nix has no name for.
    let child = in_child(|| {
        let error = Command::new("sh").args(["-c", "kill -40 $$"]).exec();
        panic!("sh: {error}");
    });
    let status = ended(child);
    assert_eq!((status.signal(), status.code()), (Some(40), None));
}

pub(crate) fn several_threads_are_refused() {
    let (release, wait) = mpsc::channel::<()>();
    let other = thread::spawn(move || wait.recv());
    assert_eq!(attempt(), Err(Errno::EDEADLK));
    assert_eq!(thread::spawn(attempt).join().expect("it ends"), Err(Errno::EDEADLK));
    drop(release);
    assert!(other.join().expect("it ends").is_err());
    eventually("the kernel is done with the threads", || attempt() == Ok(()));
}

/// A fork whose child does nothing.
fn attempt() -> Result<(), Errno> {
    match sys::fork()? {
        Fork::Child => sys::_exit(0),
        Fork::Parent(child) => {
            assert_done(child);
            Ok(())
        }
    }
}

/// Until there is a second thread, glibc knows that there is only one: no call is made to find out.
pub(crate) fn it_looks_for_threads_only_once_there_was_another() {
    if !cfg!(target_env = "gnu") {
        return;
    }
    let looks = |check: &str| {
        let traced = strace(check, &["-e", "trace=%file"])?.output().expect("strace runs");
        assert!(traced.status.success(), "{traced:?}");
        let log = String::from_utf8_lossy(&traced.stderr);
        assert!(log.contains("execve("), "{log}");
        Some(log.matches("\"/proc/self/task\"").count())
    };
    if let Some(calls) = looks("fork::a_child_ends_with_its_status") {
        assert_eq!(calls, 0);
        assert!(looks("fork::several_threads_are_refused") >= Some(3));
    }
}

pub(crate) fn too_many_processes() {
    let child = in_child(|| {
        // Root has no limit.
        if geteuid().is_root() && setuid(Uid::from_raw(65_534)).is_err() {
            println!("skipped: nobody to be");
            return;
        }
        setrlimit(Resource::RLIMIT_NPROC, 0, 0).expect("a limit");
        assert_eq!(attempt(), Err(Errno::EAGAIN));
    });
    assert_done(child);
}
