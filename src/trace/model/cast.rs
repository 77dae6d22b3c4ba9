//! Who takes part: the server, the children it forks, the clients, and their connections.

use crate::screen::Lang;
use crate::trace::read::call::{Call, Target, fd};
use crate::trace::read::error::{Error, Expected};
use crate::trace::read::log::{Event, Record};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// What a process is in the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It listens.
    Server,
    /// A server forked it.
    Child,
    /// It connects.
    Client,
}

/// A process that takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its number in the system.
    pub pid: i32,
    /// What it is.
    pub role: Role,
    /// Which of that role, from 1; 0 if it is the only one there can be.
    pub number: usize,
    /// The name of the program that it runs, if the log tells.
    pub program: String,
}

impl Process {
    /// `server`, `child 1`, `client 2`.
    #[must_use]
    pub fn name(&self, lang: Lang) -> String {
        let name = match (self.role, lang) {
            (Role::Server, Lang::Es) => "servidor",
            (Role::Server, Lang::En) => "server",
            (Role::Child, Lang::Es) => "hijo",
            (Role::Child, Lang::En) => "child",
            (Role::Client, Lang::Es) => "cliente",
            (Role::Client, Lang::En) => "client",
        };
        if self.number == 0 { name.into() } else { format!("{name} {}", self.number) }
    }
}

/// A connection between a client and a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The client's address.
    pub client: SocketAddr,
    /// The server's.
    pub server: SocketAddr,
    /// The client, if there is a log of it.
    pub owner: Option<usize>,
}

/// Finds those who take part, in the order in which they come in.
///
/// # Errors
///
/// Nobody listens or connects, or the log does not say on what.
pub fn find(records: &[Record]) -> Result<Vec<Process>, Error> {
    let mut processes: Vec<Process> = Vec::new();
    let mut programs: BTreeMap<i32, String> = BTreeMap::new();
    let mut parents: BTreeMap<i32, i32> = BTreeMap::new();
    for record in records {
        let Event::Call(call) = &record.event else {
            continue;
        };
        if let Some(program) = program(call) {
            programs.insert(record.pid, program);
        }
        if let Some(child) = forked(call) {
            parents.insert(child, record.pid);
        }
        let role = match call.name.as_str() {
            "listen" if call.value == Some(0) => Role::Server,
            "connect" => Role::Client,
            _ => continue,
        };
        match fd(call.arg(0)).map(|fd| fd.target) {
            Some(Target::Untold) => return Err(record.error(Expected::Socket)),
            Some(Target::Tcp | Target::Pair(..)) => {}
            _ => continue,
        }
        if !processes.iter().any(|process| process.pid == record.pid) {
            processes.push(new(record.pid, role));
        }
    }
    if processes.is_empty() {
        let last = records.last().map(|r| r.error(Expected::Conversation));
        return Err(last.unwrap_or_else(|| Error {
            file: String::new(),
            line: 1,
            expected: Expected::Lines,
            found: String::new(),
        }));
    }
    for record in records {
        let known = |pid| processes.iter().any(|process: &Process| process.pid == pid);
        let parent = parents.get(&record.pid);
        let of_server = |pid: &&i32| {
            processes.iter().any(|process| process.pid == **pid && process.role != Role::Client)
        };
        if !known(record.pid) && parent.filter(of_server).is_some() {
            processes.push(new(record.pid, Role::Child));
        }
    }
    number(&mut processes);
    for process in &mut processes {
        // A child that runs no other program is a copy of its parent.
        let parent = parents.get(&process.pid).unwrap_or(&process.pid);
        let program = programs.get(&process.pid).or(programs.get(parent));
        process.program = program.cloned().unwrap_or_default();
    }
    Ok(processes)
}

fn new(pid: i32, role: Role) -> Process {
    Process { pid, role, number: 0, program: String::new() }
}

fn number(processes: &mut [Process]) {
    for role in [Role::Server, Role::Child, Role::Client] {
        let mut of_role: Vec<_> = processes.iter_mut().filter(|p| p.role == role).collect();
        if role == Role::Server && of_role.len() == 1 {
            continue;
        }
        for (number, process) in (1..).zip(&mut of_role) {
            process.number = number;
        }
    }
}

/// The pid of the process that this call makes: a process, not a thread.
#[must_use]
pub fn forked(call: &Call) -> Option<i32> {
    let forks = matches!(call.name.as_str(), "fork" | "vfork" | "clone" | "clone3");
    let thread = call.args.iter().any(|arg| arg.contains("CLONE_THREAD"));
    let pid = call.value.filter(|&pid| forks && !thread && pid > 0)?;
    pid.try_into().ok()
}

/// The program that this call runs, without its directory.
fn program(call: &Call) -> Option<String> {
    if call.name != "execve" || call.value != Some(0) {
        return None;
    }
    let path = crate::trace::read::call::bytes(call.arg(0));
    let path = String::from_utf8_lossy(&path).into_owned();
    path.rsplit('/').next().map(String::from)
}
