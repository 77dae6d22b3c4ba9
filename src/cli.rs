//! From the command line to an exit code, the same way in all programs.

use crate::net::Error;
use crate::options::{Asked, UsageError};
use crate::screen::{Lang, Line, Program, words};
use crate::sys::{self, Errno, Pid, Signal};
use nix::sys::resource::{Resource, setrlimit};
use std::ffi::OsString;
use std::io::{self, Write, stderr, stdout};
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitCode, ExitStatus};

/// How a program that could run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Well: exit code 0.
    Done,
    /// Something failed, and has been reported: exit code 1.
    Failed,
    /// As another program did: with its exit code, or by the same signal.
    As(ExitStatus),
    /// What it looked for is there: exit code 3.
    Found,
}

/// Parses the command line and runs the program. Wrong usage is exit code 2, a failure 1.
pub fn main<O>(
    program: Program,
    parse: impl FnOnce(&[String]) -> Result<Asked<O>, UsageError>,
    run: impl FnOnce(&O) -> Result<Outcome, Error>,
) -> ExitCode {
    // Writing past the file size limit is to be an error, not the end of the program.
    let _ = sys::ignore(Signal::SIGXFSZ);
    let outcome = match arguments(program).and_then(|args| parse(&args)) {
        Ok(Asked::Run(options)) => run(&options),
        Ok(Asked::Print(text)) => print(&text),
        Err(error) => {
            say(&error);
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        Ok(Outcome::As(status)) => end_as(status),
        Ok(Outcome::Found) => ExitCode::from(3),
        Err(error) => {
            say(&words(Lang::from_locale(), program, &Line::Failed { error: &error }));
            ExitCode::FAILURE
        }
    }
}

/// Ends as another program did. A signal that ended it ends this one too, so that a shell sees the same.
fn end_as(status: ExitStatus) -> ExitCode {
    if let Some(signal) = status.signal() {
        // The core dump worth having is the other program's.
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
        if let Ok(signal) = Signal::try_from(signal) {
            // Twice: the first SIGSEGV or SIGBUS only removes Rust's own handler.
            let _ = sys::kill(Pid::this(), signal);
            let _ = sys::kill(Pid::this(), signal);
        }
        return ExitCode::from(128 | signal as u8);
    }
    ExitCode::from(status.code().unwrap_or(1) as u8)
}

/// The arguments, without the program's name. Text only: anything else could not be sent as it is.
fn arguments(program: Program) -> Result<Vec<String>, UsageError> {
    let text = |arg: OsString| {
        arg.into_string().map_err(|arg| {
            let line = Line::NotUtf8 { argument: &arg.to_string_lossy() };
            words(Lang::from_locale(), program, &line)
        })
    };
    std::env::args_os().skip(1).map(text).collect()
}

/// `println!` panics if nobody reads; this does not. It ends the process as it ends other programs that only
/// print, by SIGPIPE: a shell says nothing, and with `pipefail` it sees what it sees of `ls | head -1`.
pub(crate) fn print(text: &str) -> Result<Outcome, Error> {
    let failed = |error: io::Error| Errno::from_raw(error.raw_os_error().unwrap_or(0));
    match writeln!(stdout(), "{text}").map_err(failed) {
        Ok(()) => Ok(Outcome::Done),
        Err(errno) => {
            if errno == Errno::EPIPE {
                // Rust's start-up code has ignored it.
                let _ = sys::raise_by_default(Signal::SIGPIPE);
            }
            Err(Error::new("write", "stdout", errno))
        }
    }
}

/// The same on standard error, where a failure is ignored.
fn say(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}
