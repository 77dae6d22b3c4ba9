//! The figures as pictures: `benches/results/*.svg`, beside the page with the numbers.

use crate::chart::{Panel, bars, lines};
use crate::measure::{
    CPU, HELD, IDLE_FORK, QUIET, QUIET_CPU, QUIET_P50, QUIET_P99, SHORT, held_title, quiet_title,
};
use crate::table::{Table, table};
use std::error::Error;
use std::fs;
use std::path::Path;

/// Writes the pictures of what was measured, and the page.
pub fn draw(tables: &[Table], page: &str) -> Result<(), String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/results");
    let write = || -> Result<(), Box<dyn Error>> {
        fs::create_dir_all(&dir)?;
        fs::write(dir.join("figures.md"), page)?;
        if let Some(table) = table(tables, SHORT) {
            bars(&dir.join("short-connections.svg"), "Short connections per second", table)?;
        }
        if let Some(table) = table(tables, IDLE_FORK) {
            bars(&dir.join("memory.svg"), "Memory of an idle client, KiB (Pss)", table)?;
        }
        // Each panel's tables, under the number of clients that are connected.
        let held = |is_in: fn(usize, usize) -> bool| -> Vec<_> {
            let held = HELD.into_iter().filter(|&(connected, busy)| is_in(connected, busy));
            held.filter_map(|(n, busy)| Some((n, table(tables, &held_title(n, busy))?))).collect()
        };
        let all = Panel::new("all connected are busy", &held(|n, busy| n == busy), CPU);
        let ten = Panel::new("10 of the connected are busy", &held(|_, busy| busy == 10), CPU);
        let title = "CPU of the server per message, µs";
        lines(&dir.join("held-connections.svg"), title, &[all, ten])?;

        let quiet = QUIET.into_iter().filter_map(|n| Some((n, table(tables, &quiet_title(n, 1))?)));
        let quiet: Vec<_> = quiet.collect();
        let one = Panel::new("one of the connected asks each millisecond", &quiet, QUIET_CPU);
        lines(&dir.join("quiet-cost.svg"), title, &[one])?;
        let half = Panel::new("half wait no longer (p50)", &quiet, QUIET_P50);
        let most = Panel::new("99 of 100 wait no longer (p99)", &quiet, QUIET_P99);
        let title = "Wait for an answer, µs, while one of the connected asks each millisecond";
        lines(&dir.join("quiet-latency.svg"), title, &[half, most])
    };
    write().map_err(|error| format!("{}: {error}", dir.display()))
}
