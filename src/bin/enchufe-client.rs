//! The client.

use enchufe::cli;
use enchufe::client::{self, options::ClientOptions};
use enchufe::screen::Program;
use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(Program::Client, ClientOptions::parse, client::run)
}
