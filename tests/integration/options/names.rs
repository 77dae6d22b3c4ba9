//! Host names: numbers, `localhost`, names in /etc/hosts, and the error for an unknown name.

use crate::support::{
    Process, Program, Server, eventually, have, reserved_port, within, write_program,
};
use std::ffi::OsStr;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const HOSTS: &str = "127.0.0.1 localhost\n127.0.0.3 casa.example casa\n";
/// No name is asked over the network; `compat` is a library, which a static glibc would load.
const NSSWITCH: &str = "hosts: compat files\n";

/// Whether the programs are linked so that they ask getent(1) about names; printed if not.
pub(super) fn ask_getent() -> bool {
    let ask = cfg!(all(target_env = "gnu", target_feature = "crt-static"));
    if !ask {
        println!("skipped: not linked statically with glibc");
    }
    ask
}

/// An empty directory.
fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a directory");
    dir
}

/// `command` with this text as its /etc/hosts, in its own mount namespace. `None`, with a message, if
/// that is not possible.
pub(super) fn with_hosts(name: &str, hosts: &str, command: &Command) -> Option<Command> {
    const MOUNT: &str = r#"
        for file in hosts nsswitch.conf; do mount --bind "$0/$file" "/etc/$file" || exit; done
        exec "$@""#;
    if !have("unshare") {
        return None;
    }
    let dir = scratch(name);
    fs::write(dir.join("hosts"), hosts).expect("a file");
    fs::write(dir.join("nsswitch.conf"), NSSWITCH).expect("a file");
    let unshare = || {
        let mut unshare = Command::new("unshare");
        unshare.args(["--map-root-user", "--mount", "sh", "-c", MOUNT]).arg(&dir);
        unshare
    };
    if !unshare().arg("true").stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        println!("skipped: no mount namespace");
        return None;
    }
    Some(within(unshare(), command))
}

/// `program`, to bind this address, or to connect to a port of it that nothing listens on.
fn command(program: Program, host: &str, port: u16) -> Command {
    match program {
        Program::Client => program.command(&["-m", "Hola", host, &port.to_string()]),
        _ => program.command(&["--bind", host, "-p", "0", "--no-greeting"]),
    }
}

/// Asserts that it fails; returns the one line that it prints.
fn failure(command: Command) -> String {
    let process = Process::spawn(command);
    assert_eq!(process.exit_code(), 1, "{}", process.stdout.so_far());
    let said = process.stderr.all();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

/// The calls with which `command` opens files and makes processes; without those of the processes.
fn calls(name: &str, command: &Command) -> Option<String> {
    let mut strace = Command::new("strace");
    strace.args([
        "-D",
        "-qq",
        "-e",
        "signal=none",
        "-e",
        "trace=/^open,/fork$,/^clone,bind,connect",
    ]);
    let process = Process::spawn(with_hosts(name, HOSTS, &within(strace, command))?);
    // By then it has resolved everything.
    eventually("it binds, connects or fails", || {
        let said = process.stderr.so_far();
        ["bind(", "connect(", "getaddrinfo ("].iter().any(|end| said.contains(end))
    });
    Some(process.stderr.so_far())
}

fn no_library_is_loaded(program: Program) {
    if !(ask_getent() && have("strace")) {
        return;
    }
    let (port, _reserved) = reserved_port();
    for (host, is_asked) in
        [("localhost", false), ("127.0.0.1", false), ("casa", true), ("nosuch.example", true)]
    {
        let name = format!("{} {host}", program.name());
        let Some(calls) = calls(&name, &command(program, host, port)) else { return };
        assert!(!calls.contains(".so"), "{calls}");
        let forks = calls.contains("fork(") || calls.contains("clone");
        assert_eq!(forks, is_asked, "{calls}");
    }
}

fn a_name_of_the_hosts_file_can_be_bound(program: Program) {
    let bind = |hosts: &str, host| {
        let name = format!("{} bind", program.name());
        let server =
            Server::of(Process::spawn(with_hosts(&name, hosts, &command(program, host, 0))?));
        server.connect().ask("Hola\n");
        Some(server.addr.ip())
    };
    let Some(casa) = bind(HOSTS, "casa.example") else { return };
    assert_eq!(casa, Ipv4Addr::new(127, 0, 0, 3));
    assert_eq!(bind(HOSTS, "localhost"), Some(Ipv4Addr::LOCALHOST.into()));
    let both = format!("{HOSTS}::1 localhost # and IPv6\n");
    let has_v6 = TcpListener::bind("[::1]:0").is_ok();
    let first = if has_v6 { IpAddr::from(Ipv6Addr::LOCALHOST) } else { Ipv4Addr::LOCALHOST.into() };
    assert_eq!(bind(&both, "localhost"), Some(first));
}

fn an_unknown_name_is_a_failure(program: Program) {
    let (port, _reserved) = reserved_port();
    let name = format!("{} unknown", program.name());
    for host in ["nosuch.example", "-nosuch", "two words"] {
        let mut command = program.command(&["-q"]);
        match program {
            Program::Client => command.args(["-m", "Hola", "--", host, &port.to_string()]),
            _ => command.args([&format!("--bind={host}"), "-p", &port.to_string()]),
        };
        let Some(command) = with_hosts(&name, HOSTS, &command) else { return };
        let said = failure(command);
        assert!(said.contains(&format!("getaddrinfo ('{host}', {port}): ")), "{said}");
        // In Spanish, as everything else.
        assert!(said.contains("nombre") || said.contains("no encuentra"), "{said}");
    }
}

fn the_scope_of_an_address_is_an_interface(program: Program) {
    let (port, _reserved) = reserved_port();
    let said = failure(command(program, "fe80::1%nosuch", port));
    assert!(said.contains("getaddrinfo ('fe80::1%nosuch', "), "{said}");
    // This is a number, of another machine.
    for scope in ["lo", "1"] {
        let host = format!("fe80::1%{scope}");
        let said = failure(command(program, &host, port));
        assert!(!said.contains("getaddrinfo"), "{said}");
    }
}

on_both_servers!(
    no_library_is_loaded,
    a_name_of_the_hosts_file_can_be_bound,
    an_unknown_name_is_a_failure,
    the_scope_of_an_address_is_an_interface,
);

mod client {
    use super::*;

    #[test]
    fn no_library_is_loaded() {
        super::no_library_is_loaded(Program::Client);
    }

    #[test]
    fn an_unknown_name_is_a_failure() {
        super::an_unknown_name_is_a_failure(Program::Client);
    }

    #[test]
    fn the_scope_of_an_address_is_an_interface() {
        super::the_scope_of_an_address_is_an_interface(Program::Client);
    }

    #[test]
    fn it_connects_to_a_name_with_sigchld_ignored() {
        let server = Server::of(Process::spawn(command(Program::Select, "127.0.0.3", 0)));
        for (disposition, host) in [("default", "casa"), ("ignore", "casa.example")] {
            let client = command(Program::Client, host, server.addr.port());
            let mut env = Command::new("env");
            env.arg(format!("--{disposition}-signal=CHLD"));
            let name = format!("client {disposition}");
            let Some(client) = with_hosts(&name, HOSTS, &within(env, &client)) else { return };
            let client = Process::spawn(client);
            assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
        }
    }

    /// The client, which finds this script as getent.
    fn with_getent(name: &str, script: &str, host: &str, port: u16) -> Command {
        let dir = scratch(name);
        write_program(&dir.join("getent"), &format!("#!/bin/sh\n{script}\n"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut client = command(Program::Client, host, port);
        client.env("PATH", [dir.as_os_str(), &path].join(OsStr::new(":")));
        client
    }

    #[test]
    fn an_older_getent_does() {
        if !ask_getent() {
            return;
        }
        let server = Server::of(Process::spawn(command(Program::Select, "127.0.0.3", 0)));
        let older = r#"[ "$1" = -i ] || exit 64
            [ "$*" = "-i -- ahosts casa" ] && echo "127.0.0.3 STREAM""#;
        let client = Process::spawn(with_getent("older getent", older, "casa", server.addr.port()));
        assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
    }

    #[test]
    fn a_getent_that_does_not_answer_is_given_up() {
        if !ask_getent() {
            return;
        }
        let (port, _reserved) = reserved_port();
        let mut client = with_getent("hung getent", "exec sleep 600", "casa", port);
        client.args(["--timeout", "1"]);
        let start = Instant::now();
        let client = Process::spawn(client);
        assert_eq!(client.exit_code(), 1);
        assert!(start.elapsed() >= Duration::from_millis(990));
        assert_eq!(client.children(), []);
        let said = client.stderr.all();
        assert!(said.contains("getaddrinfo ('casa', "), "{said}");
    }

    #[test]
    fn without_getent_numbers_and_localhost_are_known() {
        if !ask_getent() {
            return;
        }
        let (port, _reserved) = reserved_port();
        let said = |host| {
            let mut client = command(Program::Client, host, port);
            client.env("PATH", "/nonexistent");
            failure(client)
        };
        for host in ["127.0.0.1", "localhost"] {
            assert!(said(host).contains(&format!("connect ('127.0.0.1', {port})")));
        }
        let said = said("casa");
        assert!(said.contains("getent(1)") && said.contains("una dirección numérica"), "{said}");
    }
}
