//! Tells strace's logs of programs that talk with each other as one story: what each process does, what it is
//! for, and what leads to what. As text, as a picture, as a page, and as facts for scripts.
//!
//! | stage | from | to |
//! |---|---|---|
//! | [`read`](mod@read) | lines of strace | records |
//! | [`model`] | records | a story |
//! | [`check`] | a story | the mistakes that it proves |
//! | [`layout`] | a story | where everything is |
//! | [`draw`] | both | the text, the picture, the page |
//!
//! [`words`] has what all of it is called.

pub mod check;
pub mod choice;
pub mod draw;
pub mod layout;
pub mod model;
pub mod options;
pub mod profile;
#[cfg(test)]
mod properties;
pub mod read;
#[cfg(test)]
mod tests;
pub mod words;

use crate::cli::{self, Outcome};
use crate::net;
use crate::screen::{Lang, Program};
use choice::Choice;
use draw::picture::Details;
use draw::{facts, findings, html, plain, svg};
use model::story::Story;
use model::teller;
use options::Options;
use read::reader::Reader;
use std::io::{Write as _, stderr, stdout};
use std::path::Path;
use std::{fs, io};

/// Reads the logs and writes `trace.txt`, `trace.svg` and `trace.html`, or prints facts.
///
/// # Errors
///
/// A log that cannot be read, or logs in which there is nothing to tell. A file that cannot be written.
pub fn run(options: &Options) -> Result<Outcome, net::Error> {
    let lang = options.lang;
    let story = story_of(&options.logs, &options.choice, lang)?;
    for note in story.missing.words(lang) {
        let _ = writeln!(stderr(), "{}: {note}", Program::Trace.name());
    }
    if options.facts {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = facts::write(&story, &mut text);
        return cli::print(text.trim_end());
    }
    if options.check {
        let mut text = String::new();
        let _ = findings::write(&story, lang, &mut text);
        return match story.findings.len() {
            0 => Ok(Outcome::Done),
            _ => cli::print(text.trim_end()).map(|_| Outcome::Found),
        };
    }
    let (mut text, mut picture, mut page) = (String::new(), String::new(), String::new());
    // Writing to a String cannot fail.
    let _ = plain::write(&story, lang, &mut text);
    let geometry = layout::lay_out(&story, lang);
    let _ = svg::write(&story, &geometry, lang, Details::Titles, &mut picture);
    let _ = html::write(&story, &geometry, lang, &mut page);
    let failed = |path: &Path, error: io::Error| net::Error::new("write", path.display(), error);
    fs::create_dir_all(&options.output).map_err(|error| failed(&options.output, error))?;
    for (name, content) in [("trace.txt", text), ("trace.svg", picture), ("trace.html", page)] {
        let path = options.output.join(name);
        fs::write(&path, content).map_err(|error| failed(&path, error))?;
        if !options.quiet {
            // Whoever does not want to read this does not stop the program.
            let _ = writeln!(stdout(), "{}", path.display());
        }
    }
    Ok(Outcome::Done)
}

/// Reads logs and tells of their story what is chosen.
///
/// # Errors
///
/// A log that cannot be read. Nothing in them that could be told, or that is chosen.
pub fn story_of<P: AsRef<Path>>(
    logs: &[P],
    choice: &Choice,
    lang: Lang,
) -> Result<Story, net::Error> {
    let failed = |reason: String| {
        let names: Vec<_> = logs.iter().map(|log| log.as_ref().display().to_string()).collect();
        net::Error::new("read", names.join(", "), reason)
    };
    let mut reader = Reader::open(logs)?;
    let mut story = teller::tell(reader.by_ref());
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
