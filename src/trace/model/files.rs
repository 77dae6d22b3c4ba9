//! Descriptor tables and open files. Threads share a table, a fork copies it; an open file stays open while any
//! descriptor of any table stands for it.

use super::channel::Name;
use super::epoll::InterestList;
use super::task::EndRef;
use std::collections::{BTreeMap, HashMap};

/// What an open file is.
#[derive(Clone, Debug, Default)]
pub(super) enum FileKind {
    /// Standard input, output or error, with nothing else known.
    Standard(i32),
    /// Not a channel: a file, a timer. With what strace shows for it.
    Plain(Box<str>),
    /// Not known.
    #[default]
    Unknown,
    /// A stream socket without a connection, with the address that it is bound to.
    Socket(Name),
    /// A socket that has called connect, and has not been used since.
    Connecting(Box<Connecting>),
    /// A listening socket: its place among the listeners.
    Listener(usize),
    /// An end of a channel.
    End(EndRef),
    /// An end of a pipe, not known which: a channel.
    Pipe(usize),
    /// A datagram socket.
    Datagrams(Box<Datagrams>),
    /// An epoll instance.
    Epoll(Box<InterestList>),
}

/// A datagram socket: its address, its peer's if it is connected, and the channels that it has used.
#[derive(Clone, Debug, Default)]
pub(super) struct Datagrams {
    pub names: [Name; 2],
    pub ends: HashMap<Name, EndRef>,
}

/// A connect whose outcome is not known: its addresses, the step and the task.
#[derive(Clone, Debug)]
pub(super) struct Connecting {
    pub names: [Name; 2],
    pub step: usize,
    pub task: usize,
}

/// An open file.
#[derive(Clone, Debug, Default)]
pub(super) struct File {
    pub what: FileKind,
    /// How many descriptors stand for it, in all tables and in messages in flight.
    pub count: u32,
    /// How many of these are in tables of processes of which the log has shown nothing yet.
    pub unseen: u32,
    pub is_nonblocking: bool,
    /// A socket of SOCK_SEQPACKET.
    pub is_of_packets: bool,
    /// A connect has begun, and the program has not asked yet how it ended.
    pub is_undecided: bool,
    /// A socket's inode, if strace has shown it.
    pub inode: Option<u64>,
    /// It was open before the log began: processes outside the log may have it too.
    pub is_found: bool,
    /// Its number among all there have been, from 0.
    pub id: u32,
    /// Its entry in the ledger: a place there.
    pub told: Option<u32>,
}

/// What has changed, for the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Touch {
    /// What an open file is may have changed: its place.
    File(usize),
    /// What a descriptor of a table stands for.
    Slot(usize, i32),
    /// The table of a task, and the one that it is a copy of.
    Table(usize, Option<usize>),
    /// A task has ended.
    End(usize),
    /// An open file is in one message more, or less.
    Message(usize, bool),
}

/// What a descriptor stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub file: usize,
    pub closes_on_exec: bool,
    /// Since when, in microseconds.
    pub since: u64,
}

#[derive(Clone, Debug, Default)]
struct DescriptorTable {
    slots: BTreeMap<i32, Slot>,
    users: u32,
}

/// All tables and all open files.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    files: Vec<File>,
    free: Vec<usize>,
    tables: Vec<DescriptorTable>,
    /// The table of each task.
    of_task: Vec<usize>,
    /// How many open files there have been in all.
    created: u32,
    /// What has changed and is not in the ledger yet.
    pub touched: Vec<Touch>,
}

impl Files {
    /// A new task: with the table of another, with a copy of it, or with one of its own.
    pub fn add_task(&mut self, from: Option<usize>, shares: bool) {
        let from = from.map(|task| self.of_task[task]);
        let table = match from {
            Some(table) if shares => table,
            from => self.copy(from),
        };
        self.tables[table].users += 1;
        self.touched.push(Touch::Table(self.of_task.len(), from.filter(|&from| from != table)));
        self.of_task.push(table);
    }

    /// A new table: a copy of another, or an empty one.
    fn copy(&mut self, from: Option<usize>) -> usize {
        let copy = from.map_or_else(DescriptorTable::default, |from| self.tables[from].clone());
        for slot in copy.slots.values() {
            self.files[slot.file].count += 1;
        }
        self.tables.push(DescriptorTable { users: 0, ..copy });
        self.tables.len() - 1
    }

    /// The table of a task.
    pub fn table(&self, task: usize) -> usize {
        self.of_task[task]
    }

    /// How many tasks share a table.
    pub fn users(&self, table: usize) -> u32 {
        self.tables[table].users
    }

    /// What a descriptor of a table stands for.
    pub fn in_table(&self, table: usize, number: i32) -> Option<&File> {
        self.tables[table].slots.get(&number).map(|slot| &self.files[slot.file])
    }

    /// Records an open file's place in the ledger.
    pub fn tell(&mut self, file: usize, place: u32) {
        self.files[file].told = Some(place);
    }

    /// What a descriptor of a task stands for.
    pub fn slot(&self, task: usize, number: i32) -> Option<Slot> {
        self.tables[self.of_task[task]].slots.get(&number).copied()
    }

    pub fn file(&self, file: usize) -> &File {
        &self.files[file]
    }

    pub fn file_mut(&mut self, file: usize) -> &mut File {
        self.touch(Touch::File(file));
        &mut self.files[file]
    }

    fn touch(&mut self, touch: Touch) {
        if self.touched.last() != Some(&touch) {
            self.touched.push(touch);
        }
    }

    /// The open files whose connect has succeeded, and that have not been used since.
    pub fn connecting(&self) -> Vec<usize> {
        let files = self.files.iter().enumerate();
        let done = files
            .filter(|(_, file)| !file.is_undecided && matches!(file.what, FileKind::Connecting(_)));
        done.map(|(at, _)| at).collect()
    }

    /// A new open file, without a descriptor yet.
    pub fn create(&mut self, what: FileKind) -> usize {
        let file = File { what, id: self.created, ..File::default() };
        self.created += 1;
        let place = match self.free.pop() {
            Some(place) => {
                self.files[place] = file;
                place
            }
            None => {
                self.files.push(file);
                self.files.len() - 1
            }
        };
        self.touch(Touch::File(place));
        place
    }

    /// Makes a descriptor stand for an open file. Returns the file it stood for, if that is closed by
    /// this.
    pub fn put(&mut self, task: usize, number: i32, slot: Slot) -> Option<File> {
        self.files[slot.file].count += 1;
        let table = self.of_task[task];
        self.touch(Touch::Slot(table, number));
        let before = self.tables[table].slots.insert(number, slot);
        before.and_then(|before| self.release(before.file))
    }

    /// Removes a descriptor. Returns the file it stood for, if that was the last one.
    pub fn close(&mut self, task: usize, number: i32) -> Option<File> {
        let table = self.of_task[task];
        let slot = self.tables[table].slots.remove(&number)?;
        self.touch(Touch::Slot(table, number));
        self.release(slot.file)
    }

    /// One descriptor fewer; returns the file if that closes it.
    pub fn release(&mut self, file: usize) -> Option<File> {
        let open = &mut self.files[file];
        open.count = open.count.saturating_sub(1);
        if open.count > 0 {
            return None;
        }
        self.free.push(file);
        Some(std::mem::take(&mut self.files[file]))
    }

    /// A message takes an open file with it, or has delivered it. Returns the file if that closes
    /// it.
    pub fn in_message(&mut self, file: usize, is_sent: bool) -> Option<File> {
        self.touch(Touch::Message(file, is_sent));
        if is_sent {
            self.files[file].count += 1;
            return None;
        }
        self.release(file)
    }

    /// Sets whether a descriptor is closed by exec.
    pub fn set_close_on_exec(&mut self, task: usize, number: i32, closes: bool) {
        if let Some(slot) = self.tables[self.of_task[task]].slots.get_mut(&number) {
            slot.closes_on_exec = closes;
        }
    }

    /// Nothing has been seen of a new task, which has a table of its own.
    pub fn mark_unseen(&mut self, task: usize) {
        for slot in self.tables[self.of_task[task]].slots.values() {
            self.files[slot.file].unseen += 1;
        }
    }

    /// Such a task is seen for the first time. Returns the numbers of its open files.
    pub fn mark_seen(&mut self, task: usize) -> Vec<u32> {
        let slots = self.tables[self.of_task[task]].slots.values();
        let ids = slots.map(|slot| {
            let file = &mut self.files[slot.file];
            file.unseen = file.unseen.saturating_sub(1);
            file.id
        });
        ids.collect()
    }

    /// The descriptors in use from one number to another.
    pub fn numbers(&self, task: usize, from: i32, to: i32) -> Vec<i32> {
        let slots = &self.tables[self.of_task[task]].slots;
        if from > to {
            Vec::new()
        } else {
            slots.range(from..=to).map(|(&number, _)| number).collect()
        }
    }

    /// The task executes a program: its table is its own from now on. Returns the files closed by that.
    pub fn exec(&mut self, task: usize) -> Vec<File> {
        self.unshare(task);
        let slots = &self.tables[self.of_task[task]].slots;
        let closed = slots.iter().filter(|(_, slot)| slot.closes_on_exec);
        let closed: Vec<_> = closed.map(|(&number, _)| number).collect();
        closed.into_iter().filter_map(|number| self.close(task, number)).collect()
    }

    /// Gives the task its own table, a copy of the one that it shared.
    pub fn unshare(&mut self, task: usize) {
        let table = self.of_task[task];
        if self.tables[table].users > 1 {
            self.tables[table].users -= 1;
            let own = self.copy(Some(table));
            self.tables[own].users = 1;
            self.of_task[task] = own;
            self.touch(Touch::Table(task, Some(table)));
        }
    }

    /// The descriptors and files that a task would leave open if it ended now: none while others share its table.
    pub fn left(&self, task: usize) -> Vec<(i32, usize)> {
        let table = &self.tables[self.of_task[task]];
        let slots = table.slots.iter().filter(|_| table.users == 1);
        slots.map(|(&number, slot)| (number, slot.file)).collect()
    }

    /// The task ends. Returns the files closed by that: none while others share its table.
    pub fn exit(&mut self, task: usize) -> Vec<File> {
        self.touch(Touch::End(task));
        let table = &mut self.tables[self.of_task[task]];
        table.users = table.users.saturating_sub(1);
        if table.users > 0 {
            return Vec::new();
        }
        let slots = std::mem::take(&mut table.slots);
        slots.into_values().filter_map(|slot| self.release(slot.file)).collect()
    }
}
