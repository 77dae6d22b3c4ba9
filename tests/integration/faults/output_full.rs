//! Standard output cannot be written to: the client says so, and does not go on as if nothing had
//! happened.

use super::own_server::{answer_all, failure, serving};
use crate::support::{Process, Program, within};
use nix::sys::signal::Signal;
use nix::sys::wait::WaitStatus;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

fn full_disk() -> File {
    OpenOptions::new().write(true).open("/dev/full").expect("it is there")
}

/// A program with empty input, whose standard output is this.
fn writing_to(stdout: impl Into<Stdio>, command: Command) -> Process {
    Process::spawn_into(command, stdout, io::empty())
}

fn client(args: &[&str]) -> Command {
    let (port, _) = serving(answer_all);
    Program::Client.command(&[args, &["127.0.0.1", &port]].concat())
}

const NO_SPACE: &str =
    "write stdout: ENOSPC: No space left on device (no queda espacio en el dispositivo)";

#[test]
fn a_full_disk() {
    for args in [
        &["-m", "uno"][..],
        &["-q", "-m", "uno"],
        &["-q", "-m", "uno", "--delay", "3600000", "-m", "dos"],
        &["-q"],
        &["--parts"],
        &["--once", "-m", "uno"],
        &["-q", "--once"],
    ] {
        let said = failure(&writing_to(full_disk(), client(args)));
        assert_eq!(said, NO_SPACE, "{args:?}");
    }
}

#[test]
fn the_help_of_each_program() {
    for program in Program::ALL {
        for flag in ["--help", "--version"] {
            let said = failure(&writing_to(full_disk(), program.command(&[flag])));
            assert_eq!(said, NO_SPACE, "{program:?} {flag}");
        }
    }
}

/// As `head -1` does.
#[test]
fn a_reader_that_has_read_enough() {
    let (reader, writer) = io::pipe().expect("a pipe");
    let client = writing_to(writer, client(&["--repeat", "1000000", "-q", "-m", "uno"]));
    BufReader::new(reader).read_line(&mut String::new()).expect("a line");
    assert_eq!(failure(&client), "write stdout: EPIPE: Broken pipe (tubería rota)");
}

/// It ends as other programs do that print and nothing else: without a word.
#[test]
fn a_reader_that_has_read_enough_of_the_help() {
    for program in Program::ALL {
        let (reader, writer) = io::pipe().expect("a pipe");
        drop(reader);
        let client = writing_to(writer, program.command(&["--help"]));
        let ended = client.ended();
        assert!(matches!(ended, WaitStatus::Signaled(_, Signal::SIGPIPE, _)), "{ended:?}");
        assert_eq!(client.stderr.all(), "");
    }
}

/// Its signal, SIGXFSZ, would end the client without a word.
#[test]
fn the_limit_of_a_file_s_size() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("output.limited");
    let client = client(&["--repeat", "1000", "-q", "-m", "uno"]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -f 1; exec \"$@\"", "sh"]);
    let client = writing_to(File::create(&path).expect("a file"), within(shell, &client));
    assert_eq!(failure(&client), "write stdout: EFBIG: File too large (archivo demasiado grande)");
    let written = fs::metadata(path).expect("a file").len();
    assert!([512, 1024].contains(&written), "{written} bytes: a block of the shell's");
}
