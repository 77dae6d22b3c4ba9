//! Terminals in which the examples of a page are typed.

use super::page::{Block, Page, top};
use crate::support::{Process, Program, Screen, eventually};
use nix::sys::wait::WaitStatus;
use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(super) struct Session {
    dir: PathBuf,
    lang: &'static str,
    /// The programs still running.
    running: Vec<Process>,
}

impl Session {
    pub(super) fn new(page: &Page) -> Self {
        let name = page.name().replace('/', "-");
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("docs-{name}"));
        if dir.exists() {
            fs::remove_dir_all(&dir).expect("of another run");
        }
        fs::create_dir_all(dir.join("target")).expect("a directory");
        for name in ["Cargo.toml", "Cargo.lock", "docs", "examples", "scripts", "src", "tests"] {
            symlink(top().join(name), dir.join(name)).expect("a link");
        }
        let lang = if page.is_spanish() { "es_ES.UTF-8" } else { "C.UTF-8" };
        Self { dir, lang, running: Vec::new() }
    }

    /// Runs a block; returns what it has shown, if it has ended.
    pub(super) fn run(&mut self, block: &Block) -> Option<String> {
        if block.says("not run: ").is_some() {
            return None;
        }
        if let Some(before) = block.says("before: ") {
            self.must(before);
        }
        if block.says("after Ctrl-C").is_some() {
            self.interrupt();
        }
        if let Some(text) = block.says("stays: ") {
            let mut process = Process::spawn_on_terminal(&self.command(&block.code));
            process.stdout.expect(text);
            self.running.push(process);
            return None;
        }
        if let Some(lines) = block.says("types: ") {
            return Some(self.converse(block, lines));
        }
        let (code, said) = self.bash(&block.code);
        let expected = block.says("exits with: ").unwrap_or("0");
        assert_eq!(code.to_string(), expected, "{}: {said}", block.at);
        Some(said)
    }

    /// Runs a script to its end; returns the exit code, and what it has shown.
    pub(super) fn bash(&self, script: &str) -> (i32, String) {
        let mut command = self.command(&format!("exec 2>&1\n{script}"));
        command.stdin(Stdio::null());
        let process = Process::spawn(command);
        (process.exit_code(), process.stdout.all())
    }

    /// Runs a script that must succeed.
    pub(super) fn must(&self, script: &str) {
        let (code, said) = self.bash(script);
        assert_eq!(code, 0, "{script}: {said}");
    }

    /// Presses Ctrl-C wherever something runs on.
    pub(super) fn interrupt(&mut self) {
        for mut process in self.running.drain(..) {
            process.try_keys("\x03").expect("a terminal");
            let _ = process.ended();
        }
    }

    /// Types these lines, each when the screen ends in a question.
    fn converse(&self, block: &Block, lines: &str) -> String {
        let mut process = Process::spawn_on_terminal(&self.command(&block.code));
        let screen = |process: &Process| Screen::of(&process.stdout.so_far());
        let mut rows = 0;
        for line in lines.split(" | ") {
            eventually(&format!("{}: it asks for {line}", block.at), || {
                let screen = screen(&process);
                let asks = screen.last().is_some_and(|last| last.ends_with(':'));
                asks && screen.lines().len() > rows
            });
            rows = screen(&process).lines().len();
            process.type_line(line);
        }
        assert!(matches!(process.ended(), WaitStatus::Exited(_, 0)), "{}", block.at);
        let _ = process.stdout.all();
        screen(&process).lines().join("\n")
    }

    /// A shell with our programs, in the page's language.
    fn command(&self, script: &str) -> Command {
        let built = Program::Fork.command(&[]);
        let built = Path::new(built.get_program()).parent().expect("a directory").to_owned();
        let path = env::var("PATH").expect("a path");
        let mut bash = Command::new("bash");
        // Opening the terminal does not keep a command's directory.
        let script = format!("cd '{}'\n{script}", self.dir.display());
        bash.args(["-ec", &script]).stdin(Stdio::null());
        bash.env("PATH", format!("{}:{path}", built.display())).env("ENCHUFE_BIN", &built);
        bash.env("CARGO_TARGET_DIR", self.dir.join("target"));
        bash.env("LANG", self.lang).env_remove("LC_ALL").env_remove("LC_MESSAGES");
        bash.env_remove("NOTIFY_SOCKET");
        bash
    }
}
