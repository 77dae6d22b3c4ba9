//! sd_notify(3): the supervisor is told that the server is ready, how many clients there are, and that it
//! leaves.

use crate::support::{Process, Program, Server, uninterrupted};
use enchufe::sys::{self, AF_UNIX, MSG_DONTWAIT, SOCK_DGRAM};
use nix::sys::signal::Signal;
use std::io::ErrorKind;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::PathBuf;
use std::process::{self, Command};
use std::time::{Duration, Instant};

/// A supervisor's socket, and its name.
struct Supervisor {
    socket: UnixDatagram,
    name: String,
    path: Option<PathBuf>,
}

impl Supervisor {
    /// A socket with an abstract name.
    fn new(what: &str, program: Program) -> Self {
        let name = format!("enchufe.{what}.{}.{}", program.name(), process::id());
        let addr = SocketAddr::from_abstract_name(&name).expect("a name");
        let socket = UnixDatagram::bind_addr(&addr).expect("a name of its own");
        Self { socket: patient(socket), name: format!("@{name}"), path: None }
    }

    /// A socket with a path.
    fn with_path(program: Program) -> Self {
        let name = format!("enchufe.notify.{}.{}", program.name(), process::id());
        let path = std::env::temp_dir().join(name);
        let socket = UnixDatagram::bind(&path).expect("a path of its own");
        Self { socket: patient(socket), name: path.display().to_string(), path: Some(path) }
    }

    fn start(&self, program: Program, args: &[&str]) -> Server {
        Server::of(Process::spawn(self.command(program, args)))
    }

    fn command(&self, program: Program, args: &[&str]) -> Command {
        let mut command = Server::command(program, args);
        command.env("NOTIFY_SOCKET", &self.name);
        command
    }

    /// The next notification.
    fn hear(&self) -> String {
        let mut buffer = [0; 256];
        let count = uninterrupted(|| self.socket.recv(&mut buffer)).expect("it is told");
        String::from_utf8_lossy(&buffer[..count]).into_owned()
    }

    /// Expects to be told that the server is ready and has no clients.
    fn hear_ready(&self) {
        assert_eq!(self.hear(), "READY=1");
        assert_eq!(self.hear(), "STATUS=clientes conectados: 0");
    }

    /// Asserts that there is no further notification.
    fn hears_nothing(&self) {
        self.socket.set_nonblocking(true).expect("an option");
        let heard = self.socket.recv(&mut [0; 256]).map_err(|error| error.kind());
        assert_eq!(heard, Err(ErrorKind::WouldBlock));
        self.socket.set_nonblocking(false).expect("an option");
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            let _ = std::fs::remove_file(path);
        }
    }
}

fn patient(socket: UnixDatagram) -> UnixDatagram {
    socket.set_read_timeout(Some(crate::support::DEADLINE)).expect("an option");
    socket
}

fn it_is_told(program: Program, supervisor: &Supervisor) {
    // What the server tells may be heard late: nothing is told before this.
    let begun = Instant::now();
    let server = supervisor.start(program, &["--no-greeting"]);
    supervisor.hear_ready();
    let conns: Vec<_> = (0..3).map(|_| server.connect()).collect();
    // Of changes within a second, none or only the first is told.
    let mut heard = supervisor.hear();
    while heard != "STATUS=clientes conectados: 3" {
        assert!(heard.starts_with("STATUS=clientes conectados: "), "{heard}");
        heard = supervisor.hear();
    }
    assert!(begun.elapsed() > Duration::from_millis(900), "{:?}", begun.elapsed());
    drop(conns);
    let mut heard = supervisor.hear();
    while heard != "STATUS=clientes conectados: 0" {
        heard = supervisor.hear();
    }
    server.signal(Signal::SIGTERM);
    assert_eq!(supervisor.hear(), "STOPPING=1");
    server.assert_gone(0);
    supervisor.hears_nothing();
}

fn by_an_abstract_name(program: Program) {
    it_is_told(program, &Supervisor::new("abstract", program));
}

fn by_a_path(program: Program) {
    it_is_told(program, &Supervisor::with_path(program));
}

/// Clients come and go all the time.
fn once_a_second_at_most(program: Program) {
    let supervisor = Supervisor::new("often", program);
    let start = Instant::now();
    let server = supervisor.start(program, &["-q", "--no-greeting"]);
    while start.elapsed() < Duration::from_millis(1500) {
        server.connect().ask("Hola\n");
    }
    server.stop();
    let seconds = start.elapsed().as_secs() as usize;
    let mut heard = Vec::new();
    while heard.last().is_none_or(|last| last != "STOPPING=1") {
        heard.push(supervisor.hear());
    }
    // At the start, and after each second; the last one has not come yet.
    let numbers = heard.iter().filter(|heard| heard.starts_with("STATUS=")).count();
    assert!(numbers <= 1 + seconds, "{heard:?} in {seconds} s");
}

/// The last number is told although the second is not over.
fn the_last_number_is_told_in_the_end(program: Program) {
    let supervisor = Supervisor::new("last", program);
    let mut server = supervisor.start(program, &["--no-greeting"]);
    supervisor.hear_ready();
    let mut conn = server.connect();
    server.expect_clients(1);
    assert_eq!(supervisor.hear(), "STATUS=clientes conectados: 1");
    server.signal(Signal::SIGTERM);
    assert_eq!(supervisor.hear(), "STOPPING=1");
    conn.rest();
    drop(conn);
    server.assert_gone(0);
    assert_eq!(supervisor.hear(), "STATUS=clientes conectados: 0");
    supervisor.hears_nothing();
}

/// The question alone does not mean leaving.
fn leaving_begins_with_the_answer(program: Program) {
    let supervisor = Supervisor::new("asked", program);
    let command = supervisor.command(program, &["--no-greeting"]);
    let mut server = Server::of(Process::spawn_on_terminal(&command));
    supervisor.hear_ready();
    let mut conn = server.connect();
    assert_eq!(supervisor.hear(), "STATUS=clientes conectados: 1");
    for answer in ["c", "n"] {
        server.type_keys("\x03");
        server.stdout.expect("¿Cerrar el cliente conectado?");
        conn.ask("Hola\n");
        supervisor.hears_nothing();
        server.type_line(answer);
        if answer == "c" {
            server.stdout.expect("cancelado");
            conn.ask("Hola\n");
            supervisor.hears_nothing();
        }
    }
    assert_eq!(supervisor.hear(), "STOPPING=1");
    drop(conn);
    server.assert_gone(0);
    assert_eq!(supervisor.hear(), "STATUS=clientes conectados: 0");
}

fn in_the_language_of_the_server(program: Program) {
    let supervisor = Supervisor::new("english", program);
    let server = supervisor.start(program, &["--lang", "en"]);
    assert_eq!(supervisor.hear(), "READY=1");
    assert_eq!(supervisor.hear(), "STATUS=connected clients: 0");
    server.stop();
}

/// The server warns once, and goes on serving.
fn nobody_is_there_to_be_told(program: Program) {
    for (name, why) in [
        ("@enchufe-nobody", "sendto @enchufe-nobody: ECONNREFUSED"),
        ("/nonexistent/socket", "sendto /nonexistent/socket: ENOENT"),
        ("relative", "sd_notify relative: EAFNOSUPPORT"),
    ] {
        let mut command = Server::command(program, &["-q", "--no-greeting"]);
        command.env("NOTIFY_SOCKET", name);
        let mut server = Server::of(Process::spawn(command));
        server.connect().ask("Hola\n");
        let said = server.stderr.expect_line("aviso: ");
        assert!(said.starts_with(&format!("aviso: {why}: ")), "{said}");
        server.stop();
    }
}

/// Its queue is full: the server goes on serving, and notifies it once there is room.
fn a_supervisor_that_does_not_read_is_told_later(program: Program) {
    let supervisor = Supervisor::new("full", program);
    let other = sys::socket(AF_UNIX, SOCK_DGRAM, 0).expect("a socket");
    let addr = supervisor.socket.local_addr().expect("bound");
    while sys::sendto(&other, b"", MSG_DONTWAIT, &addr).is_ok() {}
    let server = supervisor.start(program, &["-q", "--no-greeting"]);
    let mut conn = server.connect();
    for _ in 0..10 {
        conn.ask("Hola\n");
    }
    let mut heard = supervisor.hear();
    while heard.is_empty() {
        heard = supervisor.hear();
    }
    assert_eq!(heard, "READY=1");
    assert_eq!(supervisor.hear(), "STATUS=clientes conectados: 1");
    assert_eq!(server.stderr.so_far(), "");
    drop(conn);
    server.stop();
}

on_both_servers!(
    by_an_abstract_name,
    by_a_path,
    once_a_second_at_most,
    the_last_number_is_told_in_the_end,
    leaving_begins_with_the_answer,
    in_the_language_of_the_server,
    nobody_is_there_to_be_told,
    a_supervisor_that_does_not_read_is_told_later,
);
