//! While the command runs: which signals it must get, and how it ends.

use crate::net::{Error, SELF_PIPE};
use crate::sys::{self, Errno, POLLIN, Pid, PollFd, SigSet, Signal, Signals, kill, poll, waitpid};
use nix::sys::signal::Signal::*;
use nix::unistd::{getpgrp, tcgetpgrp};
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::time::Duration;

/// From the keyboard: the whole process group gets them, so the command does too.
const KEYS: [Signal; 3] = [SIGINT, SIGQUIT, SIGTSTP];

/// Sent to us, but meant for the command.
const PASSED_ON: [Signal; 4] = [SIGTERM, SIGHUP, SIGUSR1, SIGUSR2];

/// The sender of these does not want to wait.
pub(super) const ENDS: [Signal; 4] = [SIGINT, SIGQUIT, SIGTERM, SIGHUP];

/// These stop the command as a job: we stop too, so that the shell sees it.
const JOB_STOPS: [Signal; 3] = [SIGTSTP, SIGTTIN, SIGTTOU];

/// Catches signals from before the command starts until its story is written. The command starts with none of
/// them caught, and ignores only those that were ignored when we started.
pub(super) fn catch() -> Result<Signals, Errno> {
    let ignored = ignored();
    let others = KEYS.into_iter().chain(PASSED_ON).filter(|&signal| !ignored.contains(signal));
    // Only we ignore it: see `cli::main`.
    let caught: Vec<_> = [SIGCHLD, SIGXFSZ].into_iter().chain(others).collect();
    Signals::catch(&caught)
}

/// The signals that are ignored: as in a script's background job, or under nohup(1).
fn ignored() -> SigSet {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    Signal::iterator().filter(|&signal| mask >> (signal as i32 - 1) & 1 == 1).collect()
}

/// Starts the command, and waits until it has ended.
pub(super) fn run(command: &mut Command, signals: &Signals) -> Result<ExitStatus, Error> {
    let child = command.spawn().map_err(|error| Error::new("execve", "strace", error))?;
    let pid = Pid::from_raw(child.id().cast_signed());
    let news = sys::WNOHANG | sys::WUNTRACED | sys::WCONTINUED;
    // Whether we go on after having stopped with it, and it is not known to.
    let mut is_alone = false;
    loop {
        match waitpid(Some(pid), news).map_err(|errno| Error::new("waitpid", pid, errno))? {
            Some((_, status)) => match status.stopped_signal() {
                Some(signal) => is_alone = stop_as_well(signal),
                None if status.continued() => is_alone = false,
                None => return Ok(status),
            },
            // Usually the whole group is continued, and the command with it.
            None if is_alone => {
                let _ = kill(pid, SIGCONT);
                is_alone = false;
            }
            None => {
                wait(signals, None).map_err(|errno| Error::new("poll", SELF_PIPE, errno))?;
                pass_on(signals.take(), pid);
            }
        }
    }
}

/// Waits for a signal, at most this long.
pub(super) fn wait(signals: &Signals, timeout: Option<Duration>) -> Result<(), Errno> {
    match poll(&mut [PollFd::new(signals, POLLIN)], timeout) {
        Ok(_) | Err(Errno::EINTR) => Ok(()),
        Err(errno) => Err(errno),
    }
}

fn pass_on(signals: SigSet, to: Pid) {
    for signal in signals.iter() {
        // It may have ended: then the signal goes nowhere.
        if PASSED_ON.contains(&signal) || (KEYS.contains(&signal) && !has_keyboard()) {
            let _ = kill(to, signal);
        }
    }
}

/// Whether our process group is in the foreground of the terminal.
fn has_keyboard() -> bool {
    let terminal = File::open("/dev/tty");
    terminal.is_ok_and(|terminal| tcgetpgrp(terminal) == Ok(getpgrp()))
}

/// The command has been stopped. If as a job, stops this process too, so that the shell sees it, until it is
/// continued: then true.
fn stop_as_well(signal: i32) -> bool {
    JOB_STOPS.iter().any(|&stop| stop as i32 == signal) && kill(Pid::this(), SIGSTOP).is_ok()
}
