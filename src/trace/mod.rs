//! Tells strace's logs of programs that talk with each other as one story: what each process does, what it is
//! for, and what leads to what. As text, as a picture, as a page, and as facts for scripts.
//!
//! | stage | from | to |
//! |---|---|---|
//! | [`read`](mod@read) | lines of strace | records |
//! | [`model`] | records | a story |
//! | [`layout`] | a story | where everything is |
//! | [`draw`] | both | the text, the picture, the page |
//!
//! [`words`] has what all of it is called.

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
use draw::{facts, html, json, mermaid, plain, svg};
use model::story::Story;
use model::teller;
use options::{Only, Options};
use read::reader::Reader;
use std::io::{BufWriter, ErrorKind, Write as _, stderr, stdout};
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
    if let Some(only) = options.only {
        return write_only(&story, only, lang);
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

/// Writes to standard output, and nothing else there.
fn write_only(story: &Story, only: Only, lang: Lang) -> Result<Outcome, net::Error> {
    let mut out = BufWriter::new(stdout().lock());
    let written = match only {
        Only::Json => json::write(story, lang, &mut out),
        Only::Mermaid => {
            let mut diagram = String::new();
            // Writing to a String cannot fail.
            let _ = mermaid::write(story, &layout::lay_out(story, lang), lang, &mut diagram);
            out.write_all(diagram.as_bytes())
        }
    };
    match written.and_then(|()| out.flush()) {
        // Whoever has seen enough does not read on: head(1).
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(net::Error::new("write", "stdout", error))
        }
        _ => Ok(Outcome::Done),
    }
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
