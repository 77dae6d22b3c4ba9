//! The command line of `enchufe-trace`.

use super::choice::Choice;
use super::layout::width::Width;
use crate::options::FlagKind::{Nothing, Text, Texts};
use crate::options::{Asked, Both, Parsed, Usage, UsageError, flag, heading, parse, value};
use crate::screen::{Lang, Line, Program};
use std::path::PathBuf;

/// What `enchufe-trace` was asked to do.
#[derive(Clone, Debug)]
pub struct TraceOptions {
    /// The logs to read, or directories of logs.
    pub logs: Vec<PathBuf>,
    /// The command to run and to trace, with its arguments; empty if there are logs to read.
    pub command: Vec<String>,
    /// Shows it while it happens.
    pub live: bool,
    /// Which part of them is shown.
    pub choice: Choice,
    /// The directory to write to.
    pub output: PathBuf,
    /// How wide the picture is.
    pub width: Width,
    /// What to write to standard output instead of files.
    pub only: Option<Only>,
    /// Do not print the names of the files written.
    pub quiet: bool,
    /// The language of what it writes.
    pub lang: Lang,
}

/// What can be written instead of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// The mistakes that the logs prove.
    Check,
    /// Facts, one per line.
    Facts,
    /// The story in JSON.
    Json,
    /// The picture as a Mermaid diagram.
    Mermaid,
}

impl Only {
    /// Each, and its flag.
    const ALL: [(&str, Self); 4] = [
        ("--check", Self::Check),
        ("--facts", Self::Facts),
        ("--json", Self::Json),
        ("--mermaid", Self::Mermaid),
    ];
}

/// The flags of `enchufe-trace`.
pub(crate) fn usage() -> Usage {
    Usage {
        program: Program::Trace,
        what: Both {
            es: "Convierte en una historia los registros de strace de un servidor y sus clientes.",
            en: "Turns the strace logs of a server and its clients into a story.",
        },
        arguments: Both {
            es: "REGISTRO|DIR... | -- ORDEN [ARG...]",
            en: "LOG|DIR... | -- COMMAND [ARG...]",
        },
        rows: vec![
            heading(
                "REGISTRO es uno de strace, con cualquier opción; con estas lo dice todo: \
                 strace -f -tt -T -yy -s 200 -o REGISTRO PROGRAMA (o con -ff). DIR: todos sus \
                 *.strace. Escribe trace.txt (texto), trace.svg (dibujo) y trace.html (dibujo que \
                 explica cada llamada al pasar el ratón por ella).\n\
                 Con -- ejecuta ORDEN bajo strace, con su registro en DIR, y al terminar cuenta todos \
                 los de DIR: así varios terminales hacen una sola historia. El código de salida es el \
                 de ORDEN; 127 si no existe, 126 si no se puede ejecutar, 125 si falla otra cosa.",
                "LOG is a log of strace, made with any options; with these it tells all: strace -f -tt \
                 -T -yy -s 200 -o LOG PROGRAM (or with -ff). DIR: all its *.strace. It writes trace.txt \
                 (text), trace.svg (a picture) and trace.html (a picture that explains each call under \
                 the mouse).\n\
                 With -- it runs COMMAND under strace, with its log in DIR, and when that has ended it \
                 tells all logs of DIR: several terminals make one story. The exit code is COMMAND's; \
                 127 if it is not found, 126 if it cannot be executed, 125 if anything else fails.",
            ),
            heading("", ""),
            flag("o", "output", Text(value::DIRECTORY, ".")).help("dónde escribe", "where to write"),
            flag("", "live", Nothing).help(
                "muestra en el terminal lo que va pasando, también en los registros que aparecen en \
                 DIR, hasta que se pulsa q, todos han terminado o nadie escribe más",
                "show in the terminal what happens, also in logs that appear in DIR, until q is \
                 typed, all have ended or nobody writes any more",
            ),
            flag("", "pid", Texts(value::PID)).help(
                "cuenta solo este proceso, con sus hilos; se puede repetir",
                "tell this process only, with its threads; may be repeated",
            ),
            flag("", "port", Texts(value::PORT)).help(
                "cuenta solo lo que pasa por este puerto; se puede repetir",
                "tell only what goes through this port; may be repeated",
            ),
            flag("", "from", Text(value::TIME, "")).help(
                "desde cuándo: HH:MM:SS[,fracción], o segundos desde el comienzo",
                "from when: HH:MM:SS[.fraction], or seconds since the start",
            ),
            flag("", "to", Text(value::TIME, "")).help("hasta cuándo", "until when"),
            flag("", "width", Text(value::PIXELS, "")).help(
                "ancho del dibujo en píxeles: acorta los textos hasta que cabe, mientras se puedan leer; \
                 si no se indica, el que necesite, hasta 1600",
                "width of the picture in pixels: labels get shorter until it fits, as long as they can be \
                 read; by default what it needs, up to 1600",
            ),
            flag("", "check", Nothing).help(
                "en vez de escribir archivos, muestra los errores que los registros demuestran; si hay \
                 alguno, el código de salida es 3",
                "instead of writing files, show the mistakes that the logs prove; if there are any, the \
                 exit code is 3",
            ),
            flag("", "facts", Nothing).help(
                "en vez de escribir archivos, muestra un hecho por línea: call PID HORA LLAMADA, \
                 child PID HIJO, reaped PID HIJO, accepted PID FD, closed PID FD; left PID FD: \
                 un socket abierto al terminar el proceso",
                "instead of writing files, show one fact per line: call PID TIME CALL, child PID \
                 CHILD, reaped PID CHILD, accepted PID FD, closed PID FD; left PID FD: a socket open \
                 when the process ended",
            ),
            flag("", "json", Nothing).help(
                "en vez de escribir archivos, muestra la historia en JSON, un objeto por línea",
                "instead of writing files, show the story in JSON, one object per line",
            ),
            flag("", "mermaid", Nothing).help(
                "en vez de escribir archivos, muestra el dibujo como sequenceDiagram de Mermaid",
                "instead of writing files, show the picture as a Mermaid sequenceDiagram",
            ),
            flag("q", "quiet", Nothing)
                .help("no dice qué archivos escribe", "do not say which files are written"),
        ],
        closing: Both { es: "", en: "" },
    }
}

impl TraceOptions {
    /// Parses the arguments.
    ///
    /// # Errors
    ///
    /// Wrong usage, in words.
    pub fn parse(args: &[String]) -> Result<Asked<Self>, UsageError> {
        let (own, command) = match args.iter().position(|arg| arg == "--") {
            Some(at) => (&args[..at], Some(&args[at + 1..])),
            None => (args, None),
        };
        parse(usage(), own, |parsed| Self::from_parsed(parsed, command))
    }

    /// `command`: what follows `--`.
    fn from_parsed(parsed: &Parsed, command: Option<&[String]>) -> Result<Self, UsageError> {
        let has = |flag: &&str| parsed.has(&flag[2..]);
        let only = || Only::ALL.into_iter().filter(|(flag, _)| has(flag));
        // One of these at a time; with none it writes files.
        let live = Some("--live").filter(has);
        let mut modes =
            live.into_iter().chain(only().map(|(flag, _)| flag)).chain(command.map(|_| "--"));
        if let (Some(flag), Some(with)) = (modes.next(), modes.next()) {
            return Err(parsed.error(&Line::Conflict { flag, with }));
        }
        match command {
            Some([]) => {
                let needed = value::COMMAND.of(parsed.lang);
                return Err(parsed.error(&Line::Needs { flag: "--", needed }));
            }
            Some(_) => parsed.at_most(0)?,
            None if parsed.free().is_empty() => {
                return Err(parsed.error(&Line::Missing { what: value::LOG.of(parsed.lang) }));
            }
            None => {}
        }
        let choice = Choice::parse(parsed)?;
        if live.is_some() && (choice.from.is_some() || choice.to.is_some()) {
            let flag = if choice.from.is_some() { "--from" } else { "--to" };
            return Err(parsed.error(&Line::Conflict { flag, with: "--live" }));
        }
        let width = match parsed.text("width")?.as_str() {
            "" => None,
            width => u32::try_from(parsed.in_range("--width", width, &(200..=10_000))?).ok(),
        };
        Ok(Self {
            logs: parsed.free().iter().map(PathBuf::from).collect(),
            command: command.unwrap_or_default().to_vec(),
            live: live.is_some(),
            choice,
            output: parsed.text("output")?.into(),
            width: Width(width),
            only: only().next().map(|(_, only)| only),
            quiet: parsed.has("quiet"),
            lang: parsed.lang,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::choice::Moment;

    fn asked(line: &str) -> Result<TraceOptions, UsageError> {
        let args: Vec<_> = line.split_whitespace().map(String::from).collect();
        match TraceOptions::parse(&args)? {
            Asked::Run(options) => Ok(options),
            Asked::Print(text) => Err(text),
        }
    }

    #[test]
    fn logs_go_where_asked() {
        let options = asked("a.log b.log -o out --lang en -q").expect("good usage");
        assert_eq!(options.logs, [PathBuf::from("a.log"), PathBuf::from("b.log")]);
        assert_eq!((options.output, options.quiet, options.lang), ("out".into(), true, Lang::En));
        let unset = asked("a.log").expect("good usage");
        assert_eq!((unset.output, unset.width), (PathBuf::from("."), Width(None)));
        assert_eq!(asked("a.log --width 830").expect("good usage").width, Width(Some(830)));
    }

    #[test]
    fn what_comes_after_two_dashes_is_a_command() {
        let options = asked("-o out -q -- ls -o x -- y").expect("good usage");
        assert_eq!((options.output, options.quiet), ("out".into(), true));
        assert_eq!(options.command, ["ls", "-o", "x", "--", "y"]);
        assert_eq!(options.logs, [""; 0].map(PathBuf::from));
        assert_eq!(asked("a.log").expect("good usage").command, [""; 0]);
    }

    #[test]
    fn what_is_told_is_chosen() {
        let choice = |line: &str| asked(&format!("a.log {line}")).expect("good usage").choice;
        assert_eq!(choice(""), Choice::default());
        let chosen = choice("--pid 7 --pid 8 --port 80 --from 23:05:28.5 --to 40");
        assert_eq!((chosen.pids, chosen.ports), (vec![7, 8], vec![80]));
        assert_eq!(chosen.from, Some(Moment::Day(83_128_500_000)));
        assert_eq!(chosen.to, Some(Moment::Since(40_000_000)));
        let start = Some(83_128_000_000);
        for (line, start, window) in [
            ("", None, Some((0, u64::MAX))),
            ("--from 0.5 --to 2", None, Some((500_000, 2_000_000))),
            ("--from 23:05:00 --to 23:05:29", start, Some((0, 1_000_000))),
            // After midnight.
            ("--from 00:00:00", start, Some((3_272_000_000, u64::MAX))),
            ("--from 23:05:00", None, None),
        ] {
            assert_eq!(choice(line).window(start, true).ok(), window, "{line}");
        }
        assert_eq!(choice("").window(None, false).ok(), Some((0, u64::MAX)));
        assert!(choice("--to 2").window(None, false).is_err());
    }

    #[test]
    fn mistakes_are_named() {
        for (line, named) in [
            ("--lang es", "REGISTRO"),
            ("a.log --frobnicate --lang es", "--frobnicate"),
            ("-o", "-o"),
            ("-o --", "-o"),
            ("-q --lang es --", "ORDEN"),
            ("a.log -- ls", "a.log"),
            ("a.log --pid 0", "--pid: '0'"),
            ("a.log --port 65536", "--port: '65536'"),
            ("a.log --from noon --lang en", "HH:MM:SS[.fraction], or seconds since the start"),
            ("a.log --to 25:00:00", "--to: '25:00:00'"),
            ("a.log --width 100", "--width: '100'"),
            ("a.log --from=", "--from"),
        ] {
            let error = asked(line).expect_err(line);
            assert!(error.contains(named), "{error}");
        }
    }
}
