//! While the command runs: what it must hear of, and how it ends.

use crate::sys::{self, Errno, POLLIN, Pid, PollFd, SigSet, Signal, Signals, kill, poll, waitpid};
use nix::sys::signal::Signal::*;
use nix::unistd::{getpgrp, tcgetpgrp};
use std::fs::{self, File};
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::time::Duration;

/// From the keyboard: the whole group gets them, and so does the command.
const KEYS: [Signal; 3] = [SIGINT, SIGQUIT, SIGTSTP];

/// Sent to us, and meant for the command.
const PASSED_ON: [Signal; 4] = [SIGTERM, SIGHUP, SIGUSR1, SIGUSR2];

/// Whoever sends these does not want to wait.
pub(super) const ENDS: [Signal; 4] = [SIGINT, SIGQUIT, SIGTERM, SIGHUP];

/// What the command does when it may not use the terminal: the shell is to see it, as of us.
const JOB_STOPS: [Signal; 3] = [SIGTSTP, SIGTTIN, SIGTTOU];

/// The signals that are caught from before the command starts until its story is told. It starts with none of
/// them caught, and with those ignored that we were started with.
pub(super) fn catch() -> Result<Signals, Errno> {
    let ignored = ignored();
    let others = KEYS.into_iter().chain(PASSED_ON).filter(|&signal| !ignored.contains(signal));
    // Ignored only by us: see `cli::main`.
    let caught: Vec<_> = [SIGCHLD, SIGXFSZ].into_iter().chain(others).collect();
    Signals::catch(&caught)
}

/// The signals that are ignored: those of a job in the background of a script, of nohup(1).
fn ignored() -> SigSet {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    Signal::iterator().filter(|&signal| mask >> (signal as i32 - 1) & 1 == 1).collect()
}

/// Starts the command, and waits until it has ended.
pub(super) fn run(command: &mut Command, signals: &Signals) -> io::Result<ExitStatus> {
    let child = command.spawn()?;
    let pid = Pid::from_raw(child.id().cast_signed());
    loop {
        match waitpid(Some(pid), sys::WNOHANG | sys::WUNTRACED)? {
            Some((_, status)) => match status.stopped_signal() {
                Some(signal) => stop_as_well(pid, signal),
                None => return Ok(status),
            },
            None => {
                wait(signals, None)?;
                pass_on(signals.take(), pid);
            }
        }
    }
}

/// Waits for a signal, at most so long.
pub(super) fn wait(signals: &Signals, timeout: Option<Duration>) -> Result<(), Errno> {
    match poll(&mut [PollFd::new(signals, POLLIN)], timeout) {
        Ok(_) | Err(Errno::EINTR) => Ok(()),
        Err(errno) => Err(errno),
    }
}

fn pass_on(signals: SigSet, to: Pid) {
    for signal in signals.iter() {
        // It may have ended: then nobody is there to hear it.
        if PASSED_ON.contains(&signal) || (KEYS.contains(&signal) && !has_keyboard()) {
            let _ = kill(to, signal);
        }
    }
}

/// Whether what is typed on the terminal is for our group.
fn has_keyboard() -> bool {
    let terminal = File::open("/dev/tty");
    terminal.is_ok_and(|terminal| tcgetpgrp(terminal) == Ok(getpgrp()))
}

/// The command has been stopped: so is this process, that the shell may see it, until it is continued.
fn stop_as_well(pid: Pid, signal: i32) {
    if !JOB_STOPS.iter().any(|&stop| stop as i32 == signal) {
        return;
    }
    let _ = kill(Pid::this(), SIGSTOP);
    // As a rule the whole group is continued, the command as well.
    if waitpid(Some(pid), sys::WNOHANG | sys::WCONTINUED) == Ok(None) {
        let _ = kill(pid, SIGCONT);
    }
}
