//! The files in `docs/deploy`, given to the programs that they are for.

// A load balancer's configuration, and the page's commands.
mod balancer;
// systemd's units.
mod units;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PAGES: [&str; 2] = ["README.md", "README.es.md"];

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/deploy").join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(path(name)).expect(name)
}

/// A page's code blocks in this language.
fn blocks(page: &str, lang: &str) -> Vec<String> {
    let text = text(page);
    let blocks = text.split("```").skip(1).step_by(2);
    blocks.filter_map(|block| Some(block.strip_prefix(lang)?.strip_prefix('\n')?.into())).collect()
}

/// A file with this text, in a directory of this test.
fn scratch(test: &str, name: &str, text: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("deploy-{test}"));
    fs::create_dir_all(&dir).expect("a directory");
    let path = dir.join(name);
    fs::write(&path, text).expect("a file");
    path
}

/// Runs it, which must succeed; returns everything that it prints.
fn succeeds(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().expect("it runs");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
    said
}
