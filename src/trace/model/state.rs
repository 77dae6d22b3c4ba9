//! How things stand after any number of steps: what the descriptors of each task stand for, which connections wait to
//! be accepted, what is in flight. Where the log does not tell, that is said.

use super::channel::ChannelKind;
use super::flight;
use super::ledger::{Change, STANDARD, Stands, TableOrigin};
use super::story::Story;
use super::task::EndRef;
use std::collections::{BTreeMap, HashMap, HashSet};

/// How things stand after some steps.
#[derive(Debug)]
pub struct State<'s> {
    story: &'s Story,
    /// How many changes have been applied.
    next: usize,
    tables: HashMap<u32, TableState>,
    /// Of each task.
    lives: Vec<TaskState>,
    /// What open files stand for, places in the ledger.
    files: HashMap<u32, u32>,
    /// The open files in messages, and how often.
    messages: HashMap<u32, usize>,
    ways: Vec<[Traffic; 2]>,
    made: Vec<[bool; 2]>,
    /// The channels waiting to be accepted.
    pending: Vec<usize>,
}

#[derive(Clone, Debug, Default)]
struct TableState {
    slots: BTreeMap<i32, u32>,
    is_whole: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum TaskState {
    /// It has not begun.
    #[default]
    Before,
    /// It has this table.
    Has(u32),
    /// It has ended.
    Over,
    /// strace has detached from it.
    LetGo,
}

/// What one end of a channel has sent to the other.
#[derive(Clone, Copy, Debug, Default)]
struct Traffic {
    is_known: bool,
    sent: u64,
    received: u64,
}

/// What is known about the descriptors of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Descriptors<'s> {
    /// It has not begun, or has ended.
    None,
    /// It is no longer traced.
    LetGo,
    /// What they stand for.
    Table {
        /// Each descriptor.
        all: Vec<(i32, &'s Stands)>,
        /// Whether the log shows the task from its beginning. If not, there may be others.
        is_whole: bool,
    },
}

/// What is in flight from one end of a channel to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flight {
    /// This many bytes are sent and not received.
    Bytes(u64),
    /// The same, and nobody will receive them: that end is closed.
    Lost(u64),
    /// The log does not tell.
    Unknown,
}

impl<'s> State<'s> {
    /// Before the first step.
    #[must_use]
    pub fn new(story: &'s Story) -> Self {
        let known = flight::known(story).into_iter();
        let way = |is_known| Traffic { is_known, ..Traffic::default() };
        let mut this = Self {
            story,
            next: 0,
            tables: HashMap::new(),
            lives: vec![TaskState::Before; story.tasks.len()],
            files: HashMap::new(),
            messages: HashMap::new(),
            ways: known.map(|ways| ways.map(way)).collect(),
            made: vec![[false; 2]; story.channels.len()],
            pending: Vec::new(),
        };
        this.go(0);
        this
    }

    /// Advances until `steps` steps are done.
    pub fn go(&mut self, steps: usize) {
        let entries = &self.story.ledger.entries;
        while let Some(&(after, change)) = entries.get(self.next)
            && after as usize <= steps
        {
            self.take_in(change);
            self.next += 1;
        }
    }

    fn take_in(&mut self, change: Change) {
        match change {
            Change::File { file, stands } => drop(self.files.insert(file, stands)),
            Change::Slot { table, number, file } => {
                let slots = &mut self.tables.entry(table).or_default().slots;
                match file {
                    Some(file) => drop(slots.insert(number, file)),
                    None => drop(slots.remove(&number)),
                }
            }
            Change::Table { task, table, origin } => {
                let known = match origin {
                    TableOrigin::Shared => None,
                    TableOrigin::Copy(from) => self.tables.get(&from).cloned(),
                    TableOrigin::Program => {
                        Some(TableState { is_whole: true, ..TableState::default() })
                    }
                    TableOrigin::Unknown => Some(TableState::default()),
                };
                if let Some(known) = known {
                    self.tables.insert(table, known);
                }
                self.lives[task as usize] = TaskState::Has(table);
            }
            Change::End { task, is_let_go } => self.end(task as usize, is_let_go),
            Change::Message { file, is_sent: true } => *self.messages.entry(file).or_default() += 1,
            Change::Message { file, is_sent: false } => {
                if let Some(count) = self.messages.get_mut(&file) {
                    *count = count.saturating_sub(1);
                }
            }
            Change::Made { end } => {
                let end = EndRef::from(end);
                self.made[end.channel][end.end] = true;
                let is_connection = matches!(
                    self.story.channels[end.channel].kind,
                    ChannelKind::Tcp | ChannelKind::Unix
                );
                match (end.end, self.made[end.channel][1]) {
                    (0, false) if is_connection => self.pending.push(end.channel),
                    (1, _) => self.pending.retain(|&channel| channel != end.channel),
                    _ => {}
                }
            }
            Change::Sent { end, bytes } => self.way(end.into()).sent += u64::from(bytes),
            Change::Received { end, bytes } => self.way(end.into()).received += u64::from(bytes),
        }
    }

    fn way(&mut self, from: EndRef) -> &mut Traffic {
        &mut self.ways[from.channel][from.end]
    }

    fn end(&mut self, task: usize, is_let_go: bool) {
        let after = if is_let_go { TaskState::LetGo } else { TaskState::Over };
        let TaskState::Has(table) = std::mem::replace(&mut self.lives[task], after) else { return };
        if self.lives.contains(&TaskState::Has(table)) {
            return;
        }
        let Some(table) = self.tables.remove(&table) else { return };
        // A detached task goes on, unseen.
        for file in table.slots.into_values().filter(|_| is_let_go) {
            if let Stands::End(EndRef { channel, .. }) = *self.stands(file) {
                self.ways[channel].iter_mut().for_each(|way| way.is_known = false);
            }
        }
    }

    fn stands(&self, file: u32) -> &'s Stands {
        static STANDARDS: [Stands; 3] =
            [Stands::Standard(0), Stands::Standard(1), Stands::Standard(2)];
        if file >= STANDARD {
            return &STANDARDS[(file - STANDARD) as usize];
        }
        let at = self.files.get(&file).copied();
        at.map_or(&Stands::Unknown, |at| &self.story.ledger.stands[at as usize])
    }

    /// What the descriptors of a task stand for.
    #[must_use]
    pub fn descriptors(&self, task: usize) -> Descriptors<'s> {
        let table = match self.lives[task] {
            TaskState::Before | TaskState::Over => return Descriptors::None,
            TaskState::LetGo => return Descriptors::LetGo,
            TaskState::Has(table) => self.tables.get(&table),
        };
        let Some(table) = table else { return Descriptors::None };
        let all = table.slots.iter().map(|(&number, &file)| (number, self.stands(file)));
        Descriptors::Table { all: all.collect(), is_whole: table.is_whole }
    }

    /// What is open: everything that a descriptor stands for or a message carries.
    #[must_use]
    pub fn open(&self) -> Open {
        let mut open = Open::default();
        let in_messages =
            self.messages.iter().filter(|(_, count)| **count > 0).map(|(file, _)| *file);
        let in_tables = self.tables.values().flat_map(|table| table.slots.values().copied());
        for file in in_tables.chain(in_messages) {
            match *self.stands(file) {
                Stands::Listener(listener) => drop(open.listeners.insert(listener)),
                Stands::End(end) => drop(open.ends.insert(end)),
                Stands::Pipe(channel) => {
                    open.ends.extend([0, 1].map(|end| EndRef { channel, end }));
                }
                _ => {}
            }
        }
        open
    }

    /// The channels that are connected but not yet accepted, with the listener that they wait for, if known.
    pub fn pending(&self) -> impl Iterator<Item = (usize, Option<usize>)> + use<'_, 's> {
        let all = self.pending.iter();
        all.map(|&channel| (channel, flight::listener(self.story, &self.story.channels[channel])))
    }

    /// What is in flight from an end of a channel.
    #[must_use]
    pub fn flight(&self, from: EndRef, open: &Open) -> Flight {
        let way = &self.ways[from.channel][from.end];
        let left = way.sent.checked_sub(way.received).filter(|_| way.is_known);
        let peer = from.peer();
        let is_closed = self.made[peer.channel][peer.end] && !open.ends.contains(&peer);
        match left {
            None => Flight::Unknown,
            Some(left) if left > 0 && is_closed => Flight::Lost(left),
            Some(left) => Flight::Bytes(left),
        }
    }

    /// Whether an end of a channel exists, as far as the log shows.
    #[must_use]
    pub fn is_made(&self, channel: usize) -> bool {
        self.made[channel] != [false; 2]
    }
}

/// What is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// Listeners.
    pub listeners: HashSet<usize>,
    /// Ends of channels.
    pub ends: HashSet<EndRef>,
}
