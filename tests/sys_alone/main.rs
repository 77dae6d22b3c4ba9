//! What of `sys` needs a process to itself, and one test at a time: they lower its limits, change its user,
//! leave its network, and start programs.
#![forbid(unsafe_code)]

// That of the other tests.
#[path = "../sys/support.rs"]
#[allow(dead_code, reason = "these tests need less of it")]
mod support;

// Out of descriptors, past FD_SETSIZE, not root.
mod limits;
// No way to get there, nobody answers, no port left, a file system that may not be written.
mod namespaces;
// Seen from outside: timers, and names that only others have.
mod programs;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held by each test.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Said of what cannot be tried here.
fn skipped(why: &str) {
    println!("skipped: {why}");
}

/// Whether a program is installed. Where CI is, it has to be.
fn have(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|dir| dir.join(program).is_file());
    assert!(found || std::env::var_os("CI").is_none(), "{program} is not installed");
    if !found {
        skipped(&format!("no {program}"));
    }
    found
}
