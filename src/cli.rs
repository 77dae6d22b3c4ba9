//! From the command line to an exit code, the same way in all programs.

use crate::net::Error;
use crate::options::{Asked, UsageError};
use crate::text::{Lang, Line};
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
    let options = match arguments().and_then(|args| parse(&args)) {
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
            print(stderr(), &words(&Line::Failed(&error)));
            ExitCode::FAILURE
        }
    }
}

/// The arguments, without the program's name. Text only: what is not would be sent as something else.
fn arguments() -> Result<Vec<String>, UsageError> {
    let args = std::env::args_os()
        .skip(1)
        .map(|arg| arg.into_string().map_err(|arg| words(&Line::NotUtf8(&arg.to_string_lossy()))));
    args.collect()
}

/// A line in the locale's language, when no other has been asked for.
fn words(line: &Line<'_>) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = Lang::from_locale().write(line, &mut text);
    text
}

/// `println!` panics when nobody reads; this does not.
fn print(mut to: impl Write, line: &str) {
    let _ = writeln!(to, "{line}");
}
