//! The figures for readers: the targets, then a table for each measurement, with medians and
//! ratios.

use crate::measure::Plan;
use crate::printed::RATIO;
use crate::table::{Table, ratios, short, spread};
use crate::targets::{self, Bound, Target};
use std::fmt::Write;

/// All of it, with the machine's description, in Markdown.
pub fn page(plan: &Plan, tables: &[Table], notes: &[String]) -> String {
    let Plan { rounds, connections, messages, quiet, .. } = plan;
    let quiet = quiet.map(|(ms, count)| format!("{count} at one each {ms} ms")).join(", ");
    let mut out = format!(
        "# What `cargo bench --bench servers` measured\n\n{}; loopback, quiet mode, release build, \
         {}. {rounds} rounds (quiet loads, silence, memory and closing: a third), of {connections} \
         connections or {messages} messages each ({quiet}; a sixth for those that are slow). Medians; \
         each ratio is ours by the other, round by round, with its least and greatest.\n",
        machine(),
        linked()
    );
    write_targets(&mut out, "Targets", &targets::first(tables));
    write_targets(&mut out, "Targets of the second round", &targets::second(tables));
    for table in tables {
        write_table(&mut out, table);
    }
    if !notes.is_empty() {
        let _ = writeln!(out, "\nNot measured:\n");
        for note in notes {
            let _ = writeln!(out, "- {note}");
        }
    }
    out
}

fn write_targets(out: &mut String, title: &str, targets: &[Target]) {
    if targets.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n## {title}\n\n| | measured | target | met |\n|---|---:|---:|---|");
    for target in targets {
        let (sign, bound) = match target.bound {
            Bound::AtMost(bound) => ("<=", bound),
            Bound::AtLeast(bound) => (">=", bound),
        };
        let met = if target.is_met() { "yes" } else { "**no**" };
        let (what, measured) = (&target.what, target.measured());
        let _ = writeln!(out, "| {what} | {measured} | {sign} {} | {met} |", short(bound));
    }
}

fn write_table(out: &mut String, table: &Table) {
    let _ = write!(out, "\n## {}\n\n| server | answers |", table.title);
    for (index, column) in table.columns.iter().enumerate() {
        let ratio = if index < table.compared { format!(" {RATIO} |") } else { String::new() };
        let _ = write!(out, " {column} |{ratio}");
    }
    let right = "---:|".repeat(table.columns.len() + table.compared);
    let _ = writeln!(out, "\n|---|---|{right}");
    for (index, row) in table.rows.iter().enumerate() {
        let _ = write!(out, "| {} | {} |", row.name, row.answers);
        for column in 0..table.columns.len() {
            let _ = write!(out, " {} |", short(row.median(column)));
            if column < table.compared {
                let ratios = ratios(&table.rows[0].column(column), &row.column(column));
                let ratio = if index == 0 { String::new() } else { spread(&ratios) };
                let _ = write!(out, " {ratio} |");
            }
        }
        let _ = writeln!(out);
    }
}

/// How our programs are linked: like this one, by the same cargo with the same flags.
fn linked() -> String {
    let how = if cfg!(target_feature = "crt-static") { "statically" } else { "dynamically" };
    let with = if cfg!(target_env = "musl") { "musl" } else { "glibc" };
    let note = match (how, with) {
        ("statically", "glibc") => "",
        _ => {
            " (**the figures in docs/performance.md are of programs linked statically with glibc**)"
        }
    };
    format!("linked {how} with {with}{note}")
}

fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let processors = cpuinfo.lines().filter(|line| line.starts_with("processor")).count();
    let kernel = read("/proc/sys/kernel/osrelease");
    let memory = read("/proc/meminfo");
    let memory: u64 =
        memory.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or(0);
    format!(
        "{} x {}, {} GiB, Linux {}",
        processors,
        model.map_or("processor", |(_, model)| model),
        memory.div_ceil(1 << 20),
        kernel.trim(),
    )
}
