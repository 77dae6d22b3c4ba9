//! `enchufe-trace -o DIR -- COMMAND`: runs a command under strace, with a log in a directory, and tells the
//! story of all logs that are there when it has ended.
//!
//! The command is our child, in our process group: standard input and output, terminal, Ctrl-C, Ctrl-Z are
//! its own, and how it ended is seen first hand. strace runs beside it.

mod child;
mod command;
mod strace;

use super::logs::{self, Writer};
use super::options::TraceOptions;
use super::output;
use crate::cli::Outcome;
use crate::net::Error;
use crate::screen::{Line, Program, words};
use crate::sys::{SigSet, Signals};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write as _, stderr};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

/// How often it is asked whether strace has ended.
const AGAIN: Duration = Duration::from_millis(20);

/// After so many times it is said what is waited for.
const PATIENCE: u32 = 50;

/// Runs the command, and tells the story.
///
/// # Errors
///
/// None: all is said here, for the exit code is the command's, or as the shell has it.
pub fn run(options: &TraceOptions) -> Outcome {
    let say = |line: &Line<'_>| {
        // Standard output is the command's.
        let _ = writeln!(stderr(), "{}", words(options.lang, Program::Trace, line));
    };
    let command = options.command.first().map_or("", String::as_str);
    match record(options, &say) {
        Ok(status) => Outcome::As(status),
        Err(failure) => {
            say(&failure.line(command));
            Outcome::As(ExitStatus::from_raw(failure.code() << 8))
        }
    }
}

fn record(options: &TraceOptions, say: &impl Fn(&Line<'_>)) -> Result<ExitStatus, RunFailure> {
    let [name, arguments @ ..] = options.command.as_slice() else {
        return Err(RunFailure::NotFound);
    };
    let program = command::find(name)?;
    strace::try_out()?;
    let dir = &options.output;
    let failed = |error: io::Error| RunFailure::Other(Error::new("write", dir.display(), error));
    fs::create_dir_all(dir).map_err(failed)?;
    let log = logs::create(dir, &command::name(&program)).map_err(failed)?;
    let signals = child::catch().map_err(|errno| RunFailure::Other(Error::of_catch(errno)))?;
    let ended = child::run(&mut strace::command(&log, name, arguments), &signals);
    let status = ended.map_err(|error| RunFailure::Other(Error::new("execve", "strace", error)))?;
    wait_for_strace(&log, &signals, || say(&Line::LeftBehind { command: name }));
    if let Some(failure) = not_begun(&log) {
        // It has nothing to tell.
        let _ = fs::remove_file(&log);
        return Err(failure);
    }
    match output::tell_directory(options) {
        // Its own failure says more than ours.
        Err(error) if !status.success() => say(&Line::Failed { error: &error }),
        told => told.map_err(RunFailure::Other)?,
    }
    Ok(status)
}

/// strace follows what the command leaves behind, and ends with the last of it. Ctrl-C is not to wait for that.
fn wait_for_strace(log: &Path, signals: &Signals, say: impl Fn()) {
    let _ = signals.take();
    let Some(strace) = Writer::of(log) else { return };
    let mut times = 0;
    while strace.is_there() {
        times += 1;
        if times == PATIENCE {
            say();
        }
        let come = child::wait(signals, Some(AGAIN)).map(|()| signals.take());
        let ends = |come: SigSet| come.iter().any(|signal| child::ENDS.contains(&signal));
        if come.is_ok_and(ends) {
            return;
        }
    }
}

/// Whether the log shows that the kernel has not run the program after all, or shows nothing.
fn not_begun(log: &Path) -> Option<RunFailure> {
    let mut first = String::new();
    let read = File::open(log).and_then(|file| BufReader::new(file).read_line(&mut first));
    if read.is_ok_and(|length| length == 0) {
        return Some(RunFailure::NoPtrace("PTRACE_SEIZE".into()));
    }
    let (_, result) = first.split_once(" execve(")?.1.rsplit_once(" = -1 ")?;
    Some(RunFailure::NotExecutable(result.split(" <").next().unwrap_or(result).trim().into()))
}

/// Why a command is not run.
#[derive(Debug)]
enum RunFailure {
    NotFound,
    /// The name of the error.
    NotExecutable(String),
    SetId,
    NoStrace,
    /// What strace says.
    NoPtrace(String),
    /// The directory, or something else that is ours.
    Other(Error),
}

impl RunFailure {
    /// As the shell, env(1) and nohup(1) have it.
    fn code(&self) -> i32 {
        match self {
            Self::NotFound => 127,
            Self::NotExecutable(_) | Self::SetId => 126,
            Self::NoStrace | Self::NoPtrace(_) | Self::Other(_) => 125,
        }
    }

    fn line<'a>(&'a self, command: &'a str) -> Line<'a> {
        match self {
            Self::NotFound => Line::NoCommand { command },
            Self::NotExecutable(errno) => Line::NotExecutable { command, errno },
            Self::SetId => Line::SetId { command },
            Self::NoStrace => Line::NoStrace,
            Self::NoPtrace(reason) => Line::NoPtrace { reason },
            Self::Other(error) => Line::Failed { error },
        }
    }
}
