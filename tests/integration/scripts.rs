//! The scripts: what they say, where they find things, how they end; not what they show and check, which they do
//! themselves.

mod cargo;
mod ended;
mod suite;
mod together;
mod usage;

use crate::support::write_program;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const SCRIPTS: [&str; 4] = ["demo.sh", "trace.sh", "test.sh", "package.sh"];

/// A copy of the scripts, in a directory with spaces and an ñ in its name, with programs of its own in front of the
/// system's, and with a target directory of its own.
struct Checkout {
    dir: PathBuf,
}

impl Checkout {
    fn new(name: &str) -> Self {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("scripts, año {name}"));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(dir.join("bin")).expect("a directory");
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut copy = Command::new("cp");
        copy.args(["-r", "--parents", "scripts", "Cargo.toml", "docs"]).arg(&dir);
        assert!(copy.current_dir(package).status().expect("cp starts").success());
        let checkout = Self { dir };
        // Nothing is installed by a test.
        checkout.program("apt-get", "");
        checkout.program("rustup", "");
        checkout
    }

    /// A program that is found before the system's of that name.
    fn program(&self, name: &str, bash: &str) {
        write_program(&self.dir.join("bin").join(name), &format!("#!/bin/bash\n{bash}\n"));
    }

    /// As if these were not installed.
    fn without(&self, names: &[&str]) -> PathBuf {
        let all = self.dir.join("all but some");
        let _ = fs::remove_dir_all(&all);
        fs::create_dir(&all).expect("a directory");
        for dir in std::env::split_paths(&std::env::var_os("PATH").expect("a path")) {
            for entry in fs::read_dir(dir).into_iter().flatten() {
                let entry = entry.expect("an entry");
                let name = entry.file_name();
                if !names.iter().any(|&missing| name == missing) {
                    // The first of its name counts.
                    let _ = symlink(entry.path(), all.join(name));
                }
            }
        }
        all
    }

    /// The script, in English, with the programs that cargo has built for this test.
    fn script(&self, name: &str) -> Command {
        let mut command = Command::new(self.dir.join("scripts").join(name));
        let path = std::env::var("PATH").expect("a path");
        command.env("PATH", format!("{}:{path}", self.dir.join("bin").display()));
        command.env("LANG", "C").env_remove("LC_ALL").env_remove("LC_MESSAGES");
        command.env("CARGO_TARGET_DIR", self.dir.join("target")).env_remove("CARGO_BUILD_TARGET");
        let bin = Path::new(env!("CARGO_BIN_EXE_enchufe-trace")).parent().expect("a directory");
        command.env("ENCHUFE_BIN", bin).stdin(Stdio::null());
        command
    }

    /// The same with no other programs than those that are found there.
    fn script_with(&self, name: &str, programs: &Path) -> Command {
        let mut command = self.script(name);
        let own = self.dir.join("bin");
        command.env("PATH", format!("{}:{}", own.display(), programs.display()));
        command.env_remove("ENCHUFE_BIN").env("HOME", &self.dir);
        command
    }
}

/// It fails with this code, and with one line, which begins with the script's name and contains these words.
fn fails(command: &mut Command, code: i32, words: &str) {
    let output = run(command);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{command:?}: {output:?}");
    let name = Path::new(command.get_program()).file_name().expect("a name").to_string_lossy();
    let last = said.lines().last().unwrap_or_default();
    assert!(last.starts_with(&format!("{name}: ")) && last.contains(words), "{words} in {said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

fn run(command: &mut Command) -> Output {
    command.output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
