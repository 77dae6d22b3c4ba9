//! The man pages of docs/man say of the flags what the tables say, in both languages.

use super::table::{Flag, FlagKind, Usage};
use super::{Asked, UsageError};
use crate::screen::{Lang, Program};
use crate::{client, server, trace};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The pages of the programs, and whose flags are in each: of the two servers there is one.
fn pages() -> Vec<(&'static str, Vec<Usage>)> {
    let servers = [Program::Fork, Program::Select].map(server::options::usage);
    vec![
        ("enchufe-fork.1", servers.into()),
        ("enchufe-client.1", vec![client::options::usage()]),
        ("enchufe-trace.1", vec![trace::options::usage()]),
    ]
}

fn page(name: &str, lang: Lang) -> String {
    let dir = match lang {
        Lang::Es => "docs/man/es",
        Lang::En => "docs/man",
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(dir).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}

/// The flags of a page: how each is given, and what is said of it. In English the macros are those of mdoc(7),
/// in Spanish those of man(7), which leave the words of headings and dates to the page.
fn items(page: &str) -> Vec<(String, String)> {
    let section =
        page.split("\n.S").find(|it| it.starts_with("h OPTIONS") || it.starts_with("H OPCIONES"));
    let rest = page.split_once(section.expect("a section with the flags")).expect("it is there").1;
    let subsections =
        rest.split("\n.S").take_while(|it| !it.starts_with("h ") && !it.starts_with("H "));
    let lines: Vec<_> = section.into_iter().chain(subsections).flat_map(str::lines).collect();
    let mut items = Vec::new();
    for (index, &line) in lines.iter().enumerate() {
        let (head, body) = match line.strip_prefix(".It ") {
            Some(head) => (mdoc(head), &lines[index + 1..]),
            None if line == ".TP" => (man(lines[index + 1]), &lines[index + 2..]),
            None => continue,
        };
        let ends =
            |line: &&&str| [".It ", ".TP", ".El", ".PP"].iter().any(|it| line.starts_with(it));
        let body = body.iter().take_while(|line| !ends(line)).map(|line| text(line));
        items.push((head, body.collect::<Vec<_>>().join(" ")));
    }
    items
}

/// `Fl p , Fl -port Ar port` as `-p, --port port`.
fn mdoc(head: &str) -> String {
    let head = format!(" {head}").replace(" Fl ", " -").replace(" Ar ", " ").replace(" Cm ", " ");
    head.replace(" ,", ",").replace(" | ", "|").trim().into()
}

/// `.BR \-p ", " \-\-port " \fIpuerto\fR"` as `-p, --port puerto`.
fn man(head: &str) -> String {
    let (gap, head) = head.strip_prefix(".BR ").map_or((" ", head), |head| ("", head));
    let parts = head.trim_start_matches(".B ").split('"').enumerate().map(|(index, part)| {
        let quoted = index % 2 == 1;
        if quoted { part.into() } else { part.split_whitespace().collect::<Vec<_>>().join(gap) }
    });
    plain(&parts.collect::<String>())
}

/// A line without its macro.
fn text(line: &str) -> String {
    let line =
        if line.starts_with('.') { line.split_once(' ').map_or("", |it| it.1) } else { line };
    plain(line).replace(" ,", "").replace(" .", "")
}

fn plain(text: &str) -> String {
    text.replace("\\-", "-").replace("\\fI", "").replace("\\fR", "")
}

impl FlagKind {
    fn default(&self, lang: Lang) -> Option<String> {
        match (self, lang) {
            (Self::Number(_, _, default), _) => Some(default.to_string()),
            (Self::Switch(true), Lang::Es) => Some("sí".into()),
            (Self::Switch(true), Lang::En) => Some("yes".into()),
            (Self::Switch(false), _) => Some("no".into()),
            (Self::Word(_, Some(default)), _) => Some((*default).into()),
            _ => None,
        }
    }
}

/// What is wrong with what a page says of a flag of `program`.
fn untrue(flag: &Flag, program: Program, lang: Lang, said: &str) -> Option<String> {
    let (within, from, to) =
        if lang == Lang::Es { ("en", "de", "a") } else { ("in", "from", "to") };
    if let FlagKind::Number(_, range, _) = &flag.kind {
        let range = format!("{from} {} {to} {}", range.start(), range.end());
        if !said.contains(&range) {
            return Some(format!("its range is {range}"));
        }
    }
    let default = flag.kind.default(lang)?;
    let is_there = if said.contains(program.name()) {
        said.contains(&format!("{default} {within} {}", program.name()))
    } else {
        said.split(|char: char| !char.is_alphanumeric()).any(|word| word == default)
    };
    (!is_there).then(|| format!("its default is {default}"))
}

fn each(check: impl Fn(&str, &[Usage], Lang)) {
    for lang in [Lang::Es, Lang::En] {
        for (name, usages) in pages() {
            check(name, &usages, lang);
        }
    }
}

#[test]
fn every_flag_is_in_its_page_and_no_other() {
    each(|name, usages, lang| {
        let items = items(&page(name, lang));
        // As `--help` shows them, but for capitals and what stands before and after.
        let helps: Vec<_> = usages.iter().map(|usage| usage.help(lang).to_lowercase()).collect();
        for (head, _) in &items {
            let head = head.to_lowercase();
            let is_it = |line: &str| {
                line.trim_start()
                    .strip_prefix(&head)
                    .is_some_and(|it| it.is_empty() || it.starts_with("  "))
            };
            assert!(helps.iter().any(|help| help.lines().any(is_it)), "{name}, {lang:?}: {head}");
        }
        let long = |head: &String| {
            head.split("--").nth(1).map(|it| it.split([' ', ',']).next().unwrap_or(it).to_owned())
        };
        let in_page: Vec<_> = items.iter().filter_map(|(head, _)| long(head)).collect();
        let flags = usages.iter().flat_map(Usage::flags).map(|flag| flag.name.to_owned());
        let flags: BTreeSet<_> = flags.collect();
        assert_eq!(in_page.len(), items.len(), "{name}, {lang:?}");
        assert_eq!(in_page.len(), flags.len(), "{name}, {lang:?}: one is there twice, or not");
        assert_eq!(in_page.into_iter().collect::<BTreeSet<_>>(), flags, "{name}, {lang:?}");
    });
}

#[test]
fn ranges_and_defaults_are_those_of_the_tables() {
    each(|name, usages, lang| {
        let items = items(&page(name, lang));
        for usage in usages {
            for flag in usage.flags() {
                let ends =
                    |head: &str| head.split([' ', ',']).any(|it| it == format!("--{}", flag.name));
                let (_, said) = items.iter().find(|(head, _)| ends(head)).expect(flag.name);
                let untrue = untrue(flag, usage.program, lang, said);
                assert_eq!(untrue, None, "{name}, {lang:?}, --{}: {said}", flag.name);
                let everywhere = usages.iter().all(|it| it.flags().any(|it| it.name == flag.name));
                let only = if lang == Lang::Es { "Solo en" } else { "Only in" };
                let only = said.starts_with(&format!("{only} {}", usage.program.name()));
                assert_eq!(everywhere, !only, "{name}, {lang:?}, --{}: {said}", flag.name);
            }
        }
    });
}

#[test]
fn the_commands_of_the_examples_are_understood() {
    fn understood<O>(asked: Result<Asked<O>, UsageError>) -> Result<(), UsageError> {
        asked.map(|_| ())
    }
    for lang in [Lang::Es, Lang::En] {
        let mut count = 0;
        for name in pages().into_iter().map(|(name, _)| name).chain(["enchufe.7"]) {
            let page = plain(&page(name, lang));
            for line in page.lines().filter_map(|line| line.split_once("$ enchufe-")).map(|it| it.1)
            {
                let command = line.split([' ']).take_while(|word| !["<", "|"].contains(word));
                let mut words = command.map(String::from);
                let (program, args) = (words.next().expect("a program"), words.collect::<Vec<_>>());
                let parsed = match &*program {
                    "fork" => understood(server::options::ServerOptions::parse(
                        Program::Fork,
                        &args,
                        false,
                    )),
                    "select" => understood(server::options::ServerOptions::parse(
                        Program::Select,
                        &args,
                        false,
                    )),
                    "client" => understood(client::options::ClientOptions::parse(&args)),
                    _ => understood(trace::options::TraceOptions::parse(&args)),
                };
                assert_eq!(parsed, Ok(()), "{name}, {lang:?}: {line}");
                count += 1;
            }
        }
        assert!(count >= 12, "{count}");
    }
}

#[test]
fn the_pages_are_of_this_version() {
    let version = concat!("enchufe ", env!("CARGO_PKG_VERSION"));
    for name in pages().into_iter().map(|(name, _)| name).chain(["enchufe.7"]) {
        let title = page(name, Lang::Es).lines().next().expect("a title").to_owned();
        assert!(title.starts_with(".TH ENCHUFE"), "{title}");
        assert!(title.contains(&format!("\"{version}\"")), "{title}");
        // Without an argument the footer names a system, which need not be this one: groff says BSD.
        let english = page(name, Lang::En);
        assert!(english.lines().any(|line| line == format!(".Os {version}")), "{name}");
    }
}
