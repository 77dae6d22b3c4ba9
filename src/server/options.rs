//! The servers' command line.

use crate::options::{Asked, Parsed, UsageError, common, parse};
use crate::protocol::session::Rules;
use crate::text::{Lang, Program};
use std::io::{IsTerminal, stdin};
use std::time::Duration;

/// What SIGINT does while clients are connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnExit {
    /// Ask the operator.
    Ask,
    /// Close them.
    Close,
    /// Wait until the last one leaves.
    Wait,
}

/// What a server was asked to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// Which server.
    pub program: Program,
    /// Address or name to bind; `None` for the default.
    pub bind: Option<String>,
    /// 0 picks a free port.
    pub port: u16,
    /// For listen(2).
    pub backlog: i32,
    /// Most clients at once.
    pub max_clients: usize,
    /// Most clients of one address at once; 0 for no limit.
    pub max_per_ip: usize,
    /// How messages are found and answered.
    pub rules: Rules,
    /// Whether a client is greeted.
    pub greeting: bool,
    /// Wait before each reply.
    pub delay: Duration,
    /// Close a client that is silent this long.
    pub idle: Option<Duration>,
    /// What SIGINT does.
    pub on_exit: OnExit,
    /// How long closing may take.
    pub grace: Duration,
    /// Only the listening line, the prompt, warnings and errors.
    pub quiet: bool,
    /// What is printed, in this language.
    pub lang: Lang,
}

const DAY: u64 = 86_400;
const HOUR_MS: u64 = 3_600_000;
const MILLION: u64 = 1_000_000;

impl Options {
    /// Parses the arguments of `program`, `Fork` or `Select`.
    ///
    /// # Errors
    ///
    /// Wrong usage, in words.
    pub fn parse(program: Program, args: &[String]) -> Result<Asked<Self>, UsageError> {
        let mut flags = getopts::Options::new();
        flags.optopt("b", "bind", "", "").optopt("p", "port", "", "").optopt("", "backlog", "", "");
        flags.optopt("n", "max-clients", "", "").optopt("", "max-per-ip", "", "");
        flags.optopt("", "reply", "", "").optopt("", "silence", "", "").optopt("", "delay", "", "");
        flags.optflagmulti("", "greeting", "").optflagmulti("", "no-greeting", "");
        flags.optopt("", "idle", "", "").optopt("", "on-exit", "", "").optopt("", "grace", "", "");
        common(&mut flags);
        match parse(&flags, program, args)? {
            Asked::Print(text) => Ok(Asked::Print(text)),
            Asked::Run(parsed) => Self::from_parsed(program, &parsed).map(Asked::Run),
        }
    }

    fn from_parsed(program: Program, parsed: &Parsed) -> Result<Self, UsageError> {
        let (port, max_clients, greeting) = match program {
            Program::Select => (10_000, 10_000, false),
            _ => (6667, 1000, true),
        };
        parsed.at_most(0)?;
        let idle = parsed.number("idle", 0..=365 * DAY, 0)?;
        let on_exit = match parsed.word("on-exit", &["ask", "close", "wait"])?.as_deref() {
            Some("ask") => OnExit::Ask,
            Some("wait") => OnExit::Wait,
            None if stdin().is_terminal() => OnExit::Ask,
            _ => OnExit::Close,
        };
        Ok(Self {
            program,
            bind: parsed.text("bind")?,
            port: parsed.number("port", 0..=65_535, port)? as u16,
            backlog: parsed.number("backlog", 0..=65_535, 1024)? as i32,
            max_clients: parsed.number("max-clients", 1..=MILLION, max_clients)? as usize,
            max_per_ip: parsed.number("max-per-ip", 0..=MILLION, 0)? as usize,
            rules: Rules {
                echo: parsed.word("reply", &["time", "echo"])?.as_deref() == Some("echo"),
                silence: Duration::from_millis(parsed.number("silence", 0..=HOUR_MS, 50)?),
            },
            greeting: parsed.last_of("greeting", "no-greeting").unwrap_or(greeting),
            delay: Duration::from_millis(parsed.number("delay", 0..=HOUR_MS, 0)?),
            idle: (idle > 0).then(|| Duration::from_secs(idle)),
            on_exit,
            grace: Duration::from_secs(parsed.number("grace", 0..=DAY, 5)?),
            quiet: parsed.has("quiet"),
            lang: parsed.lang,
        })
    }
}
