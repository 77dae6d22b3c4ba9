//! A network whose loopback can be taken down: a namespace. Only root may make one: skipped where that is
//! not so.

use crate::support::have;
use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use std::panic::resume_unwind;
use std::process::Command;
use std::thread;

/// Runs this in a thread that has a network of its own, and so have the programs that it starts.
pub(crate) fn in_its_own_network(test: impl FnOnce() + Send + 'static) {
    if !have("ip") {
        return;
    }
    let joined = thread::spawn(move || match unshare(CloneFlags::CLONE_NEWNET) {
        Ok(()) => {
            loopback("up");
            test();
        }
        Err(Errno::EPERM) => println!("skipped: only root may make a network namespace"),
        Err(errno) => panic!("unshare: {errno}"),
    })
    .join();
    joined.unwrap_or_else(|panic| resume_unwind(panic));
}

/// Sets this thread's loopback up or down.
pub(crate) fn loopback(state: &str) {
    let ip = Command::new("ip").args(["link", "set", "lo", state]).status();
    assert!(ip.expect("ip runs").success(), "ip link set lo {state}");
}
