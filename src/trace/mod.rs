//! Tells the logs of `strace -f -tt -T -yy` of a server and its clients as one story: what each
//! process does, what it is for, and what leads to what. As text, as a picture, and as a page.
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
use crate::screen::Lang;
use model::story::Story;
use model::teller;
use options::Options;
use read::reader::Reader;
use std::io::stdout;
use std::path::Path;

/// Runs a command, or tells the logs that there are.
///
/// # Errors
///
/// A log that cannot be read, nothing to tell, a file that cannot be written.
pub fn run(options: &Options) -> Result<Outcome, net::Error> {
    if !options.command.is_empty() {
        return Ok(run::run(options));
    }
    if options.live {
        return live::run(options);
    }
    output::tell(&logs::of(&options.logs)?, options, &mut stdout())?;
    Ok(Outcome::Done)
}

/// Reads logs and tells their story; what they do not tell.
///
/// # Errors
///
/// A log that cannot be read. Nothing in them that could be told.
pub fn story_of<P: AsRef<Path>>(logs: &[P], lang: Lang) -> Result<Story, net::Error> {
    let mut reader = Reader::open(logs)?;
    let mut story = teller::tell(reader.by_ref());
    story.missing = reader.notes();
    let nothing = story.missing.nothing(lang).or_else(|| story.nothing(lang));
    match nothing {
        None => Ok(story),
        Some(nothing) => {
            let names: Vec<_> = logs.iter().map(|log| log.as_ref().display().to_string()).collect();
            Err(net::Error::new("read", names.join(", "), nothing))
        }
    }
}
