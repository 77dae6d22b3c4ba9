//! The figures as people read them: one table a measurement, medians and ratios.

use crate::peers::Peer;
use std::fmt::Write;

/// One measurement of several servers.
#[derive(Debug)]
pub struct Table {
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

/// One server's runs, a list of figures each. Round N of every row was run at about the same time.
#[derive(Debug)]
pub struct Row {
    pub name: &'static str,
    pub answers: &'static str,
    pub runs: Vec<Vec<f64>>,
}

impl Table {
    pub fn new(title: &str, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        Self { title: title.to_owned(), columns, rows: Vec::new() }
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
    /// The median of a column.
    pub fn median(&self, column: usize) -> f64 {
        median(self.runs.iter().map(|run| run[column]).collect())
    }

    /// Ours by this one, round by round.
    fn ratios(&self, ours: &Self, column: usize) -> Vec<f64> {
        let pairs = ours.runs.iter().zip(&self.runs);
        pairs.map(|(ours, this)| ours[column] / this[column].max(1e-9)).collect()
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(0.0)
}

/// All of it, with the machine's description, in Markdown.
pub fn page(tables: &[Table], notes: &[String]) -> String {
    let mut out = format!("# Figures\n\n{}\n", machine());
    for table in tables {
        let _ = writeln!(out, "\n## {}\n", table.title);
        let _ = write!(out, "| server | answers |");
        for column in &table.columns {
            let _ = write!(out, " {column} | ours / this |");
        }
        let _ = writeln!(out, "\n|---|---|{}", "---:|---:|".repeat(table.columns.len()));
        for (index, row) in table.rows.iter().enumerate() {
            let _ = write!(out, "| {} | {} |", row.name, row.answers);
            for column in 0..table.columns.len() {
                let _ = write!(out, " {} |", short(row.median(column)));
                let ratios = row.ratios(&table.rows[0], column);
                let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
                let most = ratios.iter().copied().fold(0.0, f64::max);
                if index == 0 {
                    let _ = write!(out, " |");
                } else {
                    let _ = write!(out, " {:.2} ({least:.2}-{most:.2}) |", median(ratios));
                }
            }
            let _ = writeln!(out);
        }
    }
    if !notes.is_empty() {
        let _ = writeln!(out, "\nNot measured:\n");
        for note in notes {
            let _ = writeln!(out, "- {note}");
        }
    }
    out
}

fn short(figure: f64) -> String {
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
        "{} x {}, {} GiB, Linux {}; loopback, quiet mode, release build. Medians; each ratio is \
         ours by the other, run by run, with its least and greatest.",
        processors,
        model.map_or("processor", |(_, model)| model),
        memory.div_ceil(1 << 20),
        kernel.trim(),
    )
}
