//! `--help`, `--version`, `--lang`, `--quiet`: what is shown, and in which language.

use crate::support::{Process, Program, Server};

/// Runs it to its end, with exit code 0; returns what it printed.
fn printed(program: Program, args: &[&str]) -> String {
    let process = Process::spawn(program.command(args));
    assert_eq!(process.exit_code(), 0, "{}", process.stderr.so_far());
    assert_eq!(process.stderr.all(), "");
    process.stdout.all()
}

const SERVER_FLAGS: &str = "-b --bind -p --port --backlog -n --max-clients --max-per-ip --reply \
    --greeting --no-greeting --silence --delay --idle --keepalive --on-exit --grace -q --quiet --lang -h \
    --help -V --version";
const CLIENT_FLAGS: &str = "-m --message -c --connections --parts --once --raw --repeat --delay \
    --timeout -q --quiet --lang -h --help -V --version";

#[test]
fn help_is_one_screen_with_every_flag() {
    for program in Program::ALL {
        for args in [&["--help"][..], &["-h"], &["--help", "--lang", "en"]] {
            let help = printed(program, args);
            assert!(help.contains(program.name()), "{help}");
            assert!(help.lines().count() <= 50, "{help}");
            for line in help.lines() {
                assert!(line.chars().count() <= 80, "too wide: {line}");
            }
            let flags = match program {
                Program::Client => CLIENT_FLAGS,
                _ => SERVER_FLAGS,
            };
            for flag in flags.split_whitespace() {
                assert!(help.contains(flag), "no {flag} in {help}");
            }
        }
    }
}

#[test]
fn help_is_in_the_language_asked_for() {
    for program in Program::ALL {
        let es = printed(program, &["--help"]);
        assert_eq!(printed(program, &["--help", "--lang", "es"]), es);
        assert_ne!(printed(program, &["--help", "--lang", "en"]), es);
    }
}

#[test]
fn version_is_the_name_and_the_version() {
    for program in Program::ALL {
        let expected = format!("{} {}\n", program.name(), env!("CARGO_PKG_VERSION"));
        assert_eq!(printed(program, &["--version"]), expected);
        assert_eq!(printed(program, &["-V", "--lang", "en"]), expected);
    }
}

/// Everything that a server, started with these variables and arguments, prints about one client.
fn session(program: Program, variables: &[(&str, &str)], args: &[&str]) -> String {
    let mut command = Server::command(program, args);
    command.envs(variables.iter().copied());
    let server = Server::of(Process::spawn(command));
    let mut conn = server.connect();
    conn.send("Hola\n");
    conn.half_close();
    conn.rest();
    server.stop()
}

fn is_english(printed: &str) -> bool {
    let english = printed.contains("\nlistening on ('127.0.0.1', ")
        && printed.contains("\nconnected clients: 1\n")
        && printed.ends_with("\nserver finished: 1 client served\n");
    let spanish = printed.contains("\nescuchando en ('127.0.0.1', ")
        && printed.contains("\nclientes conectados: 1\n")
        && printed.ends_with("\nservidor finalizado: 1 cliente atendido\n");
    assert_ne!(english, spanish, "{printed}");
    english
}

fn the_language_is_asked_for(program: Program) {
    assert!(is_english(&session(program, &[], &["--lang", "en"])));
    assert!(!is_english(&session(program, &[], &["--lang", "es"])));
    let english = [("LANG", "en_US.UTF-8")];
    assert!(!is_english(&session(program, &english, &["--lang", "es"])));
}

fn the_locale_says_which_language(program: Program) {
    for (variables, english) in [
        (&[("LANG", "en_US.UTF-8")][..], true),
        (&[("LANG", "en_GB")], true),
        (&[("LC_ALL", "en_US.UTF-8"), ("LANG", "es_VE.UTF-8")], true),
        (&[("LC_ALL", "es_VE.UTF-8"), ("LANG", "en_US.UTF-8")], false),
        (&[("LC_ALL", "C"), ("LANG", "es_ES.UTF-8")], true),
        (&[("LC_ALL", ""), ("LC_MESSAGES", "es"), ("LANG", "en_US.UTF-8")], false),
        (&[("LC_MESSAGES", "en_US.UTF-8"), ("LANG", "es_ES.UTF-8")], true),
        (&[("LANG", "C.UTF-8")], true),
        (&[("LANG", "POSIX")], true),
        (&[("LANG", "de_DE.UTF-8")], true),
        (&[("LANG", "")], false),
        (&[], false),
    ] {
        assert_eq!(is_english(&session(program, variables, &[])), english);
    }
}

fn the_wire_is_always_in_spanish(program: Program) {
    let server = Server::start(program, &["--lang", "en", "--greeting"]);
    let mut conn = server.connect();
    assert_eq!(conn.line(), "Servidor: Conectado con cliente\n");
}

fn quiet_prints_only_the_listening_line(program: Program) {
    let server = Server::start(program, &["-q"]);
    let listening = server.listening.clone() + "\n";
    assert!(listening.starts_with("escuchando en ('127.0.0.1', "));
    let mut conn = server.connect();
    conn.send("Hola\nSALIR\n");
    conn.half_close();
    conn.rest();
    assert_eq!(server.stop(), listening);
}

on_both_servers!(
    the_language_is_asked_for,
    the_locale_says_which_language,
    the_wire_is_always_in_spanish,
    quiet_prints_only_the_listening_line,
);
