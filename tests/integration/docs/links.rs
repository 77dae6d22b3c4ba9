//! Links and pictures.

use super::page::{Page, top};
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

/// Whether a page has this anchor. Lines of code move, so that no link may name one.
fn has(path: &Path, anchor: &str) -> bool {
    path.extension().is_some_and(|it| it == "md") && Page::read(path).anchors().contains(anchor)
}
