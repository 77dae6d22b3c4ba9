//! One run: which conversation, which call, what happens to it, and when.

use crate::support::Program;
use crate::table::{Row, row};
use nix::sys::signal::Signal;
use std::fmt::{self, Display, Formatter};

/// The conversation, and the program under test. Crowd: with so many clients that the select server uses
/// epoll. The client is at a terminal (interactive), or has -m, -c, --once or --parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scenario {
    Fork,
    Select,
    Crowd,
    Interactive,
    Scripted,
    Many,
    Once,
    Parts,
}

impl Scenario {
    pub(crate) const ALL: [Self; 8] = {
        use Scenario::{Crowd, Fork, Interactive, Many, Once, Parts, Scripted, Select};
        [Fork, Select, Crowd, Interactive, Scripted, Many, Once, Parts]
    };

    pub(crate) fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    pub(crate) fn program(self) -> Program {
        match self {
            Self::Fork => Program::Fork,
            Self::Select | Self::Crowd => Program::Select,
            _ => Program::Client,
        }
    }
}

/// A fault, and where. It is written as `fork:accept4:EPERM:3`: the third accept4 of the fork server fails;
/// with a `+`, so do all later ones. Each process counts its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) scenario: Scenario,
    pub(crate) call: String,
    /// An errno: the call is not made, and fails. `short`: it is not made, and returns 1, as if it had read
    /// an `x` or written a byte, which is lost. A signal: comes with the call. `delay`: the call is made
    /// late.
    pub(crate) what: String,
    pub(crate) nth: usize,
    pub(crate) lasts: bool,
}

impl Case {
    /// The case of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let parts: Vec<_> = name.split(':').collect();
        let [scenario, call, what, when] = parts[..] else { return None };
        Some(Self {
            scenario: Scenario::ALL.into_iter().find(|it| it.name() == scenario)?,
            call: call.into(),
            what: what.into(),
            nth: when.trim_end_matches('+').parse().ok()?,
            lasts: when.ends_with('+'),
        })
    }

    /// For strace's `-e inject=`.
    pub(crate) fn inject(&self) -> String {
        let Self { call, what, nth, .. } = self;
        let what = match &**what {
            // The buffer is the second argument.
            "short" if call.starts_with("re") => "retval=1:poke_exit=@arg2=78".into(),
            "short" => "retval=1".into(),
            "delay" => "delay_enter=100ms".into(),
            _ if self.signal().is_some() => format!("signal={what}"),
            errno => format!("error={errno}"),
        };
        format!("{call}:{what}:when={nth}{}", if self.lasts { "+" } else { "" })
    }

    /// Its signal, if it is one.
    pub(crate) fn signal(&self) -> Option<Signal> {
        self.what.parse().ok()
    }

    /// Its errno, if it is one.
    pub(crate) fn errno(&self) -> Option<&str> {
        self.what.starts_with('E').then_some(&*self.what)
    }

    pub(crate) fn row(&self) -> Option<&'static Row> {
        row(&self.call).ok().flatten()
    }

    /// Whether it keeps the program from printing anything.
    pub(crate) fn mutes(&self) -> bool {
        self.call == "write" && self.lasts
    }

    /// Whether it tells the program to leave.
    pub(crate) fn asks_to_leave(&self) -> bool {
        self.signal().is_some_and(|signal| signal != Signal::SIGCHLD)
    }

    /// Whether it is an error that may go unnoticed. A close that is not made leaks a descriptor.
    pub(crate) fn passes(&self) -> bool {
        let is_passing = |row: &Row| row.passing.contains(&&*self.what);
        self.call != "close" && self.row().is_some_and(is_passing)
    }
}

impl Display for Case {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { scenario, call, what, nth, lasts } = self;
        write!(f, "{}:{call}:{what}:{nth}{}", scenario.name(), if *lasts { "+" } else { "" })
    }
}
