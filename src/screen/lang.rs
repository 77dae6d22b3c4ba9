//! Which program prints, and in which language. What goes over the wire is not here: it is always in
//! Spanish, see [`protocol::reply`](crate::protocol::reply).

use std::fmt;

/// The language of what is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Spanish, the default.
    Es,
    /// English.
    En,
}

impl Lang {
    /// English in any locale but a Spanish one; Spanish where there is none.
    #[must_use]
    pub fn from_locale() -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(std::env::var_os)
            .find(|value| !value.is_empty())
            .unwrap_or_default();
        let spanish = locale.is_empty() || locale.to_string_lossy().starts_with("es");
        if spanish { Self::Es } else { Self::En }
    }

    /// What stands before the decimals of a number that people read.
    #[must_use]
    pub fn decimal_mark(self) -> char {
        match self {
            Self::Es => ',',
            Self::En => '.',
        }
    }

    /// `es` or `en`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "es" => Some(Self::Es),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// A program of this package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// `enchufe-fork`.
    Fork,
    /// `enchufe-select`.
    Select,
    /// `enchufe-client`.
    Client,
    /// `enchufe-trace`.
    Trace,
}

impl Program {
    /// Its name, as typed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fork => "enchufe-fork",
            Self::Select => "enchufe-select",
            Self::Client => "enchufe-client",
            Self::Trace => "enchufe-trace",
        }
    }
}

/// Escapes whatever could disturb a terminal, wherever it came from: a client, the command line,
/// the resolver.
pub(super) struct Printable<'a, W>(pub(super) &'a mut W);

impl<W: fmt::Write> fmt::Write for Printable<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.split_inclusive(char::is_control) {
            match part.chars().next_back().filter(|&last| last.is_control()) {
                Some(last) if last != '\t' => {
                    self.0.write_str(&part[..part.len() - last.len_utf8()])?;
                    write!(self.0, "\\x{:02x}", u32::from(last))?;
                }
                _ => self.0.write_str(part)?,
            }
        }
        Ok(())
    }
}
