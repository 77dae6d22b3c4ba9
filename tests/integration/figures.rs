//! The benchmark's pictures say what its page says, in both languages, for light and dark.

use std::fs;
use std::path::Path;

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/results").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_pictures_say_what_the_page_says() {
    let page = read("figures.md");
    for (name, title) in [
        ("short-connections", "short connections, 8 at a time"),
        ("memory", "memory, 100 idle clients"),
    ] {
        let (_, table) = page.split_once(&format!("\n## {title}\n")).expect("the table");
        let rows = table.lines().skip(3).take_while(|line| line.starts_with("| "));
        let medians: Vec<_> = rows.map(|row| row.split(" | ").nth(2).expect("a median")).collect();
        assert!(medians.len() > 3, "{table}");
        for (suffix, point) in [("svg", "."), ("es.svg", ",")] {
            let picture = read(&format!("{name}.{suffix}"));
            for median in &medians {
                let median = median.replace('.', point);
                assert!(picture.contains(&format!("\n{median}\n")), "{median} in {name}.{suffix}");
            }
        }
    }
}

#[test]
fn each_is_there_in_both_languages_for_light_and_dark() {
    for name in ["short-connections", "memory", "held-connections", "quiet-cost", "quiet-latency"] {
        let [en, es] = ["svg", "es.svg"].map(|suffix| read(&format!("{name}.{suffix}")));
        assert!(en != es, "{name}");
        for picture in [en, es] {
            assert!(picture.contains("(prefers-color-scheme: dark)"), "{name}");
        }
    }
}
