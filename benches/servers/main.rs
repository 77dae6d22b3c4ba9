//! `cargo bench --bench servers -- [--quick] [--plot] [--only TEXT] | --draw`: our servers beside their C twins
//! and every other peer that this machine has, each pinned the same way, in turn (A B A B), so that a
//! change in the machine's speed touches all alike. Prints the targets and what was measured: medians,
//! and ratios to ours with their spread.
//!
//! Each module uses only those above it:
//!
//! - `table`: figures, server by server, run by run; `process`, `peers`, `balanced`: the servers; `load`,
//!   `quiet`: what they are asked;
//! - `runs`: one run of one server; `measure`: all of them, which fill the tables;
//! - `targets`: what was aimed at, read off the tables;
//! - `report`: all of it as a page; `printed`: the page read back;
//! - `chart`, `plot`: how a picture is drawn, and which there are. `--draw` draws them again, of the page that there is.

mod balanced;
mod chart;
mod load;
mod measure;
mod peers;
mod plot;
mod printed;
mod process;
mod quiet;
mod report;
mod runs;
mod table;
mod targets;

use measure::Plan;
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let mut flags = getopts::Options::new();
    flags.optflag("", "quick", "less of everything: a minute");
    flags.optflag("", "plot", "write benches/results");
    flags.optflag("", "draw", "measure nothing: draw the pictures of benches/results/figures.md");
    flags.optopt("", "only", "measure only what has TEXT in its title", "TEXT");
    // cargo passes --bench.
    flags.optflag("", "bench", "");
    let usage = |why: &str| {
        eprintln!("{why}{}", flags.usage(""));
        ExitCode::from(2)
    };
    let matches = match flags.parse(std::env::args().skip(1)) {
        Ok(matches) => matches,
        Err(fail) => return usage(&fail.to_string()),
    };
    if let [stray, ..] = matches.free.as_slice() {
        return usage(&format!("stray {stray:?}"));
    }
    if matches.opt_present("draw") {
        return exit(plot::draw());
    }
    let plot = matches.opt_present("plot");
    let only = matches.opt_str("only").unwrap_or_default();
    if plot && !only.is_empty() {
        return usage("--plot shows everything: not with --only");
    }
    let plan = if matches.opt_present("quick") {
        let quiet = [(1, 120), (30, 6)];
        let silence = Duration::from_secs(1);
        Plan { rounds: 2, connections: 1000, messages: 20_000, quiet, silence, only }
    } else {
        let quiet = [(1, 2000), (30, 100)];
        let silence = Duration::from_secs(3);
        Plan { rounds: 9, connections: 3000, messages: 60_000, quiet, silence, only }
    };
    exit(run(&plan, plot))
}

fn exit(done: Result<(), String>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(plan: &Plan, plot: bool) -> Result<(), String> {
    let (tables, notes) = measure::all(plan)?;
    let page = report::page(plan, &tables, &notes);
    print!("{page}");
    if plot { plot::write(&page) } else { Ok(()) }
}
