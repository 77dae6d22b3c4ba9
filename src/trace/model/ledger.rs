//! What changes from step to step: in descriptor tables, in the queues of listeners, in what is in flight. The
//! [state](super::state) at any step follows from it.

use super::channel::Name;
use super::files::{File, FileKind, Files, Touch};
use super::story::Story;
use super::task::EndRef;
use std::collections::{HashMap, HashSet};

/// The changes, each with the number of steps after which it has happened, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    pub entries: Vec<(u32, Change)>,
    /// What open files stand for.
    pub stands: Vec<Stands>,
}

/// What an open file stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stands {
    /// Standard input, output or error.
    Standard(i32),
    /// A file, or something else that is not a channel, as strace shows it; empty if it does not.
    Plain(Box<str>),
    /// The log does not say.
    #[default]
    Unknown,
    /// A stream socket without a connection, and its address.
    Socket(Name),
    /// A connecting socket: its peer's address.
    Connecting(Name),
    /// A listening socket: its place among the listeners.
    Listener(usize),
    /// An end of a channel.
    End(EndRef),
    /// An end of a pipe, not known which: a channel.
    Pipe(usize),
    /// A datagram socket: its address, and its peer's.
    Datagrams(Box<[Name; 2]>),
    /// An epoll instance.
    Epoll,
}

/// Where a task's descriptors come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TableOrigin {
    /// It began before the log; its descriptors are not known.
    Unknown,
    /// It begins in the log, by executing a program.
    Program,
    /// It has a copy of this table.
    Copy(u32),
    /// It shares the table.
    Shared,
}

/// Something that changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// An open file stands for this from now on.
    File { file: u32, stands: u32 },
    /// A descriptor stands for this open file from now on, or for none.
    Slot { table: u32, number: i32, file: Option<u32> },
    /// A task has this table from now on.
    Table { task: u32, table: u32, origin: TableOrigin },
    /// A task has ended, or strace has detached from it.
    End { task: u32, is_let_go: bool },
    /// An open file is in a message, or no longer.
    Message { file: u32, is_sent: bool },
    /// This end of a channel is made: 0, connected; 1, accepted.
    Made { end: PackedEnd },
    /// An end sends this many bytes.
    Sent { end: PackedEnd, bytes: u32 },
    /// This many bytes that an end has sent are received.
    Received { end: PackedEnd, bytes: u32 },
}

/// An end of a channel, packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PackedEnd(u32);

impl From<EndRef> for PackedEnd {
    fn from(end: EndRef) -> Self {
        Self((end.channel as u32) << 1 | end.end as u32)
    }
}

impl From<PackedEnd> for EndRef {
    fn from(PackedEnd(it): PackedEnd) -> Self {
        Self { channel: (it >> 1) as usize, end: (it & 1) as usize }
    }
}

/// The number of the open file that descriptor 0 stands for, if nothing else is known; those of 1 and 2
/// follow.
pub(super) const STANDARD: u32 = u32::MAX - 2;

/// When something changes: with a step or, without one, at a time.
#[derive(Clone, Copy, Debug)]
pub(super) struct When {
    pub step: Option<usize>,
    pub time: u64,
}

/// Keeps the ledger while the story goes on.
#[derive(Clone, Debug, Default)]
pub(super) struct Bookkeeper {
    entries: Vec<(When, Change)>,
    stands: Vec<Stands>,
    /// Of each connecting socket, the step.
    connecting: HashMap<u32, usize>,
    /// The tables whose standard descriptors are known to be open.
    given: HashSet<usize>,
}

impl Bookkeeper {
    /// Records what a record has changed: at its time, or with its step. `begins`: a task begins with it, by
    /// executing a program.
    pub fn take_down(&mut self, files: &mut Files, when: When, begins: bool, is_let_go: bool) {
        for touch in std::mem::take(&mut files.touched) {
            let change = match touch {
                Touch::File(place) => match self.file(files, place) {
                    Some(change) => change,
                    None => continue,
                },
                Touch::Slot(table, number) => {
                    let file = files.in_table(table, number).map(|file| file.id);
                    Change::Slot { table: table as u32, number, file }
                }
                Touch::Table(task, copied) => {
                    let table = files.table(task);
                    let origin = match copied {
                        Some(from) => TableOrigin::Copy(from as u32),
                        None if files.users(table) > 1 => TableOrigin::Shared,
                        None if begins => TableOrigin::Program,
                        None => TableOrigin::Unknown,
                    };
                    Change::Table { task: task as u32, table: table as u32, origin }
                }
                Touch::End(task) => Change::End { task: task as u32, is_let_go },
                Touch::Message(place, is_sent) => {
                    Change::Message { file: files.file(place).id, is_sent }
                }
            };
            self.entries.push((when, change));
        }
    }

    /// What an open file stands for, if that has changed.
    fn file(&mut self, files: &mut Files, place: usize) -> Option<Change> {
        let file = files.file(place);
        let stands = stands(file);
        let is_known = file.told.is_some_and(|told| self.stands[told as usize] == stands);
        // Already closed: no descriptor stands for it.
        if is_known || file.count == 0 {
            return None;
        }
        let (id, at) = (file.id, self.stands.len() as u32);
        if let FileKind::Connecting(known) = &file.what
            && !file.is_undecided
        {
            self.connecting.insert(at, known.step);
        }
        self.stands.push(stands);
        files.tell(place, at);
        Some(Change::File { file: id, stands: at })
    }

    /// A call returned this number, the lowest free one: all below it are open. Used for the standard ones, unless
    /// the table is shared: another thread may have closed one since.
    pub fn give(&mut self, files: &Files, task: usize, given: i32, when: When) {
        let table = files.table(task);
        if given > 2 && files.users(table) == 1 && self.given.insert(table) {
            let unseen = (0..3).filter(|&number| files.in_table(table, number).is_none());
            self.entries.extend(unseen.map(|number| {
                let file = Some(STANDARD + number as u32);
                (when, Change::Slot { table: table as u32, number, file })
            }));
        }
    }

    /// The ledger of a story whose steps have been sorted. `place`: where an end of a channel is now.
    pub fn finish(
        mut self,
        story: &Story,
        order: impl Fn(usize) -> Option<usize>,
        place: impl Fn(EndRef) -> Option<EndRef>,
    ) -> Ledger {
        for stands in &mut self.stands {
            let at = match *stands {
                Stands::End(end) => place(end).map(Stands::End),
                Stands::Pipe(channel) => {
                    place(EndRef { channel, end: 0 }).map(|end| Stands::Pipe(end.channel))
                }
                _ => continue,
            };
            *stands = at.unwrap_or_default();
        }
        for (at, step) in self.connecting {
            let end = order(step).and_then(|step| story.steps[step].end);
            if let Some(end) = end {
                self.stands[at as usize] = Stands::End(end);
            }
        }
        let mut places = Places::default();
        let entries = self.entries.into_iter().map(|(when, change)| {
            let after = when.step.and_then(&order).map(|step| step + 1);
            let by_time = || story.steps.partition_point(|step| step.time() <= when.time);
            (places.put(after.unwrap_or_else(by_time) as u32, &change), change)
        });
        let mut entries: Vec<_> = entries.collect();
        entries.extend(super::flight::entries(story));
        entries.sort_by_key(|&(after, _)| after);
        Ledger { entries, stands: self.stands }
    }
}

/// Places changes among the steps. A call of one thread may be placed before what another has done meanwhile; but
/// changes to one descriptor stay in order.
#[derive(Clone, Debug, Default)]
struct Places {
    /// Of each table, since it was made or copied: the steps before and after which nothing has changed
    /// yet.
    tables: HashMap<u32, (u32, u32)>,
    slots: HashMap<(u32, i32), u32>,
    of_task: HashMap<u32, u32>,
}

impl Places {
    fn put(&mut self, mut place: u32, change: &Change) -> u32 {
        if let Change::Table { task, table, .. } = *change {
            self.of_task.insert(task, table);
        }
        match *change {
            Change::Slot { table, number, .. } => {
                let (first, last) = self.tables.entry(table).or_default();
                let slot = self.slots.entry((table, number)).or_default();
                place = place.max(*first).max(*slot);
                (*slot, *last) = (place, place.max(*last));
            }
            Change::Table { table, origin: TableOrigin::Copy(from), .. } => {
                let (first, last) = self.tables.entry(from).or_default();
                place = place.max(*last);
                (*first, *last) = (place, place);
                self.tables.insert(table, (place, place));
            }
            Change::Table {
                table, origin: TableOrigin::Program | TableOrigin::Unknown, ..
            } => {
                self.tables.insert(table, (place, place));
            }
            Change::End { task, .. } => {
                let table = self.of_task.get(&task).and_then(|table| self.tables.get(table));
                place = place.max(table.map_or(0, |(_, last)| *last));
            }
            _ => {}
        }
        place
    }
}

fn stands(file: &File) -> Stands {
    match &file.what {
        FileKind::Standard(number) => Stands::Standard(*number),
        FileKind::Plain(text) => Stands::Plain(text.clone()),
        FileKind::Unknown => Stands::Unknown,
        FileKind::Socket(name) => Stands::Socket(name.clone()),
        FileKind::Connecting(known) => Stands::Connecting(known.names[1].clone()),
        FileKind::Listener(listener) => Stands::Listener(*listener),
        FileKind::End(end) => Stands::End(*end),
        FileKind::Pipe(channel) => Stands::Pipe(*channel),
        FileKind::Datagrams(socket) => Stands::Datagrams(Box::new(socket.names.clone())),
        FileKind::Epoll(_) => Stands::Epoll,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::model::interpret::Interpreter;
    use crate::trace::model::state::{Descriptors, State};
    use crate::trace::read::reader::Reader;
    use crate::trace::read::record::Record;
    use std::fs;
    use std::mem::{Discriminant, discriminant};
    use std::path::PathBuf;

    /// The logs of the corpus, grouped by conversation.
    fn logs() -> Vec<Vec<PathBuf>> {
        let mut logs = std::collections::BTreeMap::<_, Vec<_>>::new();
        for dir in
            ["src/trace/samples", "tests/trace/logs", "tests/trace/faults", "tests/trace/formats"]
        {
            for entry in fs::read_dir(dir).expect("a directory") {
                let path = entry.expect("an entry").path();
                let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
                if name.contains(".log") {
                    let stem = name.split('.').next().unwrap_or_default().to_owned();
                    logs.entry((dir, stem)).or_default().push(path.clone());
                }
            }
        }
        logs.into_values().collect()
    }

    #[test]
    fn wherever_a_log_ends_the_tables_are_those_of_the_interpreter() {
        let mut compared = 0;
        for logs in logs() {
            let records: Vec<_> = Reader::open(&logs).expect("the logs").collect();
            for quarter in 1..=4 {
                compared += compare(&records[..records.len() * quarter / 4], &logs);
            }
        }
        assert!(compared > 1000, "{compared}");
    }

    fn compare(records: &[Record], logs: &[PathBuf]) -> usize {
        let mut interpreter = Interpreter::default();
        records.iter().for_each(|record| interpreter.add(record));
        let table = |task: usize| -> Vec<_> {
            let (files, table) = (&interpreter.files, interpreter.files.table(task));
            let all = files.numbers(task, 0, i32::MAX).into_iter();
            // An ended thread has no table, though its process has.
            let numbers = all.filter(|_| !interpreter.lives[task].is_over);
            let kind = |number| stands(files.in_table(table, number).expect("a file"));
            numbers.map(|number| (number, discriminant(&kind(number)))).collect()
        };
        let tables: Vec<_> = (0..interpreter.story.tasks.len()).map(table).collect();
        let story = interpreter.finish();
        let mut state = State::new(&story);
        state.go(story.steps.len());
        for (task, table) in tables.iter().enumerate() {
            let all = match state.descriptors(task) {
                Descriptors::Table { all, .. } => all,
                Descriptors::None | Descriptors::LetGo => Vec::new(),
            };
            // The interpreter has only those standard descriptors that were used.
            let is_used = |number| number > 2 || table.iter().any(|&(own, _)| own == number);
            let all = all.into_iter().filter(|&(number, _)| is_used(number));
            // Connecting sockets turn out to be connected, and channels without bytes are left out.
            let settled = |table: &[(i32, Discriminant<Stands>)]| -> Vec<_> {
                let is_open = [
                    Stands::Connecting(Name::Unknown),
                    Stands::End(EndRef { channel: 0, end: 0 }),
                    Stands::Unknown,
                ];
                let all = table.iter().map(|&(number, kind)| {
                    let is_open = is_open.iter().any(|open| discriminant(open) == kind);
                    (number, (!is_open).then_some(kind))
                });
                all.collect()
            };
            let told: Vec<_> = all.map(|(number, stands)| (number, discriminant(stands))).collect();
            assert_eq!(settled(&told), settled(table), "task {task} of {logs:?}");
        }
        tables.iter().map(Vec::len).sum()
    }
}
