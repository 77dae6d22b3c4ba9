//! The client.

use enchufe::cli;
use enchufe::client::{self, options::Options};
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(Options::parse, client::run)
}
