//! strace's log: the calls, each with its process.

use crate::case::Case;
use enchufe::trace::read::call::Call;
use enchufe::trace::read::reader::Reader;
use enchufe::trace::read::record::{Record, TraceEvent};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A call of a log of `strace -f -yy -o`.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) pid: i32,
    pub(crate) call: Call,
}

/// The calls, each process's in order.
#[derive(Debug, Default)]
pub(crate) struct Log {
    pub(crate) entries: Vec<Entry>,
    text: String,
}

impl Log {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read(path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        let entry = |record: Record| match record.event {
            TraceEvent::Call(call) => Some(Entry { pid: record.pid, call }),
            _ => None,
        };
        let records = Reader::open(&[path]).into_iter().flatten();
        Self { entries: records.filter_map(entry).collect(), text }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// How often the process that makes it most often makes each call.
    pub(crate) fn counts(&self) -> BTreeMap<String, usize> {
        let mut by_process: BTreeMap<(&str, i32), usize> = BTreeMap::new();
        for entry in &self.entries {
            *by_process.entry((entry.call.name(), entry.pid)).or_default() += 1;
        }
        let mut most: BTreeMap<String, usize> = BTreeMap::new();
        for ((call, _), count) in by_process {
            let before = most.entry(call.into()).or_default();
            *before = count.max(*before);
        }
        most
    }

    /// The calls that the fault met.
    pub(crate) fn hits(&self, case: &Case) -> Vec<&Entry> {
        let mut made: BTreeMap<i32, usize> = BTreeMap::new();
        let calls = self.entries.iter().filter(|entry| entry.call.name() == case.call);
        let met = calls.filter(|entry| {
            let nth = made.entry(entry.pid).or_default();
            *nth += 1;
            *nth == case.nth || (case.lasts && *nth > case.nth)
        });
        met.collect()
    }

    /// Whether a process has dealt with the client of this port.
    pub(crate) fn serves(&self, pid: i32, port: u16) -> bool {
        self.entries.iter().any(|entry| entry.pid == pid && entry.names(port))
    }
}

impl Entry {
    /// Whether its descriptor is the connection with the client of this port.
    pub(crate) fn names(&self, port: u16) -> bool {
        self.call.text().contains(&format!(":{port}]>"))
    }
}
