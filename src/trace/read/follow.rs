//! Logs that still grow, and new ones: what they tell, as it comes.
//!
//! A record waits until the next look, so that what happened before it in another log comes before it. Whoever
//! writes a log does so at once.

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

/// As much of a log is read at a time.
const PIECE: usize = 1 << 16;

/// Follows logs.
#[derive(Debug, Default)]
pub struct Follower {
    logs: Vec<Followed>,
    /// What has been read and not told, each with its time, that of when it was over.
    held: Vec<(u64, Record)>,
    /// Until when the last look has seen.
    seen: u64,
    /// What the times of the logs are, and the first of them.
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
    /// The beginning of a line whose end has not come.
    rest: Vec<u8>,
    /// What is added to its times, and then taken from them: once it has begun.
    shift: Option<[u64; 2]>,
    /// The time of the last record that it has given. None is given before another that it tells later.
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

    /// Reads on. Gives what is told next, in order.
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

    /// The calls that have begun and not ended. What is held back is told at the next look.
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

    /// Whether everybody has ended of whom the logs tell.
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

    /// What time it is now, on the axis of the records: as much after the last of them as has passed since it was
    /// written.
    #[must_use]
    pub fn now(&self) -> u64 {
        let passed = self.written.and_then(|written| written.elapsed().ok()).unwrap_or_default();
        let last =
            self.logs.iter().map(|log| log.time(log.log.calls.clock.last())).max().unwrap_or(0);
        last.saturating_add(passed.as_micros().try_into().unwrap_or(0))
    }

    /// Finds a place on the axis for the logs that have begun.
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
                // Begun after midnight, when another began before.
                Some((TimeKind::Day, origin)) if kind == TimeKind::Day => {
                    [if start + DAY / 2 < origin { DAY } else { 0 }, origin]
                }
                Some((known, origin)) if known == kind => [0, origin],
                // What cannot be compared happens now.
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

    /// Takes in what has been added; whether there was something.
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
            // What is so long is no line of strace's.
            if self.rest.len() > LONGEST {
                self.log.line(&self.rest, true);
                self.rest.clear();
            }
        }
    }

    /// Gives what has been told in whole lines.
    fn give(&mut self, held: &mut Vec<(u64, Record)>) {
        while self.shift.is_some()
            && let Some(mut record) = self.log.next()
        {
            record.at = self.time(record.at);
            self.given = self.given.max(over(&record));
            held.push((self.given, record));
        }
    }

    /// A time of the log as one of all logs.
    fn time(&self, at: u64) -> u64 {
        let [add, take] = self.shift.unwrap_or_default();
        at.saturating_add(add).saturating_sub(take)
    }
}
