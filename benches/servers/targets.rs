//! The targets: a figure of ours, or its ratio to another, and its bound.

use crate::measure::{
    CHILD_FAULTS, CLOSING_FORK, CLOSING_SELECT, CPU, IDLE_FORK, IDLE_SELECT, PARENT_FAULTS,
    QUIET_CPU, QUIET_P99, RATE, SHORT, SILENCE, held_title, quiet_title,
};
use crate::peers::{C_EPOLL, C_FORK, C_FORK_STATIC, C_SELECT, EPOLL, FORK, PYTHON, SELECT, SOCAT};
use crate::table::{Table, median, ratios, spread, table};
use Bound::{AtLeast, AtMost};

/// A target, and what was measured round by round.
#[derive(Debug)]
pub struct Target {
    pub what: String,
    pub bound: Bound,
    pub runs: Vec<f64>,
}

#[derive(Clone, Copy, Debug)]
pub enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Target {
    /// The median, with the least and the greatest.
    pub fn measured(&self) -> String {
        spread(&self.runs)
    }

    /// Whether the median is within the bound.
    pub fn is_met(&self) -> bool {
        let median = median(&self.runs);
        match self.bound {
            Bound::AtMost(bound) => median <= bound,
            Bound::AtLeast(bound) => median >= bound,
        }
    }
}

/// The first targets; only those measured, with everything that they are compared to.
pub fn first(tables: &[Table]) -> Vec<Target> {
    let mut aims = Aims { tables, targets: Vec::new() };
    for (what, column, bound, other) in [
        ("CPU / C", CPU, AtMost(0.8), C_FORK),
        ("per second / C", RATE, AtLeast(1.15), C_FORK),
        ("per second / socat", RATE, AtLeast(2.2), SOCAT),
        ("per second / python", RATE, AtLeast(6.0), PYTHON),
    ] {
        aims.ratio(&format!("fork, {what}"), bound, (SHORT, FORK, column), (SHORT, other, column));
    }
    for all in [10, 100, 1000] {
        aims.busy("C", AtMost(1.1), (all, all), C_SELECT);
    }
    let ten = held_title(10, 10);
    for (connected, bound) in [(1000, 1.25), (10_000, 2.0)] {
        let what = format!("select, CPU, 10 of {connected} busy / 10 of 10");
        let title = held_title(connected, 10);
        aims.ratio(&what, AtMost(bound), (&title, SELECT, CPU), (&ten, SELECT, CPU));
    }
    aims.busy("libevent epoll", AtMost(1.0), (1000, 10), EPOLL);
    aims.figure("fork, KiB per idle client", 30.0, (IDLE_FORK, FORK, 0));
    aims.figure("select, MiB with 10000 idle clients", 16.0, (IDLE_SELECT, SELECT, 1));
    aims.figure("fork, ms to close 1000 clients", 1000.0, (CLOSING_FORK, FORK, 0));
    aims.figure("select, ms to close 10000 clients", 1000.0, (CLOSING_SELECT, SELECT, 0));
    aims.targets
}

/// The targets set when those were met.
pub fn second(tables: &[Table]) -> Vec<Target> {
    let mut aims = Aims { tables, targets: Vec::new() };
    for (what, column, connected, bound) in [
        ("CPU", QUIET_CPU, 8000, 1.1),
        ("p99", QUIET_P99, 8000, 1.25),
        ("CPU", QUIET_CPU, 1000, 1.1),
        ("CPU", QUIET_CPU, 100, 1.1),
    ] {
        let title = quiet_title(connected, 1);
        let what = format!("select, {what} / libevent epoll, one of {connected} each ms");
        aims.ratio(&what, AtMost(bound), (&title, SELECT, column), (&title, EPOLL, column));
    }
    for connected in [1000, 10_000] {
        aims.busy("libevent epoll", AtMost(1.0), (connected, 10), EPOLL);
        aims.busy("C epoll", AtMost(1.1), (connected, 10), C_EPOLL);
    }
    for all in [10, 100, 1000] {
        aims.busy("C", AtMost(1.0), (all, all), C_SELECT);
    }
    aims.figure("select, CPU ms a second, 10000 silent", 0.0, (SILENCE, SELECT, 0));
    aims.figure("select, wake-ups a second, 10000 silent", 0.0, (SILENCE, SELECT, 1));
    let (ours, twin) = ((SHORT, FORK, CPU), (SHORT, C_FORK_STATIC, CPU));
    aims.ratio("fork, CPU / static C", AtMost(0.85), ours, twin);
    aims.figure("fork, page faults of a child", 8.0, (SHORT, FORK, CHILD_FAULTS));
    aims.figure("fork, of the parent, per child", 2.0, (SHORT, FORK, PARENT_FAULTS));
    aims.targets
}

/// A figure: the title of its table, the server, the column.
type Figure<'a> = (&'a str, &'a str, usize);

/// Targets, each added if its figures were measured.
struct Aims<'a> {
    tables: &'a [Table],
    targets: Vec<Target>,
}

impl Aims<'_> {
    fn figure(&mut self, what: &str, most: f64, of: Figure<'_>) {
        if let Some(runs) = self.runs(of) {
            self.targets.push(Target { what: what.to_owned(), bound: AtMost(most), runs });
        }
    }

    fn ratio(&mut self, what: &str, bound: Bound, of: Figure<'_>, by: Figure<'_>) {
        if let Some((of, by)) = self.runs(of).zip(self.runs(by)) {
            self.targets.push(Target { what: what.to_owned(), bound, runs: ratios(&of, &by) });
        }
    }

    /// CPU time of the select server divided by another's.
    fn busy(&mut self, name: &str, bound: Bound, (connected, busy): (usize, usize), other: &str) {
        let title = held_title(connected, busy);
        let who =
            if busy == connected { format!("{busy}") } else { format!("{busy} of {connected}") };
        let what = format!("select, CPU / {name}, {who} busy");
        self.ratio(&what, bound, (&title, SELECT, CPU), (&title, other, CPU));
    }

    fn runs(&self, (title, server, column): Figure<'_>) -> Option<Vec<f64>> {
        Some(table(self.tables, title)?.row(server)?.column(column))
    }
}
