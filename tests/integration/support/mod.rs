//! What every test needs: programs started on a free port, their output, deadlines, sockets, and the
//! certainty that nothing that a test started outlives it.

mod conn;
mod guard;
mod output;
mod process;
mod reply;
mod screen;
mod server;
mod strace;
mod system;

pub(crate) use conn::Conn;
pub(crate) use output::Output;
pub(crate) use process::Process;
pub(crate) use reply::{Reply, utc_now};
pub(crate) use screen::Screen;
pub(crate) use server::Server;
pub(crate) use strace::{Log, compile};
pub(crate) use system::{
    any_listens, foreground, group_members, have, is_listening, listeners_of, processor_time,
    reserved_port, state, terminal_modes, write_program,
};

use std::env;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up. Nothing should take a tenth of it.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// The programs under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    Fork,
    Select,
    Client,
}

impl Program {
    pub(crate) const ALL: [Self; 3] = [Self::Fork, Self::Select, Self::Client];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fork => "enchufe-fork",
            Self::Select => "enchufe-select",
            Self::Client => "enchufe-client",
        }
    }

    /// The program built with these tests, or the one in `ENCHUFE_BIN`; run by `ENCHUFE_RUN`, an emulator, if
    /// it is for another machine.
    fn built(self) -> Command {
        let built = match self {
            Self::Fork => env!("CARGO_BIN_EXE_enchufe-fork"),
            Self::Select => env!("CARGO_BIN_EXE_enchufe-select"),
            Self::Client => env!("CARGO_BIN_EXE_enchufe-client"),
        };
        let dir = env::var_os("ENCHUFE_BIN").map(PathBuf::from);
        let program = dir.map_or_else(|| built.into(), |dir| dir.join(self.name()));
        let Some(emulator) = env::var_os("ENCHUFE_RUN") else {
            return Command::new(program);
        };
        let mut command = Command::new(emulator);
        command.arg(program);
        command
    }

    /// The program with no terminal, no locale, no supervisor, and in UTC, whatever the machine has.
    pub(crate) fn command(self, args: &[&str]) -> Command {
        let mut command = self.built();
        command.args(args).stdin(Stdio::null()).env("TZ", "UTC");
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("LC_")
                || ["LANG", "LANGUAGE", "NO_COLOR", "NOTIFY_SOCKET"].contains(&&*name)
            {
                command.env_remove(name);
            }
        }
        command
    }
}

/// A program that runs another: `outer`, with `inner` as its last arguments. Its standard input is empty.
pub(crate) fn within(mut outer: Command, inner: &Command) -> Command {
    outer.arg(inner.get_program()).args(inner.get_args()).stdin(Stdio::null());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => outer.env(name, value),
            None => outer.env_remove(name),
        };
    }
    outer
}

/// The outcome of a blocking call. If the machine is suspended, or the tests are stopped and continued, the
/// call is made again.
pub(crate) fn uninterrupted<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

/// Polls until `ready`; the last resort if there is no line or byte to wait for.
pub(crate) fn eventually(what: &str, mut ready: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !ready() {
        assert!(Instant::now() < deadline, "it never came to this: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Makes two tests of each function named, one per server; it takes the server's program.
macro_rules! on_both_servers {
    ($($test:ident),+ $(,)?) => {
        mod fork {
            $(#[test]
            fn $test() {
                super::$test(crate::support::Program::Fork);
            })+
        }
        mod select {
            $(#[test]
            fn $test() {
                super::$test(crate::support::Program::Select);
            })+
        }
    };
}
