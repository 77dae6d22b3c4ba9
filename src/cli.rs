//! From the command line to an exit code, the same way in all programs.

use crate::net::Error;
use crate::options::{Asked, UsageError, asked_lang, wrong};
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
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let readable: Vec<_> = args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let lang = asked_lang(&readable);
    let text = args.into_iter().map(|arg| text(arg, lang, program)).collect::<Result<Vec<_>, _>>();
    let outcome = match text.and_then(|args| parse(&args)) {
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
            say(&words(lang, program, &Line::Failed { error: &error }));
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

/// An argument. Text only: what is not would be sent as something else.
fn text(arg: OsString, lang: Lang, program: Program) -> Result<String, UsageError> {
    arg.into_string()
        .map_err(|arg| wrong(lang, program, &Line::NotUtf8 { argument: &arg.to_string_lossy() }))
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
