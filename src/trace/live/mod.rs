//! `enchufe-trace --live`: the conversation in the terminal, as it happens.
//!
//! | part | what it is |
//! |---|---|
//! | [`watch`] | the logs, those that come to be, and the story as far as it has come |
//! | [`rows`] | what is shown of the story: a row for each step |
//! | [`columns`] | who has a column |
//! | [`canvas`], [`paint`] | a row as a line of the terminal |
//! | [`view`] | the lines, with what everybody does now below them |

mod canvas;
mod columns;
mod paint;
mod rows;
#[cfg(test)]
mod tests;
mod view;
mod watch;

use super::draw::plain::Liner;
use super::options::TraceOptions;
use crate::cli::Outcome;
use crate::net::Error;
use crate::screen::is_dumb;
use crate::screen::keyboard::{Keyboard, Typed};
use crate::sys::{Errno, POLLIN, Pid, PollFd, SigSet, Signal, Signals, kill, poll};
use std::io::{self, BufWriter, IsTerminal, Write, stdout};
use std::time::{Duration, Instant};
use view::LiveView;
use watch::{LiveFrame, Watch};

/// How often the logs are read.
const AGAIN: Duration = Duration::from_millis(100);

/// A story that takes long to make is made less often: a fraction of the time goes into it, but nothing is shown
/// later than this.
const SHARE: u32 = 4;
const LATEST: Duration = Duration::from_secs(2);

/// The signals that end it.
const ENDS: [Signal; 4] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT];

/// Shows what happens until it is over, or the user has seen enough.
///
/// # Errors
///
/// A log that cannot be read, standard output that cannot be written to.
pub(super) fn run(options: &TraceOptions) -> Result<Outcome, Error> {
    let mut watch = Watch::of(&options.logs, &options.choice)?;
    let has_screen = stdout().is_terminal() && !is_dumb();
    let mut caught = ENDS.to_vec();
    if has_screen {
        caught.extend([Signal::SIGTSTP, Signal::SIGWINCH]);
    }
    let signals = Signals::catch(&caught).map_err(Error::of_catch)?;
    if has_screen {
        on_screen(&mut watch, &signals, options)
    } else {
        as_lines(&mut watch, &signals, options)
    }
}

/// With columns, and what every task is doing now.
fn on_screen(
    watch: &mut Watch,
    signals: &Signals,
    options: &TraceOptions,
) -> Result<Outcome, Error> {
    let mut view = LiveView::new(options.lang);
    let mut keyboard = Keyboard::new();
    keyboard.edit();
    loop {
        let begun = Instant::now();
        let frame = watch.look()?;
        view.show(&frame).map_err(failed)?;
        if frame.is_over {
            break;
        }
        wait(signals, Some(&mut keyboard), begun)?;
        let come = signals.take();
        if come.contains(Signal::SIGTSTP) {
            // Restores the terminal while this process is stopped.
            drop(keyboard);
            view.leave().map_err(failed)?;
            let _ = kill(Pid::this(), Signal::SIGSTOP);
            keyboard = Keyboard::new();
            keyboard.edit();
        }
        if come.contains(Signal::SIGWINCH) || come.contains(Signal::SIGTSTP) {
            view.resize();
        }
        if ends(come) || asks_to_end(&mut keyboard) {
            break;
        }
    }
    view.leave().map_err(failed)?;
    Ok(Outcome::Done)
}

/// As lines, for a file or another program.
fn as_lines(
    watch: &mut Watch,
    signals: &Signals,
    options: &TraceOptions,
) -> Result<Outcome, Error> {
    let mut liner = Liner::new(options.lang);
    loop {
        let begun = Instant::now();
        let LiveFrame { story, new, is_over, .. } = watch.look()?;
        let mut out = BufWriter::new(stdout().lock());
        for &step in &new {
            writeln!(out, "{}", liner.line(story, step)).map_err(failed)?;
        }
        out.flush().map_err(failed)?;
        if is_over {
            return Ok(Outcome::Done);
        }
        drop(out);
        wait(signals, None, begun)?;
        if ends(signals.take()) {
            return Ok(Outcome::Done);
        }
    }
}

/// Waits for the next reading, a signal or a key.
fn wait(signals: &Signals, keyboard: Option<&mut Keyboard>, begun: Instant) -> Result<(), Error> {
    let timeout = (begun.elapsed() * (SHARE - 1)).clamp(AGAIN, LATEST);
    let keys = keyboard.and_then(|keyboard| has_keys(keyboard).then_some(&*keyboard));
    let mut list = vec![PollFd::new(signals, POLLIN)];
    list.extend(keys.map(|keyboard| PollFd::new(keyboard, POLLIN)));
    match poll(&mut list, Some(timeout)) {
        Ok(_) | Err(Errno::EINTR) => Ok(()),
        Err(errno) => Err(Error::new("poll", "stdin", errno)),
    }
}

fn ends(come: SigSet) -> bool {
    ENDS.into_iter().any(|signal| come.contains(signal))
}

/// Whether keys are to be read: only where each comes when it is typed, and not from a pipe.
fn has_keys(keyboard: &mut Keyboard) -> bool {
    keyboard.is_ours() && keyboard.edits()
}

/// Whether q has been typed, or Ctrl-D.
fn asks_to_end(keyboard: &mut Keyboard) -> bool {
    if !has_keys(keyboard) {
        return false;
    }
    let mut list = [PollFd::new(&*keyboard, POLLIN)];
    if poll(&mut list, Some(Duration::ZERO)) != Ok(1) {
        return false;
    }
    // Reading fails if the terminal is gone.
    if keyboard.read().is_err() {
        return true;
    }
    let is_q = keyboard.untaken().any(|typed| typed.contains(&b'q'));
    let ends = std::iter::from_fn(|| keyboard.take()).any(|typed| !matches!(typed, Typed::Line(_)));
    is_q || ends
}

fn failed(error: io::Error) -> Error {
    Error::new("write", "stdout", error)
}
