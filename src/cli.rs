//! From the command line to an exit code, the same way in all programs.

use crate::net::Error;
use crate::options::{Asked, UsageError};
use crate::screen::{Lang, Line, Program, words};
use crate::sys;
use nix::sys::signal::Signal;
use std::ffi::OsString;
use std::io::{Write, stderr, stdout};
use std::process::ExitCode;

/// How a program that could run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should: exit code 0.
    Done,
    /// Something failed, and it has been said: exit code 1.
    Failed,
}

/// Parses the command line and runs the program. Wrong usage is exit code 2, a failure 1.
pub fn main<O>(
    program: Program,
    parse: impl FnOnce(&[String]) -> Result<Asked<O>, UsageError>,
    run: impl FnOnce(&O) -> Result<Outcome, Error>,
) -> ExitCode {
    let options = match arguments(program).and_then(|args| parse(&args)) {
        Ok(Asked::Run(options)) => options,
        Ok(Asked::Print(text)) => {
            print(stdout(), &text);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            print(stderr(), &error);
            return ExitCode::from(2);
        }
    };
    // Past the limit of a file's size, writing is to be an error and not the end.
    let _ = sys::ignore(Signal::SIGXFSZ);
    match run(&options) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        Err(error) => {
            print(stderr(), &words(Lang::from_locale(), program, &Line::Failed { error: &error }));
            ExitCode::FAILURE
        }
    }
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
fn print(mut to: impl Write, line: &str) {
    let _ = writeln!(to, "{line}");
}
