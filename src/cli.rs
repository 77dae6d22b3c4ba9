//! From the command line to an exit code, the same way in all three programs.

use crate::net::Error;
use crate::options::{Asked, UsageError};
use std::fmt::Display;
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
    parse: impl FnOnce(&[String]) -> Result<Asked<O>, UsageError>,
    run: impl FnOnce(&O) -> Result<Outcome, Error>,
) -> ExitCode {
    let args: Vec<_> = std::env::args_os()
        .skip(1)
        .map(|arg| arg.to_string_lossy().into_owned())
        .collect();
    let options = match parse(&args) {
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
    match run(&options) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Failed) => ExitCode::FAILURE,
        Err(error) => {
            print(stderr(), &error);
            ExitCode::FAILURE
        }
    }
}

/// `println!` panics when nobody reads; this does not.
fn print(mut to: impl Write, line: &dyn Display) {
    let _ = writeln!(to, "{line}");
}
