//! Torture: what SQLite does with its out-of-memory loops, and curl with its torture tests, for system
//! calls. The assignment's conversation, with one fault in it: once for every call that a program makes,
//! every errno of its man page ([`table`]), every occurrence. strace makes the call fail, for once or for
//! ever, do less than it was asked to, come with a signal, or come late. Whatever it is, the program must
//! not panic, hang or spin; it ends with 0 or 1, and then a line names the call and the error; clients whom
//! the fault does not concern are served, no message is lost without a word, and nothing is left.
//!
//! ```sh
//! cargo test --test torture                                 # a selection, the same each time
//! cargo test --test torture -- --ignored --nocapture whole  # all, and results.md is written
//! TORTURE=fork:accept4 cargo test --test torture -- --ignored --nocapture whole
//! TORTURE=fork:accept4:EPERM:3 cargo test --test torture -- --ignored --nocapture one
//! ```
//!
//! What is strace's doing and not the program's: a call that fails is not made. So a close leaks a
//! descriptor, a wait reaps nobody, a write is lost; and each process counts its own calls, so that a fault
//! of the fork server meets every child. The judges ([`server`], [`client`]) know.

mod case;
mod client;
mod log;
mod report;
mod server;
mod survey;
mod table;
mod talker;
mod tracee;

// Not everything is needed here.
#[allow(dead_code, unused_imports, unused_macros)]
#[path = "../integration/support/mod.rs"]
mod support;

use case::{Case, Scenario};
use report::{Report, Verdict};
use std::collections::{BTreeMap, VecDeque};
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// How long a step of the conversation may take, and how long when it is repeated because something
/// was wrong.
const PATIENCE: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(8)];

/// How many run at a time. They mostly wait.
const WORKERS: usize = 4;

/// Every fifth case of the first occurrence of each call of each conversation: a sample of all kinds.
#[test]
fn selection() {
    if !support::have("strace") {
        return;
    }
    if !cfg!(target_env = "gnu") {
        println!("skipped: another C library makes calls that the table does not have");
        return;
    }
    let mut calls: BTreeMap<_, Vec<Case>> = BTreeMap::new();
    for case in Scenario::ALL.into_iter().flat_map(|scenario| survey::cases(scenario, 1)) {
        calls.entry((case.scenario, case.call.clone())).or_default().push(case);
    }
    let calls = calls.into_values().enumerate();
    let picked = calls.flat_map(|(index, cases)| cases.into_iter().skip(index % 5).step_by(5));
    let report = run(picked.collect(), Duration::MAX).0;
    println!("{}", report.text());
    assert!(!report.has_findings(), "there are findings");
}

/// All cases, or those whose names begin with `TORTURE`, as many as `TORTURE_MINUTES` (15) allow; each
/// call up to its occurrence `TORTURE_MOST` (8).
#[test]
#[ignore = "it takes a quarter of an hour"]
fn whole() {
    if !support::have("strace") {
        return;
    }
    let number =
        |name, default| env::var(name).map_or(default, |value| value.parse().expect("a number"));
    let only = env::var("TORTURE").unwrap_or_default();
    let (minutes, most) = (number("TORTURE_MINUTES", 15), number("TORTURE_MOST", 8));
    let is_asked = |scenario: &Scenario| {
        let name = scenario.name();
        only.starts_with(&name) || name.starts_with(&only)
    };
    let scenarios = Scenario::ALL.into_iter().filter(is_asked);
    let mut cases: Vec<_> =
        scenarios.flat_map(|scenario| survey::cases(scenario, most as usize)).collect();
    cases.retain(|case| case.to_string().starts_with(&only));
    // In a fixed pseudo-random order: if time is short, all kinds of cases still run.
    cases.sort_by_key(|case| {
        let mut hasher = DefaultHasher::new();
        case.to_string().hash(&mut hasher);
        hasher.finish()
    });
    let (count, start) = (cases.len(), Instant::now());
    let (report, left) = run(cases, Duration::from_secs(60 * minutes));
    let how = format!(
        "{} of {count} cases, each call up to its occurrence {most}, {WORKERS} at a time, in {} seconds",
        count - left,
        start.elapsed().as_secs()
    );
    println!("{how}\n\n{}", report.text());
    if only.is_empty() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/torture/results.md");
        fs::write(path, report.page(&how)).expect("results.md");
    }
    assert!(!report.has_findings(), "there are findings");
}

/// The case that `TORTURE` names, with everything that could be seen.
#[test]
#[ignore = "it needs TORTURE=fork:accept4:EPERM:3 or the like"]
fn one() {
    let Some(name) = env::var("TORTURE").ok().filter(|_| support::have("strace")) else { return };
    let case = Case::parse(&name).expect("a case, like fork:accept4:EPERM:3");
    let verdict = torture(&case, PATIENCE[1]);
    println!("{}\nthe fault has met a call: {}", verdict.seen, verdict.is_reached);
    assert_eq!(verdict.problems, Vec::<String>::new(), "{case}");
}

/// Runs as many cases as there is time for; returns how many are left.
fn run(cases: Vec<Case>, limit: Duration) -> (Report, usize) {
    let start = Instant::now();
    let (queue, report) = (Mutex::new(VecDeque::from(cases)), Mutex::new(Report::default()));
    let is_time = || start.elapsed() < limit;
    let next = || is_time().then(|| queue.lock().expect("no panic").pop_front()).flatten();
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some(case) = next() {
                    let mut verdict = torture(&case, PATIENCE[0]);
                    let before = verdict.problems.clone();
                    if !before.is_empty() {
                        verdict = torture(&case, PATIENCE[1]);
                    }
                    report.lock().expect("no panic").add(&case, &verdict, &before);
                }
            });
        }
    });
    let left = queue.lock().expect("no panic").len();
    (report.into_inner().expect("no panic"), left)
}

fn torture(case: &Case, patience: Duration) -> Verdict {
    match case.scenario {
        Scenario::Fork | Scenario::Select | Scenario::Crowd => server::torture(case, patience),
        _ => client::torture(case, patience),
    }
}
