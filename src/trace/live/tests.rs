//! A growing log shows what the whole log shows.

use super::watch::Watch;
use crate::screen::Lang;
use crate::trace::choice::Choice;
use crate::trace::story_of;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The logs under a directory.
fn logs(dir: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        match path.extension() {
            _ if path.is_dir() => logs(&path, all),
            Some(suffix) if suffix == "log" => all.push(path),
            _ => {}
        }
    }
}

#[test]
fn a_log_that_grows_tells_what_it_tells_when_it_is_whole() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    logs(&package.join("tests/trace"), &mut all);
    logs(&package.join("src/trace/samples"), &mut all);
    assert!(all.len() > 20, "{all:?}");
    let dir = std::env::temp_dir().join(format!("enchufe-growing.{}", std::process::id()));
    fs::create_dir_all(&dir).expect("a directory");
    let choice = Choice::default();
    for log in &all {
        let Ok(whole) = story_of(&[log], &choice, Lang::En) else { continue };
        // Under the same name, which may contain a pid.
        let path = dir.join(log.file_name().expect("a file"));
        let bytes = fs::read(log).expect("a file");
        let mut file =
            OpenOptions::new().create_new(true).append(true).open(&path).expect("a file");
        let mut watch = Watch::of(std::slice::from_ref(&path), &choice).expect("a log");
        let mut told: Vec<(u32, String)> = Vec::new();
        let mut running = Vec::new();
        // In pieces that end anywhere; then no more.
        let length = (bytes.len() / 7).max(1);
        for piece in bytes.chunks(length).chain([&[][..]; 2]) {
            file.write_all(piece).expect("room");
            let frame = watch.look().expect("a log");
            let step = |&index: &usize| {
                let step = &frame.story.steps[index];
                (step.line, frame.story.raw(step).collect::<Vec<_>>().join("\n"))
            };
            told.extend(frame.new.iter().map(step));
            running = frame.running.iter().map(step).collect();
        }
        told.append(&mut running);
        told.sort();
        let step = |step| whole.raw(step).collect::<Vec<_>>().join("\n");
        let mut expected: Vec<_> = whole.steps.iter().map(|it| (it.line, step(it))).collect();
        expected.sort();
        // Steps that later turn out to be no part of the conversation have already been shown.
        told.retain(|(line, raw)| {
            let is_socket = raw.starts_with("socket(AF_UNIX");
            !is_socket || expected.iter().any(|(other, _)| other == line)
        });
        for (told, expected) in told.iter().zip(&expected) {
            assert_eq!(told, expected, "{}", log.display());
        }
        assert_eq!(told.len(), expected.len(), "{}", log.display());
        fs::remove_file(&path).expect("a file");
    }
    fs::remove_dir(&dir).expect("a directory");
}
