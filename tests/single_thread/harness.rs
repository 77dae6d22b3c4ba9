//! Runs checks as `cargo test` would, each in its own child, with a time limit.

use enchufe::sys::{self, Fork, Pid};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::{alarm, setpgid};
use std::io::{Write, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{ExitCode, ExitStatus};
use std::time::Instant;

/// How long a process may live, in seconds, before SIGALRM ends it. None needs a tenth of it.
const DEADLINE: u32 = 60;

/// The exit code of `cargo test` when a test fails.
const FAILED: u8 = 101;

/// A check's name and body. It fails by a panic.
pub(crate) type Check = (&'static str, fn());

/// Runs the checks that the command line names, or all.
pub(crate) fn run(checks: &[Check]) -> ExitCode {
    let (start, arguments) = (Instant::now(), Arguments::parse());
    let (named, others): (Vec<_>, Vec<_>) =
        checks.iter().partition(|(name, _)| arguments.name(name));
    println!("\nrunning {} tests", named.len());
    let mut failed = Vec::new();
    for (name, check) in &named {
        print!("test {name} ... ");
        let _ = stdout().flush();
        let status = outcome(check);
        if status.success() {
            println!("ok");
        } else {
            println!("FAILED ({status})");
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        println!("\nfailures:");
        failed.iter().for_each(|name| println!("    {name}"));
    }
    println!(
        "\ntest result: {}. {} passed; {} failed; 0 ignored; 0 measured; {} filtered out; finished in {:.2}s\n",
        if failed.is_empty() { "ok" } else { "FAILED" },
        named.len() - failed.len(),
        failed.len(),
        others.len(),
        start.elapsed().as_secs_f32(),
    );
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) }
}

/// Runs a check in its own process group, of which nothing is left afterwards.
fn outcome(check: &fn()) -> ExitStatus {
    let group = in_child(|| {
        setpgid(Pid::from_raw(0), Pid::from_raw(0)).expect("a group");
        check();
    });
    // A zombie keeps its pid, and so the group's number, until it is reaped.
    let _ = waitid(Id::Pid(group), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
    let _ = killpg(group, Signal::SIGKILL);
    let (_, status) = sys::waitpid(Some(group), 0).expect("our child").expect("it has ended");
    status
}

/// A child that does this and exits: with 0, or with 101 if it panics.
pub(crate) fn in_child(body: impl FnOnce()) -> Pid {
    match sys::fork().expect("a child") {
        Fork::Parent(child) => child,
        Fork::Child => {
            alarm::set(DEADLINE);
            let done = catch_unwind(AssertUnwindSafe(body)).is_ok();
            sys::_exit(if done { 0 } else { FAILED.into() })
        }
    }
}

/// The arguments of `cargo test` that are understood: a part of a name, or with `--exact` all of it.
struct Arguments {
    names: Vec<String>,
    exact: bool,
}

impl Arguments {
    fn parse() -> Self {
        let mut this = Self { names: Vec::new(), exact: false };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--exact" => this.exact = true,
                "--test-threads" | "--color" | "--format" | "--logfile" | "--skip" | "-Z" => {
                    arguments.next();
                }
                flag if flag.starts_with('-') => {}
                _ => this.names.push(argument),
            }
        }
        this
    }

    fn name(&self, check: &str) -> bool {
        let named = |name: &String| if self.exact { check == name } else { check.contains(name) };
        self.names.is_empty() || self.names.iter().any(named)
    }
}
