//! Wrong usage: exit code 2, and one line on stderr with the flag and the value.

use crate::support::{Process, Program};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

/// Runs it with these arguments; returns the error.
fn complaint(program: Program, args: &[&str]) -> String {
    let process = Process::spawn(program.command(args));
    assert_eq!(process.exit_code(), 2, "{} {args:?}", program.name());
    assert_eq!(process.stdout.all(), "", "{} {args:?}", program.name());
    let said = process.stderr.all();
    assert_eq!(said.lines().count(), 1, "{args:?}: {said}");
    assert!(said.ends_with('\n'), "{args:?}: {said}");
    said
}

/// Each command line must be refused with all these words.
fn refused(program: Program, cases: &[(&[&str], &[&str])]) {
    for (args, words) in cases {
        let said = complaint(program, args);
        for word in *words {
            assert!(said.contains(word), "{args:?}: no {word} in {said}");
        }
    }
}

const NUMBERS: [&str; 9] = [
    "--port",
    "--backlog",
    "--max-clients",
    "--max-per-ip",
    "--silence",
    "--delay",
    "--idle",
    "--keepalive",
    "--grace",
];

fn a_number_must_be_one(program: Program) {
    for flag in NUMBERS {
        for value in ["muchos", "-1", "1.5", "99999999999999999999", "0x10"] {
            let said = complaint(program, &[&format!("{flag}={value}")]);
            assert!(said.contains(flag) && said.contains(value), "{said}");
        }
        let said = complaint(program, &[flag, ""]);
        assert!(said.contains(flag), "{said}");
    }
    refused(
        program,
        &[
            (&["-p", "65536"], &["-p", "65536"]),
            (&["--port", "65536"], &["--port", "65536"]),
            (&["-n", "x"], &["-", "n", "x"]),
        ],
    );
}

fn a_word_must_be_known(program: Program) {
    refused(
        program,
        &[
            (&["--reply", "xml"], &["--reply", "xml"]),
            (&["--on-exit", "quizás"], &["--on-exit", "quizás"]),
            (&["--lang", "fr"], &["--lang", "fr"]),
        ],
    );
}

fn a_network_must_be_one(program: Program) {
    for value in ["", "red", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "::1/127", "::1/129"] {
        let expected =
            format!("valor no válido de --proxy: '{value}'; se esperaba una dirección, o una red ");
        for args in [&["--proxy", value][..], &["--proxy", "10.0.0.0/8", "--proxy", value]] {
            let said = complaint(program, args);
            assert!(said.contains(&expected), "{said}");
        }
    }
}

fn a_value_must_be_there(program: Program) {
    let others = ["--bind", "--proxy", "--reply", "--on-exit", "--lang"];
    for flag in NUMBERS.iter().chain(&others) {
        let said = complaint(program, &[flag]);
        assert!(said.contains(flag), "{said}");
    }
    refused(program, &[(&["-b"], &["-b"]), (&["-q", "-p"], &["-p"])]);
}

const COMMON: [(&[&str], &[&str]); 5] = [
    (&["--colores"], &["--colores"]),
    (&["-Z"], &["-Z"]),
    (&["--quiet=sí"], &["--quiet", "sí"]),
    (&["--lang"], &["--lang"]),
    (&["--lang=de"], &["--lang", "de"]),
];

fn unknown_flags_are_named(program: Program) {
    refused(program, &COMMON);
}

fn stray_arguments_are_named(program: Program) {
    refused(
        program,
        &[
            (&["sobra"], &["sobra"]),
            (&["-q", "6667"], &["6667"]),
            (&["--", "--quiet"], &["--quiet"]),
        ],
    );
}

fn bytes_that_are_no_text_are_refused_too(program: Program) {
    let mut command = program.command(&["--port"]);
    command.arg(OsStr::from_bytes(b"\xff6667"));
    let process = Process::spawn(command);
    assert_eq!(process.exit_code(), 2);
    let said = process.stderr.all();
    assert!(said.contains("6667") && said.lines().count() == 1, "{said}");
}

on_both_servers!(
    a_number_must_be_one,
    a_word_must_be_known,
    a_network_must_be_one,
    a_value_must_be_there,
    unknown_flags_are_named,
    stray_arguments_are_named,
    bytes_that_are_no_text_are_refused_too,
);

mod client {
    use super::{COMMON, complaint, refused};
    use crate::support::Program::Client;

    #[test]
    fn unknown_flags_are_named() {
        refused(Client, &COMMON);
        // Flags of the servers.
        refused(Client, &[(&["--port", "6667"], &["--port"])]);
    }

    #[test]
    fn a_number_must_be_one() {
        for flag in ["--connections", "--repeat", "--delay", "--timeout"] {
            for value in ["muchos", "-1", "99999999999999999999"] {
                let said = complaint(Client, &["-m", "Hola", &format!("{flag}={value}")]);
                assert!(said.contains(flag) && said.contains(value), "{said}");
            }
        }
        refused(Client, &[(&["-c", "0"], &["0"])]);
    }

    #[test]
    fn a_value_must_be_there() {
        for flag in ["-m", "--message", "-c", "--repeat", "--delay", "--timeout"] {
            let said = complaint(Client, &[flag]);
            assert!(said.contains(flag), "{said}");
        }
    }

    #[test]
    fn host_and_port_are_all_there_is() {
        refused(
            Client,
            &[
                (&["localhost", "puerto"], &["puerto"]),
                (&["localhost", "65536"], &["65536"]),
                (&["localhost", "6667", "sobra"], &["sobra"]),
            ],
        );
    }
}
