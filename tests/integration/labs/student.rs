//! A student: types what a page says, into a shell for each of the page's terminals.

use super::blocks;
use crate::support::{Process, eventually};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// The shells' prompt.
pub(super) const PROMPT: &str = "[labs] ";

/// A lab in progress: where it is done, and what is left to type.
pub(super) struct Student {
    home: PathBuf,
    terminals: BTreeMap<u32, Process>,
    rest: Vec<(u32, String)>,
    /// After a line that contains the first, the second is waited for, not the prompt.
    answers: &'static [(&'static str, &'static str)],
}

impl Student {
    /// A student with a copy of `docs/labs`, at the start of a page.
    pub(super) fn of(
        name: &str,
        page: &str,
        answers: &'static [(&'static str, &'static str)],
    ) -> Self {
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("labs").join(name);
        let _ = fs::remove_dir_all(&home);
        fs::create_dir_all(&home).expect("a directory");
        let mut copy = Command::new("sh");
        copy.arg("-c").arg(&begin()[0]).env("HOME", &home).current_dir(env!("CARGO_MANIFEST_DIR"));
        assert!(copy.status().expect("sh runs").success());
        let mut rest = Vec::new();
        for block in blocks(&format!("{page}.md")) {
            let (terminal, lines) = block.split_first().expect("a line");
            let number =
                terminal.strip_prefix("# terminal ").and_then(|number| number.parse().ok());
            let number = number.unwrap_or_else(|| panic!("{page}: {block:?}"));
            rest.extend(lines.iter().map(|line| (number, line.clone())));
        }
        Self { home, terminals: BTreeMap::new(), rest, answers }
    }

    /// Types everything before the first line that contains this.
    pub(super) fn until(&mut self, text: &str) {
        let at = self.rest.iter().position(|(_, line)| line.contains(text));
        let rest = self.rest.split_off(at.unwrap_or_else(|| panic!("no {text:?} in the page")));
        for (terminal, line) in std::mem::replace(&mut self.rest, rest) {
            self.enter(terminal, &line);
        }
    }

    /// Types the next line, which must contain `text`, and waits for this answer.
    pub(super) fn next(&mut self, text: &str, answer: &str) {
        let (terminal, line) = self.rest.remove(0);
        assert!(line.contains(text), "{line:?}, not {text:?}");
        self.type_line(terminal, &line);
        self.expect(terminal, answer);
    }

    /// Types everything that is left.
    pub(super) fn finish(&mut self) {
        for (terminal, line) in std::mem::take(&mut self.rest) {
            self.enter(terminal, &line);
        }
    }

    /// Waits until this terminal shows a text.
    pub(super) fn expect(&mut self, terminal: u32, text: &str) {
        self.terminal(terminal).stdout.expect(text);
    }

    pub(super) fn dir(&self) -> PathBuf {
        self.home.join("labs")
    }

    /// Waits until the live view on this terminal shows this many processes asleep for a second or more.
    pub(super) fn sees_asleep(&mut self, terminal: u32, count: usize) {
        let output = &self.terminal(terminal).stdout;
        eventually("they sleep", || {
            let shown = output.so_far();
            let last = shown.lines().rfind(|line| line.contains(" s select: "));
            let waits = last.unwrap_or_default().split("▒ ").skip(1);
            let long = waits.filter(|wait| {
                let time =
                    wait.split_once(" s ").map(|(time, _)| time.replace(',', ".").parse::<f64>());
                time.is_some_and(|time| time.is_ok_and(|time| time >= 1.0))
            });
            long.count() == count
        });
    }

    /// Types `to` in place of `from` from now on: where a page gives a choice.
    pub(super) fn replace(&mut self, from: &str, to: &str) {
        self.rest.iter_mut().for_each(|(_, line)| *line = line.replace(from, to));
    }

    /// The program is written: the one in `answers`.
    pub(super) fn has_written(&self, name: &str) {
        fs::copy(self.dir().join("answers").join(name), self.dir().join(name)).expect("an answer");
    }

    /// What `check.sh` says in this language, and its exit code.
    pub(super) fn check(&self, lang: &str, args: &[&str]) -> (i32, String) {
        self.check_in(&[], lang, args)
    }

    /// The same, with this in its environment.
    pub(super) fn check_in(
        &self,
        env: &[(&str, &str)],
        lang: &str,
        args: &[&str],
    ) -> (i32, String) {
        let mut check = Command::new("./check.sh");
        check.args(["--lang", lang]).args(args).current_dir(self.dir()).env("PATH", path());
        let output = check.envs(env.iter().copied()).output().expect("it runs");
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().expect("a code"), String::from_utf8_lossy(&said).into_owned())
    }

    /// Types a line of a page, and waits for what comes of it.
    fn enter(&mut self, terminal: u32, line: &str) {
        self.type_line(terminal, line);
        let answer = self.answers.iter().find(|(text, _)| line.contains(text));
        self.expect(terminal, answer.map_or(PROMPT, |(_, answer)| answer));
    }

    /// Types a command, keys, or a line for the program that runs there.
    fn type_line(&mut self, terminal: u32, line: &str) {
        let line = self.with_pids(line);
        let keys = match line.as_str() {
            "# Ctrl-C" => "\x03".to_owned(),
            "# Ctrl-D" => "\x04".to_owned(),
            "# q" => "q".to_owned(),
            line => format!("{line}\n"),
        };
        self.terminal(terminal).type_keys(&keys);
    }

    /// Fills in `CHILD1` and `CHILD2` from the server's table, and `SERVER` from what `ss` has shown.
    fn with_pids(&self, line: &str) -> String {
        let mut line = line.to_owned();
        for (place, name) in [(0, "CHILD1"), (1, "CHILD2")] {
            if line.contains(name) {
                line = line.replace(name, &self.pids("  pid ")[place]);
            }
        }
        if line.contains("SERVER") {
            line = line.replace("SERVER", &self.pids(",pid=")[0]);
        }
        line
    }

    /// The numbers that follow this on any terminal, each once.
    fn pids(&self, before: &str) -> Vec<String> {
        let mut pids = Vec::new();
        for terminal in self.terminals.values() {
            for rest in terminal.stdout.so_far().split(before).skip(1) {
                let pid: String = rest.chars().take_while(char::is_ascii_digit).collect();
                if !pids.contains(&pid) {
                    pids.push(pid);
                }
            }
        }
        pids
    }

    fn terminal(&mut self, number: u32) -> &mut Process {
        self.terminals.entry(number).or_insert_with(|| shell(&self.home))
    }
}

/// The first commands of the index: one to copy the labs, one for each terminal.
fn begin() -> [String; 2] {
    let [_, copy, enter] = &blocks("README.md")[0][..] else { panic!("two commands") };
    [copy.clone(), enter.clone()]
}

/// A shell on a new terminal, without job control: what it runs is in its process group, and ends with it.
fn shell(home: &Path) -> Process {
    let mut bash = Command::new("bash");
    bash.args(["--norc", "--noprofile", "--noediting", "+m", "-i"]);
    bash.env("HOME", home).env("PATH", path()).env("PS1", PROMPT);
    bash.env("LC_ALL", "es_ES.UTF-8").env("TZ", "UTC");
    let mut shell = Process::spawn_on_terminal(&bash);
    shell.stdout.expect(PROMPT);
    shell.type_line(&begin()[1]);
    shell.stdout.expect(PROMPT);
    shell
}

/// The programs that were built come first, then the system's own.
fn path() -> String {
    let built = Path::new(env!("CARGO_BIN_EXE_enchufe-trace")).parent().expect("a directory");
    format!("{}:/usr/bin:{}", built.display(), env::var("PATH").expect("a path"))
}
