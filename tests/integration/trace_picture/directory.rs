//! `trace.sh -o DIR`: files already in the directory that are not the script's stay.

use super::{files, run, scratch, script, text};
use crate::support::have;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// Files of the user's, with names that resemble the script's.
const THEIRS: [&str; 3] = ["thesis.txt", "notes.log", "trace.md"];

#[test]
fn what_is_not_the_scripts_survives_two_runs() {
    if !have("strace") {
        return;
    }
    let (dir, mine) = with_files("survives", &THEIRS);
    let link = dir.join("a link");
    symlink(&mine, &link).expect("a link");
    for output in [&mine, &link] {
        let said = run(script(&dir).args(["--lang", "en", "select", "-o"]).arg(output));
        assert!(said.status.success(), "{said:?}");
        assert!(files(output)[0].contains("SIGINT"));
        for name in THEIRS {
            let now = fs::read_to_string(mine.join(name)).unwrap_or_default();
            assert_eq!(now, name, "after a run into {}", output.display());
        }
    }
}

#[test]
fn a_file_in_the_way_is_named_and_left() {
    if !have("strace") {
        return;
    }
    for (name, lang, words) in [
        ("trace.svg", "en", "exists and is not overwritten"),
        ("client-2.log", "es", "ya existe y no se sobrescribe"),
    ] {
        let (dir, mine) = with_files(&format!("in the way {lang}"), &[name, "thesis.txt"]);
        let before = listing(&mine);
        let said = run(script(&dir).args(["--lang", lang, "select", "-o"]).arg(&mine));
        assert_eq!(said.status.code(), Some(1), "{said:?}");
        let error = text(&said.stderr);
        let start = format!("trace.sh: {}: {words}", mine.join(name).display());
        assert!(error.starts_with(&start) && error.lines().count() == 1, "{error}");
        assert_eq!(listing(&mine), before);
    }
}

#[test]
fn a_directory_that_cannot_be_written_to_is_named() {
    if !have("strace") {
        return;
    }
    let (dir, mine) = with_files("no directory", &["a file"]);
    for output in [Path::new("/proc/trace"), Path::new("/proc"), &mine.join("a file")] {
        let said = run(script(&dir).args(["--lang", "en", "select", "-o"]).arg(output));
        assert_eq!(said.status.code(), Some(1), "{said:?}");
        let expected = format!("trace.sh: {}: cannot be written to\n", output.display());
        assert_eq!(text(&said.stderr), expected);
    }
}

/// A scratch directory, and one in it with files that contain their names.
fn with_files(name: &str, files: &[&str]) -> (PathBuf, PathBuf) {
    let dir = scratch(name);
    let mine = dir.join("mine");
    fs::create_dir(&mine).expect("a directory");
    for name in files {
        fs::write(mine.join(name), name).expect("a file");
    }
    (dir, mine)
}

/// The names in a directory, each with what the file contains, if it can be read.
fn listing(dir: &Path) -> BTreeMap<PathBuf, Option<String>> {
    let entries = fs::read_dir(dir).expect("a directory");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.map(|path| (path.clone(), fs::read_to_string(path).ok())).collect()
}
