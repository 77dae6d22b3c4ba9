//! The concurrent server: one forked process per client.

use enchufe::cli;
use enchufe::server::{fork, options::Options};
use enchufe::text::Program;
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(|args| Options::parse(Program::Fork, args), fork::run)
}
