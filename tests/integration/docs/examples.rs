//! Every example is run, in its own network: the ports are those that the page names.

use super::compare::{Numbers, is_shown};
use super::page::{Block, Page};
use super::session::Session;
use crate::faults::namespaces::in_its_own_network;
use crate::support::have;
use std::process::Command;
use std::thread;

/// What a comment may say.
const KNOWN: [&str; 8] = [
    "not run: ",
    "stays: ",
    "after Ctrl-C",
    "before: ",
    "types: ",
    "exits with: ",
    "output of: ",
    "not compared: ",
];

#[test]
fn they_do_what_the_page_says() {
    if cfg!(target_env = "musl") {
        return println!("skipped: musl makes other calls than glibc, whose logs the pages show");
    }
    if !["nc", "python3", "strace", "jq", "cc"].into_iter().all(have) {
        return;
    }
    // The labs have their own tests, and other pages have no commands to type.
    let mut pages = Page::all();
    pages.retain(|page| !page.path.starts_with("docs/labs") && !page.path.starts_with("tests"));
    let running = pages
        .into_iter()
        .map(|page| (page.name(), thread::spawn(|| in_its_own_network(move || run(&page)))));
    let running: Vec<_> = running.collect();
    let ended = running.into_iter().map(|(name, thread)| (name, thread.join()));
    let wrong: Vec<_> = ended.filter_map(|(name, ended)| ended.err().map(|_| name)).collect();
    assert!(wrong.is_empty(), "as said above: {wrong:?}");
}

fn run(page: &Page) {
    // An address for examples (RFC 5737), which is this machine's.
    let ip = Command::new("ip").args(["address", "add", "192.0.2.2/24", "dev", "lo"]).status();
    assert!(ip.expect("ip runs").success());
    let mut session = Session::new(page);
    let mut shown = None;
    for block in page.blocks() {
        for said in &block.said {
            assert!(KNOWN.iter().any(|word| said.starts_with(word)), "{}: {said}", block.at);
        }
        match block.lang.as_str() {
            "sh" => shown = session.run(&block),
            "python" => python(&mut session, &block),
            "text" => compare(&mut session, &block, shown.as_deref()),
            "json" => {
                const LINES: &str = "import json, sys; [json.loads(line) for line in sys.stdin]";
                let script = format!("python3 -c '{LINES}' <<'END'\n{}END", block.code);
                let said = session.bash(&script);
                assert_eq!(said, (0, String::new()), "{}", block.at);
            }
            // The first two are compared with the source; nginx is given the last.
            "c" | "rust" | "nginx" => {}
            other => panic!("{}: nobody checks blocks of {other}", block.at),
        }
    }
}

/// A program whose output is in comments after `print`.
fn python(session: &mut Session, block: &Block) {
    let (code, said) = session.bash(&format!("python3 - <<'END'\n{}END", block.code));
    let lines = block.code.lines().filter(|line| line.starts_with("print("));
    let expected: Vec<_> = lines.filter_map(|line| Some(line.split_once("# ")?.1)).collect();
    assert!(!expected.is_empty() && code == 0, "{}: {code}, {said}", block.at);
    assert!(is_shown(&expected.join("\n"), &said, Numbers::Long), "{}: {said}", block.at);
}

fn compare(session: &mut Session, block: &Block, shown: Option<&str>) {
    if block.says("not compared: ").is_some() {
        return;
    }
    let Some(command) = block.says("output of: ") else {
        let shown = shown.unwrap_or_else(|| panic!("{}: nothing was run that shows it", block.at));
        assert!(is_shown(&block.code, shown, Numbers::Long), "{}: was shown\n{shown}", block.at);
        return;
    };
    if let Some(before) = block.says("before: ") {
        session.must(before);
    }
    // A log is complete when its writer has ended.
    session.interrupt();
    let (_, shown) = session.bash(command);
    assert!(is_shown(&block.code, &shown, Numbers::All), "{}: was shown\n{shown}", block.at);
}
