//! The completions of scripts/completions, for bash and zsh, are made from the tables of flags:
//!
//! ```sh
//! ENCHUFE_WRITE=1 cargo test --lib completions    # writes them anew
//! ```

use super::table::{Flag, FlagKind, Usage};
use crate::screen::{Lang, Program};
use crate::{client, server, trace};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

fn usages() -> [Usage; 4] {
    let servers = [Program::Fork, Program::Select].map(server::options::usage);
    let [fork, select] = servers;
    [fork, select, client::options::usage(), trace::options::usage()]
}

impl Flag {
    /// All ways to type it: `-p`, `--port`; `--greeting`, `--no-greeting`.
    fn typed(&self) -> Vec<String> {
        let mut typed = vec![format!("--{}", self.name)];
        if !self.short.is_empty() {
            typed.insert(0, format!("-{}", self.short));
        }
        if let FlagKind::Switch(_) = self.kind {
            typed.push(format!("--no-{}", self.name));
        }
        typed
    }

    fn takes_a_value(&self) -> bool {
        !matches!(self.kind, FlagKind::Nothing | FlagKind::Switch(_))
    }
}

const BASH: &str = r#"# Completion for bash. Made by src/options/completions.rs from the programs' flags: do not edit.

_enchufe() {
    local program=${1##*/} current=$2 previous=$3 flags values
    # --flag=value is three words here.
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    case $program in
FLAGS    esac

    local index skip=0 arguments=0
    for ((index = 1; index < COMP_CWORD; index++)); do
        if ((skip)); then
            skip=0
        elif [[ ${COMP_WORDS[index]} == -- ]]; then
            _enchufe_after $((index + 1))
            return
        elif [[ " $values " == *" ${COMP_WORDS[index]} "* ]]; then
            skip=1
        elif [[ ${COMP_WORDS[index]} != [-=]* && ${COMP_WORDS[index - 1]} != = ]]; then
            ((++arguments))
        fi
    done

    if [[ " $values " == *" $previous "* ]]; then
        case $previous in
VALUES        esac
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$current")
    elif [[ $program == enchufe-trace ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    elif [[ $program == enchufe-client ]] && ((arguments == 0)); then
        _enchufe_hosts "$current"
    fi
}

# What follows -- is a command of its own.
_enchufe_after() { # INDEX: where it begins
    if [[ $program != enchufe-trace ]]; then
        return
    elif declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    elif ((COMP_CWORD == $1)); then
        mapfile -t COMPREPLY < <(compgen -c -- "$current")
    else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    fi
}

_enchufe_hosts() { # PREFIX
    if declare -F _known_hosts_real >/dev/null; then
        _known_hosts_real -- "$1"
    else
        mapfile -t COMPREPLY < <(compgen -A hostname -- "$1")
    fi
}

complete -F _enchufe PROGRAMS
"#;

fn bash() -> String {
    let (mut flags, mut values, mut words) = (String::new(), String::new(), BTreeMap::new());
    for usage in &usages() {
        let all: Vec<_> = usage.flags().flat_map(Flag::typed).collect();
        let valued = usage.flags().filter(|flag| flag.takes_a_value());
        let valued: Vec<_> = valued.flat_map(Flag::typed).collect();
        let name = usage.program.name();
        let _ = writeln!(flags, "        {name})");
        let _ = writeln!(flags, "            flags='{}'", all.join(" "));
        let _ = writeln!(flags, "            values='{}'\n            ;;", valued.join(" "));
        for flag in usage.flags() {
            if let FlagKind::Word(these, _) = flag.kind {
                // In all programs that have it.
                assert_eq!(*words.entry(flag.name).or_insert(these), these);
            }
        }
    }
    let reply = |with: &str| format!("mapfile -t COMPREPLY < <(compgen {with} -- \"$current\")");
    for (name, these) in words {
        let reply = reply(&format!("-W '{}'", these.join(" ")));
        let _ = writeln!(values, "            --{name}) {reply} ;;");
    }
    let _ = writeln!(values, "            -o | --output)");
    let _ = writeln!(values, "                compopt -o filenames");
    let _ = writeln!(values, "                {}\n                ;;", reply("-d"));
    let _ = writeln!(values, "            -b | --bind) _enchufe_hosts \"$current\" ;;");
    let text = BASH.replace("FLAGS", &flags).replace("VALUES", &values);
    text.replace("PROGRAMS", &usages().map(|usage| usage.program.name()).join(" "))
}

const ZSH: &str = r#"#compdef PROGRAMS
# Completion for zsh. Made by src/options/completions.rs from the programs' flags: do not edit.

_enchufe() {
    local locale=${LC_ALL:-${LC_MESSAGES:-$LANG}} at
    local -a flags arguments

    # What follows -- is a command of its own.
    at=${words[(i)--]}
    if [[ $service == enchufe-trace ]] && (( at < CURRENT )); then
        shift $at words
        (( CURRENT -= at ))
        _normal
        return
    fi

    # As the programs do.
    if [[ -z $locale || $locale == es* ]]; then
        case $service in
ES        esac
    else
        case $service in
EN        esac
    fi
    case $service in
        enchufe-client) arguments=('1:host:_hosts' '2:port: ') ;;
        enchufe-trace) arguments=('*:log:_files') ;;
    esac
    _arguments -S $flags $arguments
}

_enchufe "$@"
"#;

fn zsh() -> String {
    let in_lang = |lang| {
        let mut text = String::new();
        for usage in &usages() {
            let _ =
                writeln!(text, "            {})\n                flags=(", usage.program.name());
            for flag in usage.flags() {
                let _ = writeln!(text, "                    {}", spec(flag, lang));
            }
            let _ = writeln!(text, "                )\n                ;;");
        }
        text
    };
    let text = ZSH.replace("ES    ", &format!("{}    ", in_lang(Lang::Es)));
    let text = text.replace("EN    ", &format!("{}    ", in_lang(Lang::En)));
    text.replace("PROGRAMS", &usages().map(|usage| usage.program.name()).join(" "))
}

/// As `_arguments` takes it: `'(-p --port)'{-p+,--port=}'[help]:port: '`.
fn spec(flag: &Flag, lang: Lang) -> String {
    let help = flag.help.of(lang).replace('\n', " ").replace('\'', "'\\''");
    let help = format!("[{}]", help.replace('[', "\\[").replace(']', "\\]"));
    let action = match (flag.name, &flag.kind) {
        (_, FlagKind::Word(words, _)) => format!("({})", words.join(" ")),
        ("output", _) => "_files -/".into(),
        ("bind", _) => "_hosts".into(),
        _ => " ".into(),
    };
    let value =
        if flag.takes_a_value() { format!(":{}:{action}", flag.name) } else { String::new() };
    let typed = flag.typed();
    let excluded = match flag.kind {
        FlagKind::Texts(_) => "*".into(),
        _ => format!("({})", typed.join(" ")),
    };
    let typed: Vec<_> = typed
        .iter()
        .map(|typed| match (flag.takes_a_value(), typed.starts_with("--")) {
            (true, true) => format!("{typed}="),
            (true, false) => format!("{typed}+"),
            (false, _) => typed.clone(),
        })
        .collect();
    match &*typed {
        [typed] => format!("'{excluded}{typed}{help}{value}'"),
        _ => format!("'{excluded}'{{{}}}'{help}{value}'", typed.join(",")),
    }
}

#[test]
fn those_in_scripts_are_of_these_flags() {
    for (name, made) in [("enchufe.bash", bash()), ("_enchufe", zsh())] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/completions").join(name);
        if env::var_os("ENCHUFE_WRITE").is_some() {
            fs::write(&path, &made).expect("a file that can be written");
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert!(written == made, "{name}: ENCHUFE_WRITE=1 cargo test --lib completions");
    }
}
