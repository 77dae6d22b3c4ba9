//! The select server: one process, one loop.

use enchufe::screen::Program;
use enchufe::server::{self, select};
use std::process::ExitCode;

fn main() -> ExitCode {
    server::main(Program::Select, select::run)
}
