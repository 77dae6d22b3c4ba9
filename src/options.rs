//! The command line, with getopts: what all programs share. A value that makes no sense is an
//! error that names the flag, the value and what was expected.

use crate::text::{Expected, Lang, Line, Program};
use getopts::{Fail, Matches};
use std::ops::RangeInclusive;

/// Wrong usage, in words.
pub type UsageError = String;

/// What the command line asks for.
#[derive(Debug)]
pub enum Asked<O> {
    /// To run.
    Run(O),
    /// To print this on stdout and stop: the help or the version.
    Print(String),
}

/// A command line that getopts has understood.
#[derive(Debug)]
pub struct Parsed {
    matches: Matches,
    /// The language asked for, by flag or locale.
    pub lang: Lang,
}

/// Adds the flags that every program has: `--quiet`, `--lang`, `--help`, `--version`.
pub fn common(flags: &mut getopts::Options) {
    flags.optflag("q", "quiet", "").optopt("", "lang", "", "");
    flags.optflag("h", "help", "").optflag("V", "version", "");
}

/// Parses `args` (without the program's name).
///
/// # Errors
///
/// An unknown flag, a missing or unwanted value, a repeated flag, a bad `--lang`.
pub fn parse(
    flags: &getopts::Options,
    program: Program,
    args: &[String],
) -> Result<Asked<Parsed>, UsageError> {
    // Errors too are in the language asked for.
    let mut lang = asked_lang(args).and_then(Lang::parse).unwrap_or_else(Lang::from_locale);
    let matches = flags.parse(args).map_err(|fail| explain(lang, &fail, args))?;
    if matches.opt_present("help") {
        return Ok(Asked::Print(words(lang, &Line::Help(program))));
    }
    if matches.opt_present("version") {
        return Ok(Asked::Print(format!("{} {}", program.name(), env!("CARGO_PKG_VERSION"))));
    }
    let parsed = Parsed { matches, lang };
    if let Some(name) = parsed.word("lang", &["es", "en"])? {
        lang = Lang::parse(&name).unwrap_or(lang);
    }
    Ok(Asked::Run(Parsed { lang, ..parsed }))
}

impl Parsed {
    /// Whether a flag was given.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.matches.opt_present(name)
    }

    /// Of a flag and its opposite, which was given last; `None` if neither was.
    #[must_use]
    pub fn last_of(&self, flag: &str, opposite: &str) -> Option<bool> {
        let last = |name| self.matches.opt_positions(name).last().copied();
        let (flag, opposite) = (last(flag), last(opposite));
        (flag.is_some() || opposite.is_some()).then_some(flag > opposite)
    }

    /// The arguments that are not flags.
    #[must_use]
    pub fn free(&self) -> &[String] {
        &self.matches.free
    }

    /// Every value of a flag, in order.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<String> {
        self.matches.opt_strs(name)
    }

    /// The value of a flag, a text.
    ///
    /// # Errors
    ///
    /// An empty text.
    pub fn text(&self, name: &str) -> Result<Option<String>, UsageError> {
        match self.matches.opt_str(name) {
            Some(value) if value.is_empty() => Err(self.bad(name, &value, Expected::Text)),
            value => Ok(value),
        }
    }

    /// The value of a flag, one of `words`.
    ///
    /// # Errors
    ///
    /// Another word.
    pub fn word(&self, name: &str, words: &[&str]) -> Result<Option<String>, UsageError> {
        match self.matches.opt_str(name) {
            Some(value) if !words.contains(&value.as_str()) => {
                Err(self.bad(name, &value, Expected::Word(words)))
            }
            value => Ok(value),
        }
    }

    /// The value of a flag, a whole number within `range`; `default` if it was not given.
    ///
    /// # Errors
    ///
    /// Not a number, or out of range.
    pub fn number(
        &self,
        name: &str,
        range: RangeInclusive<u64>,
        default: u64,
    ) -> Result<u64, UsageError> {
        match self.matches.opt_str(name) {
            Some(value) => self.in_range(&format!("--{name}"), &value, range),
            None => Ok(default),
        }
    }

    /// `value` of `flag` as a whole number within `range`.
    ///
    /// # Errors
    ///
    /// Not a number, or out of range.
    pub fn in_range(
        &self,
        flag: &str,
        value: &str,
        range: RangeInclusive<u64>,
    ) -> Result<u64, UsageError> {
        let expected = Expected::Number { min: *range.start(), max: *range.end() };
        // Digits only: Rust would take a plus sign.
        let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        match value.parse() {
            Ok(number) if digits && range.contains(&number) => Ok(number),
            _ => Err(self.error(&Line::BadValue { flag, value, expected })),
        }
    }

    /// No argument but flags, and at most `most` of those.
    ///
    /// # Errors
    ///
    /// One too many.
    pub fn at_most(&self, most: usize) -> Result<(), UsageError> {
        match self.free().get(most) {
            Some(argument) => Err(self.error(&Line::StrayArgument(argument))),
            None => Ok(()),
        }
    }

    /// An error in the language asked for.
    #[must_use]
    pub fn error(&self, line: &Line<'_>) -> UsageError {
        words(self.lang, line)
    }

    fn bad(&self, name: &str, value: &str, expected: Expected<'_>) -> UsageError {
        self.error(&Line::BadValue { flag: &format!("--{name}"), value, expected })
    }
}

fn words(lang: Lang, line: &Line<'_>) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = lang.write(line, &mut text);
    text
}

/// The value of `--lang`, wherever it stands: for errors found before it is reached.
fn asked_lang(args: &[String]) -> Option<&str> {
    args.iter().enumerate().find_map(|(index, arg)| match arg.strip_prefix("--lang")? {
        "" => args.get(index + 1).map(String::as_str),
        value => value.strip_prefix('='),
    })
}

/// getopts' complaint in our words.
fn explain(lang: Lang, fail: &Fail, args: &[String]) -> UsageError {
    let dashed = |name: &str| {
        if name.len() == 1 { format!("-{name}") } else { format!("--{name}") }
    };
    match fail {
        Fail::UnrecognizedOption(name) => words(lang, &Line::UnknownFlag(&dashed(name))),
        Fail::ArgumentMissing(name) | Fail::OptionMissing(name) => {
            words(lang, &Line::MissingValue(&dashed(name)))
        }
        Fail::OptionDuplicated(name) => words(lang, &Line::RepeatedFlag(&dashed(name))),
        Fail::UnexpectedArgument(name) => {
            let flag = dashed(name);
            let value = args.iter().find_map(|arg| arg.strip_prefix(&flag)?.strip_prefix('='));
            words(lang, &Line::UnwantedValue { flag: &flag, value: value.unwrap_or_default() })
        }
    }
}
