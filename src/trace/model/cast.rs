//! Finds out who takes part: the server, the children it forks, the clients.

use super::task::{Part, Task};
use crate::trace::read::call::Call;
use crate::trace::read::error::{Error, Expected};
use crate::trace::read::fd::{Target, fd};
use crate::trace::read::record::{Event, Record};
use std::collections::BTreeMap;

/// Finds those who take part, in the order in which they come in.
///
/// # Errors
///
/// Nobody listens or connects, or the log does not say on what.
pub fn find(records: &[Record]) -> Result<Vec<Task>, Error> {
    let mut tasks: Vec<Task> = Vec::new();
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
        let part = match call.name() {
            "listen" if call.value == Some(0) => Part::Server,
            "connect" => Part::Client,
            _ => continue,
        };
        match fd(call.arg(0)).map(|fd| fd.target) {
            Some(Target::Untold) => return Err(record.error(Expected::Socket)),
            Some(Target::Tcp | Target::Pair(..)) => {}
            _ => continue,
        }
        if !tasks.iter().any(|task| task.pid == record.pid) {
            tasks.push(new(record.pid, part));
        }
    }
    if tasks.is_empty() {
        let last = records.last().map(|r| r.error(Expected::Conversation));
        return Err(last.unwrap_or_else(|| Error {
            file: String::new(),
            line: 1,
            expected: Expected::Lines,
            found: String::new(),
        }));
    }
    for record in records {
        let known = |pid| tasks.iter().any(|task: &Task| task.pid == pid);
        let parent = parents.get(&record.pid);
        let of_server =
            |pid: &&i32| tasks.iter().any(|task| task.pid == **pid && task.part != Part::Client);
        if !known(record.pid) && parent.filter(of_server).is_some() {
            tasks.push(new(record.pid, Part::Child));
        }
    }
    number(&mut tasks);
    let index: BTreeMap<_, _> = tasks.iter().map(|task| task.pid).zip(0..).collect();
    for (leader, task) in tasks.iter_mut().enumerate() {
        task.leader = leader;
        task.parent = parents.get(&task.pid).and_then(|parent| index.get(parent)).copied();
        // A child that runs no other program is a copy of its parent.
        let parent = parents.get(&task.pid).unwrap_or(&task.pid);
        let program = programs.get(&task.pid).or(programs.get(parent));
        task.program = program.cloned().unwrap_or_default();
    }
    Ok(tasks)
}

fn new(pid: i32, part: Part) -> Task {
    Task { pid, part, is_traced: true, ..Task::default() }
}

fn number(tasks: &mut [Task]) {
    for part in [Part::Server, Part::Child, Part::Client] {
        let mut of_part: Vec<_> = tasks.iter_mut().filter(|p| p.part == part).collect();
        if part == Part::Server && of_part.len() == 1 {
            continue;
        }
        for (number, task) in (1..).zip(&mut of_part) {
            task.number = number;
        }
    }
}

/// The pid of the task that this call makes: a task, not a thread.
#[must_use]
pub fn forked(call: &Call) -> Option<i32> {
    let forks = matches!(call.name(), "fork" | "vfork" | "clone" | "clone3");
    let thread = call.args().any(|arg| arg.contains("CLONE_THREAD"));
    let pid = call.value.filter(|&pid| forks && !thread && pid > 0)?;
    pid.try_into().ok()
}

/// The program that this call runs, without its directory.
fn program(call: &Call) -> Option<String> {
    if call.name() != "execve" || call.value != Some(0) {
        return None;
    }
    let path = crate::trace::read::call::bytes(call.arg(0));
    let path = String::from_utf8_lossy(&path).into_owned();
    path.rsplit('/').next().map(String::from)
}
