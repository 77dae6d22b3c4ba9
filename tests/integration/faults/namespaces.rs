//! Namespaces: a network whose loopback can be taken down, and a pid namespace whose first process is the
//! server. Only root may make one: skipped otherwise.

use crate::support::have;
use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use std::panic::resume_unwind;
use std::process::{Command, Stdio};
use std::thread;

/// Runs this in a thread with its own network, which the programs that it starts share.
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

/// `command` as process 1 of a namespace, as in a container. `None`, with a message, if that is not
/// possible.
pub(crate) fn as_process_1(command: &Command) -> Option<Command> {
    const UNSHARE: [&str; 4] = ["--pid", "--fork", "--kill-child", "--mount-proc"];
    if !have("unshare") {
        return None;
    }
    let tried = Command::new("unshare").args(UNSHARE).arg("true").stderr(Stdio::null()).status();
    if !tried.expect("unshare runs").success() {
        println!("skipped: only root may make a process namespace");
        return None;
    }
    let mut unshare = Command::new("unshare");
    unshare.args(UNSHARE).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => unshare.env(name, value),
            None => unshare.env_remove(name),
        };
    }
    unshare.stdin(Stdio::null());
    Some(unshare)
}
