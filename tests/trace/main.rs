//! Every log of the corpus is interpreted correctly: the `.expect` beside it says what happened. `README.md`
//! explains its statements.

mod bytes;
mod statement;
mod told;

use enchufe::trace::model::interpret;
use enchufe::trace::model::story::Story;
use enchufe::trace::read::reader::Reader;
use statement::Statement;
use std::fs;
use std::io::{BufReader, Cursor};
use std::path::{Path, PathBuf};
use told::Told;

/// The story of some logs.
fn story_of(logs: &[PathBuf]) -> Story {
    let open = |path: &PathBuf| {
        let text = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, Box::new(BufReader::new(Cursor::new(text))) as Box<_>)
    };
    let mut reader = Reader::of(logs.iter().map(open).collect());
    let mut story = interpret::interpret(reader.by_ref());
    story.missing = reader.notes();
    story
}

/// Where the story differs from the statements.
fn wrong(expect: &Path) -> Vec<String> {
    let text = fs::read_to_string(expect).expect("the statements");
    let statements: Vec<_> = text.lines().filter_map(statement::parse).collect();
    let dir = expect.parent().expect("a directory");
    let files = statements.iter().find_map(|statement| match statement {
        Statement::Files(files) => Some(files.iter().map(|name| dir.join(name)).collect()),
        _ => None,
    });
    let logs = files.unwrap_or_else(|| vec![expect.with_extension("log")]);
    let story = story_of(&logs);
    let told = Told::new(&story, &logs);
    statements
        .iter()
        .flat_map(|statement| told.wrong(statement))
        .chain(told.rest(&statements))
        .collect()
}

fn all_in(dir: &str) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trace").join(dir);
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut expects: Vec<_> = fs::read_dir(&dir)
        .expect("the corpus")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    expects.retain(|path| path.extension().is_some_and(|suffix| suffix == "expect"));
    expects.retain(|path| path.to_string_lossy().contains(&only));
    expects.sort();
    assert!(!expects.is_empty());
    let mut report = String::new();
    for expect in &expects {
        for wrong in wrong(expect) {
            report += &format!("{}: {wrong}\n", expect.file_stem().expect("a name").display());
        }
    }
    assert!(report.is_empty(), "told wrongly:\n{report}");
}

#[test]
fn the_smallest_logs() {
    all_in("faults");
}

#[test]
fn logs_of_real_programs() {
    all_in("logs");
}

#[test]
fn logs_in_every_format() {
    all_in("formats");
}
