//! One conversation, recorded by strace with every kind of option (`tests/trace/formats`): the same calls in the same
//! order, except for what is not in the log.

use super::{Reader, Record};
use crate::trace::read::call::{Call, bytes};
use crate::trace::read::notes::Notes;
use crate::trace::read::record::TraceEvent;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn logs(name: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trace/formats");
    let files = std::fs::read_dir(&directory).expect("a directory");
    let paths = files.map(|file| file.expect("a file").path());
    let mut logs: Vec<_> = paths
        .filter(|path| {
            let file = path.file_name().unwrap_or_default().to_string_lossy();
            file.strip_prefix(name).is_some_and(|rest| rest.starts_with(".log"))
        })
        .collect();
    logs.sort();
    logs
}

fn read(name: &str) -> (Vec<Record>, Notes) {
    let mut reader = Reader::open(&logs(name)).expect("they are read");
    let records = reader.by_ref().collect();
    (records, reader.notes())
}

/// What each task does, in order of appearance: names, descriptors, bytes as far as they go, results. Without what
/// differs in each recording, and without the loading of a program.
fn essence(records: &[Record], most: usize) -> Vec<Vec<String>> {
    let mut tasks: Vec<Vec<String>> = Vec::new();
    let mut places: BTreeMap<i32, usize> = BTreeMap::new();
    for record in records {
        let place = *places.entry(record.pid).or_insert_with(|| {
            tasks.push(Vec::new());
            tasks.len() - 1
        });
        match &record.event {
            TraceEvent::Call(call) if call.name() == "execve" => tasks[place].push("execve".into()),
            TraceEvent::Call(call) => {
                let is_loading = tasks[place].last().is_some_and(|last| last == "execve")
                    && ["read", "close"].contains(&call.name());
                if !is_loading {
                    tasks[place].push(words(call, most));
                }
            }
            TraceEvent::Named(pid) => drop(places.insert(*pid, place)),
            _ => {}
        }
    }
    tasks
}

fn words(call: &Call, most: usize) -> String {
    let number = call.arg(0).split('<').next().unwrap_or_default();
    let descriptor = Some(number).filter(|number| number.parse::<u8>().is_ok()).unwrap_or_default();
    let moves = ["sendto", "recvfrom", "write"].contains(&call.name());
    let mut data = if moves { bytes(call.arg(1)) } else { Vec::new() };
    data.truncate(most);
    let value = call.value.map(|value| if value > 1000 { 1000 } else { value });
    format!("{}({descriptor}, {:?}) = {value:?}", call.name(), String::from_utf8_lossy(&data))
}

#[test]
fn every_format_says_the_same() {
    let (records, notes) = read("plain");
    let plain = essence(&records, 8);
    assert_eq!((plain.len(), notes.odd), (3, 0));
    assert!(plain[1].contains(&"recvfrom(3, \"BUENOS D\") = Some(13)".to_owned()), "{plain:#?}");
    for name in [
        "C",
        "a1",
        "all_options",
        "bare",
        "bom",
        "crlf",
        "ff",
        "i",
        "k",
        "n",
        "no_T",
        "no_times",
        "no_y",
        "ns",
        "pids_comm",
        "quiet",
        "r",
        "s8",
        "stderr",
        "stderr_bare",
        "t",
        "t_r",
        "terminal",
        "ttt",
        "unix_ms",
        "v",
        "x",
        "xx",
        "y",
    ] {
        let (records, notes) = read(name);
        assert_eq!(essence(&records, 8), plain, "{name}");
        assert_eq!((notes.odd, notes.children), (0, 0), "{name}");
        assert_eq!(
            notes.untimed > 0,
            ["bare", "no_times", "stderr_bare"].contains(&name),
            "{name}"
        );
        assert_eq!(notes.cut > 0, name == "s8", "{name}");
        assert_eq!(
            !notes.addresses,
            ["bare", "no_y", "stderr_bare", "y"].contains(&name),
            "{name}"
        );
        // A child comes after the call that made it, and no end before its beginning.
        let mut made = vec![records[0].pid];
        for record in &records {
            match record.event {
                TraceEvent::Named(pid) => made.push(pid),
                _ => made.extend(record.child()),
            }
            assert!(made.contains(&record.pid), "{name}: {record:?}");
        }
    }
}

#[test]
fn an_incomplete_log_gives_what_it_has() {
    let (records, _) = read("plain");
    let plain = essence(&records, 8);
    let (records, notes) = read("no_f");
    assert_eq!((essence(&records, 8), notes.children), (vec![plain[0].clone()], 2));
    let (records, notes) = read("junk");
    assert_eq!((essence(&records, 8), notes.odd), (plain, 4));
    let (records, notes) = read("killed");
    let last = records.last().and_then(Record::call).expect("a call");
    assert!(last.is_unfinished() && last.name() == "accept" && notes.is_cut_short, "{last:?}");
    for name in ["attached", "attached_bare"] {
        let (records, notes) = read(name);
        assert!(records.iter().any(|record| record.child().is_some()));
        assert_eq!(notes.odd, 0, "{name}: {notes:?}");
    }
    for name in ["c_only", "empty", "no_log"] {
        let (records, notes) = read(name);
        assert!(records.is_empty() && notes.calls == 0, "{name}: {records:?}");
    }
}
