//! The story as the rules see it: what each step does, on which descriptor, and with what result.

use crate::trace::model::address::descriptor;
use crate::trace::model::calls::{Does, does};
use crate::trace::model::channel::{ChannelKind, Side};
use crate::trace::model::meaning::{Meaning, On};
use crate::trace::model::story::{Step, Story};
use crate::trace::model::task::EndRef;
use crate::trace::read::call::Call;
use crate::trace::read::recorded::Recorded;
use std::collections::{HashMap, HashSet};

/// The story, with indexes.
pub(super) struct Facts<'s> {
    pub story: &'s Story,
    /// One for each step.
    pub acts: Vec<Act>,
    /// The steps of each task.
    pub of_task: Vec<Vec<usize>>,
    /// Those of each process that has several threads, by its first one.
    threaded: HashMap<usize, Vec<usize>>,
    /// The steps about each end of each channel.
    of_end: Vec<[Vec<usize>; 2]>,
    /// The step in which each process ends, if the log tells.
    ended: Vec<Option<usize>>,
    /// The steps of each process by what they do, except for kinds with very many.
    alike: HashMap<(usize, Does), Vec<usize>>,
    /// The processes that wait for several descriptors at once.
    multiplexing: HashSet<usize>,
}

/// What a step does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Act {
    pub does: Option<Does>,
    /// The descriptor in its first argument, or -1.
    pub fd: i32,
    /// The number returned, if any, capped at the largest.
    pub value: Option<i32>,
    pub errno: Errno,
}

/// The errors that the rules know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Errno {
    None,
    Again,
    AddrInUse,
    BadFd,
    Interrupted,
    Invalid,
    NoDescriptors,
    NotListening,
    Pipe,
    Refused,
    Reset,
    Other,
}

impl Errno {
    fn of(name: Option<&str>) -> Self {
        match name {
            None => Self::None,
            Some("EAGAIN" | "EWOULDBLOCK") => Self::Again,
            Some("EADDRINUSE") => Self::AddrInUse,
            Some("EBADF") => Self::BadFd,
            Some("EMFILE") => Self::NoDescriptors,
            Some("EINVAL") => Self::Invalid,
            Some("EOPNOTSUPP" | "ENOTSOCK") => Self::NotListening,
            Some("EPIPE") => Self::Pipe,
            Some("ECONNREFUSED") => Self::Refused,
            Some("ECONNRESET") => Self::Reset,
            Some(name) if name == "EINTR" || name.starts_with("ERESTART") => Self::Interrupted,
            Some(_) => Self::Other,
        }
    }
}

/// The calls that wait for several descriptors.
const WAITS: [Does; 3] = [Does::Selects, Does::Polls, Does::EpollWaits];

impl<'s> Facts<'s> {
    pub fn of(story: &'s Story) -> Self {
        let tasks = story.tasks.len();
        let mut facts = Self {
            story,
            acts: Vec::with_capacity(story.steps.len()),
            of_task: vec![Vec::new(); tasks],
            threaded: HashMap::new(),
            of_end: vec![[Vec::new(), Vec::new()]; story.channels.len()],
            ended: vec![None; tasks],
            alike: HashMap::new(),
            multiplexing: HashSet::new(),
        };
        let threads = story.tasks.iter().enumerate().filter(|(index, task)| task.leader != *index);
        facts.threaded.extend(threads.map(|(_, task)| (task.leader, Vec::new())));
        for (index, step) in story.steps.iter().enumerate() {
            facts.of_task[step.task].push(index);
            let process = story.tasks[step.task].leader;
            if let Some(all) = facts.threaded.get_mut(&process) {
                all.push(index);
            }
            if let Some(end) = step.end {
                facts.of_end[end.channel][end.end].push(index);
            }
            let call = story.call(step);
            if step.meaning == Meaning::Killed || call.name() == "exit_group" {
                facts.ended[process].get_or_insert(index);
            }
            let does = does(call.name());
            match does {
                Some(does) if WAITS.contains(&does) => drop(facts.multiplexing.insert(process)),
                Some(Does::Sends | Does::Receives) | None => {}
                Some(does) => facts.alike.entry((process, does)).or_default().push(index),
            }
            facts.acts.push(Act {
                does,
                fd: descriptor(call.arg(0)).map_or(-1, |(fd, _)| fd),
                value: call.value.map(|value| value.clamp(i32::MIN.into(), i32::MAX.into()) as i32),
                errno: Errno::of(call.errno()),
            });
        }
        facts
    }

    pub fn step(&self, index: usize) -> &'s Step {
        &self.story.steps[index]
    }

    pub fn call(&self, index: usize) -> Call {
        self.story.call(self.step(index))
    }

    /// The steps that do this, in order.
    pub fn all(&self, does: Does) -> impl Iterator<Item = usize> + '_ {
        (0..self.acts.len()).filter(move |&index| self.acts[index].does == Some(does))
    }

    pub fn does(&self, index: usize, does: &[Does]) -> bool {
        self.acts[index].does.is_some_and(|known| does.contains(&known))
    }

    pub fn is_fine(&self, index: usize) -> bool {
        self.acts[index].errno == Errno::None
            && self.acts[index].value.is_some_and(|value| value >= 0)
    }

    /// The process of a step, by its first thread.
    pub fn process(&self, index: usize) -> usize {
        self.story.tasks[self.step(index).task].leader
    }

    /// The steps of a process.
    pub fn by(&self, process: usize) -> &[usize] {
        self.threaded.get(&process).unwrap_or(&self.of_task[process])
    }

    /// The steps about an end of a channel.
    pub fn on(&self, end: EndRef) -> &[usize] {
        &self.of_end[end.channel][end.end]
    }

    /// The step in which a process ends.
    pub fn end_of(&self, process: usize) -> Option<usize> {
        self.ended[process]
    }

    /// The steps of a process that do this; not sends, receives or waits, of which there are too many.
    pub fn doing(&self, process: usize, does: Does) -> &[usize] {
        self.alike.get(&(process, does)).map_or(&[], Vec::as_slice)
    }

    /// Which calls the log of a process would show.
    pub fn recorded(&self, process: usize) -> Recorded {
        self.story.tasks[process].recorded
    }

    /// Whether a process has several threads.
    pub fn has_threads(&self, process: usize) -> bool {
        self.threaded.contains_key(&process)
    }

    /// Whether a process waits for several descriptors at once, at any time.
    pub fn multiplexes(&self, process: usize) -> bool {
        self.multiplexing.contains(&process)
    }

    /// Whether this end carries a byte stream, as a connection does.
    pub fn is_stream(&self, end: EndRef) -> bool {
        let channel = &self.story.channels[end.channel];
        matches!(channel.kind, ChannelKind::Tcp | ChannelKind::Unix) && !channel.is_of_messages()
    }

    pub fn is_accepted(&self, end: EndRef) -> bool {
        self.story.channels[end.channel].ends[end.end].side == Side::Accepted
    }

    /// Whether every step has a time.
    pub fn has_times(&self) -> bool {
        self.story.missing.untimed == 0 && self.story.missing.apart == 0
    }

    /// Whether the order of steps of different tasks is known.
    pub fn is_in_order(&self) -> bool {
        self.story.missing.apart == 0
    }

    /// Whether a step waits for this end, to read or to write.
    pub fn awaits(&self, index: usize, end: EndRef) -> [bool; 2] {
        self.story
            .awaited(self.step(index))
            .map(|set| set.iter().any(|on| *on == On::End(end) || matches!(on, On::More(_))))
    }

    /// Whether a step waits for several descriptors.
    pub fn is_wait(&self, index: usize) -> bool {
        self.does(index, &WAITS)
    }

    /// The call of a step under its C name: `recv`, not `recvfrom`.
    pub fn told(&self, index: usize) -> String {
        let name = self.call(index).name().to_owned();
        name.replace("recvfrom", "recv").replace("sendto", "send").replace("accept4", "accept")
    }

    /// `pid 4242 (server)`.
    pub fn who(&self, task: usize) -> String {
        let task = &self.story.tasks[task];
        match task.program.as_str() {
            "" => format!("pid {}", task.pid),
            program => format!("pid {} ({program})", task.pid),
        }
    }

    /// The task at the other end, or its address.
    pub fn peer(&self, end: EndRef) -> String {
        let peer = &self.story.channels[end.channel].ends[end.peer().end];
        match peer.tasks.first() {
            Some(&task) => self.who(task),
            None => peer.name.to_string(),
        }
    }

    /// The name of a signal that arrives.
    pub fn signal(&self, index: usize) -> Option<String> {
        let is_signal = matches!(
            self.step(index).meaning,
            Meaning::Interrupt
                | Meaning::Terminate
                | Meaning::ChildEnded
                | Meaning::ChildChanged
                | Meaning::Continue
                | Meaning::OtherSignal
        );
        is_signal.then(|| self.call(index).name().to_owned())
    }

    /// What a step writes to standard output or error, as far as strace shows it.
    pub fn printed(&self, index: usize) -> Option<String> {
        let is_print = matches!(self.acts[index].fd, 1 | 2) && self.does(index, &[Does::Sends]);
        is_print.then(|| {
            String::from_utf8_lossy(&self.story.data(self.step(index)).bytes()).into_owned()
        })
    }
}

/// The steps of a sorted list that come after a step.
pub(super) fn after(list: &[usize], step: usize) -> &[usize] {
    &list[list.partition_point(|&index| index <= step)..]
}

/// The steps that come before it.
pub(super) fn before(list: &[usize], step: usize) -> &[usize] {
    &list[..list.partition_point(|&index| index < step)]
}
