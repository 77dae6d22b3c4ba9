//! strace: its options, and whether it works here.

use super::RunFailure;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

/// The calls that a story is made of; `?`: not on every machine. brk tells that none of them is left out: see
/// `Recorded`.
const CALLS: &str = "trace=%network,%process,%signal,read,write,readv,writev,close,?close_range,dup,?dup2,dup3,\
    fcntl,ioctl,?open,openat,?creat,?pipe,pipe2,?eventfd,eventfd2,timerfd_create,?select,pselect6,?poll,ppoll,\
    ?epoll_create,epoll_create1,epoll_ctl,?epoll_wait,epoll_pwait,?epoll_pwait2,sendfile,splice,?io_uring_setup,\
    ?io_uring_enter,futex,nanosleep,clock_nanosleep,flock,brk";

/// A command under strace. The process is the command's: strace runs in another one (-D), in the same
/// group, and ignores the keyboard's signals.
pub(super) fn command(log: &Path, program: &str, arguments: &[String]) -> Command {
    let mut strace = Command::new("strace");
    strace.args(["-D", "-f", "-ttt", "-T", "-yy", "-s", "4096", "-e", CALLS, "-o"]).arg(log);
    strace.arg("--").arg(program).args(arguments);
    strace
}

/// Tries strace on a program that does nothing.
pub(super) fn try_out() -> Result<(), RunFailure> {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-e", "trace=none", "-o", "/dev/null", "true"]).stdin(Stdio::null());
    match strace.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let words = String::from_utf8_lossy(&output.stderr);
            let last = words.lines().last().unwrap_or_default();
            Err(RunFailure::NoPtrace(last.strip_prefix("strace: ").unwrap_or(last).into()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Err(RunFailure::NoStrace),
        Err(error) => Err(RunFailure::NoPtrace(error.to_string())),
    }
}
