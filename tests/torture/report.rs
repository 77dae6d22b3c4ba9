//! The results of the runs: a table, and the findings by what is wrong.

use crate::case::{Case, Scenario};
use std::collections::BTreeMap;
use std::process::Command;

/// The verdict on a run.
pub(crate) struct Verdict {
    /// The fault has met a call.
    pub(crate) is_reached: bool,
    /// The program had begun with its work.
    pub(crate) has_started: bool,
    /// Exit code 0, and no client has noticed anything.
    pub(crate) as_ever: bool,
    pub(crate) problems: Vec<String>,
    /// Everything that could be seen.
    pub(crate) seen: String,
}

const COLUMNS: [&str; 6] =
    ["runs", "as ever", "said and borne", "did not start", "not met", "findings"];

/// How many cases of a finding are named.
const SHOWN: usize = 8;

/// The runs so far.
#[derive(Default)]
pub(crate) struct Report {
    /// The columns, for each conversation and call.
    rows: BTreeMap<(Scenario, String), [usize; COLUMNS.len()]>,
    /// By program, call and what is wrong.
    findings: BTreeMap<String, Vec<String>>,
    /// The same, but when the case was repeated nothing was wrong.
    passed: BTreeMap<String, Vec<String>>,
}

impl Report {
    /// Adds a run, and what was wrong before it was repeated, if it was.
    pub(crate) fn add(&mut self, case: &Case, verdict: &Verdict, before: &[String]) {
        let is_wrong = !verdict.problems.is_empty();
        let column = match verdict {
            _ if is_wrong => 5,
            Verdict { is_reached: false, .. } => 4,
            Verdict { as_ever: true, .. } => 1,
            Verdict { has_started: false, .. } => 3,
            _ => 2,
        };
        let row = self.rows.entry((case.scenario, case.call.clone())).or_default();
        row[0] += 1;
        row[column] += 1;
        let (found, wrong) = match is_wrong {
            true => (&mut self.findings, &*verdict.problems),
            false => (&mut self.passed, before),
        };
        if !wrong.is_empty() {
            let program = case.scenario.program().name();
            let what = format!("{program}, {}: {}", case.call, wrong.join("; "));
            found.entry(what).or_default().push(case.to_string());
        }
    }

    pub(crate) fn has_findings(&self) -> bool {
        !self.findings.is_empty()
    }

    /// The table and the findings, in Markdown.
    pub(crate) fn text(&self) -> String {
        let cells = |row: &[usize]| row.iter().map(|it| format!(" {it} |")).collect::<String>();
        let mut out = format!("| conversation | call | {} |\n|---|---|", COLUMNS.join(" | "));
        out += &"---:|".repeat(COLUMNS.len());
        let mut sum = [0; COLUMNS.len()];
        for ((scenario, call), row) in &self.rows {
            out += &format!("\n| {} | {call} |{}", scenario.name(), cells(row));
            sum.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
        }
        out += &format!("\n| | all |{}\n", cells(&sum));
        let once = "Wrong once, and not when repeated";
        for (title, found) in [("Findings", &self.findings), (once, &self.passed)] {
            out += &format!("\n## {title}: {}\n", found.values().map(Vec::len).sum::<usize>());
            for (what, cases) in found {
                let mut cases = cases.clone();
                cases.sort();
                let (shown, count) = (cases[..cases.len().min(SHOWN)].join(", "), cases.len());
                out += &format!("\n- {what}\n  `{}`\n  {count}: {shown}\n", command(&cases[0]));
            }
        }
        out
    }

    /// The page of results.
    pub(crate) fn page(&self, how: &str) -> String {
        format!(
            "# What `cargo test --test torture -- --ignored whole` found\n\n{}; {how}.\n\n\
             A run is the assignment's conversation with one fault in it: see [main.rs](main.rs). *As \
             ever*: exit code 0, and nobody noticed. *Said and borne*: a line names the call and the error, \
             or whom it concerns was told; all others were served. *Did not start*: the same, before there \
             was anybody to serve. *Not met*: so many calls were not made this time.\n\n{}",
            machine(),
            self.text()
        )
    }
}

/// The command that runs the case of this name alone.
fn command(name: &str) -> String {
    format!("TORTURE='{name}' cargo test --test torture -- --ignored --nocapture one")
}

/// The day, and the machine.
fn machine() -> String {
    let said = |program, args: &[&str]| {
        let output = Command::new(program).args(args).output().map(|output| output.stdout);
        let text = String::from_utf8_lossy(&output.unwrap_or_default()).into_owned();
        text.lines().next().unwrap_or_default().to_owned()
    };
    let (cores, kernel, strace) =
        (said("nproc", &[]), said("uname", &["-srm"]), said("strace", &["-V"]));
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    let day = time::OffsetDateTime::now_utc().date();
    format!("{day}; {cores} processors, {kernel}, {strace}; {build} build")
}
