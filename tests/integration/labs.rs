//! The labs of `docs/labs`, done as their pages say, each line typed in its terminal; and whether `check.sh` can tell
//! that they are done.

// Types a page's commands.
mod student;
// Each lab, unsolved and solved.
mod solved;

use std::fs;
use std::path::Path;

const LABS: [&str; 5] = [
    "1-find-the-wait",
    "2-break-the-server",
    "3-the-listen-queue",
    "4-a-message-in-two-pieces",
    "5-from-fork-to-select",
];

/// What a page says to type: its blocks, each for one terminal.
fn blocks(page: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/labs").join(page);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
    let blocks =
        text.split("```").skip(1).step_by(2).filter_map(|block| block.strip_prefix("sh\n"));
    blocks.map(|block| block.lines().map(String::from).collect()).collect()
}

/// And the same terminals and keys, which are comments.
#[test]
fn both_languages_have_the_same_commands() {
    for page in LABS.iter().chain(&["README"]) {
        let english = blocks(&format!("{page}.md"));
        assert!(!english.is_empty(), "{page}");
        assert_eq!(english, blocks(&format!("{page}.es.md")), "{page}");
    }
}
