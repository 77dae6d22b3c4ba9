//! Programs in C, and what strace shows of any program.

use super::{Process, eventually};
use enchufe::trace::read::call::Call;
use enchufe::trace::read::reader::Reader;
use enchufe::trace::read::record::TraceEvent;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// A C program of ours, compiled once: not again while another test runs it.
pub(crate) fn compile(source: &str) -> PathBuf {
    static COMPILED: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let compile = || {
        let program = format!("{}.{}", source.replace('/', "-"), std::process::id());
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(program);
        let mut cc = Command::new("cc");
        cc.args(["-O2", "-Wall", "-Wextra", "-Werror", "-o"]).arg(&program);
        cc.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(source));
        assert!(cc.status().expect("cc runs").success(), "{source}");
        program
    };
    compiled.entry(source.to_owned()).or_insert_with(compile).clone()
}

/// A strace log of a program.
pub(crate) struct Log(PathBuf);

impl Log {
    /// `command` under strace, which logs `calls` to a file of this name.
    pub(crate) fn of(command: &Command, name: &str, calls: &str) -> (Command, Self) {
        let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.strace"));
        let _ = fs::remove_file(&log);
        let mut strace = Command::new("strace");
        // -DD: the program is our own child; strace is its grandchild, in another group. -a1: no
        // columns.
        strace.args(["-f", "-DD", "-a1", "-e", &format!("trace={calls}"), "-o"]).arg(&log);
        strace.arg(command.get_program()).args(command.get_args()).stdin(Stdio::null());
        (strace, Self(log))
    }

    /// Waits until it shows `text` for this process.
    pub(crate) fn expect(&self, process: &Process, text: &str) {
        let pid = process.pid().to_string();
        eventually(text, || {
            let log = fs::read_to_string(&self.0).unwrap_or_default();
            log.lines().any(|line| line.starts_with(&pid) && line.contains(text))
        });
    }

    /// How many of its lines contain `text` so far.
    pub(crate) fn count(&self, text: &str) -> usize {
        let log = fs::read_to_string(&self.0).unwrap_or_default();
        log.lines().filter(|line| line.contains(text)).count()
    }

    /// The completed calls of each process: those of `process` first, then its children's.
    pub(crate) fn calls(&self, process: &Process) -> Vec<Vec<Call>> {
        let mut calls: BTreeMap<i32, Vec<Call>> = BTreeMap::new();
        for record in Reader::open(&[&self.0]).expect("a log") {
            if let TraceEvent::Call(call) = record.event {
                calls.entry(record.pid).or_default().push(call);
            }
        }
        calls.values_mut().for_each(|calls| calls.retain(|call| !call.is_unfinished()));
        let own = calls.remove(&process.pid().as_raw()).unwrap_or_default();
        std::iter::once(own).chain(calls.into_values()).collect()
    }
}
