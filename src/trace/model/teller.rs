//! From records to the story: what each call is about, given what the task has open.

use super::aside;
use super::cast;
use super::channel::{Channel, End, Kind, Name, Side};
use super::pair;
use super::story::{Step, Story};
use super::task::{EndRef, Part};
use super::topic::{On, Topic, opens_screen};
use crate::trace::read::call::Call;
use crate::trace::read::error::Error;
use crate::trace::read::fd::{Target, fd, fds};
use crate::trace::read::record::{Event, Record, Signal};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// What a task has open, and what it has begun.
#[derive(Clone, Default)]
struct Life {
    fds: BTreeMap<i32, On>,
    /// The connections that a forked child has too.
    shared: Vec<EndRef>,
    /// Connections begun, with the step that did it.
    begun: BTreeMap<i32, usize>,
}

struct Teller {
    story: Story,
    lives: Vec<Life>,
    /// The task of each pid.
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
    let tasks = cast::find(&records)?;
    let mut teller = Teller {
        lives: vec![Life::default(); tasks.len()],
        pids: tasks.iter().enumerate().map(|(index, p)| (p.pid, index)).collect(),
        story: Story { tasks, lines, sets: vec![Vec::new()], ..Story::default() },
    };
    for record in records.iter() {
        if let Some(task) = teller.find(record.pid) {
            teller.add(task, record);
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

    fn add(&mut self, task: usize, record: &Record) {
        let mut step = Step {
            task,
            topic: Topic::Killed,
            at: record.at,
            until: record.until(),
            end: None,
            other: None,
            can_wait: false,
            sets: [0; 3],
            raw: (0, 0),
        };
        match &record.event {
            Event::Call(call) => return self.call(step, call, record.raw()),
            Event::Signal(Signal { name, sender, .. }) => {
                step.topic = Topic::of_signal(name);
                step.other = sender.and_then(|pid| self.find(pid));
            }
            Event::Killed(_) => {}
            Event::End | Event::Named(_) => return,
        }
        self.push(step, record.raw());
    }

    fn push(&mut self, mut step: Step, raw: &str) {
        step.raw = (self.story.raw.len(), raw.len() as u32);
        self.story.raw.push_str(raw);
        self.story.steps.push(step);
    }

    /// The place of a set among those that there are, each once.
    fn set(&mut self, set: Vec<On>) -> u32 {
        let sets = &mut self.story.sets;
        let known = sets.iter().position(|known| *known == set);
        known.unwrap_or_else(|| {
            sets.push(set);
            sets.len() - 1
        }) as u32
    }

    fn call(&mut self, mut step: Step, call: &Call, raw: &str) {
        let task = step.task;
        self.learn(task, call);
        let part = self.story.tasks[task].part;
        let first = fd(call.arg(0)).filter(|fd| fd.target != Target::Untold);
        let number = first.map_or(-1, |fd| fd.number);
        let on = self.on(task, number);
        let Some(topic) = Topic::of_call(call, on, part) else {
            return self.close(task, call, number);
        };
        step.topic = topic;
        step.can_wait = topic.can_wait()
            && ![call.arg(2), call.arg(3)]
                .iter()
                .any(|arg| ["MSG_DONTWAIT", "WNOHANG"].contains(arg));
        if let On::End(end) = on {
            step.end = Some(end);
        }
        // Once told, what becomes of the pipe is nobody's business.
        let told = |step: &Step| step.task == task && step.topic == Topic::TellAll;
        if topic == Topic::TellAll && self.story.steps.iter().any(told) {
            return self.close(task, call, number);
        }
        let life = &mut self.lives[task];
        match topic {
            Topic::Connect => {
                life.begun.insert(number, self.story.steps.len());
            }
            Topic::Listen => {
                life.fds.insert(number, On::Listener);
            }
            Topic::Close if step.end.is_some_and(|end| life.shared.contains(&end)) => {
                step.topic = Topic::CloseCopy;
            }
            Topic::Accept => {
                let made = fds(call.result()).first().map(|fd| self.on(task, fd.number));
                if let Some(On::End(end)) = made {
                    step.end = Some(end);
                }
            }
            Topic::Fork => self.fork(&mut step, call),
            Topic::Kill => step.other = call.arg(0).parse().ok().and_then(|pid| self.find(pid)),
            Topic::Wait => {
                let pid = call.value.and_then(|pid| pid.try_into().ok());
                step.other = pid.and_then(|pid| self.find(pid));
            }
            Topic::Select if !self.select(&mut step, call) => return,
            Topic::Pipe => {
                let ends = fds(call.arg(0)).iter().map(|fd| self.on(task, fd.number)).collect();
                step.sets[2] = self.set(ends);
            }
            Topic::CatchSignals => {
                // A program sets its handlers one after the other: one step.
                let mut steps = self.story.steps.iter_mut();
                let last = steps.rfind(|s| s.task == task).filter(|last| last.topic == topic);
                if let Some(last) = last {
                    let start = self.story.raw.len();
                    self.story.raw.extend_from_within(last.raw.0..last.raw.0 + last.raw.1 as usize);
                    self.story.raw.push('\n');
                    self.story.raw.push_str(raw);
                    last.raw = (start, (self.story.raw.len() - start) as u32);
                    last.until = step.until;
                    return;
                }
            }
            _ => {}
        }
        if matches!(topic, Topic::Connect | Topic::Send | Topic::Recv | Topic::RecvEnd) {
            let about = &mut self.story.tasks[task].about;
            *about = about.or(step.end);
        }
        self.close(task, call, number);
        self.push(step, raw);
    }

    /// What a descriptor is to a task.
    fn on(&self, task: usize, number: i32) -> On {
        let known = self.lives[task].fds.get(&number).copied();
        known.unwrap_or(match number {
            0 => On::Keyboard,
            1 | 2 => On::Screen,
            _ => On::Other,
        })
    }

    /// Takes note of what the descriptors in a call stand for.
    fn learn(&mut self, task: usize, call: &Call) {
        let made = fds(if call.name() == "pipe2" { call.arg(0) } else { call.result() });
        let known = &mut self.lives[task].fds;
        if opens_screen(call) {
            known.extend(made.iter().map(|fd| (fd.number, On::Screen)));
        } else if let ("pipe2", [read, write]) = (call.name(), made.as_slice()) {
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
        let texts = call.args().chain([call.result()]);
        let found: Vec<_> = texts.flat_map(fds).collect();
        for fd in found {
            let on = match fd.target {
                Target::Pair(local, peer) => {
                    let connection = self.connection(task, local, peer);
                    let begun = self.lives[task].begun.remove(&fd.number);
                    if let Some(step) = begun.and_then(|step| self.story.steps.get_mut(step)) {
                        step.end = Some(connection);
                        self.story.tasks[task].about.get_or_insert(connection);
                    }
                    On::End(connection)
                }
                Target::Tcp => match self.on(task, fd.number) {
                    known @ (On::Listener | On::End(_)) => known,
                    _ => On::Socket,
                },
                Target::Pipe if self.on(task, fd.number) == On::Other => On::Pipe,
                Target::Epoll => On::Epoll,
                _ => continue,
            };
            self.lives[task].fds.insert(fd.number, on);
        }
    }

    /// Forgets a descriptor that is closed, whether that is part of the story or not.
    fn close(&mut self, task: usize, call: &Call, number: i32) {
        if call.name() == "close" {
            self.lives[task].fds.remove(&number);
        }
    }

    fn connection(&mut self, task: usize, local: SocketAddr, peer: SocketAddr) -> EndRef {
        let is_client = self.story.tasks[task].part == Part::Client;
        let (client, server) = if is_client { (local, peer) } else { (peer, local) };
        let names = [client, server].map(Name::Inet);
        let channels = &mut self.story.channels;
        let known = channels
            .iter()
            .position(|known| known.ends[0].name == names[0] && known.ends[1].name == names[1]);
        let channel = known.unwrap_or_else(|| {
            let mut sides = [Side::Connected, Side::Accepted].into_iter();
            let ends = names.map(|name| End {
                side: sides.next().unwrap_or(Side::Neither),
                name,
                tasks: Vec::new(),
            });
            channels.push(Channel { kind: Kind::Tcp, generation: 0, ends });
            channels.len() - 1
        });
        let end = usize::from(!is_client);
        let tasks = &mut channels[channel].ends[end].tasks;
        if !tasks.contains(&task) {
            tasks.push(task);
        }
        EndRef { channel, end }
    }

    fn fork(&mut self, step: &mut Step, call: &Call) {
        let child = cast::forked(call).and_then(|pid| self.find(pid));
        let life = &mut self.lives[step.task];
        let copy = Life { fds: life.fds.clone(), ..Life::default() };
        life.shared = ends(life.fds.values().copied());
        if let Some(child) = child {
            step.other = Some(child);
            self.lives[child] = copy;
        }
    }

    /// What a call waits for and what was ready; whether it matters to anybody: a program begins with
    /// a poll of its standard descriptors.
    fn select(&mut self, step: &mut Step, call: &Call) -> bool {
        let on = |number| self.on(step.task, number);
        let set = |text: &str| fds(text).iter().map(|fd| on(fd.number)).collect::<Vec<_>>();
        let is_select = call.name().contains("select");
        let awaited = if is_select {
            [set(call.arg(1)), set(call.arg(2))]
        } else {
            [set(call.arg(0)), Vec::new()]
        };
        let ready = call.result().split(['[', ']']).skip(1).step_by(2);
        let ready: Vec<_> = ready
            .flat_map(|list| list.split(' '))
            .filter_map(|number| number.parse().ok().map(on))
            .collect();
        let connecting = |on: &On| matches!(on, On::End(_) | On::Socket);
        if awaited[0].is_empty() && !awaited[1].is_empty() && awaited[1].iter().all(connecting) {
            step.topic = Topic::ConnectWait;
            step.end = ends(awaited[1].iter().copied()).first().copied();
        } else if ready.contains(&On::Parent) {
            step.topic = Topic::Told;
        } else if ready.contains(&On::Pipe)
            && ready.iter().all(|on| matches!(on, On::Pipe | On::Lines))
        {
            step.topic = Topic::Woken;
        } else if awaited == [vec![On::Listener], vec![]] && call.arg(4) != "NULL" {
            step.topic = Topic::LastLook;
        } else if call.value == Some(0) && step.took() < NO_WAIT {
            step.topic = Topic::Look;
        }
        let nobody = |on: &On| matches!(on, On::Keyboard | On::Screen | On::Other);
        let matters = is_select || !awaited.iter().flatten().all(nobody);
        let [read, write] = awaited;
        step.sets = [read, write, ready].map(|set| self.set(set));
        matters
    }
}

/// A select that found nothing in less than this, in microseconds, was not asked to wait.
const NO_WAIT: u64 = 1000;

fn ends(all: impl Iterator<Item = On>) -> Vec<EndRef> {
    all.filter_map(|on| match on {
        On::End(end) => Some(end),
        _ => None,
    })
    .collect()
}
