//! The terminal's modes, while a line is edited and when it is not.

use super::{PROMPT, command};
use crate::support::{Process, Program, Screen, Server, eventually, foreground, terminal_modes};
use enchufe::sys::{POLLOUT, PollFd, poll};
use nix::sys::signal::{Signal, kill};
use std::fs::File;
use std::os::unix::fs::OpenOptionsExt;
use std::process::Command;
use std::time::Duration;

/// Runs the client as a job of its own, and stays to be looked at.
const AS_A_JOB: &str = "read; set -m; \"$@\"; set +m; echo fin; read";

/// A shell on a terminal that runs the client in this way.
fn shell(script: &str, server: &Server, args: &[&str]) -> Process {
    let client = command(server.addr.port(), args);
    let mut shell = Command::new("bash");
    shell.args(["-c", script, "bash"]).arg(client.get_program()).args(client.get_args());
    for (name, value) in client.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    Process::spawn_on_terminal(&shell)
}

/// Lets the shell start the client, and waits until this one edits lines. Returns the modes before.
fn starts(shell: &mut Process, prompt: &str) -> String {
    let before = terminal_modes(shell.pid());
    shell.type_line("");
    shell.stdout.expect(prompt);
    eventually("the client edits", || terminal_modes(shell.pid()) != before);
    before
}

/// Asserts that each time pastes were marked, it was undone.
fn assert_pastes_are_as_before(shell: &Process) {
    let written = shell.stdout.so_far();
    let [on, off] = ["\x1b[?2004h", "\x1b[?2004l"].map(|mark| written.matches(mark).count());
    assert!(on > 0 && on == off, "{on} {off}: {written:?}");
}

/// Whatever it ends of.
fn they_are_as_before_at_its_end(program: Program) {
    // The shell stays to be looked at, whatever signal its terminal sends.
    const SCRIPT: &str = "trap : INT QUIT; read; \"$@\"; echo fin $?; read";
    for (keys, args, code) in [
        ("\x04", &[][..], 0),
        ("salir\n", &[], 0),
        ("\x03s\n", &[], 0),
        ("\x1c", &[], 128 + Signal::SIGQUIT as i32),
        ("\x04", &["--once"], 0),
        ("\x03", &["--once"], 128 + Signal::SIGINT as i32),
        ("Hola\n", &["--once"], 0),
    ] {
        let server = Server::start(program, &["--no-greeting"]);
        let mut shell = shell(SCRIPT, &server, args);
        let before = starts(&mut shell, "Ingrese mensaje");
        for key in keys.split_inclusive('\x03') {
            shell.type_keys(key);
            if key == "\x03" && args.is_empty() {
                shell.stdout.expect("¿Cerrar");
            }
        }
        shell.stdout.expect(&format!("fin {code}\r\n"));
        assert_eq!(terminal_modes(shell.pid()), before, "{keys:?} {args:?}");
        let last = Screen::of(&shell.stdout.so_far()).lines();
        assert!(last.contains(&format!("fin {code}")), "a line of its own: {last:#?}");
        assert_pastes_are_as_before(&shell);
    }
}

/// The server ends, or a signal comes from elsewhere.
fn they_are_as_before_when_it_is_ended(program: Program) {
    for to_client in [None, Some(Signal::SIGTERM), Some(Signal::SIGHUP), Some(Signal::SIGINT)] {
        let server = Server::start(program, &["--no-greeting"]);
        let mut shell = shell(AS_A_JOB, &server, &[]);
        let before = starts(&mut shell, PROMPT);
        match to_client {
            None => server.signal(Signal::SIGKILL),
            Some(signal) => kill(foreground(shell.pid()), signal).expect("it is there"),
        }
        if to_client == Some(Signal::SIGINT) {
            shell.stdout.expect("¿Cerrar");
            shell.type_line("s");
        }
        shell.stdout.expect("fin\r\n");
        assert_eq!(terminal_modes(shell.pid()), before, "{to_client:?}");
    }
}

/// Ctrl-S has stopped its output, which goes on after it.
fn they_are_as_before_when_it_is_ended_in_mid_output(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut shell = shell(AS_A_JOB, &server, &[]);
    let before = starts(&mut shell, PROMPT);
    let client = foreground(shell.pid());
    shell.type_keys("\x13");
    let terminal = File::options()
        .write(true)
        .custom_flags(libc::O_NOCTTY)
        .open(format!("/proc/{client}/fd/1"))
        .expect("its terminal");
    let is_stopped = || poll(&mut [PollFd::new(&terminal, POLLOUT)], Some(Duration::ZERO)) == Ok(0);
    eventually("it is stopped", is_stopped);
    kill(client, Signal::SIGTERM).expect("it is there");
    // It waits for its reader now; a second one ends it all the same.
    server.stdout.expect("recibido b'SALIR\\n' ");
    kill(client, Signal::SIGTERM).expect("it is there");
    shell.stdout.expect("fin\r\n");
    assert_eq!(terminal_modes(shell.pid()), before);
    assert_pastes_are_as_before(&shell);
}

/// And the prompt comes back with what was typed.
fn a_stopped_client_leaves_the_terminal_to_the_shell(program: Program) {
    const SCRIPT: &str = "read; set -m; \"$@\"; echo parado; read; fg; echo fin; read";
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut shell = shell(SCRIPT, &server, &[]);
    let before = terminal_modes(shell.pid());
    shell.type_line("");
    shell.stdout.expect(PROMPT);
    shell.type_keys("Hla\x1b[D\x1b[D");
    let is_shown =
        |shell: &Process| Screen::of(&shell.stdout.so_far()).last() == Some(format!("{PROMPT}Hla"));
    eventually("it is shown", || is_shown(&shell));
    shell.type_keys("\x1a");
    shell.stdout.expect("parado");
    assert_eq!(terminal_modes(shell.pid()), before);
    shell.type_line("");
    eventually("the prompt is back", || is_shown(&shell));
    assert_ne!(terminal_modes(shell.pid()), before);
    shell.type_line("o");
    server.stdout.expect("recibido b'Hola\\n' ");
    shell.stdout.expect("Paso: 1");
    shell.stdout.expect(PROMPT);
    shell.type_keys("\x04");
    shell.stdout.expect("fin\r\n");
    assert_eq!(terminal_modes(shell.pid()), before);
}

/// In the background the terminal is the shell's; in the foreground, the client's.
fn a_client_in_the_background_leaves_it_alone(program: Program) {
    const SCRIPT: &str = "set -m; \"$@\" & read; fg; echo fin; read";
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut shell = shell(SCRIPT, &server, &[]);
    let before = terminal_modes(shell.pid());
    shell.stdout.expect(PROMPT);
    server.expect_clients(1);
    assert_eq!(terminal_modes(shell.pid()), before);
    assert!(!shell.stdout.so_far().contains("\x1b[?2004h"));
    shell.type_line("");
    eventually("the client edits", || terminal_modes(shell.pid()) != before);
    shell.type_line("ola\x01H");
    server.stdout.expect("recibido b'Hola\\n' ");
    shell.stdout.expect("Paso: 1");
    shell.type_keys("\x04");
    shell.stdout.expect("fin\r\n");
    assert_eq!(terminal_modes(shell.pid()), before);
}

/// It can show nothing but lines, or does not say what: it edits them itself.
fn a_dumb_terminal_edits_its_lines_itself(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    for term in ["dumb", ""] {
        let mut command = command(server.addr.port(), &[]);
        command.env("TERM", term);
        let mut client = Process::spawn_on_terminal(&command);
        client.stdout.expect(PROMPT);
        client.type_line("Holx\x7fa");
        server.stdout.expect("recibido b'Hola\\n' ");
        client.stdout.expect("Paso: 1");
        client.stdout.expect(PROMPT);
        client.type_keys("\x04");
        assert_eq!(client.exit_code(), 0);
        assert!(!client.stdout.all().contains('\x1b'));
    }
}

/// With messages of its own it does not touch the terminal.
fn a_script_leaves_it_alone(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut client = Process::spawn_on_terminal(&command(server.addr.port(), &["-m", "Hola"]));
    client.stdout.expect("cerrando socket");
    assert!(!client.stdout.all().contains("2004"));
}

on_both_servers!(
    they_are_as_before_at_its_end,
    they_are_as_before_when_it_is_ended,
    they_are_as_before_when_it_is_ended_in_mid_output,
    a_stopped_client_leaves_the_terminal_to_the_shell,
    a_client_in_the_background_leaves_it_alone,
    a_dumb_terminal_edits_its_lines_itself,
    a_script_leaves_it_alone,
);
