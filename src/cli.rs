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
    /// As it should: exit code 0.
    Done,
    /// Something failed, and it has been said: exit code 1.
    Failed,
    /// As another program did: with its exit code, or of the same signal.
    As(ExitStatus),
    /// What was looked for is there: exit code 3.
    Found,
}

/// Parses the command line and runs the program. Wrong usage is exit code 2, a failure 1.
pub fn main<O>(
    program: Program,
    parse: impl FnOnce(&[String]) -> Result<Asked<O>, UsageError>,
    run: impl FnOnce(&O) -> Result<Outcome, Error>,
) -> ExitCode {
    // Past the limit of a file's size, writing is to be an error and not the end.
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
        // The core that is worth a look is the other's.
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
        if let Ok(signal) = Signal::try_from(signal) {
            // Twice: the first SIGSEGV or SIGBUS only takes away the handler of Rust's.
            let _ = sys::kill(Pid::this(), signal);
            let _ = sys::kill(Pid::this(), signal);
        }
        return ExitCode::from(128 | signal as u8);
    }
    ExitCode::from(status.code().unwrap_or(1) as u8)
}

/// The arguments, without the program's name. Text only: what is not would be sent as something else.
fn arguments(program: Program) -> Result<Vec<String>, UsageError> {
    let text = |arg: OsString| {
        arg.into_string().map_err(|arg| {
            let line = Line::NotUtf8 { argument: &arg.to_string_lossy() };
            words(Lang::from_locale(), program, &line)
        })
    };
    std::env::args_os().skip(1).map(text).collect()
}

/// `println!` panics when nobody reads; this does not.
pub(crate) fn print(text: &str) -> Result<Outcome, Error> {
    let failed = |error: io::Error| Errno::from_raw(error.raw_os_error().unwrap_or(0));
    match writeln!(stdout(), "{text}").map_err(failed) {
        Ok(()) => Ok(Outcome::Done),
        Err(errno) => Err(Error::new("write", "stdout", errno)),
    }
}

/// The same on standard error: if nobody hears it, so be it.
fn say(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}
