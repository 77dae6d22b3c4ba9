//! Turns strace logs of a server and its clients into a story: as text, as a picture, as a page.

use enchufe::cli;
use enchufe::screen::Program;
use enchufe::trace::{self, options::TraceOptions};
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(Program::Trace, TraceOptions::parse, trace::run)
}
