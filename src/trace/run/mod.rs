//! `enchufe-trace -o DIR -- COMMAND`: runs a command under strace, with a log in a directory, and makes the
//! story of all the logs there when it has ended.
//!
//! The command is our child, in our process group: it has our standard input and output, terminal, Ctrl-C
//! and Ctrl-Z, and we see directly how it ends. strace runs beside it.

mod child;
mod command;
mod strace;

use super::logs::{self, Writer};
use super::options::TraceOptions;
use super::output;
use crate::cli::Outcome;
use crate::net::Error;
use crate::reason::Reason;
use crate::screen::{Line, Program, words};
use crate::sys::{Errno, SigSet, Signals};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write as _, stderr};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

/// How often to check whether strace has ended.
const AGAIN: Duration = Duration::from_millis(20);

/// After this many checks, print what is being waited for.
const PATIENCE: u32 = 50;

/// No errno of Linux is above this.
const MOST_ERRNO: i32 = 133;

/// Runs the command, and makes the story.
///
/// # Errors
///
/// None: everything is reported here, because the exit code is the command's, or one that the shell
/// would use.
pub fn run(options: &TraceOptions) -> Outcome {
    let say = |line: &Line<'_>| {
        // Standard output belongs to the command.
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
    let status = ended.map_err(RunFailure::Other)?;
    wait_for_strace(&log, &signals, || say(&Line::LeftBehind { command: name }));
    if let Some(failure) = not_begun(&log) {
        // It is empty.
        let _ = fs::remove_file(&log);
        return Err(failure);
    }
    match output::tell_directory(options) {
        // The command's own failure says more than ours.
        Err(error) if !status.success() => say(&Line::Failed { error: &error }),
        told => told.map_err(RunFailure::Other)?,
    }
    Ok(status)
}

/// strace follows the processes that the command leaves behind, and ends with the last of them. Ctrl-C ends the
/// wait.
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

/// Why the command did not run, if the log shows that the kernel refused to run the program, or is
/// empty.
fn not_begun(log: &Path) -> Option<RunFailure> {
    let mut first = String::new();
    let read = File::open(log).and_then(|file| BufReader::new(file).read_line(&mut first));
    if read.is_ok_and(|length| length == 0) {
        return Some(RunFailure::NoPtrace("PTRACE_SEIZE".into()));
    }
    let (_, result) = first.split_once(" execve(")?.1.rsplit_once(" = -1 ")?;
    let name = result.split(' ').next().unwrap_or(result);
    let mut all = (1..=MOST_ERRNO).map(Errno::from_raw);
    let errno = all.find(|errno| format!("{errno:?}") == name);
    Some(RunFailure::NotExecutable(errno.map_or_else(|| Reason::of(name), Reason::from)))
}

/// Why a command is not run.
#[derive(Debug)]
enum RunFailure {
    NotFound,
    /// The name of the error.
    NotExecutable(Reason),
    SetId,
    NoStrace,
    /// What strace says.
    NoPtrace(String),
    /// A failure of ours: the directory, for example.
    Other(Error),
}

impl RunFailure {
    /// The exit code, as in the shell, env(1) and nohup(1).
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
