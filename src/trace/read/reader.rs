//! The records of all logs in one order: that in which they were over.

use super::lines;
use super::log::Log;
use super::notes::Notes;
use super::record::{Record, makes_task};
use super::time::{DAY, TimeKind};
use crate::limits;
use crate::net;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Reads logs as one. Of each it keeps in memory only what is not complete.
pub struct Reader {
    sources: Vec<Source>,
    /// Those that are read together, by when their next record was over.
    heap: BinaryHeap<Reverse<(u64, usize)>>,
    /// Those that are read afterwards, one after another; the next one is last in the list.
    later: Vec<usize>,
    /// How many those were.
    apart: usize,
    /// The time that is 0, if it is a time of day.
    start: Option<u64>,
    /// The last time returned.
    last: u64,
    /// The line being read.
    line: Vec<u8>,
}

/// A log and where its lines come from.
struct Source {
    log: Log,
    /// `None` once all have been read.
    lines: Option<Box<dyn BufRead>>,
    next: Option<Record>,
    /// What is added to its times, and then subtracted.
    shift: [u64; 2],
}

/// How much of all logs together is read ahead.
const AHEAD: usize = 1 << 20;

impl Reader {
    /// Opens logs.
    ///
    /// # Errors
    ///
    /// A log that cannot be opened or read.
    pub fn open<P: AsRef<Path>>(logs: &[P]) -> Result<Self, net::Error> {
        let _ = limits::make_room_for(logs.len(), 0);
        let size = (AHEAD / logs.len().max(1)).clamp(1 << 10, 1 << 16);
        let open = |path: &P| {
            let name = path.as_ref().display().to_string();
            let opened = File::open(path).and_then(|file| {
                let mut lines = BufReader::with_capacity(size, file);
                lines.fill_buf()?;
                Ok(lines)
            });
            let lines = opened.map_err(|error| net::Error::new("read", &name, error))?;
            Ok((name, Box::new(lines) as Box<dyn BufRead>))
        };
        Ok(Self::of(logs.iter().map(open).collect::<Result<_, _>>()?))
    }

    /// The same for open logs, each with its name.
    #[must_use]
    pub fn of(logs: Vec<(String, Box<dyn BufRead>)>) -> Self {
        let source = |(index, (name, lines)): (usize, (String, Box<dyn BufRead>))| Source {
            log: Log::new(&name, process_of(&name, index)),
            lines: Some(lines),
            next: None,
            shift: [0, 0],
        };
        let mut sources: Vec<_> = logs.into_iter().enumerate().map(source).collect();
        // If two records have the same time, the parent's comes first.
        sources.sort_by_key(|source| source.log.calls.tasks.own.max(0));
        let mut line = Vec::new();
        sources.iter_mut().for_each(|source| source.advance(&mut line));
        let mut reader = Self {
            sources,
            heap: BinaryHeap::new(),
            later: Vec::new(),
            apart: 0,
            start: None,
            last: 0,
            line,
        };
        reader.begin();
        reader
    }

    /// When the first record was, in microseconds since midnight, if the logs say.
    #[must_use]
    pub fn time_of_day(&self) -> Option<u64> {
        self.start.map(|day| day % DAY)
    }

    /// What the logs lack; complete once they have been read.
    #[must_use]
    pub fn notes(&self) -> Notes {
        let mut notes = Notes::default();
        let mut unseen: BTreeSet<i32> = BTreeSet::new();
        for source in &self.sources {
            notes.add(&source.log.calls.notes);
            unseen.extend(&source.log.calls.tasks.expected);
            notes.untimed += usize::from(
                source.log.calls.clock.kind == TimeKind::None && source.log.calls.notes.calls > 0,
            );
            notes.coarse += usize::from(source.log.calls.clock.is_coarse());
        }
        for source in &self.sources {
            unseen.remove(&source.log.calls.tasks.own);
        }
        notes.children = unseen.len();
        notes.apart = self.apart;
        notes.are_all_apart = self.apart > 0 && self.apart == self.sources.len();
        notes
    }

    /// Finds which logs can be read together: those with times of one kind, of day or since 1970.
    fn begin(&mut self) {
        let kind = |source: &Source| source.log.calls.clock.kind;
        let clock = self
            .sources
            .iter()
            .map(kind)
            .find(|kind| matches!(kind, TimeKind::Day | TimeKind::Unix));
        let all = 0..self.sources.len();
        let (group, mut later): (Vec<_>, Vec<_>) =
            all.partition(|&index| clock == Some(kind(&self.sources[index])));
        later.reverse();
        self.apart = if self.sources.len() > 1 { later.len() } else { 0 };
        self.later = later;
        let start = |index: &usize| self.sources[*index].log.calls.clock.start();
        let latest = group.iter().map(start).max().unwrap_or(0);
        // Begun after midnight, when another began before.
        let day =
            |at: u64| if clock == Some(TimeKind::Day) && at + DAY / 2 < latest { DAY } else { 0 };
        let shifts: Vec<_> = group.iter().map(|index| (*index, day(start(index)))).collect();
        let origin = shifts.iter().map(|(index, day)| start(index) + day).min().unwrap_or(0);
        self.start = Some(origin).filter(|_| clock == Some(TimeKind::Day));
        for (index, day) in shifts {
            self.join(index, [day, origin]);
        }
    }

    /// Starts reading a log.
    fn join(&mut self, index: usize, shift: [u64; 2]) {
        self.sources[index].shift = shift;
        self.queue(index);
    }

    fn queue(&mut self, index: usize) {
        let source = &self.sources[index];
        if let Some(record) = &source.next {
            self.heap.push(Reverse((source.time(over(record)), index)));
        }
    }
}

impl Iterator for Reader {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            if let Some(Reverse((_, index))) = self.heap.pop() {
                let source = &mut self.sources[index];
                let mut record = source.next.take()?;
                record.at = source.time(record.at);
                source.advance(&mut self.line);
                self.queue(index);
                self.last = self.last.max(record.until());
                return Some(record);
            }
            // Times that cannot be compared come afterwards.
            let index = self.later.pop()?;
            let start = self.sources[index].log.calls.clock.start();
            self.join(index, [self.last, start]);
        }
    }
}

impl Source {
    /// Reads on until there is a record, or no more lines.
    fn advance(&mut self, line: &mut Vec<u8>) {
        loop {
            self.next = self.log.next();
            let Some(lines) = self.lines.as_mut().filter(|_| self.next.is_none()) else { return };
            match lines::next(&mut **lines, line) {
                Ok(Some(is_whole)) => self.log.line(line, is_whole),
                ended => {
                    self.lines = None;
                    self.log.end(ended.err());
                }
            }
        }
    }

    /// A time of the log on the common axis.
    fn time(&self, at: u64) -> u64 {
        at.saturating_add(self.shift[0]).saturating_sub(self.shift[1])
    }
}

/// The time that places a record among those of other logs: the call that makes a task comes before what
/// the task does.
pub(super) fn over(record: &Record) -> u64 {
    let is_fork = record.call().is_some_and(|call| makes_task(call.name()));
    if is_fork { record.at } else { record.until() }
}

/// The process of a log whose lines have no pid: `strace -ff` puts it in the file's name.
pub(super) fn process_of(name: &str, index: usize) -> i32 {
    let suffix = name.rsplit_once('.').map(|(_, suffix)| suffix);
    let pid = suffix.and_then(|suffix| suffix.parse().ok()).filter(|&pid: &i32| pid > 0);
    // Not a process's number, but different for each log.
    pid.unwrap_or_else(|| i32::try_from(index).map_or(0, |index| -index))
}
