//! What the checks look at.

use enchufe::sys::{self, FdSet, Pid};
use nix::fcntl::OFlag;
use nix::unistd::pipe2;
use std::os::fd::OwnedFd;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take before a check gives up.
pub(crate) const LONG: Duration = Duration::from_secs(20);

/// How a child of ours ended.
pub(crate) fn ended(child: Pid) -> ExitStatus {
    let (pid, status) = sys::waitpid(Some(child), 0).expect("our child").expect("it has ended");
    assert_eq!(pid, child);
    status
}

/// Asserts that a child's body came to its end.
pub(crate) fn assert_done(child: Pid) {
    let status = ended(child);
    assert!(status.success(), "the child: {status}");
}

/// Looks again and again until `ready`.
pub(crate) fn eventually(what: &str, mut ready: impl FnMut() -> bool) {
    let deadline = Instant::now() + LONG;
    while !ready() {
        assert!(Instant::now() < deadline, "it never came to this: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// A pipe, its reading end first.
pub(crate) fn pipe() -> (OwnedFd, OwnedFd) {
    pipe2(OFlag::O_CLOEXEC | OFlag::O_NONBLOCK).expect("a pipe")
}

/// Waits until the other end of a pipe is closed.
pub(crate) fn await_closed(reader: &OwnedFd) {
    let mut read = FdSet::new();
    read.insert(reader);
    assert_eq!(sys::select(Some(&mut read), None, None, Some(LONG)), Ok(1));
    assert_eq!(nix::unistd::read(reader, &mut [0]), Ok(0));
}

/// This program under strace, with these options, for one check; if there is a strace, and except where CI
/// installs it the check is skipped if not.
pub(crate) fn strace(check: &str, options: &[&str]) -> Option<Command> {
    let found = Command::new("strace").arg("-V").output().is_ok();
    assert!(found || std::env::var_os("CI").is_none(), "strace is not installed");
    if !found {
        println!("skipped: no strace");
        return None;
    }
    let mut strace = Command::new("strace");
    strace.arg("-f").args(options).arg(std::env::current_exe().expect("this program"));
    strace.args(["--exact", check]);
    Some(strace)
}
