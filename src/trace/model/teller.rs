//! From records to the story: what each call is about, given what the process has open.

use super::aside;
use super::cast::{self, Connection, Role};
use super::pair;
use super::story::{Step, Story};
use super::topic::{On, Topic, opens_screen};
use crate::trace::read::call::{self, Call, Target, fd, fds};
use crate::trace::read::error::Error;
use crate::trace::read::log::{Event, Record};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// What a process has open, and what it has begun.
#[derive(Clone, Default)]
struct Life {
    fds: BTreeMap<i32, On>,
    /// The connections that a forked child has too.
    shared: Vec<usize>,
    /// Connections begun, with the step that did it.
    begun: BTreeMap<i32, usize>,
}

struct Teller {
    story: Story,
    lives: Vec<Life>,
    /// The process of each pid.
    pids: BTreeMap<i32, usize>,
}

/// Tells the story of `records`, in the order in which they began.
///
/// # Errors
///
/// Nobody takes part whom we know.
pub fn tell(records: &[Record]) -> Result<Story, Error> {
    let lines = records.len();
    let records = aside::left_out(records);
    let processes = cast::find(&records)?;
    let mut teller = Teller {
        lives: vec![Life::default(); processes.len()],
        pids: processes.iter().enumerate().map(|(index, p)| (p.pid, index)).collect(),
        story: Story { processes, lines, ..Story::default() },
    };
    for record in records.iter() {
        if let Some(process) = teller.find(record.pid) {
            teller.add(process, record);
        }
    }
    let mut story = teller.story;
    story.steps.sort_by_key(Step::time);
    story.arrows = pair::all(&story);
    Ok(story)
}

impl Teller {
    fn find(&self, pid: i32) -> Option<usize> {
        self.pids.get(&pid).copied()
    }

    fn add(&mut self, process: usize, record: &Record) {
        let mut step = Step {
            process,
            topic: Topic::Killed,
            at: record.at,
            until: record.until(),
            call: Call::default(),
            connection: None,
            other: None,
            data: Vec::new(),
            awaited: [Vec::new(), Vec::new()],
            ready: Vec::new(),
            raw: vec![record.raw.clone()],
        };
        match &record.event {
            Event::Call(call) => return self.call(step, call),
            Event::Signal(name, sender) => {
                step.topic = Topic::of_signal(name);
                step.call.name.clone_from(name);
                step.other = sender.and_then(|pid| self.find(pid));
            }
            Event::Killed(signal) => step.call.name.clone_from(signal),
            Event::End => return,
        }
        self.story.steps.push(step);
    }

    fn call(&mut self, mut step: Step, call: &Call) {
        let process = step.process;
        self.learn(process, call);
        let role = self.story.processes[process].role;
        let first = fd(call.arg(0)).filter(|fd| fd.target != Target::Untold);
        let number = first.map_or(-1, |fd| fd.number);
        let on = self.on(process, number);
        let Some(topic) = Topic::of_call(call, on, role) else {
            return self.close(process, call, number);
        };
        step.topic = topic;
        step.call.clone_from(call);
        if let On::Connection(connection) = on {
            step.connection = Some(connection);
        }
        // Once told, what becomes of the pipe is nobody's business.
        let told = |step: &Step| step.process == process && step.topic == Topic::TellAll;
        if topic == Topic::TellAll && self.story.steps.iter().any(told) {
            return self.close(process, call, number);
        }
        let life = &mut self.lives[process];
        match topic {
            Topic::Connect => {
                life.begun.insert(number, self.story.steps.len());
            }
            Topic::Listen => {
                life.fds.insert(number, On::Listener);
            }
            Topic::Close if step.connection.is_some_and(|c| life.shared.contains(&c)) => {
                step.topic = Topic::CloseCopy;
            }
            Topic::Accept => {
                let made = fds(&call.result).first().map(|fd| self.on(process, fd.number));
                if let Some(On::Connection(connection)) = made {
                    step.connection = Some(connection);
                }
            }
            Topic::Fork => self.fork(&mut step),
            Topic::Kill => step.other = call.arg(0).parse().ok().and_then(|pid| self.find(pid)),
            Topic::Wait => {
                let pid = call.value.and_then(|pid| pid.try_into().ok());
                step.other = pid.and_then(|pid| self.find(pid));
            }
            Topic::Send | Topic::Print | Topic::HandOver => {
                step.data = call::bytes(call.arg(1));
                step.data.truncate(length(call));
            }
            Topic::Recv | Topic::Keyboard => {
                step.data = call::bytes(call.arg(1));
            }
            Topic::Select if !self.select(&mut step) => return,
            Topic::Pipe => {
                step.ready =
                    fds(call.arg(0)).iter().map(|fd| self.on(process, fd.number)).collect();
            }
            Topic::CatchSignals => {
                // A program sets its handlers one after the other: one step.
                let last = self.story.steps.iter_mut().rfind(|s| s.process == process);
                if let Some(last) = last.filter(|last| last.topic == topic) {
                    last.call.args.push(call.arg(0).into());
                    last.raw.append(&mut step.raw);
                    last.until = step.until;
                    return;
                }
                step.call.args.truncate(1);
            }
            _ => {}
        }
        self.close(process, call, number);
        self.story.steps.push(step);
    }

    /// What a descriptor is to a process.
    fn on(&self, process: usize, number: i32) -> On {
        let known = self.lives[process].fds.get(&number).copied();
        known.unwrap_or(match number {
            0 => On::Keyboard,
            1 | 2 => On::Screen,
            _ => On::Other,
        })
    }

    /// Takes note of what the descriptors in a call stand for.
    fn learn(&mut self, process: usize, call: &Call) {
        let made = fds(if call.name == "pipe2" { call.arg(0) } else { &call.result });
        let known = &mut self.lives[process].fds;
        if opens_screen(call) {
            known.extend(made.iter().map(|fd| (fd.number, On::Screen)));
        } else if let ("pipe2", [read, write]) = (call.name.as_str(), made.as_slice()) {
            // A server that forks begins with two pipes between itself and its children. Only the one
            // that nobody writes to may block.
            let ends = if !call.arg(1).contains("O_NONBLOCK") {
                [On::Parent, On::Children]
            } else if known.values().any(|on| *on == On::Parent)
                && !known.values().any(|on| *on == On::Lines)
            {
                [On::Lines; 2]
            } else {
                [On::Pipe; 2]
            };
            known.extend([read.number, write.number].into_iter().zip(ends));
        }
        let texts = call.args.iter().chain([&call.result]);
        let found: Vec<_> = texts.flat_map(|text| fds(text)).collect();
        for fd in found {
            let on = match fd.target {
                Target::Pair(local, peer) => {
                    let connection = self.connection(process, local, peer);
                    let begun = self.lives[process].begun.remove(&fd.number);
                    if let Some(step) = begun.and_then(|step| self.story.steps.get_mut(step)) {
                        step.connection = Some(connection);
                    }
                    On::Connection(connection)
                }
                Target::Tcp => match self.on(process, fd.number) {
                    known @ (On::Listener | On::Connection(_)) => known,
                    _ => On::Socket,
                },
                Target::Pipe if self.on(process, fd.number) == On::Other => On::Pipe,
                Target::Epoll => On::Epoll,
                _ => continue,
            };
            self.lives[process].fds.insert(fd.number, on);
        }
    }

    /// Forgets a descriptor that is closed, whether that is part of the story or not.
    fn close(&mut self, process: usize, call: &Call, number: i32) {
        if call.name == "close" {
            self.lives[process].fds.remove(&number);
        }
    }

    fn connection(&mut self, process: usize, local: SocketAddr, peer: SocketAddr) -> usize {
        let is_client = self.story.processes[process].role == Role::Client;
        let (client, server) = if is_client { (local, peer) } else { (peer, local) };
        let connections = &mut self.story.connections;
        let known =
            connections.iter().position(|known| known.client == client && known.server == server);
        let index = known.unwrap_or_else(|| {
            connections.push(Connection { client, server, owner: None });
            connections.len() - 1
        });
        if is_client {
            connections[index].owner = Some(process);
        }
        index
    }

    fn fork(&mut self, step: &mut Step) {
        let child = cast::forked(&step.call).and_then(|pid| self.find(pid));
        let life = &mut self.lives[step.process];
        let copy = Life { fds: life.fds.clone(), ..Life::default() };
        life.shared = connections(life.fds.values().copied());
        if let Some(child) = child {
            step.other = Some(child);
            self.lives[child] = copy;
        }
    }

    /// What a call waits for and what was ready; whether it matters to anybody: a program begins with
    /// a poll of its standard descriptors.
    fn select(&self, step: &mut Step) -> bool {
        let on = |number| self.on(step.process, number);
        let set = |text: &str| fds(text).iter().map(|fd| on(fd.number)).collect::<Vec<_>>();
        let is_select = step.call.name.contains("select");
        let awaited = if is_select {
            [set(step.call.arg(1)), set(step.call.arg(2))]
        } else {
            [set(step.call.arg(0)), Vec::new()]
        };
        let ready = step.call.result.split(['[', ']']).skip(1).step_by(2);
        step.ready = ready
            .flat_map(|list| list.split(' '))
            .filter_map(|number| number.parse().ok().map(on))
            .collect();
        let connecting = |on: &On| matches!(on, On::Connection(_) | On::Socket);
        if awaited[0].is_empty() && !awaited[1].is_empty() && awaited[1].iter().all(connecting) {
            step.topic = Topic::ConnectWait;
            step.connection = connections(awaited[1].iter().copied()).first().copied();
        } else if step.ready.contains(&On::Parent) {
            step.topic = Topic::Told;
        } else if step.ready.contains(&On::Pipe)
            && step.ready.iter().all(|on| matches!(on, On::Pipe | On::Lines))
        {
            step.topic = Topic::Woken;
        } else if awaited == [vec![On::Listener], vec![]] && step.call.arg(4) != "NULL" {
            step.topic = Topic::LastLook;
        } else if step.call.value == Some(0) && step.took() < NO_WAIT {
            step.topic = Topic::Look;
        }
        let nobody = |on: &On| matches!(on, On::Keyboard | On::Screen | On::Other);
        let matters = is_select || !awaited.iter().flatten().all(nobody);
        step.awaited = awaited;
        matters
    }
}

/// A select that found nothing in less than this, in microseconds, was not asked to wait.
const NO_WAIT: u64 = 1000;

fn connections(all: impl Iterator<Item = On>) -> Vec<usize> {
    all.filter_map(|on| match on {
        On::Connection(connection) => Some(connection),
        _ => None,
    })
    .collect()
}

/// How many bytes a call moved.
fn length(call: &Call) -> usize {
    call.value.and_then(|n| n.try_into().ok()).unwrap_or(0)
}
