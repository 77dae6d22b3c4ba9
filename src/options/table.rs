//! A program's flags, one row each. The rows set up getopts, hold the ranges and defaults, and make the
//! help.

pub(crate) use crate::reason::Both;
use crate::screen::{Lang, Program};
use FlagKind::{Nothing, Number, Switch, Text, Texts, Word};
use std::ops::RangeInclusive;

/// A program's command line.
#[derive(Debug)]
pub struct Usage {
    pub program: Program,
    /// What the program is, in a sentence.
    pub what: Both,
    /// The positional arguments, as the usage line shows them.
    pub arguments: Both,
    /// The flags under their headings, except those of [`COMMON`].
    pub rows: Vec<HelpRow>,
    /// What the help ends with.
    pub closing: Both,
}

#[derive(Debug)]
pub enum HelpRow {
    /// A heading, or a paragraph.
    Text(Both),
    Flag(Flag),
}

#[derive(Debug)]
pub struct Flag {
    /// Its letter; empty if there is none.
    pub short: &'static str,
    pub name: &'static str,
    pub kind: FlagKind,
    /// The description; the default is added to it.
    pub help: Both,
}

/// What a flag takes. The first of those with a value is its name in the help, one of [`value`].
#[derive(Debug)]
pub enum FlagKind {
    /// Nothing: it is given or not.
    Nothing,
    /// Nothing; `--no-…` is its opposite. The last one given counts; if neither is given, this.
    Switch(bool),
    /// A whole number: its range, the default.
    Number(Both, RangeInclusive<u64>, u64),
    /// One of these words, and the default. `None` if it depends on something: the help says on
    /// what.
    Word(&'static [&'static str], Option<&'static str>),
    /// A text that is not empty, and the default; an empty default is none.
    Text(Both, &'static str),
    /// Texts: it may be repeated.
    Texts(Both),
}

/// What values are called.
pub mod value {
    use super::Both;

    pub const ADDRESS: Both = Both { es: "DIRECCIÓN", en: "ADDR" };
    pub const COMMAND: Both = Both { es: "ORDEN", en: "COMMAND" };
    pub const DIRECTORY: Both = Both { es: "DIR", en: "DIR" };
    pub const HOST: Both = Both { es: "SERVIDOR", en: "HOST" };
    pub const LOG: Both = Both { es: "REGISTRO", en: "LOG" };
    pub const MILLISECONDS: Both = Both { es: "MS", en: "MS" };
    pub const N: Both = Both { es: "N", en: "N" };
    pub const NETWORK: Both = Both { es: "RED", en: "CIDR" };
    pub const PID: Both = Both { es: "PID", en: "PID" };
    pub const PIXELS: Both = Both { es: "PÍXELES", en: "PX" };
    pub const PORT: Both = Both { es: "PUERTO", en: "PORT" };
    pub const SECONDS: Both = Both { es: "SEGUNDOS", en: "SECS" };
    pub const TEXT: Both = Both { es: "TEXTO", en: "TEXT" };
    pub const TIME: Both = Both { es: "HORA", en: "TIME" };
}

/// The flags that every program has. `--quiet` is not here: every program has it, but it means
/// something different in each.
static COMMON: [HelpRow; 3] = [
    flag("", "lang", Word(&["es", "en"], None)).help(
        "idioma; si no, según LC_ALL, LC_MESSAGES o LANG",
        "language; else by LC_ALL, LC_MESSAGES or LANG",
    ),
    flag("h", "help", Nothing).help("esta ayuda", "this help"),
    flag("V", "version", Nothing).help("versión", "version"),
];

/// The heading of the rows that follow; an empty one is a blank line.
pub const fn heading(es: &'static str, en: &'static str) -> HelpRow {
    HelpRow::Text(Both { es, en })
}

/// A row without its help: `flag("p", "port", …).help("…", "…")`.
pub const fn flag(short: &'static str, name: &'static str, kind: FlagKind) -> Unexplained {
    Unexplained(short, name, kind)
}

pub struct Unexplained(&'static str, &'static str, FlagKind);

impl Unexplained {
    pub const fn help(self, es: &'static str, en: &'static str) -> HelpRow {
        let Self(short, name, kind) = self;
        HelpRow::Flag(Flag { short, name, kind, help: Both { es, en } })
    }
}

impl Both {
    pub fn of(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Es => self.es,
            Lang::En => self.en,
        }
    }
}

impl Usage {
    /// Every row, in the order of the help.
    pub fn rows(&self) -> impl Iterator<Item = &HelpRow> {
        self.rows.iter().chain(&COMMON)
    }

    pub fn flags(&self) -> impl Iterator<Item = &Flag> {
        self.rows().filter_map(|row| match row {
            HelpRow::Flag(flag) => Some(flag),
            HelpRow::Text(_) => None,
        })
    }

    /// What the flag called `name` takes; there must be one.
    pub fn kind(&self, name: &str) -> &FlagKind {
        let flag = self.flags().find(|flag| flag.name == name);
        &flag.unwrap_or_else(|| panic!("--{name} is not in the table")).kind
    }

    /// getopts with these flags.
    pub fn getopts(&self) -> getopts::Options {
        let mut options = getopts::Options::new();
        for Flag { short, name, kind, .. } in self.flags() {
            match kind {
                Nothing => options.optflag(short, name, ""),
                Switch(_) => {
                    let opposite = format!("no-{name}");
                    options.optflagmulti(short, name, "").optflagmulti("", &opposite, "")
                }
                Number(..) | Word(..) | Text(..) => options.optopt(short, name, "", ""),
                Texts(_) => options.optmulti(short, name, "", ""),
            };
        }
        options
    }
}
