//! The examples: each is tested in Rust and in C in the same way, answers the same, and makes the same
//! system calls.

/// Makes two tests of each function named, one per language of the examples.
macro_rules! in_both_languages {
    ($($test:ident),+ $(,)?) => {
        mod rust {
            $(#[test]
            fn $test() {
                super::$test(crate::examples::Language::Rust);
            })+
        }
        mod c {
            $(#[test]
            fn $test() {
                if crate::support::have("cc") {
                    super::$test(crate::examples::Language::C);
                }
            })+
        }
    };
}

mod calls;
mod crowds;
mod datagrams;
mod streams;
mod unix;
mod usage;

use crate::support::{Conn, Process, compile};
use std::env::{current_exe, temp_dir};
use std::fs;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Rust,
    C,
}

impl Language {
    /// A command that runs an example in this language.
    fn command(self, example: &str, args: &[&str]) -> Command {
        let mut command = Command::new(match self {
            Self::Rust => built(example),
            Self::C => compile(&format!("examples/{example}.c")),
        });
        command.args(args).stdin(Stdio::null());
        command
    }
}

/// An example, as built by cargo for all tests, but not for `--test integration` alone.
fn built(example: &str) -> PathBuf {
    let tests = current_exe().expect("a test").parent().map(Path::to_owned).expect("deps");
    let program = tests.with_file_name("examples").join(example);
    let made = modified(&program).unwrap_or_else(|| panic!("cargo build --examples: no {example}"));
    // NAME.d lists what it was made of.
    let sources = fs::read_to_string(program.with_extension("d")).expect("a list");
    let newer = |source: &&str| modified(Path::new(source)).is_some_and(|time| time > made);
    let newer = sources.split_whitespace().skip(1).find(newer);
    assert_eq!(newer, None, "cargo build --examples: newer than {example}");
    program
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).ok()?.modified().ok()
}

/// A running server, and its address.
struct Listening {
    process: Process,
    address: String,
}

impl Listening {
    /// Starts it on a free port.
    fn start(language: Language, example: &str) -> Self {
        Self::of(language.command(example, &["127.0.0.1:0"]))
    }

    fn of(command: Command) -> Self {
        let mut process = Process::spawn(command);
        let line = process.stdout.expect_line("listening on ");
        let address = line.trim_start_matches("listening on ").to_owned();
        Self { process, address }
    }

    fn connect(&self) -> Conn {
        Conn::to(self.address.parse().expect("an address"))
    }
}

impl Deref for Listening {
    type Target = Process;
    fn deref(&self) -> &Process {
        &self.process
    }
}

impl DerefMut for Listening {
    fn deref_mut(&mut self) -> &mut Process {
        &mut self.process
    }
}

/// Sends a message, and asserts that it comes back.
fn assert_echo(conn: &mut Conn, message: &str) {
    conn.send(message);
    assert_eq!(conn.bytes(message.len()), message.as_bytes());
}

/// A path for a socket of this test, removed at its end.
struct TempPath(PathBuf);

impl TempPath {
    fn new(test: &str) -> Self {
        // Not in the target directory, whose path may be longer than the 107 bytes that fit.
        let path = temp_dir().join(format!("enchufe-{}-{test}", std::process::id()));
        let _ = fs::remove_file(&path);
        Self(path)
    }

    fn as_str(&self) -> &str {
        self.0.to_str().expect("text")
    }
}

impl Drop for TempPath {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}
