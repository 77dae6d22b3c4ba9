//! The concurrent server: one forked process per client.

use enchufe::screen::Program;
use enchufe::server::{self, fork};
use std::process::ExitCode;

fn main() -> ExitCode {
    server::main(Program::Fork, fork::run)
}
