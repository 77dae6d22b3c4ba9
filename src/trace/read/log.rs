//! A log of `strace -f -tt -T -yy -o FILE`: its lines, with the calls in two halves joined again.

use super::call::Call;
use super::error::{Error, Expected};
use super::line::{self, Piece};
use std::collections::BTreeMap;

/// Something that happened to a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The process.
    pub pid: i32,
    /// When it began, in microseconds since midnight.
    pub at: u64,
    /// The log's line, without process and time.
    pub raw: String,
    /// The log.
    pub file: String,
    /// The number of its line, from 1.
    pub line: usize,
    /// What happened.
    pub event: Event,
}

/// What happens to a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It makes a call.
    Call(Call),
    /// It gets a signal, from that process.
    Signal(String, Option<i32>),
    /// It exits, or strace lets it go.
    End,
    /// A signal ends it.
    Killed(String),
}

impl Record {
    /// When it was over.
    #[must_use]
    pub fn until(&self) -> u64 {
        match &self.event {
            Event::Call(call) => self.at.saturating_add(call.took.unwrap_or(0)),
            _ => self.at,
        }
    }

    /// An error at this line.
    #[must_use]
    pub fn error(&self, expected: Expected) -> Error {
        Error { file: self.file.clone(), line: self.line, expected, found: self.raw.clone() }
    }
}

const DAY: u64 = 86_400_000_000;

/// Half a call: when and where it began, and how.
struct Half {
    at: u64,
    line: usize,
    text: String,
}

/// Reads the text of a log. `pid` is the process of lines that name none (`strace -ff`).
///
/// # Errors
///
/// The first line that is not one of strace's, or not complete.
pub fn parse(file: &str, text: &str, pid: i32) -> Result<Vec<Record>, Error> {
    let error = |line: usize, expected, found: &str| Error {
        file: file.into(),
        line,
        expected,
        found: found.into(),
    };
    let mut records = Vec::new();
    let mut halves: BTreeMap<i32, Half> = BTreeMap::new();
    // Where each process was last seen, until it ends.
    let mut alive: BTreeMap<i32, usize> = BTreeMap::new();
    let (mut days, mut last) = (0, 0);
    for (number, text) in (1..).zip(text.lines()) {
        let line = line::parse(text).map_err(|expected| error(number, expected, text))?;
        if line.at + DAY / 2 < last {
            days += DAY;
        }
        last = line.at;
        let (pid, at) = (line.pid.unwrap_or(pid), line.at + days);
        alive.insert(pid, number);
        let mut record = |at, line, raw: &str, event| {
            records.push(Record { pid, at, raw: raw.into(), file: file.into(), line, event });
        };
        match line.piece {
            Piece::Call(call) => record(at, number, line.rest, Event::Call(call)),
            Piece::Unfinished(start) => {
                let text = start.into();
                let line = number;
                halves.insert(pid, Half { at, line, text });
            }
            Piece::Resumed(name, tail) => {
                let half = halves
                    .remove(&pid)
                    .filter(|half| half.text.split('(').next() == Some(name))
                    .ok_or_else(|| error(number, Expected::Unfinished, text))?;
                let whole = format!("{}{tail}", half.text);
                let call = line::call(&whole).map_err(|expected| error(number, expected, text))?;
                record(half.at, half.line, &whole, Event::Call(call));
            }
            Piece::Signal(name, sender) => {
                record(at, number, line.rest, Event::Signal(name.into(), sender));
            }
            Piece::Exited(_) | Piece::Detached => {
                record(at, number, line.rest, Event::End);
                alive.remove(&pid);
                halves.remove(&pid);
            }
            Piece::Killed(signal) => {
                record(at, number, line.rest, Event::Killed(signal.into()));
                alive.remove(&pid);
                halves.remove(&pid);
            }
            Piece::Nothing => {}
        }
    }
    if let Some(half) = halves.values().min_by_key(|half| half.line) {
        return Err(error(half.line, Expected::Resumed, &half.text));
    }
    if let Some(&line) = alive.values().max() {
        let found = text.lines().nth(line - 1).unwrap_or_default();
        return Err(error(line, Expected::End, found));
    }
    if records.is_empty() {
        return Err(error(1, Expected::Lines, ""));
    }
    Ok(records)
}

/// Puts the records of several logs in one order, that in which they began, and counts time from the
/// first.
#[must_use]
pub fn merge(logs: Vec<Vec<Record>>) -> Vec<Record> {
    let first = |log: &[Record]| log.iter().map(|record| record.at).min();
    let latest = logs.iter().filter_map(|log| first(log)).max().unwrap_or(0);
    let mut records = Vec::new();
    for mut log in logs {
        // Begun after midnight, when another began before.
        if first(&log).is_some_and(|first| first + DAY / 2 < latest) {
            log.iter_mut().for_each(|record| record.at += DAY);
        }
        records.append(&mut log);
    }
    let start = first(&records).unwrap_or(0);
    records.iter_mut().for_each(|record| record.at -= start);
    records.sort_by_key(|record| record.at);
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALVES: &str = "\
1 23:59:59.000001 recvfrom(6, <unfinished ...>
2 23:59:59.000002 close(3) = 0 <0.000001>
1 00:00:01.000003 <... recvfrom resumed>\"Hola\", 4, 0, NULL, NULL) = 4 <2.000002>
1 00:00:01.000004 +++ exited with 0 +++
2 00:00:01.000005 +++ killed by SIGKILL +++
";

    fn place(text: &str) -> (usize, Expected) {
        let error = parse("a.log", text, 0).expect_err(text);
        assert_eq!(error.file, "a.log");
        (error.line, error.expected)
    }

    #[test]
    fn halves_are_joined_where_they_began() {
        let records = merge(vec![parse("a.log", HALVES, 0).expect("a log")]);
        let Event::Call(call) = &records[0].event else { panic!("{:?}", records[0]) };
        assert_eq!((records[0].pid, records[0].at, records[0].line), (1, 0, 1));
        assert_eq!((call.name.as_str(), call.value, call.args.len()), ("recvfrom", Some(4), 6));
        assert!(records[0].raw.starts_with("recvfrom(6,\"Hola\", 4"), "{}", records[0].raw);
        // Past midnight.
        assert_eq!(records[2].at, 2_000_003);
        assert_eq!(records[3].event, Event::Killed("SIGKILL".into()));
    }

    #[test]
    fn logs_of_one_process_are_put_together() {
        let log = |name: &str, time: &str, pid| {
            let text = format!("{time} close(3) = 0 <0.000001>\n{time} +++ exited with 0 +++\n");
            parse(name, &text, pid).expect("a log")
        };
        let logs = vec![log("a.7", "00:00:01.000000", 7), log("a.8", "23:59:59.500000", 8)];
        let times: Vec<_> = merge(logs).iter().map(|record| (record.pid, record.at)).collect();
        assert_eq!(times, [(8, 0), (8, 0), (7, 1_500_000), (7, 1_500_000)]);
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        assert_eq!(place(""), (1, Expected::Lines));
        assert_eq!(place("total 8\n"), (1, Expected::Time));
        let lines: Vec<_> = HALVES.lines().collect();
        assert_eq!(place(&lines[2..].join("\n")), (1, Expected::Unfinished));
        assert_eq!(place(&lines[..2].join("\n")), (1, Expected::Resumed));
        assert_eq!(place(&lines[..3].join("\n")), (3, Expected::End));
        assert_eq!(place(&lines[..4].join("\n")), (2, Expected::End));
        let other = HALVES.replace("<... recvfrom", "<... read");
        assert_eq!(place(&other), (3, Expected::Unfinished));
    }

    #[test]
    fn a_log_cut_anywhere_is_seen_to_be() {
        let log = include_str!("../samples/fork.log");
        assert!(parse("fork.log", log, 0).is_ok());
        for end in (0..log.len() - 1).step_by(7) {
            assert!(parse("fork.log", &log[..end], 0).is_err(), "{}", &log[..end]);
        }
    }
}
