//! The man pages, given to the programs that show them. What they say of flags is compared with the tables in
//! src/options/man.rs.

use super::support::have;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const NAMES: [&str; 5] =
    ["enchufe-client.1", "enchufe-fork.1", "enchufe-select.1", "enchufe-trace.1", "enchufe.7"];

/// The pages in both languages.
fn pages() -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/man");
    [dir.clone(), dir.join("es")].iter().flat_map(|dir| NAMES.map(|name| dir.join(name))).collect()
}

fn output(command: &mut Command) -> String {
    let output = command.env("LC_ALL", "C.UTF-8").env_remove("MANPATH").output().expect("it runs");
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(output.status.success(), "{command:?}: {said}");
    said
}

#[test]
fn the_directories_have_no_other_pages() {
    for dir in ["docs/man", "docs/man/es"] {
        let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(dir)).expect(dir);
        let names = entries.map(|entry| entry.expect(dir).file_name().into_string().expect("text"));
        let mut names: Vec<_> = names.filter(|name| name != "es").collect();
        names.sort();
        assert_eq!(names, NAMES, "{dir}");
    }
}

#[test]
fn mandoc_has_nothing_against_them() {
    if have("mandoc") {
        // Below a warning are matters of style, such as a page of systemd's where systemd is not installed.
        output(Command::new("mandoc").args(["-T", "lint", "-W", "warning"]).args(pages()));
    }
}

#[test]
fn they_are_shown_as_they_are_meant() {
    if !have("mandoc") {
        return;
    }
    for page in pages() {
        let shown =
            output(Command::new("mandoc").args(["-T", "utf8", "-O", "width=80"]).arg(&page));
        // Bold and underlined are what a typewriter makes of them.
        let mut text = String::new();
        for char in shown.chars() {
            if char == '\x08' {
                text.pop();
            } else {
                text.push(char);
            }
        }
        let spanish = page.parent().is_some_and(|dir| dir.ends_with("es"));
        let sections: &[&str] = if spanish {
            &["NOMBRE", "DESCRIPCIÓN", "ENTORNO", "ESTADO DE SALIDA", "EJEMPLOS", "VÉASE TAMBIÉN"]
        } else {
            &["NAME", "DESCRIPTION", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]
        };
        for section in sections {
            assert!(text.lines().any(|line| line == *section), "{page:?}: {section}: {text}");
        }
        // Nothing is left of what the pages are written in, and no character is lost.
        for trace in ["\\-", "\\f", "\\(", ".B", ".It", "Ta ", "\u{fffd}", "Ã"] {
            assert!(!text.contains(trace), "{page:?}: {trace}: {text}");
        }
    }
}
