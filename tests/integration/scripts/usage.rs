//! Help, languages, wrong usage, and where there is no Linux.

use super::{Checkout, SCRIPTS, fails, run, text};
use std::collections::BTreeSet;
use std::process::Command;

#[test]
fn help_is_the_same_in_both_languages() {
    let checkout = Checkout::new("help");
    for name in SCRIPTS {
        let help = |args: [&str; 3]| {
            let output = run(checkout.script(name).args(args));
            assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
            text(&output.stdout)
        };
        let [es, en] = [help(["--lang", "es", "--help"]), help(["-h", "--lang=es", "--lang=en"])];
        assert!(es.starts_with(&format!("Uso: scripts/{name} ")), "{es}");
        assert!(en.starts_with(&format!("Usage: scripts/{name} ")), "{en}");
        assert_eq!(flags(&es), flags(&en));
        assert!(es.lines().chain(en.lines()).all(|line| line.chars().count() <= 100), "{es}{en}");
    }
}

fn flags(help: &str) -> BTreeSet<&str> {
    let words = help.split(|char: char| char.is_whitespace() || ",;:()".contains(char));
    words.filter(|word| word.starts_with('-')).collect()
}

#[test]
fn wrong_usage_is_one_line() {
    let checkout = Checkout::new("usage");
    for name in SCRIPTS {
        let script = || checkout.script(name);
        fails(script().arg("--bogus"), 2, "unknown option: '--bogus'; try '/");
        fails(script().args(["--lang", "es", "-x"]), 2, "opción desconocida: '-x'; pruebe '/");
        fails(script().args(["--lang", "fr"]), 2, "--lang 'fr': expected es or en");
        fails(script().arg("--lang=es_VE"), 2, "--lang 'es_VE': ");
        fails(script().arg("--lang"), 2, "--lang '': ");
    }
    let trace = || checkout.script("trace.sh");
    fails(trace().args(["fork", "-o"]), 2, "--output: the directory is missing");
    fails(trace().arg("both"), 2, "expected fork or select, not 'both'");
    fails(&mut trace(), 2, "fork or select is missing");
}

#[test]
fn the_language_is_that_of_the_programs() {
    let checkout = Checkout::new("locale");
    for (lc_all, lc_messages, lang) in [
        ("", "", ""),
        ("", "", "es_VE.UTF-8"),
        ("", "", "de_DE.UTF-8"),
        ("", "", "C"),
        ("", "POSIX", "es_ES.UTF-8"),
        ("", "es", "en_US.UTF-8"),
        ("C", "es", "es_ES.UTF-8"),
        ("es_MX", "C", "C"),
    ] {
        let help = |mut command: Command| {
            command.env("LC_ALL", lc_all).env("LC_MESSAGES", lc_messages).env("LANG", lang);
            text(&run(command.arg("--help")).stdout).contains("Usage: ")
        };
        let is_english = help(Command::new(env!("CARGO_BIN_EXE_enchufe-trace")));
        for name in SCRIPTS {
            let what = format!("{name}: {lc_all}, {lc_messages}, {lang}");
            assert_eq!(help(checkout.script(name)), is_english, "{what}");
        }
    }
}

#[test]
fn elsewhere_than_on_linux_one_sentence_says_so() {
    let checkout = Checkout::new("elsewhere");
    checkout.program("uname", "echo Darwin");
    for name in SCRIPTS {
        for (lang, sentence) in [("es_VE", "necesita Linux, "), ("de_DE", "needs Linux, ")] {
            fails(checkout.script(name).env("LANG", lang), 1, sentence);
        }
    }
}
