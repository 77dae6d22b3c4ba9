//! What was aimed at: a figure of ours, or its ratio to another, and its bound.

use crate::measure::{
    CLOSING_FORK, CLOSING_SELECT, CPU, HELD, IDLE_FORK, IDLE_SELECT, RATE, SHORT, held_title,
};
use crate::peers::{C_FORK, C_SELECT, EPOLL, FORK, PYTHON, SELECT, SOCAT};
use crate::table::{Table, median, ratios, spread, table};

/// A target, and what was measured round by round.
#[derive(Debug)]
pub struct Target {
    pub what: &'static str,
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

    /// Whether the median keeps to the bound.
    pub fn is_met(&self) -> bool {
        let median = median(&self.runs);
        match self.bound {
            Bound::AtMost(bound) => median <= bound,
            Bound::AtLeast(bound) => median >= bound,
        }
    }
}

/// A figure: the title of its table, the server, the column.
type Figure<'a> = (&'a str, &'a str, usize);

/// Those of which everything was measured.
pub fn all(tables: &[Table]) -> Vec<Target> {
    use Bound::{AtLeast, AtMost};
    let titles = HELD.map(|(connected, busy)| held_title(connected, busy));
    let [all_10, all_100, all_1000, of_1000, of_10000] = titles.each_ref().map(String::as_str);

    let plain = |what, bound, of| Some(Target { what, bound, runs: runs(tables, of)? });
    let ratio = |what, bound, of, by| {
        Some(Target { what, bound, runs: ratios(&runs(tables, of)?, &runs(tables, by)?) })
    };
    let peer = |what, bound, (title, ours, other), column| {
        ratio(what, bound, (title, ours, column), (title, other, column))
    };
    let own = |what, bound, title| ratio(what, bound, (title, SELECT, CPU), (all_10, SELECT, CPU));
    let targets = [
        peer("fork, CPU / C", AtMost(0.8), (SHORT, FORK, C_FORK), CPU),
        peer("fork, per second / C", AtLeast(1.15), (SHORT, FORK, C_FORK), RATE),
        peer("fork, per second / socat", AtLeast(2.2), (SHORT, FORK, SOCAT), RATE),
        peer("fork, per second / python", AtLeast(6.0), (SHORT, FORK, PYTHON), RATE),
        peer("select, CPU / C, 10 busy", AtMost(1.1), (all_10, SELECT, C_SELECT), CPU),
        peer("select, CPU / C, 100 busy", AtMost(1.1), (all_100, SELECT, C_SELECT), CPU),
        peer("select, CPU / C, 1000 busy", AtMost(1.1), (all_1000, SELECT, C_SELECT), CPU),
        own("select, CPU, 10 of 1000 busy / 10 of 10", AtMost(1.25), of_1000),
        own("select, CPU, 10 of 10000 busy / 10 of 10", AtMost(2.0), of_10000),
        peer("select, CPU / epoll, 10 of 1000 busy", AtMost(1.0), (of_1000, SELECT, EPOLL), CPU),
        plain("fork, KiB per idle client", AtMost(30.0), (IDLE_FORK, FORK, 0)),
        plain("select, MiB with 10000 idle clients", AtMost(16.0), (IDLE_SELECT, SELECT, 1)),
        plain("fork, ms to close 1000 clients", AtMost(1000.0), (CLOSING_FORK, FORK, 0)),
        plain("select, ms to close 10000 clients", AtMost(1000.0), (CLOSING_SELECT, SELECT, 0)),
    ];
    targets.into_iter().flatten().collect()
}

fn runs(tables: &[Table], (title, server, column): Figure<'_>) -> Option<Vec<f64>> {
    Some(table(tables, title)?.row(server)?.column(column))
}
