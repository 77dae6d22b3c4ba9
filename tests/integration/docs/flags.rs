//! Flags that a page names: all of them are in `--help`.

use super::page::Page;
use crate::support::Program;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

#[test]
fn they_exist() {
    let known = known();
    let all: BTreeSet<_> = known.values().flatten().cloned().collect();
    let mut wrong = Vec::new();
    // The figures name those of the benchmark.
    for page in Page::all().iter().filter(|page| !page.path.starts_with("benches")) {
        for span in page.spans() {
            // In another program's command it is that program's flag.
            let first = span.split(' ').next().unwrap_or_default();
            let flags = match known.get(command(first)) {
                Some(flags) => flags,
                None if first.starts_with("--") => &all,
                None => continue,
            };
            let unknown = named(&span).into_iter().filter(|flag| !flags.contains(flag));
            wrong.extend(unknown.map(|flag| format!("{}: {flag}", page.name())));
        }
        for block in page.blocks().iter().filter(|block| block.lang == "sh") {
            for part in block.commands().iter().flat_map(|line| line.split(['|', ';', '&'])) {
                // strace and enchufe-trace run another program.
                let mut flags = &BTreeSet::new();
                for word in part.split_whitespace() {
                    flags = known.get(command(word)).unwrap_or(flags);
                    let unknown = named(word).into_iter().filter(|flag| !flags.contains(flag));
                    let of_ours = unknown.filter(|_| !flags.is_empty());
                    wrong.extend(of_ours.map(|flag| format!("{}: {flag}", block.at)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The flags of each of our programs and scripts.
fn known() -> BTreeMap<String, BTreeSet<String>> {
    let programs = Program::ALL.map(|program| program.command(&[]));
    let trace = Command::new(env!("CARGO_BIN_EXE_enchufe-trace"));
    let scripts = ["demo.sh", "trace.sh", "test.sh", "package.sh"]
        .map(|name| Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(name)));
    let mut known = BTreeMap::new();
    for mut command in programs.into_iter().chain([trace]).chain(scripts) {
        let output = command.arg("--help").output().expect("it runs");
        let said =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        let program = command.get_program().to_string_lossy().into_owned();
        let name = Path::new(&program).file_name().expect("a name").to_string_lossy().into_owned();
        known.insert(name, named(&said).into_iter().collect());
    }
    known
}

/// A program's name without its directory.
fn command(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// The flags in a text.
fn named(text: &str) -> Vec<String> {
    let words = text.split(|char: char| !char.is_ascii_alphanumeric() && char != '-');
    let flags = words.filter(|word| word.starts_with("--") && word.len() > 2);
    flags.map(String::from).collect()
}
