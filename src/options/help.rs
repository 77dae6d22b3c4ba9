//! `--help`, laid out from the table.

use super::table::{Flag, FlagKind, HelpRow, Usage};
use crate::screen::Lang;
use std::iter::once;
use std::mem::take;

/// Columns of the screen.
const WIDTH: usize = 80;

/// The column where a flag's description begins.
const COLUMN: usize = 25;

impl Usage {
    /// The help, without the last line end.
    pub fn help(&self, lang: Lang) -> String {
        let (usage, options) = match lang {
            Lang::Es => ("Uso", "OPCIONES"),
            Lang::En => ("Usage", "OPTIONS"),
        };
        let usage =
            format!("{usage}: {} [{options}] {}", self.program.name(), self.arguments.of(lang));
        let mut lines = vec![self.what.of(lang).into(), String::new(), usage.trim_end().into()];
        for row in self.rows().chain(once(&HelpRow::Text(self.closing))) {
            match row {
                HelpRow::Flag(flag) => lines.append(&mut flag.lines(lang)),
                HelpRow::Text(text) => {
                    lines.push(String::new());
                    lines.append(&mut wrap(text.of(lang), WIDTH));
                }
            }
        }
        lines.join("\n").trim_end().into()
    }
}

impl Flag {
    /// The flag, with its description beside it or, if the flag is long, below it.
    fn lines(&self, lang: Lang) -> Vec<String> {
        let name = self.usage(lang);
        let text = wrap(&self.text(lang), WIDTH - COLUMN);
        let mut lines: Vec<_> =
            text.into_iter().map(|line| format!("{:COLUMN$}{line}", "")).collect();
        let width = name.chars().count();
        if width + 2 <= COLUMN {
            lines[0].replace_range(..width, &name);
        } else {
            lines.insert(0, name);
        }
        lines
    }

    /// The flag as typed: ` -p, --port PORT`.
    fn usage(&self, lang: Lang) -> String {
        let name = match self.short {
            "" => format!("      --{}", self.name),
            short => format!("  -{short}, --{}", self.name),
        };
        match &self.kind {
            FlagKind::Nothing => name,
            FlagKind::Switch(_) => format!("{name}, --no-{}", self.name),
            FlagKind::Word(words, _) => format!("{name} {}", words.join("|")),
            FlagKind::Number(value, ..) | FlagKind::Text(value, _) | FlagKind::Texts(value) => {
                format!("{name} {}", value.of(lang))
            }
        }
    }

    /// Its description, and the default.
    fn text(&self, lang: Lang) -> String {
        let default = match (&self.kind, lang) {
            (FlagKind::Switch(false), _) => "no",
            (FlagKind::Switch(true), Lang::Es) => "sí",
            (FlagKind::Switch(true), Lang::En) => "yes",
            (FlagKind::Number(_, _, default), _) => &default.to_string(),
            (
                FlagKind::Nothing
                | FlagKind::Word(_, None)
                | FlagKind::Text(_, "")
                | FlagKind::Texts(_),
                _,
            ) => {
                return self.help.of(lang).into();
            }
            (FlagKind::Text(_, default) | FlagKind::Word(_, Some(default)), _) => default,
        };
        format!("{} ({default})", self.help.of(lang))
    }
}

/// `text` in lines of at most `width` columns. Its own line ends are kept.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            if !line.is_empty() {
                if line.chars().count() + 1 + word.chars().count() > width {
                    lines.push(take(&mut line));
                } else {
                    line.push(' ');
                }
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::table::{Both, value};
    use super::*;
    use crate::screen::Program;
    use crate::{client, server, trace};
    use std::collections::BTreeSet;

    fn each(check: impl Fn(&Usage, Lang)) {
        for lang in [Lang::Es, Lang::En] {
            check(&server::options::usage(Program::Fork), lang);
            check(&server::options::usage(Program::Select), lang);
            check(&client::options::usage(), lang);
            check(&trace::options::usage(), lang);
        }
    }

    #[test]
    fn help_is_one_screen() {
        each(|usage, lang| {
            let help = usage.help(lang);
            assert!(help.lines().count() <= 50, "{help}");
            for line in help.lines() {
                assert!(line.chars().count() <= WIDTH, "too wide: {line}");
                assert_eq!(line, line.trim_end());
            }
        });
    }

    #[test]
    fn every_flag_is_in_the_help_and_understood() {
        each(|usage, lang| {
            let (help, mut names) = (usage.help(lang), BTreeSet::new());
            for flag in usage.flags() {
                assert!(!flag.help.of(lang).is_empty(), "--{}", flag.name);
                assert!(help.contains(&flag.lines(lang).join("\n")), "--{}: {help}", flag.name);
                assert!(names.insert(flag.name), "twice: --{}", flag.name);
                assert!(
                    flag.short.is_empty() || names.insert(flag.short),
                    "twice: -{}",
                    flag.short
                );
                match &flag.kind {
                    FlagKind::Number(_, range, default) => assert!(range.contains(default)),
                    FlagKind::Word(words, Some(default)) => assert!(words.contains(default)),
                    _ => {}
                }
                let args = match flag.kind {
                    FlagKind::Nothing => vec![format!("--{}", flag.name)],
                    FlagKind::Switch(_) => {
                        vec![format!("--{}", flag.name), format!("--no-{}", flag.name)]
                    }
                    _ => vec![format!("--{}", flag.name), "value".into()],
                };
                assert!(usage.getopts().parse(&args).is_ok(), "{args:?}");
            }
        });
    }

    #[test]
    fn a_flag_is_laid_out_in_two_columns() {
        let lines = |name, kind| {
            let help =
                Both { es: "esto", en: "what is said in so many words that a line is too short" };
            let flag = Flag { short: "", name, kind, help };
            flag.lines(Lang::En).join("\n")
        };
        let few = "      --few N            what is said in so many words that a line is too short";
        let number = FlagKind::Number(value::N, 1..=9, 5);
        assert_eq!(lines("few", number), format!("{few}\n{:25}(5)", ""));
        // A long name has its own line.
        let on = lines("plenty", FlagKind::Switch(true));
        assert!(on.starts_with("      --plenty, --no-plenty\n                         what is "));
        assert!(on.ends_with(" (yes)"));
    }
}
