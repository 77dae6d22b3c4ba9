//! Tests of `sys` that need a process to themselves, and run one at a time: they lower its limits, change
//! its user, leave its network, and start programs.
#![forbid(unsafe_code)]

// Shared with the other tests.
#[path = "../sys/support.rs"]
#[allow(dead_code, reason = "these tests need less of it")]
mod support;

// Out of descriptors, past FD_SETSIZE, not root.
mod limits;
// No route, no answer, no port left, a read-only file system.
mod namespaces;
// Seen from outside: timers, and names that only other programs have.
mod programs;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held by each test.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reports what cannot be tested here.
fn skipped(why: &str) {
    println!("skipped: {why}");
}

/// Whether a program is installed. In CI it must be.
fn have(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|dir| dir.join(program).is_file());
    assert!(found || std::env::var_os("CI").is_none(), "{program} is not installed");
    if !found {
        skipped(&format!("no {program}"));
    }
    found
}
