//! Links and pictures, the index, and the tables of wrappers.

use super::page::{Page, top};
use std::fs;
use std::path::Path;

#[test]
fn they_lead_somewhere() {
    let mut wrong = Vec::new();
    for page in Page::all() {
        let links = page.links();
        for link in links.iter().filter(|link| !link.contains(':')) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let here = page.path.parent().expect("a directory");
            let path = if file.is_empty() { page.path.clone() } else { here.join(file) };
            if !top().join(&path).exists() || (!anchor.is_empty() && !has(&path, anchor)) {
                wrong.push(format!("{}: {link}", page.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_index_has_every_page() {
    for page in Page::all().iter().filter(|page| page.path.parent() == Some(Path::new("docs"))) {
        let index = if page.is_spanish() { "docs/README.es.md" } else { "docs/README.md" };
        let name = page.name().replace("docs/", "");
        let is_there = page.name() == index || Page::read(Path::new(index)).links().contains(&name);
        assert!(is_there, "{index}: no {name}");
    }
}

#[test]
fn the_tables_have_every_wrapper() {
    let read = |path: &str| fs::read_to_string(top().join(path)).expect("a file");
    let pages = ["docs/library.md", "docs/library.es.md"].map(|path| Page::read(Path::new(path)));
    let map = read("src/lib.rs");
    let mut wrappers = 0;
    for file in ["io", "mod", "poll", "process", "select", "signal", "socket"] {
        let text = read(&format!("src/sys/{file}.rs"));
        for name in text.lines().filter_map(|line| line.strip_prefix("pub fn ")?.split('(').next())
        {
            wrappers += 1;
            for page in &pages {
                assert!(page.spans().contains(&name.to_owned()), "{}: no {name}", page.name());
            }
            let linked = [format!("[`sys::{name}`]"), format!("[`sys::{name}()`]")];
            assert!(linked.iter().any(|link| map.contains(link)), "src/lib.rs: no {name}");
        }
    }
    assert!(wrappers > 20);
}

/// Whether a page has this anchor. Lines of code move, so that no link may name one.
fn has(path: &Path, anchor: &str) -> bool {
    path.extension().is_some_and(|it| it == "md") && Page::read(path).anchors().contains(anchor)
}
