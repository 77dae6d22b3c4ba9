//! Much to print at once, and an output that takes it all: no line is lost. A file that must not grow
//! any further is like an output that nobody reads.

use crate::support::{Conn, Process, Program, Server, eventually, is_listening, reserved_port};
use nix::sys::signal::Signal;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

const CLIENTS: usize = 40;
const MESSAGES: usize = 2000;

/// Runs `command`, printing into a file; returns the file and where it listens.
fn printing_into(name: &str, mut command: Command) -> (Process, PathBuf, SocketAddr) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let file = File::create(&path).expect("a file");
    command.stdin(Stdio::null());
    let process = Process::spawn_into(command, file, File::open("/dev/null").expect("it is there"));
    let mut port: Option<u16> = None;
    eventually("it listens", || {
        let shown = fs::read_to_string(&path).expect("text");
        let listening = shown.split_once("escuchando en ('127.0.0.1', ");
        port = listening.and_then(|(_, rest)| rest.split_once(')')?.0.parse().ok());
        port.is_some()
    });
    (process, path, (Ipv4Addr::LOCALHOST, port.expect("a port")).into())
}

/// Every client sends this much at once, and leaves; all of it is shown.
fn every_line_reaches_a_file(program: Program) {
    let command = Server::command(program, &["--no-greeting"]);
    let (process, path, addr) = printing_into(&format!("{}.out", program.name()), command);
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(move || {
                let mut conn = Conn::to(addr);
                conn.send("Hola\n".repeat(MESSAGES));
                conn.half_close();
                conn.rest();
            });
        }
    });
    let shown = || fs::read_to_string(&path).expect("text");
    eventually("every message is shown", || {
        shown().matches("recibido b'Hola\\n'").count() == CLIENTS * MESSAGES
    });
    assert!(!shown().contains("perdidas"));
    process.signal(Signal::SIGTERM);
    assert_eq!(process.exit_code(), 0);
}

/// A write past the file size limit raises SIGXFSZ, which would end the process.
fn a_file_that_is_full_does_not_end_it(program: Program) {
    let server = Server::command(program, &["--no-greeting", "--lang", "es"]);
    let mut limited = Command::new("prlimit");
    limited.arg("--fsize=2000").arg(server.get_program()).args(server.get_args());
    let (process, path, addr) = printing_into(&format!("{}.full", program.name()), limited);
    let mut conn = Conn::to(addr);
    for _ in 0..200 {
        conn.ask("Hola\n");
    }
    assert!(fs::metadata(&path).expect("a file").len() <= 2000);
    process.signal(Signal::SIGTERM);
    drop(conn);
    assert_eq!(process.exit_code(), 0, "{}", process.stderr.so_far());
}

fn a_full_disk_does_not_end_it(program: Program) {
    let (port, _reserved) = reserved_port();
    let mut command = program.command(&["--bind", "127.0.0.1", "-p", &port.to_string()]);
    command.arg("--no-greeting").stdin(Stdio::null());
    let full = File::options().write(true).open("/dev/full").expect("it is there");
    let nothing = File::open("/dev/null").expect("it is there");
    let process = Process::spawn_into(command, full, nothing);
    eventually("it listens", || is_listening(port));
    let mut conn = Conn::to((Ipv4Addr::LOCALHOST, port).into());
    for _ in 0..200 {
        conn.ask("Hola\n");
    }
    process.signal(Signal::SIGTERM);
    assert!(conn.rest().starts_with("Servidor: cerrando, "));
    assert_eq!(process.exit_code(), 0, "{}", process.stderr.so_far());
}

on_both_servers!(
    every_line_reaches_a_file,
    a_file_that_is_full_does_not_end_it,
    a_full_disk_does_not_end_it,
);
