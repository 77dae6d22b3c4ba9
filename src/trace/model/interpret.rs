//! From records to a story, one record after another: a call is interpreted by what its descriptors stand for at
//! that time.

use super::book::Book;
use super::calls::{Does, does, gives_lowest, is_interruption};
use super::causality;
use super::files::{File, FileKind, Files};
use super::ledger::{Bookkeeper, When};
use super::meaning::{Meaning, On};
use super::merge::merge;
use super::number::number;
use super::skew;
use super::story::{ArrowKind, Story};
use super::task::{EndRef, Part};
use crate::trace::profile;
use crate::trace::read::call::Call;
use crate::trace::read::record::{Record, TraceEvent};
use crate::trace::read::recorded::Recorded;
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

/// What is known about a task besides the story.
#[derive(Clone, Debug, Default)]
pub(super) struct Life {
    pub is_over: bool,
    /// A fork made it, and the log has shown nothing of it yet.
    pub is_unseen: bool,
    /// Its log.
    pub log: Option<Rc<str>>,
    /// The step with which it exits.
    pub exit: Option<usize>,
    /// It is one of this package's programs.
    pub is_ours: bool,
    /// The pipes that a program of ours has made, and whether it has told its children to end.
    pub pipes: Vec<profile::Pipe>,
    pub has_told: bool,
    /// A program that one of ours runs for its output.
    pub aside: Option<i64>,
    pub has_steps: bool,
    /// The step in which it sets its handlers, if that was its last.
    pub handlers: Option<usize>,
    /// Its last step that made a pipe.
    pub last_pipe: Option<usize>,
    pub listens: bool,
    pub connects: bool,
    /// A fork made it, and it runs the same program.
    pub is_copy: bool,
}

/// What is known about a log.
#[derive(Clone, Copy, Debug, Default)]
struct Log {
    /// The latest time at which a call began that is over.
    begun: u64,
    recorded: Recorded,
}

/// Builds a story while it goes on.
#[derive(Clone, Debug, Default)]
pub struct Interpreter {
    pub(super) story: Story,
    pub(super) files: Files,
    pub(super) book: Book,
    pub(super) lives: Vec<Life>,
    /// The latest task of each pid.
    pids: HashMap<i32, usize>,
    /// Processes that are no part of the conversation.
    pub(super) aside: HashSet<i32>,
    pub(super) sets: HashMap<Vec<On>, u32>,
    /// The step that ended what an end sends.
    pub(super) ended: Vec<(EndRef, usize)>,
    /// Open files in messages, by the end that receives them.
    pub(super) handed: HashMap<EndRef, VecDeque<usize>>,
    /// Empty messages not received, by the end that receives them.
    pub(super) empty: HashMap<EndRef, u32>,
    logs: HashMap<Rc<str>, Log>,
    /// Steps that close a descriptor of a file, by its number, that only processes may have open of which the log
    /// has shown nothing yet.
    pub(super) unsure: HashMap<u32, Vec<usize>>,
    /// The open file of each end.
    pub(super) open: HashMap<EndRef, usize>,
    bookkeeper: Bookkeeper,
}

/// The call being interpreted.
pub(super) struct CurrentCall<'r> {
    pub task: usize,
    pub at: u64,
    pub until: u64,
    pub line: u64,
    pub call: &'r Call,
    pub raw: &'r str,
}

impl CurrentCall<'_> {
    /// The number returned, if it is not negative.
    pub fn value(&self) -> Option<u64> {
        self.call.value.and_then(|value| u64::try_from(value).ok())
    }

    /// The descriptor returned.
    pub fn made(&self) -> Option<i32> {
        self.value().and_then(|value| value.try_into().ok())
    }

    /// Whether it ended without doing anything: a signal came, or the task ended in it.
    pub fn is_interrupted(&self) -> bool {
        self.call.errno().map_or(self.call.value.is_none(), is_interruption)
    }
}

/// Makes the story of `records`, which are in the order in which the calls ended.
#[must_use]
pub fn interpret(records: impl IntoIterator<Item = Record>) -> Story {
    let mut interpreter = Interpreter::default();
    for record in records {
        interpreter.add(&record);
    }
    interpreter.finish()
}

impl Interpreter {
    /// Takes the next record.
    pub fn add(&mut self, record: &Record) {
        self.story.lines += 1;
        if self.aside.contains(&record.pid) {
            return;
        }
        let task = self.task_of(record.pid);
        let (steps, begins) = (self.story.steps.len(), self.begins(task, record));
        self.story.tasks[task].is_traced = true;
        if std::mem::take(&mut self.lives[task].is_unseen) {
            // It still had these files.
            for file in self.files.mark_seen(task) {
                self.unsure.remove(&file);
            }
        }
        self.lives[task].log.get_or_insert_with(|| Rc::clone(&record.file));
        let signal = |this: &mut Self, meaning, other| {
            let raw = record.raw();
            let mut step = this.step(task, meaning, record.at, record.at, record.line);
            step.other = other;
            this.push(step, raw)
        };
        match &record.event {
            TraceEvent::Call(call) => {
                let (at, line) = (record.at, record.line);
                // A call that was over earlier, in the same log, had begun earlier.
                let log = self.logs.entry(Rc::clone(&record.file)).or_default();
                let until = record.until().max(log.begun);
                log.begun = at.max(log.begun);
                log.recorded.see(call.name());
                self.call(
                    &CurrentCall { task, at, until, line, call, raw: call.text() },
                    record.child(),
                );
            }
            TraceEvent::Signal(told) => {
                let sender = told.sender.and_then(|pid| self.pids.get(&pid)).copied();
                signal(self, Meaning::of_signal(told), sender);
            }
            TraceEvent::Stopped(_) => {
                signal(self, Meaning::Stopped, None);
            }
            TraceEvent::Killed(_) => {
                let step = signal(self, Meaning::Killed, None);
                self.end(task, Some(step));
            }
            TraceEvent::End => {
                let exit = self.lives[task].exit;
                let exit = exit.unwrap_or_else(|| signal(self, Meaning::Exit, None));
                self.end(task, Some(exit));
            }
            TraceEvent::LetGo => self.end(task, None),
            TraceEvent::Named(pid) => {
                self.story.tasks[task].pid = *pid;
                self.pids.insert(*pid, task);
            }
        }
        let last = self.story.steps.len().checked_sub(1).filter(|&last| last >= steps);
        let step = last.or(self.lives[task].exit);
        let when = When { step, time: record.until() };
        self.bookkeeper.take_down(
            &mut self.files,
            when,
            begins,
            matches!(record.event, TraceEvent::LetGo),
        );
        if let TraceEvent::Call(call) = &record.event
            && gives_lowest(call.name())
            && let Some(given) = call.value.and_then(|value| value.try_into().ok())
        {
            self.bookkeeper.give(&self.files, task, given, when);
        }
    }

    /// Whether a new task begins by executing a program.
    fn begins(&self, task: usize, record: &Record) -> bool {
        let runs = |call: &Call| does(call.name()) == Some(Does::Runs) && call.value == Some(0);
        !self.story.tasks[task].is_traced && record.call().is_some_and(runs)
    }

    /// Completes the story.
    #[must_use]
    pub fn finish(mut self) -> Story {
        self.finish_connects();
        self.finish_closes();
        let lives = std::mem::take(&mut self.lives);
        let mut story = self.story;
        let place = merge(&mut story, self.book);
        for (task, life) in lives.iter().enumerate() {
            let log = life.log.as_ref().and_then(|log| self.logs.get(log)).copied();
            let mut recorded = log.unwrap_or_default().recorded;
            if let Some(parent) = story.tasks[task].parent {
                recorded.add(story.tasks[parent].recorded);
            }
            story.tasks[task].recorded = recorded;
            let parent = story.tasks[task].parent.map(|parent| story.tasks[parent].part);
            let leader = story.tasks[task].leader;
            story.tasks[task].part = match parent {
                _ if leader != task => story.tasks[leader].part,
                _ if life.listens => Part::Server,
                Some(Part::Server | Part::Child) if life.is_copy => Part::Child,
                _ if life.connects => Part::Client,
                _ => Part::Other,
            };
            story.tasks[task].is_ours = life.is_ours;
        }
        let tasks = &story.tasks;
        story.left.retain(|left| tasks[left.task].recorded.closes);
        for client in story.channels.iter().filter_map(super::channel::Channel::client) {
            story.tasks[client].connected += 1;
        }
        number(&mut story, |task| lives[task].is_copy);
        skew::mend(&mut story);
        let order = story.sort();
        let ended = self.ended.iter().filter_map(|&(end, step)| Some((order(step)?, place(end)?)));
        let (arrows, lost) = causality::all(&story, ended.collect());
        story.arrows = arrows;
        story.channels.iter_mut().zip(lost).for_each(|(channel, lost)| channel.is_lost = lost);
        story.ledger = self.bookkeeper.finish(&story, &order, place);
        for arrow in story.arrows.iter().filter(|arrow| arrow.kind == ArrowKind::End) {
            for step in [arrow.from, arrow.to] {
                story.steps[step].is_end_seen = true;
            }
        }
        story
    }

    /// The task of a pid; a new one if the pid has not been seen, or its task has ended.
    fn task_of(&mut self, pid: i32) -> usize {
        match self.pids.get(&pid) {
            Some(&task) if !self.lives[task].is_over => task,
            _ => self.new_task(pid, None, false),
        }
    }

    /// A new task: a child of another, a thread of its process, or neither.
    pub(super) fn new_task(
        &mut self,
        pid: i32,
        parent: Option<usize>,
        shares_files: bool,
    ) -> usize {
        let task = self.story.tasks.len();
        self.pids.insert(pid, task);
        self.files.add_task(parent, shares_files);
        self.lives.push(Life::default());
        let known = parent.map(|parent| &self.story.tasks[parent]);
        let runs = known.map(|known| (known.program.clone(), known.arguments.clone()));
        let (program, arguments) = runs.unwrap_or_default();
        self.story.tasks.push(super::task::Task {
            pid,
            leader: task,
            parent,
            program,
            arguments,
            ..Default::default()
        });
        task
    }

    fn call(&mut self, now: &CurrentCall<'_>, child: Option<i32>) {
        let Some(does) = does(now.call.name()) else {
            return self.learn_result(now);
        };
        match does {
            Does::MakesSocket => self.socket(now),
            Does::MakesPair | Does::MakesPipe => self.pair(now, does),
            Does::Opens | Does::MakesEpoll => self.opens(now, does),
            Does::Duplicates => self.duplicate(now),
            Does::Controls => self.control(now),
            Does::Ioctl => self.ioctl(now),
            Does::Binds => self.bind(now),
            Does::Listens => self.listen(now),
            Does::Accepts => self.accept(now),
            Does::Connects => self.connect(now),
            Does::OwnName | Does::PeerName => self.name(now, does),
            Does::SetsOption | Does::GetsOption => self.option(now, does),
            Does::ShutsDown => self.shut_down(now),
            Does::Closes => self.close(now),
            Does::ClosesRange => self.close_range(now),
            Does::Sends | Does::Receives | Does::SendsFile => self.transfer(now, does),
            Does::Splices => self.splice(now),
            Does::Selects | Does::Polls | Does::EpollWaits => self.wait_for(now, does),
            Does::EpollControl => self.epoll_control(now),
            Does::Forks => self.fork(now, child),
            Does::Runs => self.run(now),
            Does::Unshares => self.unshare(now),
            Does::Exits => self.lives[now.task].exit = Some(self.tell(now, Meaning::Exit)),
            Does::Kills => self.kill(now),
            Does::Reaps => self.reap(now),
            Does::Locks | Does::Sleeps | Does::Pauses => self.pause(now, does),
            Does::SetsHandler => self.handler(now),
            Does::SetsMask => self.mask(now),
        }
    }

    /// The task of a pid, for a signal or a wait.
    pub(super) fn other(&self, pid: Option<i64>) -> Option<usize> {
        self.pids.get(&i32::try_from(pid?).ok()?).copied()
    }

    /// An open file is closed by a step: the end that it is sends no more.
    pub(super) fn closed(&mut self, file: Option<File>, step: Option<usize>) {
        let Some(File { what, is_found, is_undecided, .. }) = file else { return };
        let end = match what {
            FileKind::End(end) => end,
            FileKind::Connecting(known) if !is_undecided => self.join(*known, None),
            _ => return,
        };
        self.open.remove(&end);
        if let Some(step) = step.filter(|_| !is_found) {
            self.ended.push((end, step));
        }
    }
}
