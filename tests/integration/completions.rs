//! scripts/completions, in their shells.

use super::support::have;
use std::path::Path;
use std::process::{Command, Stdio};

fn completions() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/completions").display().to_string()
}

/// Runs a shell's script, with a time limit; returns what it prints.
fn run(shell: &str, script: &str, args: &[&str]) -> String {
    let mut command = Command::new("timeout");
    command.args(["60", shell]).args(args).args(["-c", script, shell]).arg(completions());
    command.env("LC_ALL", "C").current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.stdin(Stdio::null()).output().expect("timeout(1) runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Completes the last word of a line as bash does: `=` is a word by itself.
const BASH: &str = r#"
compopt() { :; } # means something only while bash itself completes
source "$1/enchufe.bash"
while IFS= read -r line; do
    [[ $line == *' ' ]] && line+="''"
    eval "COMP_WORDS=(${line//=/ = })"
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    command=$(complete -p "${COMP_WORDS[0]}") && [[ $command == "complete -F _enchufe "* ]] || exit
    _enchufe "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    echo "${COMPREPLY[@]}"
done <<'END'
"#;

#[test]
fn bash_completes_flags_words_files_and_commands() {
    let cases = [
        ("enchufe-fork --gr", "--greeting --grace"),
        ("enchufe-fork --plain", ""),
        ("enchufe-select --plain", "--plain-select"),
        ("enchufe-fork --on-exit ", "ask close wait"),
        ("enchufe-fork --on-exit=c", "close"),
        ("enchufe-client --lang ", "es en"),
        // A value is not a flag, and a message is not a name.
        ("enchufe-client --timeout --", ""),
        ("enchufe-client -m ", ""),
        ("enchufe-client --timeout 5 localhost ", ""),
        ("enchufe-trace docs/deploy/hap", "docs/deploy/haproxy.cfg"),
        ("enchufe-trace -o docs/dep", "docs/deploy"),
        ("enchufe-trace -o talk -- timeou", "timeout"),
        ("enchufe-trace -- cat docs/deploy/hap", "docs/deploy/haproxy.cfg"),
    ];
    let lines: Vec<_> = cases.iter().map(|(line, _)| *line).collect();
    let said = run("bash", &format!("{BASH}{}\nEND\n", lines.join("\n")), &["--norc"]);
    let said: Vec<_> = said.lines().collect();
    assert_eq!(said.len(), cases.len(), "{said:?}");
    for ((line, expected), said) in cases.into_iter().zip(said) {
        let once: std::collections::BTreeSet<_> = said.split_whitespace().collect();
        assert_eq!(once, expected.split_whitespace().collect(), "{line}");
    }
}

/// Types into an interactive zsh on a pseudo-terminal, and waits until it has shown what is expected.
const ZSH: &str = r#"
zmodload zsh/zpty
start() { # LOCALE
    zpty -b z env LC_ALL=$1 TERM=dumb COLUMNS=100 zsh -f -i
    zpty -w z "fpath=($completions \$fpath); autoload -U compinit; compinit -u -D; PS1=; echo re''ady"
    zpty -r z shown '*ready*'
}
type() { # LINE EXPECTED
    zpty -w -n z $'\x15'"$1"$'\t'
    zpty -r z shown "*$2*" || exit 1
    print -r -- "$1"
}
completions=$1
start C
type 'enchufe-fork --on-exit ' '*ask*close*wait'
type 'enchufe-fork --backl' '--backlog='
type 'enchufe-select --pla' '--plain-select '
type 'enchufe-client --' '--connections *-- N sockets at once'
type 'enchufe-client --lang=es --ra' '--raw '
type 'enchufe-trace docs/deploy/hap' 'haproxy.cfg '
type 'enchufe-trace -o docs/dep' 'docs/deploy/'
type 'enchufe-trace -- timeou' 'timeout'
zpty -d z
start es_VE.UTF-8
type 'enchufe-client --' '--connections *-- N sockets a la vez'
zpty -d z
"#;

#[test]
fn zsh_completes_flags_words_files_and_commands() {
    if have("zsh") {
        assert_eq!(run("zsh", ZSH, &["-f"]).lines().count(), 9);
    }
}
