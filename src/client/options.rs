//! The client's command line.

use crate::options::{Asked, Parsed, UsageError, common, parse};
use crate::text::{Expected, Lang, Line, Program};
use std::time::Duration;

/// What the client was asked to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it goes about it.
    pub mode: Mode,
    /// The messages to send; none to ask for them.
    pub messages: Vec<String>,
    /// How many times the messages are sent.
    pub laps: u64,
    /// Whether messages go without a newline.
    pub raw: bool,
    /// Wait between messages.
    pub delay: Duration,
    /// How long a reply, or connecting, may take.
    pub timeout: Duration,
    /// Only replies, questions, warnings and errors.
    pub quiet: bool,
    /// What is printed, in this language.
    pub lang: Lang,
}

/// Which of the coursework's clients this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The simple one: one message, no reply.
    Once,
    /// Every message on each of so many sockets.
    Sockets(usize),
    /// Two sockets, three messages without a newline.
    Parts,
}

/// The messages of [`Mode::Parts`].
const PARTS: [&str; 3] = ["Este mensaje ", "es enviado ", "en partes."];

impl Options {
    /// Parses the arguments.
    ///
    /// # Errors
    ///
    /// Wrong usage, in words.
    pub fn parse(args: &[String]) -> Result<Asked<Self>, UsageError> {
        let mut flags = getopts::Options::new();
        flags.optmulti("m", "message", "", "");
        flags.optopt("c", "connections", "", "");
        for flag in ["parts", "once", "raw"] {
            flags.optflag("", flag, "");
        }
        for flag in ["repeat", "delay", "timeout"] {
            flags.optopt("", flag, "", "");
        }
        common(&mut flags);
        match parse(&flags, Program::Client, args)? {
            Asked::Print(text) => Ok(Asked::Print(text)),
            Asked::Run(parsed) => Self::from_parsed(&parsed).map(Asked::Run),
        }
    }

    fn from_parsed(parsed: &Parsed) -> Result<Self, UsageError> {
        let sockets = parsed.number("connections", 1..=10_000, 1)? as usize;
        let laps = parsed.number("repeat", 1..=1_000_000, 1)?;
        let mode = match (parsed.has("parts"), parsed.has("once")) {
            (true, _) => Mode::Parts,
            (false, true) => Mode::Once,
            (false, false) => Mode::Sockets(sockets),
        };
        check_company(parsed, mode)?;
        parsed.at_most(2)?;
        let host = match parsed.free().first().map(String::as_str) {
            Some("") => return Err(bad_text(parsed, "HOST")),
            host => host.unwrap_or("localhost"),
        };
        let port = match parsed.free().get(1) {
            Some(port) => parsed.in_range("PORT", port, 1..=65_535)? as u16,
            None if mode == Mode::Parts => 10_000,
            None => 6667,
        };
        let messages = match mode {
            Mode::Parts => PARTS.map(String::from).into(),
            _ => parsed.all("message"),
        };
        let raw = parsed.has("raw") || mode == Mode::Parts;
        // No bytes are no message.
        if raw && messages.iter().any(String::is_empty) {
            return Err(bad_text(parsed, "--message"));
        }
        Ok(Self {
            host: host.into(),
            port,
            mode,
            messages,
            laps,
            raw,
            delay: Duration::from_millis(parsed.number("delay", 0..=3_600_000, 0)?),
            timeout: Duration::from_secs(parsed.number("timeout", 1..=86_400, 10)?),
            quiet: parsed.has("quiet"),
            lang: parsed.lang,
        })
    }

    /// A message as it goes over the wire.
    #[must_use]
    pub fn on_the_wire(&self, message: &[u8]) -> Vec<u8> {
        let end: &[u8] = if self.raw { b"" } else { b"\n" };
        [message, end].concat()
    }
}

/// Flags that mean nothing together are a mistake.
fn check_company(parsed: &Parsed, mode: Mode) -> Result<(), UsageError> {
    let (with, excluded, spare_messages): (_, &[&str], _) = match mode {
        Mode::Parts => ("--parts", &["once", "connections", "raw"], 0),
        Mode::Once => ("--once", &["connections", "repeat"], 1),
        Mode::Sockets(_) if parsed.has("repeat") && !parsed.has("message") => {
            return Err(parsed.error(&Line::Needs("--repeat", "--message")));
        }
        Mode::Sockets(_) => return Ok(()),
    };
    let conflict = |name: &str, value: Option<&String>| {
        let flag = format!("--{name}");
        let value = value.map_or("", String::as_str);
        parsed.error(&Line::Conflict { flag: &flag, value, with })
    };
    if let Some(message) = parsed.all("message").get(spare_messages) {
        return Err(conflict("message", Some(message)));
    }
    match excluded.iter().find(|name| parsed.has(name)) {
        Some(&name) => Err(conflict(name, parsed.all(name).first())),
        None => Ok(()),
    }
}

fn bad_text(parsed: &Parsed, flag: &str) -> UsageError {
    parsed.error(&Line::BadValue { flag, value: "", expected: Expected::Text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> Options {
        let args: Vec<_> = line.split_whitespace().map(String::from).collect();
        match Options::parse(&args) {
            Ok(Asked::Run(options)) => options,
            other => panic!("{line}: {other:?}"),
        }
    }

    fn error(args: &[&str]) -> String {
        let args: Vec<_> = ["--lang", "es"].iter().chain(args).map(|&arg| arg.into()).collect();
        match Options::parse(&args) {
            Err(error) => error,
            other => panic!("{args:?}: {other:?}"),
        }
    }

    #[test]
    fn the_default_is_the_interactive_client_of_the_coursework() {
        let options = options("");
        assert_eq!((options.host.as_str(), options.port), ("localhost", 6667));
        assert_eq!(options.mode, Mode::Sockets(1));
        assert!(options.messages.is_empty());
        assert_eq!((options.laps, options.delay), (1, Duration::ZERO));
        assert_eq!(options.timeout, Duration::from_secs(10));
        assert_eq!(options.on_the_wire(b"Hola"), b"Hola\n");
    }

    #[test]
    fn parts_are_two_sockets_on_their_own_port() {
        assert_eq!(options("--parts").port, 10_000);
        let options = options("--parts ::1 6667 --repeat 3");
        assert_eq!((options.host.as_str(), options.port, options.laps), ("::1", 6667, 3));
        assert_eq!(options.messages, PARTS);
        assert_eq!(options.on_the_wire(b"Hola"), b"Hola");
    }

    #[test]
    fn flags_may_come_after_the_address() {
        let options = options("localhost 1234 -m uno -m dos -c 3 --delay 5 --timeout 1 -q");
        assert_eq!(options.messages, ["uno", "dos"]);
        assert_eq!((options.port, options.mode, options.quiet), (1234, Mode::Sockets(3), true));
    }

    #[test]
    fn mistakes_are_named() {
        for (args, named) in [
            (&["localhost", "0"][..], "PORT: '0'"),
            (&["localhost", "http"], "PORT: 'http'"),
            (&["localhost", "1", "dos"], "'dos'"),
            (&[""], "HOST: ''"),
            (&["-c", "0"], "--connections: '0'"),
            (&["--repeat", "0", "-m", "a"], "--repeat: '0'"),
            (&["--repeat", "2"], "--repeat necesita --message"),
            (&["--once", "-m", "a", "-m", "b"], "--message 'b' no se puede usar con --once"),
            (&["--once", "-c", "2"], "--connections '2' no se puede usar con --once"),
            (&["--once", "--repeat", "2"], "--repeat '2' no se puede usar con --once"),
            (&["--once", "--parts"], "--once no se puede usar con --parts"),
            (&["--parts", "--raw"], "--raw no se puede usar con --parts"),
            (&["--parts", "-m", "a"], "--message 'a' no se puede usar con --parts"),
            (&["--raw", "-m", ""], "--message: ''"),
        ] {
            let error = error(args);
            assert!(error.contains(named), "{error}");
        }
    }
}
