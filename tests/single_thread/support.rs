//! What the checks examine.

use enchufe::sys::{self, Errno, FdSet, Pid, SigSet, Signals};
use nix::fcntl::OFlag;
use nix::unistd::pipe2;
use std::fs;
use std::os::fd::{AsFd, OwnedFd};
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

/// Asserts that a child's body ran to its end.
pub(crate) fn assert_done(child: Pid) {
    let status = ended(child);
    assert!(status.success(), "the child: {status}");
}

/// Polls until `ready`.
pub(crate) fn eventually(what: &str, mut ready: impl FnMut() -> bool) {
    let deadline = Instant::now() + LONG;
    while !ready() {
        assert!(Instant::now() < deadline, "it never came to this: {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

/// Whether it can be read now.
pub(crate) fn is_readable(fd: impl AsFd) -> bool {
    let mut read = FdSet::new();
    read.insert(&fd);
    sys::select(Some(&mut read), None, None, Some(Duration::ZERO)) == Ok(1) && read.contains(&fd)
}

/// Asserts that no signal has come.
pub(crate) fn assert_silent(signals: &Signals) {
    assert!(!signals.has_come() && !is_readable(signals));
    assert_eq!(signals.take(), SigSet::empty());
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

/// This program under strace, with these options, for one check. Without strace the check is skipped,
/// except in CI, which installs it.
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

/// The state of a process that `catch` changes: the signals ignored, caught and blocked; its
/// descriptors.
#[derive(Debug, PartialEq)]
pub(crate) struct Dispositions {
    signals: Vec<String>,
    mask: SigSet,
    descriptors: usize,
}

impl Dispositions {
    /// The same, with fewer descriptors.
    pub(crate) fn without_descriptors(mut self, closed: usize) -> Self {
        self.descriptors -= closed;
        self
    }

    pub(crate) fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").expect("/proc");
        let is_told = |line: &&str| line.starts_with("SigIgn:") || line.starts_with("SigCgt:");
        Self {
            signals: status.lines().filter(is_told).map(str::to_owned).collect(),
            mask: SigSet::thread_get_mask().expect("a mask"),
            descriptors: fs::read_dir("/proc/self/fd").expect("/proc").count(),
        }
    }
}

/// The error; success has a name of its own.
pub(crate) fn error<T>(result: Result<T, Errno>) -> Errno {
    result.err().expect("an error")
}
