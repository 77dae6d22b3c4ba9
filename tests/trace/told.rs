//! What the reader and the model make of a log, in terms of the statements.

use super::bytes::Bytes;
use super::statement::{Pid, Statement};
use enchufe::screen::Lang;
use enchufe::trace::draw::plain;
use enchufe::trace::model::channel::{self, Channel};
use enchufe::trace::model::meaning::Meaning;
use enchufe::trace::model::story::{ArrowKind, Step, Story};
use enchufe::trace::model::task::EndRef;
use enchufe::trace::words::{names, show};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

/// A story, with indexes.
pub struct Told<'s> {
    story: &'s Story,
    /// Of calls that end in another line, the line where they begin.
    begins: BTreeMap<u64, u64>,
    /// The whole text, in two languages; and that of each step.
    texts: [String; 2],
    steps: Vec<[String; 2]>,
    /// The channel of each name.
    named: std::cell::RefCell<BTreeMap<String, (usize, bool)>>,
}

impl<'s> Told<'s> {
    pub fn new(story: &'s Story, logs: &[PathBuf]) -> Self {
        let texts = [Lang::Es, Lang::En].map(|lang| {
            let mut text = String::new();
            plain::write(story, lang, &mut text).expect("a String takes all");
            text.to_lowercase()
        });
        let all: Vec<_> = (0..story.steps.len()).collect();
        let ends = plain::ends(story, &all);
        let steps = story.steps.iter().enumerate().map(|(index, step)| {
            [Lang::Es, Lang::En].map(|lang| {
                let name = names::task(story, step.task, lang);
                let call = show::call(story, step, lang);
                format!(
                    "{name} {call} {}",
                    plain::remark(story, index, ends.get(&index).copied(), lang)
                )
                .to_lowercase()
            })
        });
        let begins = if let [log] = logs { begins(log) } else { BTreeMap::new() };
        Self { story, begins, texts, steps: steps.collect(), named: Default::default() }
    }

    fn pid(&self, task: usize) -> Pid {
        Some(self.story.tasks[task].pid).filter(|&pid| pid > 0)
    }

    /// What is wrong with a statement.
    pub fn wrong(&self, statement: &Statement) -> Vec<String> {
        let is_right = match statement {
            Statement::Task { pid, thread_of, child_of } => {
                self.has_task(*pid, *thread_of, *child_of)
            }
            Statement::Channel { name, kind, ends } => return self.channel(name, kind, ends),
            Statement::Arrow(from, to) => {
                self.arrows(*from, |arrow| arrow.0).iter().any(|arrow| arrow.1 == self.line(*to))
            }
            Statement::NoArrowFrom(line) => self.arrows(*line, |arrow| arrow.0).is_empty(),
            Statement::NoArrowTo(line) => self.arrows(*line, |arrow| arrow.1).is_empty(),
            Statement::Says { line, text, is_never } => {
                return self.says(*line, &text.to_lowercase(), *is_never);
            }
            Statement::Note(what, about) => self.notes(what, about),
            Statement::Exit => {
                let missing = self.story.missing.nothing(Lang::En);
                missing.or_else(|| self.story.nothing(Lang::En)).is_some()
            }
            // All statements about payload are compared together.
            _ => true,
        };
        if is_right { Vec::new() } else { vec![format!("not so: {statement:?}")] }
    }

    fn has_task(&self, pid: Pid, thread_of: Option<i32>, child_of: Option<i32>) -> bool {
        self.story.tasks.iter().enumerate().any(|(index, task)| {
            let leader = (task.leader != index).then(|| self.story.tasks[task.leader].pid);
            let parent = task.parent.map(|parent| self.story.tasks[parent].pid);
            task.is_traced
                && self.pid(index) == pid
                && leader == thread_of
                && (thread_of.is_some() || parent == child_of)
        })
    }

    /// All arrows with this line at one end.
    fn arrows(&self, line: u64, end: impl Fn(&(u64, u64)) -> u64) -> Vec<(u64, u64)> {
        let line = self.line(line);
        let kinds = [ArrowKind::Connect, ArrowKind::Data, ArrowKind::End, ArrowKind::Reset];
        let arrows = self.story.arrows.iter().filter(|arrow| kinds.contains(&arrow.kind));
        let lines = arrows.map(|arrow| {
            let line = |step: usize| u64::from(self.story.steps[step].line);
            (line(arrow.from), line(arrow.to))
        });
        lines.filter(|arrow| end(arrow) == line).collect()
    }

    /// The line where the call of a line begins.
    fn line(&self, line: u64) -> u64 {
        self.begins.get(&line).copied().unwrap_or(line)
    }

    fn says(&self, line: Option<u64>, text: &str, is_never: bool) -> Vec<String> {
        let texts: Vec<&String> = match line {
            None => self.texts.iter().collect(),
            Some(line) => {
                let at = self.line(line);
                let steps = self.story.steps.iter().zip(&self.steps);
                steps
                    .filter(|(step, _)| u64::from(step.line) == at)
                    .flat_map(|(_, texts)| texts)
                    .collect()
            }
        };
        let says = texts.iter().filter(|told| told.contains(text));
        match (is_never, says.count()) {
            (true, 0) => Vec::new(),
            (false, count) if count == texts.len() && count > 0 => Vec::new(),
            _ => vec![format!(
                "{} {text:?}: {texts:#?}",
                if is_never { "says" } else { "does not say" }
            )],
        }
    }

    fn notes(&self, what: &str, about: &[String]) -> bool {
        let missing = &self.story.missing;
        match what {
            "no-times" => missing.untimed > 0,
            "no-yy" => missing.on_sockets > 0 && !missing.addresses,
            "no-f" => missing.children == about.len(),
            "no-pids" => self.story.tasks.iter().all(|task| task.pid <= 0),
            "cut" => missing.cut > 0,
            "io_uring" => missing.io_uring,
            "half-line" => missing.is_cut_short,
            "junk" => missing.odd.to_string() == about[0],
            _ => panic!("no note: {what}"),
        }
    }

    /// Finds the stated channel, and gives it its name.
    fn channel(&self, name: &str, kind: &str, ends: &[(String, Vec<Pid>); 2]) -> Vec<String> {
        let mut named = self.named.borrow_mut();
        let all = self.story.channels.iter().enumerate();
        for (index, channel) in all.filter(|(_, channel)| kind_of(channel) == kind) {
            let told = [0, 1].map(|end| self.end(channel, end));
            let same = |end: &(String, Vec<Pid>), told: &(String, Vec<Pid>)| {
                (end.0 == told.0 || end.0 == "?") && sorted(&end.1) == told.1
            };
            let is_free = !named.values().any(|&(other, _)| other == index);
            for is_reversed in [false, true] {
                let [one, other] =
                    if is_reversed { [&told[1], &told[0]] } else { [&told[0], &told[1]] };
                if is_free && same(&ends[0], one) && same(&ends[1], other) {
                    named.insert(name.into(), (index, is_reversed));
                    return Vec::new();
                }
            }
        }
        let all = self.story.channels.iter().map(|channel| {
            format!("{} {:?}", kind_of(channel), [0, 1].map(|end| self.end(channel, end)))
        });
        vec![format!("no channel {name} {kind} {ends:?} among {:#?}", all.collect::<Vec<_>>())]
    }

    fn end(&self, channel: &Channel, end: usize) -> (String, Vec<Pid>) {
        let told = &channel.ends[end];
        let mut pids: Vec<_> = told.tasks.iter().map(|&task| self.pid(task)).collect();
        pids.sort_unstable();
        (told.name.to_string(), pids)
    }

    /// What the story has and the statements do not: tasks, channels; and payload that differs.
    pub fn rest(&self, statements: &[Statement]) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut count = |what: &str, told: usize, stated: usize| {
            if told != stated {
                wrong.push(format!("{told} {what}, not {stated}"));
            }
        };
        let tasks = self.story.tasks.iter().filter(|task| task.is_traced);
        let tasks = tasks.map(|task| task.pid).collect::<BTreeSet<_>>().len();
        let stated = |is: fn(&Statement) -> bool| statements.iter().filter(|it| is(it)).count();
        count("tasks", tasks, stated(|it| matches!(it, Statement::Task { .. })));
        count(
            "channels",
            self.story.channels.len(),
            stated(|it| matches!(it, Statement::Channel { .. })),
        );
        for arrow in &self.story.arrows {
            let [from, to] = [arrow.from, arrow.to].map(|step| &self.story.steps[step]);
            if from.time() > to.time() {
                wrong.push(format!("backwards in time: {from:?} to {to:?}"));
            }
        }
        // A task does one thing after another, and its lines are in that order.
        let mut last = vec![0; self.story.tasks.len()];
        for step in &self.story.steps {
            if step.line < last[step.task] {
                wrong.push(format!("line {} is told before {}", last[step.task], step.line));
            }
            last[step.task] = step.line;
        }
        for (name, &(channel, _)) in self.named.borrow().iter() {
            for end in 0..2 {
                let mut told = self.payload(EndRef { channel, end });
                told.retain(|line| !line.is_empty());
                let tasks = &self.story.channels[channel].ends[end].tasks;
                let peers = &self.story.channels[channel].ends[1 - end].tasks;
                let stated = self.stated(statements, name, tasks, peers);
                if told != stated {
                    wrong.push(format!("payload of {name}: {told:#?}, not {stated:#?}"));
                }
            }
            let mut told = self.ends_of_file(channel);
            let mut stated: Vec<_> = statements
                .iter()
                .filter_map(|statement| match statement {
                    Statement::Eof { channel, from, to } if channel == name => Some((*from, *to)),
                    _ => None,
                })
                .collect();
            told.sort_unstable();
            told.dedup();
            stated.sort_unstable();
            if told != stated {
                wrong.push(format!("end of file of {name}: {told:?}, not {stated:?}"));
            }
        }
        wrong
    }

    /// The statements about one direction of a channel.
    fn stated(
        &self,
        statements: &[Statement],
        name: &str,
        tasks: &[usize],
        peers: &[usize],
    ) -> Vec<String> {
        let is = |tasks: &[usize], pid: &Pid| tasks.iter().any(|&task| self.pid(task) == *pid);
        let lines = statements.iter().filter_map(|statement| match statement {
            Statement::Bytes { channel, from, to, bytes }
                if channel == name && is(tasks, from) && is(peers, to) =>
            {
                Some(line(*from, *to, bytes))
            }
            Statement::Sent { channel, by, bytes } if channel == name && is(tasks, by) => {
                Some(line(*by, None, bytes) + " sent")
            }
            Statement::Received { channel, by, bytes } if channel == name && is(peers, by) => {
                Some(line(None, *by, bytes) + " received")
            }
            _ => None,
        });
        lines.collect()
    }

    /// Everything that goes from one end to the other: who sends it, who receives it.
    fn payload(&self, from: EndRef) -> Vec<String> {
        let steps = self.story.steps.iter().enumerate();
        let of = |step: &Step, meaning: Meaning, end: EndRef| {
            step.meaning == meaning && step.end == Some(end)
        };
        let moves = steps.filter(|(_, step)| {
            of(step, Meaning::Send, from) || of(step, Meaning::Recv, from.peer())
        });
        let (sent, received): (Vec<_>, Vec<_>) =
            moves.partition(|(_, step)| step.meaning == Meaning::Send);
        let is_message = self.story.channels[from.channel].is_of_messages();
        if is_message { self.datagrams(&sent, &received) } else { self.stream(&sent, &received) }
    }

    fn bytes(&self, step: &Step) -> Vec<Option<u8>> {
        let data = self.story.data(step);
        let parts = data.parts.iter();
        let each = parts.flat_map(|part| {
            part.bytes.iter().copied().map(Some).chain(std::iter::repeat_n(None, part.cut))
        });
        each.collect()
    }

    /// Whether the story links a received step to its sends, or a task sends to itself.
    fn is_linked(&self, (index, step): &(usize, &Step), sent: &[(usize, &Step)]) -> bool {
        let arrows = self.story.arrows.iter();
        let mut causes = arrows.filter(|arrow| arrow.to == *index && arrow.kind == ArrowKind::Data);
        causes.next().is_some() || sent.iter().any(|(_, sent)| sent.task == step.task)
    }

    fn stream(&self, sent: &[(usize, &Step)], received: &[(usize, &Step)]) -> Vec<String> {
        let each = |steps: &[(usize, &Step)]| -> Vec<(Pid, Option<u8>)> {
            let bytes = steps.iter().flat_map(|(_, step)| {
                self.bytes(step).into_iter().map(|byte| (self.pid(step.task), byte))
            });
            bytes.collect()
        };
        let is_paired = received.iter().any(|step| self.is_linked(step, sent));
        let (out, mut into) = (each(sent), each(received));
        let mut runs: Vec<(Pid, Pid, Bytes)> = Vec::new();
        let mut add = |from, to, byte| match runs.last_mut() {
            Some((f, t, bytes)) if *f == from && *t == to => bytes.0.push(byte),
            _ => runs.push((from, to, Bytes(vec![byte]))),
        };
        let alone = if is_paired {
            into.split_off(out.len().min(into.len()))
        } else {
            std::mem::take(&mut into)
        };
        for (&(from, sent), &(to, got)) in out.iter().zip(&into) {
            add(from, to, Bytes::merge(&[sent], &[got]).0[0]);
        }
        let mut lines: Vec<_> =
            runs.iter().map(|(from, to, bytes)| line(*from, *to, bytes)).collect();
        for (rest, is_sent) in [(&out[into.len()..], true), (&alone[..], false)] {
            let mut runs: Vec<(Pid, Bytes)> = Vec::new();
            for &(pid, byte) in rest {
                match runs.last_mut() {
                    Some((by, bytes)) if *by == pid => bytes.0.push(byte),
                    _ => runs.push((pid, Bytes(vec![byte]))),
                }
            }
            lines.extend(runs.iter().map(|(by, bytes)| match is_sent {
                true => line(*by, None, bytes) + " sent",
                false => line(None, *by, bytes) + " received",
            }));
        }
        lines
    }

    fn datagrams(&self, sent: &[(usize, &Step)], received: &[(usize, &Step)]) -> Vec<String> {
        let mut lines = Vec::new();
        for (index, step) in sent {
            let bytes = self.bytes(step);
            let arrow = self
                .story
                .arrows
                .iter()
                .find(|arrow| arrow.from == *index && arrow.kind == ArrowKind::Data);
            let Some((_, to)) =
                arrow.and_then(|arrow| received.iter().find(|(at, _)| *at == arrow.to))
            else {
                lines.push(line(self.pid(step.task), None, &Bytes(bytes)) + " sent");
                continue;
            };
            let got = self.bytes(to);
            lines.push(line(self.pid(step.task), self.pid(to.task), &Bytes::merge(&bytes, &got)));
            if got.len() < bytes.len() {
                lines.push(
                    line(self.pid(step.task), None, &Bytes(bytes[got.len()..].to_vec())) + " sent",
                );
            }
        }
        let alone = received.iter().filter(|step| !self.is_linked(step, &[]));
        lines.extend(alone.map(|(_, step)| {
            line(None, self.pid(step.task), &Bytes(self.bytes(step))) + " received"
        }));
        lines
    }

    fn ends_of_file(&self, channel: usize) -> Vec<(Pid, Pid)> {
        let steps = self.story.steps.iter().enumerate();
        let ends = steps.filter(|(_, step)| {
            step.meaning == Meaning::RecvEnd && step.end.is_some_and(|end| end.channel == channel)
        });
        let each = ends.map(|(index, step)| {
            let arrow = self
                .story
                .arrows
                .iter()
                .find(|arrow| arrow.to == index && arrow.kind == ArrowKind::End);
            (
                arrow.and_then(|arrow| self.pid(self.story.steps[arrow.from].task)),
                self.pid(step.task),
            )
        });
        each.collect()
    }
}

fn sorted(pids: &[Pid]) -> Vec<Pid> {
    let mut pids = pids.to_vec();
    pids.sort_unstable();
    pids
}

fn line(from: Pid, to: Pid, bytes: &Bytes) -> String {
    format!("{from:?} -> {to:?} {bytes:?}")
}

fn kind_of(channel: &Channel) -> &'static str {
    let is_inet = || channel.ends.iter().any(|end| matches!(end.name, channel::Name::Inet(_)));
    match channel.kind {
        channel::ChannelKind::Tcp => "tcp",
        channel::ChannelKind::Datagram if is_inet() => "udp",
        channel::ChannelKind::Pipe if !channel.is_two_way => "pipe",
        channel::ChannelKind::Unix
        | channel::ChannelKind::Pipe
        | channel::ChannelKind::Datagram => "unix",
    }
}

/// Of each line that ends a call, the line in which it began.
fn begins(log: &PathBuf) -> BTreeMap<u64, u64> {
    let text = fs::read(log).expect("a log");
    let text = String::from_utf8_lossy(&text);
    let mut open: BTreeMap<&str, u64> = BTreeMap::new();
    let mut begins = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let task = line
            .trim_start_matches("[pid ")
            .trim_start()
            .split([' ', ']'])
            .next()
            .unwrap_or_default();
        if line.contains("<unfinished ...>") {
            open.insert(task, number);
        } else if line.contains(" resumed>")
            && let Some(begun) = open.remove(task)
        {
            begins.insert(number, begun);
        }
    }
    begins
}
