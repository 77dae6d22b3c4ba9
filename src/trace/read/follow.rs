//! Growing logs, and new ones: their records, as they come.
//!
//! A record is held until the next look, so that what happened before it in another log comes first. strace
//! writes to its logs at once.

use super::lines::LONGEST;
use super::log::Log;
use super::reader::{over, process_of};
use super::record::Record;
use super::time::{DAY, TimeKind};
use crate::net::Error;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// How much of a log is read at a time.
const PIECE: usize = 1 << 16;

/// Follows logs.
#[derive(Debug, Default)]
pub struct Follower {
    logs: Vec<Followed>,
    /// Records read but not returned, each with the time at which it was over.
    held: Vec<(u64, Record)>,
    /// The time up to which the last look has seen.
    seen: u64,
    /// The kind of the logs' times, and the first of them.
    clock: Option<(TimeKind, u64)>,
    /// When a log was last written to.
    written: Option<SystemTime>,
}

/// A log that is followed.
#[derive(Debug)]
struct Followed {
    path: PathBuf,
    file: File,
    log: Log,
    /// The beginning of a line that is not complete.
    rest: Vec<u8>,
    /// What is added to its times, and then subtracted; known once it has begun.
    shift: Option<[u64; 2]>,
    /// The time of the last record returned; later records are never returned as earlier than this.
    given: u64,
}

impl Follower {
    /// Whether it follows this log.
    #[must_use]
    pub fn has(&self, path: &Path) -> bool {
        self.logs.iter().any(|log| log.path == path)
    }

    /// The logs.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.logs.iter().map(|log| log.path.as_path())
    }

    /// Follows one more log.
    ///
    /// # Errors
    ///
    /// It cannot be opened.
    pub fn add(&mut self, path: &Path) -> Result<(), Error> {
        let failed = |error: io::Error| Error::new("read", path.display(), error);
        self.logs.push(Followed::open(path, self.logs.len()).map_err(failed)?);
        Ok(())
    }

    /// Reads on. Returns the next records, in order.
    ///
    /// # Errors
    ///
    /// A log that cannot be read.
    pub fn look(&mut self) -> Result<Vec<Record>, Error> {
        let mut is_new = false;
        for log in &mut self.logs {
            let read = log.read();
            is_new |= read.map_err(|error| Error::new("read", log.path.display(), error))?;
        }
        let written = self.logs.iter().filter_map(|log| log.file.metadata().ok()?.modified().ok());
        self.written = written.max();
        self.join();
        for log in &mut self.logs {
            log.give(&mut self.held);
        }
        self.held.sort_by_key(|(over, _)| *over);
        let last = self.held.last().map_or(0, |(over, _)| *over);
        let until = if is_new { self.seen } else { last };
        self.seen = self.seen.max(last);
        let count = self.held.partition_point(|(over, _)| *over <= until);
        Ok(self.held.drain(..count).map(|(_, record)| record).collect())
    }

    /// The calls in progress. Records held back are returned at the next look.
    #[must_use]
    pub fn running(&self) -> Vec<Record> {
        let mut running: BTreeMap<i32, Record> = BTreeMap::new();
        for followed in self.logs.iter().filter(|followed| followed.shift.is_some()) {
            let mut log = followed.log.clone();
            if !followed.rest.is_empty() {
                log.line(&followed.rest, false);
            }
            log.end(None);
            while let Some(mut record) = log.next() {
                record.at = followed.time(record.at);
                if record.call().is_some_and(super::call::Call::is_unfinished) {
                    running.insert(record.pid, record);
                }
            }
        }
        running.into_values().collect()
    }

    /// Whether every task in the logs has ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let is_over = |log: &Followed| {
            log.shift.is_some() && log.rest.is_empty() && log.log.calls.tasks.are_over()
        };
        !self.logs.is_empty() && self.held.is_empty() && self.logs.iter().all(is_over)
    }

    /// How many of the logs have no times.
    #[must_use]
    pub fn untimed(&self) -> usize {
        let is_untimed =
            |log: &&Followed| log.has_begun() && log.log.calls.clock.kind == TimeKind::None;
        self.logs.iter().filter(is_untimed).count()
    }

    /// What time it is now, on the axis of the records: the time of the last record plus the time since it was
    /// written.
    #[must_use]
    pub fn now(&self) -> u64 {
        let passed = self.written.and_then(|written| written.elapsed().ok()).unwrap_or_default();
        let last =
            self.logs.iter().map(|log| log.time(log.log.calls.clock.last())).max().unwrap_or(0);
        last.saturating_add(passed.as_micros().try_into().unwrap_or(0))
    }

    /// Places the logs that have begun on the axis.
    fn join(&mut self) {
        let new = || self.logs.iter().filter(|log| log.shift.is_none() && log.has_begun());
        if self.clock.is_none() {
            let of_day = |log: &&Followed| {
                matches!(log.log.calls.clock.kind, TimeKind::Day | TimeKind::Unix)
            };
            let first = new().filter(of_day).min_by_key(|log| log.log.calls.clock.start());
            self.clock = first.map(|log| (log.log.calls.clock.kind, log.log.calls.clock.start()));
        }
        for log in self.logs.iter_mut().filter(|log| log.shift.is_none() && log.has_begun()) {
            let (kind, start) = (log.log.calls.clock.kind, log.log.calls.clock.start());
            log.shift = Some(match self.clock {
                // It began after midnight, another before.!all
                Some((TimeKind::Day, origin)) if kind == TimeKind::Day => {
                    [if start + DAY / 2 < origin { DAY } else { 0 }, origin]
                }
                Some((known, origin)) if known == kind => [0, origin],
                // Times that cannot be compared count from now.
                _ => [self.seen, start],
            });
        }
    }
}

impl Followed {
    fn open(path: &Path, index: usize) -> io::Result<Self> {
        let file = File::open(path)?;
        let name = path.display().to_string();
        let log = Log::new(&name, process_of(&name, index));
        let (path, rest) = (path.into(), Vec::new());
        Ok(Self { path, file, log, rest, shift: None, given: 0 })
    }

    fn has_begun(&self) -> bool {
        self.log.calls.clock.has_begun()
    }

    /// Reads what has been added; returns whether there was anything.
    fn read(&mut self) -> io::Result<bool> {
        let mut is_new = false;
        let mut piece = vec![0; PIECE];
        loop {
            let count = match self.file.read(&mut piece) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                count => count?,
            };
            if count == 0 {
                return Ok(is_new);
            }
            is_new = true;
            self.rest.extend_from_slice(&piece[..count]);
            let mut start = 0;
            while let Some(length) = self.rest[start..].iter().position(|&byte| byte == b'\n') {
                self.log.line(&self.rest[start..start + length], true);
                start += length + 1;
            }
            self.rest.drain(..start);
            // strace writes no line as long as this.
            if self.rest.len() > LONGEST {
                self.log.line(&self.rest, true);
                self.rest.clear();
            }
        }
    }

    /// Returns the records of complete lines.
    fn give(&mut self, held: &mut Vec<(u64, Record)>) {
        while self.shift.is_some()
            && let Some(mut record) = self.log.next()
        {
            record.at = self.time(record.at);
            self.given = self.given.max(over(&record));
            held.push((self.given, record));
        }
    }

    /// A time of the log on the common axis.
    fn time(&self, at: u64) -> u64 {
        let [add, take] = self.shift.unwrap_or_default();
        at.saturating_add(add).saturating_sub(take)
    }
}
