//! The concurrent server: one forked process per client.

use enchufe::cli;
use enchufe::screen::Program;
use enchufe::server::{fork, options::Options};
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(Program::Fork, |args| Options::parse(Program::Fork, args), fork::run)
}
