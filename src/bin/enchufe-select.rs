//! The select server: one process, one loop.

use enchufe::cli;
use enchufe::server::{options::Options, select};
use enchufe::text::Program;
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(|args| Options::parse(Program::Select, args), select::run)
}
