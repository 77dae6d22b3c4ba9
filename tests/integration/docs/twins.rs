//! The pages in both languages have the same content, in the same order.

use super::page::Page;
use std::path::PathBuf;

#[test]
fn both_languages_have_the_same() {
    let pages = Page::all();
    let spanish: Vec<_> = pages.iter().filter(|page| page.is_spanish()).collect();
    assert!(!spanish.is_empty());
    for there in spanish {
        let here = Page::read(&PathBuf::from(there.name().replace(".es.md", ".md")));
        let depths = |page: &Page| page.headings().iter().map(|it| it.0).collect::<Vec<_>>();
        assert_eq!(depths(there), depths(&here), "{}: headings", there.name());
        assert_eq!(links(there), links(&here), "{}: links", there.name());
        assert_eq!(there.rows(), here.rows(), "{}: rows of tables", there.name());
        let (ours, theirs) = (here.blocks(), there.blocks());
        assert_eq!(ours.len(), theirs.len(), "{}: blocks", there.name());
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours.lang, theirs.lang, "{} and {}", ours.at, theirs.at);
            // Its text is in the language of the page.
            if ours.lang == "text" {
                let lines = [&ours.code, &theirs.code].map(|code| code.lines().count());
                assert_eq!(lines[0], lines[1], "{} and {}: lines", ours.at, theirs.at);
            } else {
                assert_eq!(ours.commands(), theirs.commands(), "{} and {}", ours.at, theirs.at);
            }
        }
    }
}

/// Where its links lead, whatever the language. Their order may differ between languages.
fn links(page: &Page) -> Vec<String> {
    let file = |link: String| link.split('#').next().unwrap_or_default().to_owned();
    let neutral = |link: String| link.replace(".es.", ".").replace(".en.", ".");
    let mut links: Vec<_> = page.links().into_iter().map(file).map(neutral).collect();
    links.sort();
    links
}
