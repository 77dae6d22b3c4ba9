//! What is wrong with a log: where, what was expected there, what was found.

use crate::repr::Text;
use crate::screen::Lang;
use std::fmt::Write;

/// A log that cannot be told as a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The log's name.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// What should have been there.
    pub expected: Expected,
    /// What was.
    pub found: String,
}

/// What should have been in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Any line at all.
    Lines,
    /// What a descriptor stands for.
    Socket,
    /// A server or a client.
    Conversation,
}

/// As much of a wrong line as an error shows.
const SHOWN: usize = 60;

impl Error {
    /// The error in words, without its place.
    #[must_use]
    pub fn reason(&self, lang: Lang) -> String {
        let (expected, found) = match lang {
            Lang::Es => ("se esperaba", "y hay"),
            Lang::En => ("expected", "found"),
        };
        let mut reason = format!("{expected} {}", self.expected.words(lang));
        if !self.found.is_empty() {
            let start: String = self.found.chars().take(SHOWN).collect();
            let more = if start.len() < self.found.len() { "..." } else { "" };
            // Writing to a String cannot fail.
            let _ = write!(reason, "; {found}: {}{more}", Text(start.as_bytes()));
        }
        reason
    }
}

impl Expected {
    fn words(self, lang: Lang) -> &'static str {
        let (es, en) = match self {
            Self::Lines => {
                ("un registro de strace, y está vacío", "a log of strace, and it is empty")
            }
            Self::Socket => (
                "el socket de cada descriptor, '5<TCP:[…]>' (strace -yy)",
                "the socket of each descriptor, '5<TCP:[…]>' (strace -yy)",
            ),
            Self::Conversation => (
                "el listen o el connect de un socket TCP: aquí no hay servidor ni cliente",
                "the listen or connect of a TCP socket: here is neither server nor client",
            ),
        };
        match lang {
            Lang::Es => es,
            Lang::En => en,
        }
    }
}
