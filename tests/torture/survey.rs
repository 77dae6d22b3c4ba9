//! Finds the calls to torture: runs the conversation once without a fault, under strace.

use crate::case::{Case, Scenario};
use crate::log::{Entry, Log};
use crate::support::within;
use crate::table::{Row, SHORT, row};
use crate::tracee::Run;
use crate::{client, server};
use nix::sys::wait::WaitStatus;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);

/// What can happen to any call.
const OTHERS: [&str; 5] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGCHLD", "delay"];

/// Every case of a conversation, each call up to its occurrence `most`.
pub(crate) fn cases(scenario: Scenario, most: usize) -> Vec<Case> {
    let mut counts = counts(scenario);
    if scenario == Scenario::Crowd {
        // Only for the calls that are new in it.
        let known = self::counts(Scenario::Select);
        counts.retain(|call, _| !known.contains_key(call));
    }
    let before = before_main(scenario);
    let mut cases = Vec::new();
    for (call, count) in counts {
        let Some(row) = row(&call).expect("a row") else { continue };
        // The first ones are the runtime's. (Those of a forked child are left out too.)
        let first = before.get(&call).map_or(1, |before| before + 1);
        for nth in first..=count.min(first + most - 1) {
            cases.extend(of(scenario, row, nth));
        }
    }
    cases
}

/// All that can happen to the `nth` call.
fn of(scenario: Scenario, row: &Row, nth: usize) -> Vec<Case> {
    let case = |what: &&str, lasts| {
        let (call, what) = (row.call.into(), (*what).into());
        Case { scenario, call, what, nth, lasts }
    };
    let short = SHORT.contains(&row.call).then_some(&"short");
    let once = row.passing.iter().chain(row.lasting).chain(short).chain(&OTHERS);
    let ever = row.lasting.iter().filter(|_| row.call != "read");
    once.map(|what| case(what, false)).chain(ever.map(|what| case(what, true))).collect()
}

/// How often each call is made in the conversation, by the process that makes it most often. Asserts
/// that nothing is wrong without a fault.
fn counts(scenario: Scenario) -> BTreeMap<String, usize> {
    let run = Run { case: None, patience: PATIENCE };
    let end = match scenario {
        Scenario::Fork | Scenario::Select | Scenario::Crowd => server::talk(scenario, &run).0,
        _ => client::talk(scenario, &run).0,
    };
    let name = scenario.name();
    assert!(
        matches!(end.status, WaitStatus::Exited(_, 0)),
        "{name} without a fault:\n{}",
        end.show()
    );
    assert_eq!(end.problems, Vec::<String>::new(), "{name} without a fault");
    end.log.counts()
}

/// The calls that are made before main: those of the C library and of Rust's runtime.
fn before_main(scenario: Scenario) -> BTreeMap<String, usize> {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = path.join(format!("torture-{}-version.log", scenario.name()));
    let mut strace = Command::new("strace");
    strace.args(["-f", "-yy", "-o"]).arg(&path);
    let ran = within(strace, &scenario.program().command(&["--version"])).output();
    assert!(ran.expect("strace starts").status.success());
    let mut log = Log::read(&path);
    let prints =
        |entry: &Entry| entry.call.name() == "write" && entry.call.arg(0).starts_with("1<");
    let printed = log.entries.iter().position(prints).expect("it prints its version");
    log.entries.truncate(printed);
    log.counts()
}
