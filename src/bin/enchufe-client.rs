//! The client.

use enchufe::cli;
use enchufe::client::{self, options::Options};
use enchufe::screen::Program;
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(Program::Client, Options::parse, client::run)
}
