//! What people see, in two languages: every line printed is a [`Line`], worded in `es.rs` and
//! `en.rs`. What goes over the wire is not here, and is always in Spanish: see
//! [`protocol::reply`](crate::protocol::reply).

mod en;
mod es;

use crate::clock::Stamp;
use crate::net;
use crate::sys::{Errno, SocketAddr};
use nix::sys::signal::Signal;
use nix::unistd::Pid;
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
    /// English if the locale says so, else Spanish.
    #[must_use]
    pub fn from_locale() -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(std::env::var_os)
            .find(|value| !value.is_empty())
            .unwrap_or_default();
        if locale.to_string_lossy().starts_with("en") {
            Self::En
        } else {
            Self::Es
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

    /// Words `line` in this language, without a line end.
    ///
    /// # Errors
    ///
    /// Only those of `out`.
    pub fn write(self, line: &Line<'_>, out: &mut impl fmt::Write) -> fmt::Result {
        match self {
            Self::Es => es::write(line, out),
            Self::En => en::write(line, out),
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
}

impl Program {
    /// Its name, as typed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fork => "enchufe-fork",
            Self::Select => "enchufe-select",
            Self::Client => "enchufe-client",
        }
    }
}

/// A line that a program prints. Those named `Fork…` and `Select…` are the coursework's two wordings
/// of one event.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "es.rs and en.rs say what each is")]
pub enum Line<'a> {
    // The servers: events.
    ForkSocket,
    ForkBind,
    ForkListen,
    SelectStart {
        host: &'a str,
        port: u16,
    },
    Listening(SocketAddr),
    SelectWait,
    ForkConnected(SocketAddr),
    SelectConnected(SocketAddr),
    ForkReceived {
        bytes: &'a [u8],
        peer: SocketAddr,
    },
    SelectReceived {
        bytes: &'a [u8],
        peer: SocketAddr,
    },
    ForkSending,
    SelectSending {
        bytes: &'a [u8],
        peer: SocketAddr,
    },
    SelectDrained(SocketAddr),
    ForkEnd(SocketAddr),
    SelectEnd(SocketAddr),
    Lost {
        peer: SocketAddr,
        errno: Errno,
    },
    IdleClosed(SocketAddr),
    Closed(SocketAddr),
    TooLong(SocketAddr),
    Clients(usize),
    Client {
        peer: SocketAddr,
        since: Stamp,
        seconds: u64,
        pid: Option<Pid>,
        widths: [usize; 2],
    },
    Reaped {
        pid: Pid,
        peer: SocketAddr,
        signal: Option<Signal>,
    },
    Finished(usize),
    // The servers: the operator.
    Question(usize),
    WaitingFor(usize),
    ClosingAll(usize),
    Resumed,
    Commands,
    UnknownCommand(&'a str),
    // The servers: warnings.
    Full {
        limit: usize,
        peer: SocketAddr,
    },
    NoRoom(Errno),
    NoFork {
        errno: Errno,
        peer: SocketAddr,
    },
    FewerFit {
        asked: usize,
        fit: usize,
    },
    Forced(usize),
    Suppressed(usize),
    // All programs: failures.
    Failed(&'a net::Error),
    UnknownFlag(&'a str),
    MissingValue(&'a str),
    RepeatedFlag(&'a str),
    UnwantedValue {
        flag: &'a str,
        value: &'a str,
    },
    BadValue {
        flag: &'a str,
        value: &'a str,
        expected: Expected<'a>,
    },
    Conflict {
        flag: &'a str,
        value: &'a str,
        with: &'a str,
    },
    StrayArgument(&'a str),
    TryHelp(Program),
    Help(Program),
    // The client.
}

/// What a flag's value should have been.
#[derive(Clone, Copy, Debug)]
pub enum Expected<'a> {
    /// A whole number in this range.
    Number {
        /// The least.
        min: u64,
        /// The greatest.
        max: u64,
    },
    /// One of these words.
    Word(&'a [&'a str]),
    /// Any text but the empty one.
    Text,
}
