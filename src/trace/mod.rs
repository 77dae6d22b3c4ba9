//! Turns strace logs of programs that talk to each other into one story: what each process does, what that is
//! for, what leads to what, and what is wrong. As text, as a picture, as a page, and for other programs.
//!
//! | stage | from | to |
//! |---|---|---|
//! | [`read`](mod@read) | lines of strace | records |
//! | [`model`] | records | a story |
//! | [`check`] | a story | the mistakes that it proves |
//! | [`layout`] | a story | where everything is |
//! | [`draw`] | both | the text, the picture, the page; facts, JSON, Mermaid |
//!
//! [`words`] has the wording, [`profile`] what is known about this package's own programs. `run` makes the log of a
//! command, `live` shows logs on a terminal while they grow.

pub mod check;
pub mod choice;
pub mod draw;
pub mod layout;
mod live;
mod logs;
pub mod model;
pub mod options;
mod output;
pub mod profile;
#[cfg(test)]
mod properties;
pub mod read;
mod run;
#[cfg(test)]
mod tests;
pub mod words;

use crate::cli::Outcome;
use crate::net;
use crate::reason::Reason;
use crate::screen::Lang;
use choice::Choice;
use draw::{facts, findings, json, mermaid};
use model::interpret;
use model::story::Story;
use options::{Only, TraceOptions};
use read::reader::Reader;
use std::io::{self, BufWriter, ErrorKind, Write as _, stdout};
use std::path::Path;

/// Runs a command, shows what happens, or turns existing logs into a story.
///
/// # Errors
///
/// A log that cannot be read, nothing to show, or a file that cannot be written.
pub fn run(options: &TraceOptions) -> Result<Outcome, net::Error> {
    if !options.command.is_empty() {
        return Ok(run::run(options));
    }
    if options.live {
        return live::run(options);
    }
    let story = output::story(&logs::of(&options.logs)?, options)?;
    if let Some(only) = options.only {
        return write_only(&story, only, options.lang);
    }
    output::write(&story, options, &mut stdout())?;
    Ok(Outcome::Done)
}

/// Writes only this to standard output.
fn write_only(story: &Story, only: Only, lang: Lang) -> Result<Outcome, net::Error> {
    let (mut out, mut text) = (BufWriter::new(stdout().lock()), String::new());
    let written = match only {
        Only::Json => json::write(story, lang, &mut out),
        Only::Check => findings::write(story, lang, &mut text).map_err(io::Error::other),
        Only::Facts => facts::write(story, &mut text).map_err(io::Error::other),
        Only::Mermaid => mermaid::write(story, &layout::lay_out(story, lang), lang, &mut text)
            .map_err(io::Error::other),
    };
    // Without the empty line that would come before the next finding.
    let text = text.trim_end();
    let written = written.and_then(|()| out.write_all(text.as_bytes()));
    let end = if text.is_empty() { "" } else { "\n" };
    let written = written.and_then(|()| out.write_all(end.as_bytes())).and_then(|()| out.flush());
    match written {
        // A reader that has seen enough closes the pipe: head(1).
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(net::Error::new("write", "stdout", error))
        }
        _ if only == Only::Check && !story.findings.is_empty() => Ok(Outcome::Found),
        _ => Ok(Outcome::Done),
    }
}

/// Reads logs, and makes a story of what is chosen.
///
/// # Errors
///
/// A log that cannot be read; nothing in them to show, or nothing that is chosen.
pub fn story_of<P: AsRef<Path>>(
    logs: &[P],
    choice: &Choice,
    lang: Lang,
) -> Result<Story, net::Error> {
    let failed = |reason: String| {
        let names: Vec<_> = logs.iter().map(|log| log.as_ref().display().to_string()).collect();
        net::Error::new("read", names.join(", "), Reason::of(reason))
    };
    let mut reader = Reader::open(logs)?;
    let mut story = interpret::interpret(reader.by_ref());
    story.missing = reader.notes();
    if let Some(nothing) = story.missing.nothing(lang).or_else(|| story.nothing(lang)) {
        return Err(failed(nothing));
    }
    story.findings = check::all(&story);
    story.start = reader.time_of_day();
    let window = choice
        .window(story.start, story.missing.untimed == 0)
        .map_err(|it| failed(it.of(lang).into()))?;
    let story = story.only(choice, window);
    if story.steps.is_empty() {
        return Err(failed(choice::NOTHING.of(lang).into()));
    }
    Ok(story)
}
