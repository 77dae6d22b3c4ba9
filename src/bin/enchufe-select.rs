//! The select server: one process, one loop.

use enchufe::cli;
use enchufe::screen::Program;
use enchufe::server::{options::Options, select};
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(Program::Select, |args| Options::parse(Program::Select, args), select::run)
}
