//! The tools to build with, and where cargo puts what it builds.

use super::{Checkout, SCRIPTS, fails, run, text};
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn without_cargo_it_says_how_to_get_it() {
    let checkout = Checkout::new("no cargo");
    let programs = checkout.without(&["cargo"]);
    let script = |name| {
        let mut script = checkout.script_with(name, &programs);
        script.args((name == "trace.sh").then_some("fork"));
        script
    };
    for name in SCRIPTS {
        fails(&mut script(name), 1, "Rust (cargo) is missing; https://rustup.rs says how");
    }
    let installed = checkout.dir.join(".cargo/bin");
    fs::create_dir_all(&installed).expect("a directory");
    checkout.program("cargo", "");
    fs::rename(checkout.dir.join("bin/cargo"), installed.join("cargo")).expect("a file");
    fails(&mut script("demo.sh"), 1, ". ~/.cargo/env");
}

#[test]
fn a_cargo_that_is_too_old_is_named() {
    let checkout = Checkout::new("old cargo");
    for (says, words) in [
        ("echo 'cargo 1.75.0 (1d8b05cdd 2023-11-20)'", "cargo is 1.75.0, and 1.88 or later"),
        ("echo 'error: no default is configured' >&2; exit 1", "error: no default is configured"),
    ] {
        checkout.program("cargo", says);
        for name in ["demo.sh", "test.sh"] {
            fails(checkout.script(name).env_remove("ENCHUFE_BIN"), 1, words);
        }
    }
}

#[test]
fn what_the_linker_lacks_is_said() {
    let checkout = Checkout::new("linker");
    checkout.program("cargo", "[[ $1 != --version ]] || { echo cargo 1.99.0 && exit; }\nexit 101");
    let programs = checkout.without(&["cc"]);
    let trace = || {
        let mut trace = checkout.script_with("trace.sh", &programs);
        trace.args(["--log", "none"]);
        trace
    };
    fails(&mut trace(), 1, "a C compiler is missing");
    checkout.program("cc", "exit 1");
    fails(&mut trace(), 1, "the static C library is missing");
    checkout.program("cc", "exit 0");
    fails(&mut trace(), 1, "it could not be built");
}

#[test]
fn a_target_directory_that_cannot_be_written_to_is_named() {
    let checkout = Checkout::new("target");
    checkout.program("cargo", "echo cargo 1.99.0");
    let words = "/proc/target: cannot be written to; CARGO_TARGET_DIR=DIRECTORY uses another";
    for (name, arg) in [("demo.sh", "--no-strace"), ("trace.sh", "--log=x"), ("test.sh", "--all")] {
        let mut script = checkout.script(name);
        // A log is a separate argument.
        script.args(arg.split('=')).env_remove("ENCHUFE_BIN");
        script.env("CARGO_TARGET_DIR", "/proc/target");
        fails(&mut script, 1, words);
    }
}

/// A package of one program, which prints where it is, in place of ours.
#[test]
fn programs_are_found_where_the_users_configuration_puts_them() {
    let checkout = Checkout::new("configuration");
    let (dir, home) = (&checkout.dir, checkout.dir.join("home"));
    let machine = run(Command::new(env!("CARGO")).args(["version", "--verbose"]));
    let machine = text(&machine.stdout);
    let machine = machine.lines().find_map(|line| line.strip_prefix("host: ")).expect("a line");
    let package = "[package]\nname = \"enchufe\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\
                   rust-version = \"1.88\"\n[[bin]]\nname = \"enchufe-trace\"\npath = \"trace.rs\"\n";
    let lock = "version = 4\n\n[[package]]\nname = \"enchufe\"\nversion = \"0.1.0\"\n";
    let config = format!(
        "[build]\ntarget = \"{machine}\"\ntarget-dir = \"{}/ñ \\\\ \\\"\\n\\t\\u0001 \"\n",
        dir.display()
    );
    let program = "fn main() { println!(\"{}\", std::env::current_exe().unwrap().display()) }";
    fs::create_dir(&home).expect("a directory");
    for (path, text) in [
        (dir.join("Cargo.toml"), package),
        (dir.join("Cargo.lock"), lock),
        (dir.join("trace.rs"), program),
        (home.join("config.toml"), &config),
    ] {
        fs::write(path, text).expect("a file");
    }
    let cargo = Path::new(env!("CARGO")).parent().expect("a directory");
    let mut trace = checkout.script("trace.sh");
    let path = std::env::var("PATH").expect("a path");
    trace.env("PATH", format!("{}:{path}", cargo.display()));
    trace.env("CARGO_HOME", &home).env_remove("CARGO_TARGET_DIR").env_remove("ENCHUFE_BIN");
    let output = run(trace.args(["--log", "any"]).current_dir("/"));
    let expected = dir.join(format!("ñ \\ \"\n\t\u{1} /{machine}/release/enchufe-trace\n"));
    assert_eq!(text(&output.stdout), expected.display().to_string(), "{output:?}");
}
