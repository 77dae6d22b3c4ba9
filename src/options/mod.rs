//! The command line, with getopts: what all programs share. The error for an invalid value names
//! the flag, the value and what was expected.
//!
//! A new option is a row in a program's table and a line that reads it.

#[cfg(test)]
mod completions;
mod help;
#[cfg(test)]
mod man;
#[cfg(test)]
mod properties;
mod table;

use crate::screen::{Lang, Line, Program, words};
use getopts::{Fail, Matches};
use std::ops::RangeInclusive;
pub(crate) use table::{Both, FlagKind, Usage, flag, heading, value};

/// Wrong usage, in words: a line that begins with the program's name and ends with where to read on.
pub type UsageError = String;

/// What the command line asks for: to run, or to print something.
#[derive(Debug)]
pub enum Asked<O> {
    /// To run.
    Run(O),
    /// To print this on stdout and stop: the help or the version.
    Print(String),
}

/// A command line that getopts has understood.
#[derive(Debug)]
pub(crate) struct Parsed {
    usage: Usage,
    matches: Matches,
    /// The language asked for, by flag or locale.
    pub lang: Lang,
}

/// Parses `args` (without the program's name) by `usage`; `read` makes options of them.
pub(crate) fn parse<O>(
    usage: Usage,
    args: &[String],
    read: impl FnOnce(&Parsed) -> Result<O, UsageError>,
) -> Result<Asked<O>, UsageError> {
    let lang = asked_lang(args);
    let wrong = |line: &Line<'_>| wrong(lang, usage.program, line);
    let matches = usage.getopts().parse(args).map_err(|fail| explain(wrong, &fail, args))?;
    let mut parsed = Parsed { usage, matches, lang };
    if parsed.has("help") {
        return Ok(Asked::Print(parsed.usage.help(lang)));
    }
    if parsed.has("version") {
        let name = parsed.usage.program.name();
        return Ok(Asked::Print(format!("{name} {}", env!("CARGO_PKG_VERSION"))));
    }
    if let Some(name) = parsed.word("lang")? {
        parsed.lang = Lang::parse(name).unwrap_or(lang);
    }
    read(&parsed).map(Asked::Run)
}

/// Values are looked up by the flag's long name. A name that is not in the table, or not with that
/// kind of value, is a bug: it panics.
impl Parsed {
    /// Whether a flag was given.
    pub fn has(&self, name: &str) -> bool {
        self.matches.opt_present(name)
    }

    /// Whether a switch is on.
    pub fn is_on(&self, name: &str) -> bool {
        let FlagKind::Switch(default) = self.usage.kind(name) else {
            unreachable!("--{name} is no switch");
        };
        let last = |name: &str| self.matches.opt_positions(name).last().copied();
        let (on, off) = (last(name), last(&format!("no-{name}")));
        if on == off { *default } else { on > off }
    }

    /// The arguments that are not flags.
    pub fn free(&self) -> &[String] {
        &self.matches.free
    }

    /// Every value of a flag, in order.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.matches.opt_strs(name)
    }

    /// The value of a flag, a text that is not empty.
    pub fn text(&self, name: &str) -> Result<String, UsageError> {
        let FlagKind::Text(_, default) = self.usage.kind(name) else {
            unreachable!("--{name} takes no text");
        };
        match self.matches.opt_str(name) {
            Some(value) if value.is_empty() => {
                Err(self.error(&Line::BadText { flag: &format!("--{name}") }))
            }
            value => Ok(value.unwrap_or_else(|| default.to_string())),
        }
    }

    /// Every value of a flag, in order, texts that are not empty.
    pub fn texts(&self, name: &str) -> Result<Vec<String>, UsageError> {
        let values = self.all(name);
        if values.iter().any(String::is_empty) {
            return Err(self.error(&Line::BadText { flag: &format!("--{name}") }));
        }
        Ok(values)
    }

    /// The value of a flag, one of its words. `None` if it was not given and has no fixed default.
    pub fn word(&self, name: &str) -> Result<Option<&'static str>, UsageError> {
        let FlagKind::Word(words, default) = *self.usage.kind(name) else {
            unreachable!("--{name} takes no word");
        };
        let Some(value) = self.matches.opt_str(name) else { return Ok(default) };
        match words.iter().find(|&&word| word == value) {
            Some(word) => Ok(Some(word)),
            None => Err(self.error(&Line::BadWord {
                flag: &format!("--{name}"),
                value: &value,
                words: &words.join(&self.words(&Line::Or)),
            })),
        }
    }

    /// The value of a flag, a whole number.
    pub fn number(&self, name: &str) -> Result<u64, UsageError> {
        let FlagKind::Number(_, range, default) = self.usage.kind(name) else {
            unreachable!("--{name} takes no number");
        };
        match self.matches.opt_str(name) {
            Some(value) => self.in_range(&format!("--{name}"), &value, range),
            None => Ok(*default),
        }
    }

    /// `value` of `flag` as a whole number within `range`.
    pub fn in_range(
        &self,
        flag: &str,
        value: &str,
        range: &RangeInclusive<u64>,
    ) -> Result<u64, UsageError> {
        // Digits only: Rust would take a plus sign.
        let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        match value.parse() {
            Ok(number) if digits && range.contains(&number) => Ok(number),
            _ => {
                let (min, max) = (*range.start(), *range.end());
                Err(self.error(&Line::BadNumber { flag, value, min, max }))
            }
        }
    }

    /// At most `most` positional arguments.
    pub fn at_most(&self, most: usize) -> Result<(), UsageError> {
        match self.free().get(most) {
            Some(argument) => Err(self.error(&Line::StrayArgument { argument })),
            None => Ok(()),
        }
    }

    /// A line in the language asked for.
    fn words(&self, line: &Line<'_>) -> String {
        words(self.lang, self.usage.program, line)
    }

    /// An error in the language asked for.
    pub fn error(&self, line: &Line<'_>) -> UsageError {
        wrong(self.lang, self.usage.program, line)
    }
}

/// The language of errors: that of `--lang`, wherever it stands, or that of the locale.
pub(crate) fn asked_lang(args: &[String]) -> Lang {
    let flags = args.iter().take_while(|arg| *arg != "--").enumerate();
    let mut asked = flags.filter_map(|(index, arg)| match arg.strip_prefix("--lang")? {
        "" => args.get(index + 1).map(String::as_str),
        value => value.strip_prefix('='),
    });
    asked.next().and_then(Lang::parse).unwrap_or_else(Lang::from_locale)
}

/// What is wrong with the command line of `program`.
pub(crate) fn wrong(lang: Lang, program: Program, line: &Line<'_>) -> UsageError {
    let (what, name) = (words(lang, program, line), program.name());
    words(lang, program, &Line::WrongUsage { program: name, what: &what })
}

/// getopts' complaint in our words.
fn explain(wrong: impl Fn(&Line<'_>) -> String, fail: &Fail, args: &[String]) -> UsageError {
    let dashed = |name: &str| {
        if name.len() == 1 { format!("-{name}") } else { format!("--{name}") }
    };
    match fail {
        Fail::UnrecognizedOption(name) => wrong(&Line::UnknownFlag { flag: &dashed(name) }),
        Fail::ArgumentMissing(name) | Fail::OptionMissing(name) => {
            wrong(&Line::MissingValue { flag: &dashed(name) })
        }
        Fail::OptionDuplicated(name) => wrong(&Line::RepeatedFlag { flag: &dashed(name) }),
        Fail::UnexpectedArgument(name) => {
            let flag = dashed(name);
            let value = args.iter().find_map(|arg| arg.strip_prefix(&flag)?.strip_prefix('='));
            wrong(&Line::UnwantedValue { flag: &flag, value: value.unwrap_or_default() })
        }
    }
}
