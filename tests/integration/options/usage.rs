//! Wrong usage: exit code 2, and one line on stderr with the flag and the value.

use crate::support::{Process, Program};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

/// Runs it with these arguments; returns the error, in Spanish.
fn complaint(program: Program, args: &[&str]) -> String {
    complaints(program.name(), || program.command(args))
}

/// One line that begins with the program's name and ends with where to read on, whatever the language of the
/// command is.
fn complaints(name: &str, command: impl Fn() -> Command) -> String {
    let [spanish, _] = [("es_ES.UTF-8", "pruebe"), ("en_US.UTF-8", "try")].map(|(lang, hint)| {
        let mut command = command();
        command.env("LANG", lang);
        let process = Process::spawn(command);
        let said = process.stderr.all();
        assert_eq!(process.exit_code(), 2, "{said}");
        assert_eq!(process.stdout.all(), "", "{said}");
        let what = said
            .strip_prefix(&format!("{name}: "))
            .and_then(|said| said.strip_suffix(&format!("; {hint} '{name} --help'\n")));
        assert!(what.is_some_and(|what| !what.is_empty() && !what.contains('\n')), "{said}");
        said
    });
    spanish
}

/// A locale, and whether what is said in it is in Spanish.
type Locale = (&'static [(&'static str, &'static str)], bool);

#[test]
fn the_locale_says_in_which_language() {
    let locales: [Locale; 15] = [
        (&[], true),
        (&[("LANG", "")], true),
        (&[("LC_ALL", ""), ("LC_MESSAGES", ""), ("LANG", "")], true),
        (&[("LANG", "es_ES.UTF-8")], true),
        (&[("LANG", "es")], true),
        (&[("LANG", "en_US.UTF-8")], false),
        (&[("LANG", "de_DE.UTF-8")], false),
        (&[("LANG", "C")], false),
        (&[("LANG", "POSIX")], false),
        (&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")], false),
        (&[("LC_ALL", "C.UTF-8"), ("LANG", "es_ES.UTF-8")], false),
        (&[("LC_ALL", "es_MX"), ("LC_MESSAGES", "en_US"), ("LANG", "en_US")], true),
        (&[("LC_ALL", ""), ("LC_MESSAGES", "es_AR"), ("LANG", "en_US")], true),
        (&[("LC_MESSAGES", "POSIX"), ("LANG", "es_ES")], false),
        (&[("LC_CTYPE", "en_US"), ("LANGUAGE", "en")], true),
    ];
    let trace = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_enchufe-trace"));
        command.env_clear();
        command
    };
    for (variables, is_spanish) in locales {
        let commands = Program::ALL.map(|program| program.command(&[]));
        for mut command in commands.into_iter().chain([trace()]) {
            command.arg("-Z").envs(variables.iter().copied());
            let process = Process::spawn(command);
            let said = process.stderr.all();
            assert_eq!(said.contains("desconocida"), is_spanish, "{variables:?}: {said}");
            assert_eq!(said.contains("unknown"), !is_spanish, "{variables:?}: {said}");
        }
    }
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

const COMMON: [(&[&str], &[&str]); 6] = [
    (&["--colores"], &["--colores"]),
    (&["-Z"], &["-Z"]),
    (&["--quiet=sí"], &["--quiet", "sí"]),
    (&["--lang"], &["--lang"]),
    (&["--lang=de"], &["--lang", "de"]),
    (&["-q", "-q"], &["--quiet"]),
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
    let said = complaints(program.name(), || {
        let mut command = program.command(&["--port"]);
        command.arg(OsStr::from_bytes(b"\xff6667"));
        command
    });
    assert!(said.contains("6667"), "{said}");
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

    #[test]
    fn flags_that_mean_nothing_together_are_refused() {
        refused(
            Client,
            &[
                (&["--repeat", "2"], &["--repeat necesita --message"]),
                (&["--once", "--parts"], &["--once", "--parts"]),
                (&["--once", "-c", "2"], &["--once", "--connections '2'"]),
                (&["--once", "-m", "a", "-m", "b"], &["--once lleva un solo --message", "'b'"]),
                (&["--raw", "-m", ""], &["--message: ''"]),
                (&[":80"], &["SERVIDOR: ''"]),
            ],
        );
    }
}

mod trace {
    use super::{COMMON, complaints};
    use std::process::{Command, Stdio};

    #[test]
    fn each_mistake_is_named() {
        let own: &[(&[&str], &[&str])] = &[
            (&[], &["falta REGISTRO"]),
            (&["--"], &["-- necesita ORDEN"]),
            (&["-o"], &["-o"]),
            (&["a.log", "-o", ""], &["--output: ''"]),
            (&["a.log", "--", "ls"], &["argumento de más: 'a.log'"]),
            (&["a.log", "--pid", "0"], &["--pid: '0'"]),
            (&["a.log", "--port", "65536"], &["--port: '65536'"]),
            (&["a.log", "--from", "mañana"], &["--from: 'mañana'", "HH:MM:SS[,fracción]"]),
            (&["a.log", "--check", "--json"], &["--check", "--json"]),
            (&["a.log", "--live", "--to", "3"], &["--to", "--live"]),
        ];
        for (args, words) in own.iter().chain(&COMMON) {
            let said = complaints("enchufe-trace", || {
                let mut command = Command::new(env!("CARGO_BIN_EXE_enchufe-trace"));
                command.args(*args).stdin(Stdio::null()).env_remove("LC_ALL");
                command.env_remove("LC_MESSAGES");
                command
            });
            for word in *words {
                assert!(said.contains(word), "{args:?}: no {word} in {said}");
            }
        }
    }
}
