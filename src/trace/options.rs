//! The command line of `enchufe-trace`.

use crate::options::Kind::{Nothing, Text};
use crate::options::{Asked, Both, Parsed, Usage, UsageError, flag, heading, parse};
use crate::screen::{Lang, Line, Program};
use std::path::PathBuf;

/// What `enchufe-trace` was asked to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The logs to read.
    pub logs: Vec<PathBuf>,
    /// The directory to write to.
    pub output: PathBuf,
    /// Does not print the names of the files that it writes.
    pub quiet: bool,
    /// The language of what it writes.
    pub lang: Lang,
}

/// The flags of `enchufe-trace`.
pub(crate) fn usage() -> Usage {
    Usage {
        program: Program::Trace,
        what: Both {
            es: "Cuenta los registros de strace de un servidor y sus clientes como una historia.",
            en: "Tells strace's logs of a server and its clients as a story.",
        },
        arguments: "LOG...",
        rows: vec![
            heading(
                "LOG son registros de: strace -f -tt -T -yy -s 200 -o LOG PROGRAMA (o con -ff).\n\
                 Escribe trace.txt (texto), trace.svg (dibujo) y trace.html (dibujo que explica \
                 cada llamada al pasar el ratón).",
                "LOG are logs of: strace -f -tt -T -yy -s 200 -o LOG PROGRAM (or with -ff).\n\
                 It writes trace.txt (text), trace.svg (a picture) and trace.html (a picture that \
                 explains each call under the mouse).",
            ),
            heading("", ""),
            flag("o", "output", Text("DIR", ".")).help("dónde los escribe", "where it writes them"),
            flag("q", "quiet", Nothing)
                .help("no dice qué archivos escribe", "does not say which files it writes"),
        ],
        closing: Both { es: "", en: "" },
    }
}

impl Options {
    /// Parses the arguments.
    ///
    /// # Errors
    ///
    /// Wrong usage, in words.
    pub fn parse(args: &[String]) -> Result<Asked<Self>, UsageError> {
        parse(usage(), args, Self::from_parsed)
    }

    fn from_parsed(parsed: &Parsed) -> Result<Self, UsageError> {
        if parsed.free().is_empty() {
            let needs = Line::Needs { flag: Program::Trace.name(), needed: "LOG" };
            return Err(parsed.error(&needs));
        }
        Ok(Self {
            logs: parsed.free().iter().map(PathBuf::from).collect(),
            output: parsed.text("output")?.into(),
            quiet: parsed.has("quiet"),
            lang: parsed.lang,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<Options, UsageError> {
        let args: Vec<_> = line.split_whitespace().map(String::from).collect();
        match Options::parse(&args)? {
            Asked::Run(options) => Ok(options),
            Asked::Print(text) => Err(text),
        }
    }

    #[test]
    fn logs_go_where_asked() {
        let options = asked("a.log b.log -o out --lang en -q").expect("good usage");
        assert_eq!(options.logs, [PathBuf::from("a.log"), PathBuf::from("b.log")]);
        assert_eq!((options.output, options.quiet, options.lang), ("out".into(), true, Lang::En));
        assert_eq!(asked("a.log").expect("good usage").output, PathBuf::from("."));
    }

    #[test]
    fn mistakes_are_named() {
        for (line, named) in
            [("--lang es", "LOG"), ("a.log --frobnicate --lang es", "--frobnicate"), ("-o", "-o")]
        {
            let error = asked(line).expect_err(line);
            assert!(error.contains(named), "{error}");
        }
    }
}
