//! Code that a page shows: except for `…`, it is in the file that the last link before it names.

use super::page::{Page, top};
use std::fs;

#[test]
fn they_are_in_the_file() {
    let mut quoted = 0;
    for page in Page::all() {
        let blocks = page.blocks();
        for block in blocks.iter().filter(|block| ["c", "rust"].contains(&&*block.lang)) {
            quoted += 1;
            let file = block.quotes.as_ref().unwrap_or_else(|| panic!("{}: no file", block.at));
            let path = top().join(page.path.parent().expect("a directory")).join(file);
            let text = one_line(&fs::read_to_string(path).expect("a file"));
            let mut rest = text.as_str();
            let code = one_line(&block.code);
            for piece in code.split('…').map(str::trim).filter(|piece| !piece.is_empty()) {
                let at = rest.find(piece);
                let at = at.unwrap_or_else(|| panic!("{}: not in {file}: {piece}", block.at));
                rest = &rest[at + piece.len()..];
            }
        }
    }
    assert!(quoted > 0);
}

/// Line breaks do not matter.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
