//! The figures as people read them: the targets, then a table a measurement, medians and ratios.

use crate::measure::Plan;
use crate::peers::Peer;
use crate::targets::{self, Bound};
use std::fmt::Write;

/// One measurement of several servers.
#[derive(Debug)]
pub struct Table {
    pub title: String,
    /// What each run gives. Of the first `compared`, the ratio to ours is shown.
    pub columns: &'static [&'static str],
    pub compared: usize,
    pub rows: Vec<Row>,
}

/// One server's runs, a list of figures each. Run N of every row was done at about the same time.
#[derive(Debug)]
pub struct Row {
    pub name: &'static str,
    pub answers: &'static str,
    pub runs: Vec<Vec<f64>>,
}

impl Table {
    /// The row of a server.
    pub fn row(&self, name: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.name == name)
    }

    pub fn add(&mut self, peer: &Peer, figures: Vec<f64>) {
        match self.rows.iter_mut().find(|row| row.name == peer.name) {
            Some(row) => row.runs.push(figures),
            None => {
                let (name, answers) = (peer.name, peer.answers);
                self.rows.push(Row { name, answers, runs: vec![figures] });
            }
        }
    }
}

impl Row {
    /// A column, run by run.
    pub fn column(&self, column: usize) -> Vec<f64> {
        self.runs.iter().map(|run| run[column]).collect()
    }

    /// The median of a column.
    pub fn median(&self, column: usize) -> f64 {
        median(&self.column(column))
    }
}

/// The table with this title.
pub fn table<'a>(tables: &'a [Table], title: &str) -> Option<&'a Table> {
    tables.iter().find(|table| table.title == title)
}

/// Figures by others, run by run.
pub fn ratios(of: &[f64], by: &[f64]) -> Vec<f64> {
    of.iter().zip(by).map(|(of, by)| of / by.max(1e-9)).collect()
}

pub fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let [low, high] = [sorted.len().saturating_sub(1) / 2, sorted.len() / 2];
    sorted.get(low).zip(sorted.get(high)).map_or(0.0, |(low, high)| (low + high) / 2.0)
}

/// The median, with the least and the greatest.
pub fn spread(figures: &[f64]) -> String {
    let least = figures.iter().copied().fold(f64::INFINITY, f64::min);
    let most = figures.iter().copied().fold(0.0, f64::max);
    format!("{} ({}-{})", short(median(figures)), short(least), short(most))
}

/// All of it, with the machine's description, in Markdown.
pub fn page(plan: &Plan, tables: &[Table], notes: &[String]) -> String {
    let Plan { rounds, connections, messages, .. } = plan;
    let mut out = format!(
        "# What `cargo bench --bench servers` measured\n\n{}; loopback, quiet mode, release build. \
         {rounds} rounds (memory and closing: a fifth), of {connections} connections or {messages} \
         messages each (a sixth for those that are slow). Medians; each ratio is ours by the other, \
         round by round, with its least and greatest.\n",
        machine()
    );
    let targets = targets::all(tables);
    if !targets.is_empty() {
        let _ = writeln!(out, "\n## Targets\n\n| | measured | target | met |\n|---|---:|---:|---|");
    }
    for target in &targets {
        let (sign, bound) = match target.bound {
            Bound::AtMost(bound) => ("<=", bound),
            Bound::AtLeast(bound) => (">=", bound),
        };
        let met = if target.is_met() { "yes" } else { "**no**" };
        let measured = target.measured();
        let _ = writeln!(out, "| {} | {measured} | {sign} {} | {met} |", target.what, short(bound));
    }
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

fn write_table(out: &mut String, table: &Table) {
    let _ = write!(out, "\n## {}\n\n| server | answers |", table.title);
    for (index, column) in table.columns.iter().enumerate() {
        let ratio = if index < table.compared { " ours / this |" } else { "" };
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

/// Three digits, or all before the point.
pub fn short(figure: f64) -> String {
    match figure {
        f if f >= 100.0 => format!("{f:.0}"),
        f if f >= 10.0 => format!("{f:.1}"),
        f => format!("{f:.2}"),
    }
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
