//! A server on a free port.

use super::{Conn, Process, Program, any_listens, listeners_of};
use nix::sys::signal::Signal;
use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::process::Command;

/// A running server, and its address.
pub(crate) struct Server {
    process: Process,
    pub(crate) addr: SocketAddr,
    /// The line that said where it listens.
    pub(crate) listening: String,
    /// The inodes of its listening sockets.
    listeners: Vec<String>,
}

impl Server {
    /// Starts `program` on a free port of 127.0.0.1.
    pub(crate) fn start(program: Program, args: &[&str]) -> Self {
        Self::of(Process::spawn(Self::command(program, args)))
    }

    /// The same in the foreground of a new terminal.
    pub(crate) fn on_terminal(program: Program, args: &[&str]) -> Self {
        Self::of(Process::spawn_on_terminal(&Self::command(program, args)))
    }

    /// What [`start`](Self::start) runs.
    pub(crate) fn command(program: Program, args: &[&str]) -> Command {
        let mut command = program.command(&["--bind", "127.0.0.1", "-p", "0"]);
        command.args(args);
        command
    }

    /// Waits until a server that was started listens.
    pub(crate) fn of(mut process: Process) -> Self {
        let listening = process.stdout.expect_line(" ('");
        let addr = address(&listening).unwrap_or_else(|| panic!("no address: {listening}"));
        let listeners = listeners_of(process.pid());
        assert!(!listeners.is_empty(), "it listens");
        Self { process, addr, listening, listeners }
    }

    pub(crate) fn connect(&self) -> Conn {
        Conn::to(self.addr)
    }

    /// Connects this many clients, one after another, and waits until the server shows them all.
    pub(crate) fn connect_all(&mut self, clients: usize) -> Vec<Conn> {
        let conns = (0..clients).map(|_| self.connect()).collect();
        self.expect_clients(clients);
        conns
    }

    /// Waits until the server prints that this many clients are connected.
    pub(crate) fn expect_clients(&mut self, clients: usize) {
        // On a terminal the line may begin by erasing a prompt.
        let end = format!("clientes conectados: {clients}");
        while !self.stdout.expect_line("clientes conectados: ").ends_with(&end) {}
    }

    /// Its port, as an argument.
    pub(crate) fn port(&self) -> String {
        self.addr.port().to_string()
    }

    /// Asserts that it has ended with this exit code, and left nothing behind.
    pub(crate) fn assert_gone(&self, exit_code: i32) {
        let code = self.exit_code();
        let said = self.stdout.so_far() + &self.stderr.so_far();
        assert_eq!(code, exit_code, "{said}");
        assert_eq!(self.children(), [], "processes are left");
        assert!(!self.is_listening(), "a port is left");
    }

    /// Whether any of its sockets still listens, whoever holds it.
    pub(crate) fn is_listening(&self) -> bool {
        any_listens(&self.listeners)
    }

    /// Ends it as an init system would, and returns everything that it printed on stdout.
    pub(crate) fn stop(self) -> String {
        self.signal(Signal::SIGTERM);
        assert_eq!(self.exit_code(), 0, "{}", self.stderr.so_far());
        self.stdout.all()
    }
}

impl Deref for Server {
    type Target = Process;
    fn deref(&self) -> &Process {
        &self.process
    }
}

impl DerefMut for Server {
    fn deref_mut(&mut self) -> &mut Process {
        &mut self.process
    }
}

/// The address in a line such as `escuchando en ('127.0.0.1', 41234)`; IPv6 has two more figures.
fn address(line: &str) -> Option<SocketAddr> {
    let (ip, rest) = line.split_once("('")?.1.split_once("', ")?;
    let port = rest.split([',', ')']).next()?;
    Some(SocketAddr::new(ip.parse().ok()?, port.parse().ok()?))
}
