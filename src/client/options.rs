//! The client's command line.

use crate::options::FlagKind::{Nothing, Number, Texts};
use crate::options::{Asked, Both, Parsed, Usage, UsageError, flag, heading, parse, value};
use crate::screen::{Lang, Line, Program};
use std::time::Duration;

/// What the client was asked to do.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Which of the coursework's clients it is.
    pub mode: Mode,
    /// The messages to send; if there are none, they are asked for.
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
    /// The language of what is printed.
    pub lang: Lang,
}

/// Which of the coursework's clients this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The simple one: one message, no reply.
    Once,
    /// Every message on each of this many sockets.
    Sockets(usize),
    /// Two sockets, three messages without a newline.
    Parts,
}

/// The messages of [`Mode::Parts`].
const PARTS: [&str; 3] = ["Este mensaje ", "es enviado ", "en partes."];

/// The client's flags.
pub(crate) fn usage() -> Usage {
    Usage {
        program: Program::Client,
        what: Both {
            es: "Cliente: interactivo, con los mensajes dados o con muchos sockets a la vez.",
            en: "Client: interactive, with the messages given, or with many sockets at once.",
        },
        arguments: Both {
            es: "[SERVIDOR [PUERTO] | SERVIDOR:PUERTO]",
            en: "[HOST [PORT] | HOST:PORT]",
        },
        rows: vec![
            heading("Mensajes", "Messages"),
            flag("m", "message", Texts(value::TEXT)).help(
                "envía esto en vez de preguntar; se puede repetir",
                "send this instead of asking; may be repeated",
            ),
            flag("", "raw", Nothing)
                .help("envía los mensajes sin fin de línea", "send messages without a line end"),
            flag("", "repeat", Number(value::N, 1..=1_000_000, 1)).help(
                "envía los mensajes N veces, con un contador",
                "send the messages N times, with a counter",
            ),
            flag("", "delay", Number(value::MILLISECONDS, 0..=3_600_000, 0))
                .help("espera entre mensajes", "wait between messages"),
            flag("", "timeout", Number(value::SECONDS, 1..=86_400, 10)).help(
                "se rinde si una respuesta tarda tanto",
                "give up when a reply takes this long",
            ),
            heading("Conexiones", "Connections"),
            flag("c", "connections", Number(value::N, 1..=10_000, 1)).help(
                "N sockets a la vez, cada mensaje por todos ellos",
                "N sockets at once, each message on all of them",
            ),
            flag("", "parts", Nothing).help(
                "dos sockets y tres mensajes sin fin de línea, puerto 10000",
                "two sockets and three unterminated messages, port 10000",
            ),
            flag("", "once", Nothing).help(
                "se conecta, envía un mensaje y cierra, sin mostrar la respuesta",
                "connect, send one message and close; show no reply",
            ),
            heading("En pantalla", "Output"),
            flag("q", "quiet", Nothing).help(
                "solo respuestas, preguntas, avisos y errores",
                "only replies, questions, warnings and errors",
            ),
        ],
        closing: Both {
            es: "Por omisión, SERVIDOR es localhost y PUERTO, 6667. SALIR y Ctrl-D terminan, Ctrl-C pregunta; el servidor dice cuánto duró la conexión.",
            en: "By default HOST is localhost and PORT is 6667. SALIR and Ctrl-D leave, Ctrl-C asks; the server says how long the connection lasted.",
        },
    }
}

impl ClientOptions {
    /// Parses the arguments.
    ///
    /// # Errors
    ///
    /// Wrong usage, in words.
    pub fn parse(args: &[String]) -> Result<Asked<Self>, UsageError> {
        parse(usage(), args, Self::from_parsed)
    }

    fn from_parsed(parsed: &Parsed) -> Result<Self, UsageError> {
        let sockets = parsed.number("connections")? as usize;
        let laps = parsed.number("repeat")?;
        let mode = match (parsed.has("parts"), parsed.has("once")) {
            (true, _) => Mode::Parts,
            (false, true) => Mode::Once,
            (false, false) => Mode::Sockets(sockets),
        };
        check_company(parsed, mode)?;
        let (host, port) = parsed.free().first().map_or(("localhost", None), |host| split(host));
        if host.is_empty() {
            return Err(bad_text(parsed, value::HOST.of(parsed.lang)));
        }
        parsed.at_most(if port.is_some() { 1 } else { 2 })?;
        let port = match port.or(parsed.free().get(1).map(String::as_str)) {
            Some(port) => parsed.in_range(value::PORT.of(parsed.lang), port, &(1..=65_535))? as u16,
            None if mode == Mode::Parts => 10_000,
            None => 6667,
        };
        let messages = match mode {
            Mode::Parts => PARTS.map(String::from).into(),
            _ => parsed.all("message"),
        };
        let raw = parsed.has("raw") || mode == Mode::Parts;
        // An empty message cannot be sent without a newline.
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
            delay: Duration::from_millis(parsed.number("delay")?),
            timeout: Duration::from_secs(parsed.number("timeout")?),
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

/// The host of `HOST`, `HOST:PORT` or `[IPv6]:PORT`, and the port if it is there.
fn split(host: &str) -> (&str, Option<&str>) {
    let bracketed = host.strip_prefix('[').and_then(|host| host.split_once(']'));
    match (bracketed, host.split_once(':')) {
        (Some((address, "")), _) => (address, None),
        (Some((address, port)), _) if port.starts_with(':') => (address, Some(&port[1..])),
        // With another colon it is an IPv6 address.
        (None, Some((name, port))) if !port.contains(':') => (name, Some(port)),
        _ => (host, None),
    }
}

/// Rejects flags that make no sense together.
fn check_company(parsed: &Parsed, mode: Mode) -> Result<(), UsageError> {
    let (with, excluded): (_, &[&str]) = match mode {
        Mode::Parts => ("--parts", &["message", "once", "connections", "raw"]),
        Mode::Once => ("--once", &["connections", "repeat"]),
        Mode::Sockets(_) if parsed.has("repeat") && !parsed.has("message") => {
            return Err(parsed.error(&Line::Needs { flag: "--repeat", needed: "--message" }));
        }
        Mode::Sockets(_) => return Ok(()),
    };
    if let Some(&name) = excluded.iter().find(|name| parsed.has(name)) {
        let flag = &format!("--{name}");
        return Err(parsed.error(&match parsed.all(name).first() {
            None => Line::Conflict { flag, with },
            Some(value) => Line::ConflictOf { flag, value, with },
        }));
    }
    match parsed.all("message").get(1) {
        Some(value) => Err(parsed.error(&Line::TakesOne { flag: with, one: "--message", value })),
        None => Ok(()),
    }
}

fn bad_text(parsed: &Parsed, flag: &str) -> UsageError {
    parsed.error(&Line::BadText { flag })
}

#[cfg(test)]
mod tests;
