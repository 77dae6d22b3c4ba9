//! The files of a story: `trace.txt`, `trace.svg`, `trace.html`.

use super::draw::picture::Details;
use super::draw::{html, plain, svg};
use super::layout;
use super::logs;
use super::model::story::Story;
use super::options::TraceOptions;
use super::story_of;
use crate::net::Error;
use crate::screen::{Line, Program, words};
use nix::fcntl::{Flock, FlockArg};
use std::fs::{self, File};
use std::io::{self, Write, stderr};
use std::path::{Path, PathBuf};
use std::process;

/// Reads logs, and reports on stderr what they lack.
///
/// # Errors
///
/// A log that cannot be read, or nothing to show.
pub(super) fn story(logs: &[PathBuf], options: &TraceOptions) -> Result<Story, Error> {
    let story = story_of(logs, &options.choice, options.lang)?;
    for note in story.missing.words(options.lang) {
        let _ = writeln!(stderr(), "{}: {note}", Program::Trace.name());
    }
    Ok(story)
}

/// Writes the files, and prints their names on `screen`.
///
/// # Errors
///
/// One that cannot be written.
pub(super) fn write(
    story: &Story,
    options: &TraceOptions,
    screen: &mut dyn Write,
) -> Result<(), Error> {
    let TraceOptions { lang, output: dir, .. } = options;
    let (mut text, mut picture, mut page) = (String::new(), String::new(), String::new());
    // Writing to a String cannot fail.
    let _ = plain::write(story, *lang, &mut text);
    let geometry = layout::lay_out_within(story, options.width, *lang);
    let _ = svg::write(story, &geometry, *lang, Details::Titles, &mut picture);
    let _ = html::write(story, &geometry, *lang, &mut page);
    fs::create_dir_all(dir).map_err(|error| Error::new("write", dir.display(), error))?;
    for (name, content) in [("trace.txt", text), ("trace.svg", picture), ("trace.html", page)] {
        let path = dir.join(name);
        replace(&path, &content).map_err(|error| Error::new("write", path.display(), error))?;
        if !options.quiet {
            // A closed `screen` does not stop the program.
            let _ = writeln!(screen, "{}", path.display());
        }
    }
    Ok(())
}

/// Makes the story of all logs in the directory that it writes to. Others may do so at the same time: they
/// take turns, so that the last one sees all logs.
///
/// # Errors
///
/// A log that cannot be read, nothing to show, or a file that cannot be written.
pub(super) fn tell_directory(options: &TraceOptions) -> Result<(), Error> {
    let dir = &options.output;
    let failed = |error: io::Error| Error::new("read", dir.display(), error);
    // Without locks, files are still replaced atomically.
    let _turn = File::open(dir).map(|dir| Flock::lock(dir, FlockArg::LockExclusive));
    let logs = logs::in_directory(dir).map_err(failed)?;
    let count = logs::written(&logs);
    if count == 0 {
        return write(&story(&logs, options)?, options, &mut stderr());
    }
    // What a growing log lacks may yet come, so it is not reported.
    write(&story_of(&logs, &options.choice, options.lang)?, options, &mut stderr())?;
    if !options.quiet {
        let line = words(options.lang, Program::Trace, &Line::StillRecorded { count });
        let _ = writeln!(stderr(), "{line}");
    }
    Ok(())
}

/// Replaces a file atomically: a process reading it meanwhile reads the old one.
fn replace(path: &Path, content: &str) -> io::Result<()> {
    let new = path.with_extension(format!("{}.new", process::id()));
    let written = fs::write(&new, content).and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}
