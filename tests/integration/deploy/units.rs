//! systemd's units: well formed, tight, and not too tight for the server.

use super::{path, scratch, succeeds, text};
use crate::support::{Conn, Log, Process, Program, Server, have, reserved_port, within};
use nix::sys::signal::Signal;
use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::process::Command;

const SERVICE: &str = "enchufe-select.service";
const SOCKET: &str = "enchufe-select.socket";
const INSTALLED: &str = "/usr/local/bin/enchufe-select";

/// The units, with the program that was built.
fn units(test: &str) -> [PathBuf; 2] {
    let built = Program::Select.command(&[]).get_program().to_string_lossy().into_owned();
    let service = text(SERVICE);
    assert!(service.contains(INSTALLED));
    [(SERVICE, service.replace(INSTALLED, &built)), (SOCKET, text(SOCKET))]
        .map(|(name, text)| scratch(test, name, &text))
}

/// The values of a setting of the service, in order.
fn settings(name: &str) -> Vec<String> {
    let text = text(SERVICE);
    let lines = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    lines.map(String::from).collect()
}

#[test]
fn systemd_takes_them() {
    if have("systemd-analyze") {
        let said = succeeds(Command::new("systemd-analyze").arg("verify").args(units("verify")));
        assert_eq!(said, "");
    }
}

#[test]
fn they_leave_the_server_next_to_nothing() {
    if have("systemd-analyze") {
        // Tenths of the exposure that systemd computes, from 0 to 100.
        let mut analyze = Command::new("systemd-analyze");
        analyze.args(["security", "--offline=true", "--no-pager", "--threshold=10"]);
        let said = succeeds(analyze.arg(path(SERVICE)));
        assert!(said.contains("SAFE"), "{said}");
    }
}

#[test]
fn the_server_makes_no_call_that_they_refuse() {
    if !(have("systemd-socket-activate") && have("systemd-analyze") && have("strace")) {
        return;
    }
    let allowed = allowed_calls();
    let start = settings("ExecStart").concat();
    let args: Vec<_> = start.split(' ').skip(1).collect();
    let (mut server, log, addr) = activated(&args);
    // Everything that clients and operators can make it do.
    let mut conn = Conn::to(addr);
    for said in ["Hola\n", "CONEXION\n", "SALIR\n"] {
        conn.send(said);
        let _ = conn.line();
    }
    drop(conn);
    let mut many: Vec<_> = (0..100).map(|_| Conn::to(addr)).collect();
    for conn in &mut many {
        conn.send("Hola\n");
        let _ = conn.line();
    }
    server.signal(Signal::SIGUSR1);
    server.stdout.expect("clientes conectados: 100");
    server.signal(Signal::SIGTERM);
    many.iter_mut().for_each(|conn| assert!(conn.rest().contains("cerrando")));
    drop(many);
    assert_eq!(server.exit_code(), 0, "{}", server.stderr.so_far());
    log.expect(&server, "+++");
    let calls = log.calls(&server).swap_remove(0);
    let own = calls.iter().rposition(|call| call.name() == "execve").expect("it is run");
    for call in &calls[own + 1..] {
        let (name, text) = (call.name(), call.text());
        assert!(allowed.contains(name), "{text}");
        // RestrictAddressFamilies, MemoryDenyWriteExecute.
        assert!(name != "socket" || text.contains("AF_UNIX"), "{text}");
        assert!(!text.contains("PROT_WRITE|PROT_EXEC"), "{text}");
    }
    assert!(calls.iter().any(|call| call.text().contains("READY=1")), "it says that it is ready");
}

/// Behind a load balancer too.
#[test]
fn they_leave_room_for_all_clients() {
    if !have("prlimit") || !have("setpriv") {
        return;
    }
    // Root could raise the limit again.
    let mut command = Command::new("setpriv");
    let limit = settings("LimitNOFILE").concat();
    command.args(["--bounding-set=-sys_resource", "prlimit", &format!("--nofile={limit}:{limit}")]);
    let inner = Server::command(Program::Select, &["-q", "--proxy", "192.0.2.1"]);
    let server = Server::of(Process::spawn(within(command, &inner)));
    server.signal(Signal::SIGTERM);
    assert_eq!(server.exit_code(), 0);
    assert_eq!(server.stderr.all(), "");
}

/// Starts it as the units do, traced, and with a socket to notify.
fn activated(args: &[&str]) -> (Process, Log, SocketAddr) {
    let (port, reserved) = reserved_port();
    let addr = SocketAddr::from(([127, 0, 0, 1], port));
    let notified = scratch("notify", "nothing", "").with_file_name("socket");
    let _ = fs::remove_file(&notified);
    // Notifications stay in its queue.
    std::mem::forget(UnixDatagram::bind(&notified).expect("a socket"));
    let (traced, log) = Log::of(&Program::Select.command(args), "deploy-units", "all");
    let mut activate = Command::new("systemd-socket-activate");
    activate.args(["-l", &addr.to_string(), "-E", "LANG=es_ES.UTF-8", "-E"]);
    activate.arg(format!("NOTIFY_SOCKET={}", notified.display()));
    activate.arg(traced.get_program()).args(traced.get_args());
    drop(reserved);
    let mut server = Process::spawn(activate);
    server.stderr.expect("Listening on");
    // A first client, which starts the server.
    drop(Conn::to(addr));
    server.stdout.expect("escuchando en");
    (server, log, addr)
}

/// What the service's SystemCallFilter lets through.
fn allowed_calls() -> BTreeSet<String> {
    let mut allowed = BTreeSet::new();
    members("@default", &mut allowed);
    for line in settings("SystemCallFilter") {
        let mut named = BTreeSet::new();
        let words = line.strip_prefix('~').unwrap_or(&line).split(' ');
        words.for_each(|word| members(word, &mut named));
        if line.starts_with('~') {
            allowed.retain(|call| !named.contains(call));
        } else {
            allowed.append(&mut named);
        }
    }
    allowed
}

/// Adds a call, or all of a set.
fn members(name: &str, calls: &mut BTreeSet<String>) {
    if !name.starts_with('@') {
        calls.insert(name.to_owned());
        return;
    }
    let said =
        succeeds(Command::new("systemd-analyze").args(["syscall-filter", "--no-pager", name]));
    let lines = said.lines().map(str::trim).skip(1);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).for_each(|n| members(n, calls));
}
