//! `enchufe-trace --live`: the terminal while logs grow.

use crate::support::{DEADLINE, Process, Program, Screen, Server, eventually, have, within};
use nix::sys::signal::Signal;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

const CTRL_C: &str = "\x03";

/// A conversation of two clients with enchufe-select, condensed.
const SAMPLE: &str = include_str!("../../src/trace/samples/select.log");

/// A log that this test writes.
struct Growing {
    file: File,
    path: PathBuf,
    rest: &'static str,
}

impl Growing {
    fn new(name: &str) -> Self {
        let path = scratch(name).join("growing.strace");
        let file = OpenOptions::new().create_new(true).append(true).open(&path).expect("a file");
        Self { file, path, rest: SAMPLE }
    }

    fn write(&mut self, text: &str) {
        self.file.write_all(text.as_bytes()).expect("room");
    }

    /// Writes on, line by line, through the line that contains this.
    fn through(&mut self, text: &str) {
        let at = self.rest.find(text).unwrap_or_else(|| panic!("no {text}"));
        let end = self.rest[at..].find('\n').map_or(self.rest.len(), |end| at + end + 1);
        let (lines, rest) = self.rest.split_at(end);
        lines.split_inclusive('\n').for_each(|line| self.write(line));
        self.rest = rest;
    }

    /// Writes on, up to this text, in the middle of a line.
    fn before(&mut self, text: &str) {
        let at = self.rest.find(text).unwrap_or_else(|| panic!("no {text}"));
        let (lines, rest) = self.rest.split_at(at);
        self.write(lines);
        self.rest = rest;
    }
}

/// A live view on a terminal.
struct View {
    process: Process,
}

impl View {
    fn of(path: &Path, columns: usize) -> Self {
        Self::with(path, columns, |_| {})
    }

    fn with(path: &Path, columns: usize, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("stty cols {columns}; exec \"$@\""), "sh"]);
        let mut live = live(path);
        change(&mut live);
        Self { process: Process::spawn_on_terminal(&within(command, &live)) }
    }

    /// What is on the screen.
    fn lines(&self) -> Vec<String> {
        let written = self.process.stdout.so_far();
        // From where the screen was last repainted.
        let last = written.rfind("\x1b[H").map_or(0, |at| at + 3);
        Screen::of(&written[last..]).lines()
    }

    /// Waits for a line that contains all of these.
    fn expect(&self, texts: &[&str]) -> String {
        let has = |line: &String| texts.iter().all(|text| line.contains(text));
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(line) = self.lines().into_iter().find(has) {
                return line;
            }
            assert!(Instant::now() < deadline, "no {texts:?} in:\n{}", self.lines().join("\n"));
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// The terminal.
    fn stty(&self, args: &[&str]) -> String {
        let terminal = format!("/proc/{}/fd/0", self.process.pid());
        let terminal = File::open(terminal).expect("its terminal");
        let mut stty = Command::new("stty");
        let output = stty.args(args).stdin(terminal).output().expect("stty runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    fn assert_fits(&self, columns: usize) {
        for line in self.lines() {
            assert!(line.chars().count() < columns, "{line}");
        }
    }
}

#[test]
fn it_fits_a_terminal_of_any_width() {
    for columns in [60, 100, 200] {
        let mut log = Growing::new(&format!("width {columns}"));
        let view = View::of(&log.path, columns);
        view.expect(&["waiting for somebody to do something; q: quit"]);
        log.through(", 1024) = 0");
        view.expect(&["0.007", "● listen"]);
        log.through("\"Hola soy el cliente 1\\n\", 4096");
        // Who sends what to whom; and who is waiting meanwhile.
        view.expect(&["●", "send", "“Hola soy el cliente 1”"]);
        view.expect(&["●◀ recv", "─┤"]);
        view.expect(&["▒ select: listener, client 1, client 2 43 ms"]);
        let names = view.expect(&["server", "client 1", "client 2"]);
        // A row's lines are below the names.
        let received = view.expect(&["●◀ recv", "“Hola soy el cliente 1”"]);
        let place = |line: &str, text: &str| {
            line.find(text).map(|at| line[..at].chars().count()).unwrap_or_else(|| panic!("{line}"))
        };
        assert_eq!(place(&names, "server"), place(&received, "●"));
        assert_eq!(place(&names, "client 1"), place(&received, "┤"));
        view.assert_fits(columns);
        let rest = log.rest;
        log.write(rest);
        assert_eq!(view.process.exit_code(), 0, "all have ended");
        view.expect(&["● exit(0)"]);
        view.assert_fits(columns);
    }
}

#[test]
fn what_is_half_written_is_running() {
    let mut log = Growing::new("halves");
    let view = View::of(&log.path, 100);
    log.through(", 1024) = 0");
    view.expect(&["● listen"]);
    let line = "16250 01:27:58.364991 pselect6(6, [3<pipe:[9741876]> 5<TCP:[127.0.0.1:33593]>]";
    log.before(", NULL, NULL, NULL, NULL) = 1 (in [5])");
    assert!(fs::read_to_string(&log.path).expect("a log").ends_with(line));
    view.expect(&["▒", " ms select: listener"]);
    // It shows how long, and goes on updating.
    let before = view.process.stdout.so_far().len();
    eventually("it goes on", || view.process.stdout.so_far().len() > before + 100);
    log.before("(in [5]) <0.054839>");
    log.through("<0.054839>");
    log.through("accept4(5");
    view.expect(&["●◀ accept"]);
    assert!(!view.lines().iter().any(|line| line.contains("ms select: listener")), "it is over");
}

#[test]
fn it_follows_the_size_of_the_terminal() {
    let mut log = Growing::new("resized");
    let view = View::of(&log.path, 200);
    log.through("\"Hola soy el cliente 1\\n\", 4096");
    let wide = view.expect(&["●◀", "recv “Hola soy el cliente 1” ─"]);
    assert!(wide.chars().count() > 80, "{wide}");
    for columns in [60, 100] {
        view.stty(&["cols", &columns.to_string()]);
        // Repainted: what was there, and what comes.
        eventually("it is narrow", || {
            let lines = view.lines();
            lines.iter().any(|line| line.contains("● bind"))
                && lines.iter().any(|line| line.contains("q: quit"))
                && lines.iter().all(|line| line.chars().count() < columns)
        });
        view.expect(&["●◀ recv ", "“Hola soy el cliente 1”"]);
    }
    log.through("\"SALIR\\n\", 4096");
    view.expect(&["“SALIR”", "●◀ recv"]);
    view.assert_fits(100);
}

#[test]
fn tasks_without_a_column_are_counted() {
    let mut log = Growing::new("crowd");
    let view = View::of(&log.path, 60);
    for client in 1..=9 {
        let second = client / 10;
        log.write(&format!(
            "{client} 01:00:0{second}.{client}00000 execve(\"c\", [\"c\"], 0x7f /* 1 var */) = 0 <0.000010>\n\
             {client} 01:00:0{second}.{client}00100 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3<TCP:[{client}]> <0.000010>\n"
        ));
    }
    view.expect(&["q: quit; without a column: 4 (idle: 4; ended: 0)"]);
    view.assert_fits(60);
}

#[test]
fn new_logs_and_new_tasks_come_in() {
    if !have("strace") {
        return;
    }
    let dir = scratch("new logs");
    let view = View::of(&dir, 100);
    view.expect(&["waiting for somebody"]);
    let record = |program: Program, args: &[&str]| {
        let mut tracer = Command::new(env!("CARGO_BIN_EXE_enchufe-trace"));
        tracer.args(["-q", "-o"]).arg(&dir).arg("--");
        let command = match program {
            Program::Client => program.command(args),
            _ => Server::command(program, args),
        };
        within(tracer, &command)
    };
    let server = Server::of(Process::spawn(record(Program::Fork, &["--no-greeting"])));
    view.expect(&["● listen"]);
    view.expect(&["▒", "select: listener"]);
    let client =
        record(Program::Client, &["-m", "Hola", "127.0.0.1", &server.addr.port().to_string()]);
    assert_eq!(Process::spawn(client).exit_code(), 0);
    view.expect(&["server", "client", "child"]);
    view.expect(&["●─ fork ─", "▶│"]);
    view.expect(&["“Hola”"]);
    server.signal(Signal::SIGTERM);
    assert_eq!(view.process.exit_code(), 0, "all have ended");
    view.expect(&["● SIGTERM"]);
}

#[test]
fn ctrl_c_or_q_ends_it_and_the_terminal_is_as_before() {
    for keys in [CTRL_C, "q", "\x04"] {
        let mut log = Growing::new("ended");
        let shell = "stty -g; \"$@\"; echo \"code $?\"; stty -g; read line; echo \"read $line\"";
        let mut command = Command::new("sh");
        command.args(["-c", &format!("trap : INT; {shell}"), "sh"]);
        let mut process =
            Process::spawn_on_terminal(&within(command, live(&log.path).env("NO_COLOR", "1")));
        log.through(", 1024) = 0");
        process.stdout.expect("● listen");
        process.stdout.expect("q: quit");
        process.type_keys(keys);
        process.stdout.expect("\x1b[?25h");
        process.stdout.expect("code 0");
        process.type_line("me");
        process.stdout.expect("read me");
        let shown = Screen::of(&process.stdout.so_far()).lines();
        let is_setting = |line: &&String| line.matches(':').count() > 10;
        let settings: Vec<_> = shown.iter().filter(is_setting).collect();
        assert!(settings.len() == 2 && settings[0] == settings[1], "{shown:?}");
        // The rows stay, what was below them does not.
        assert!(shown.iter().any(|line| line.contains("● listen")), "{shown:?}");
        assert!(!shown.iter().any(|line| line.contains("q: quit")), "{shown:?}");
    }
}

#[test]
fn a_shell_can_stop_it_and_bring_it_back() {
    let mut log = Growing::new("stopped");
    let mut bash = Command::new("bash");
    bash.args(["--norc", "--noprofile", "-i"])
        .env("PS1", "$ ")
        .env("HISTFILE", "/dev/null")
        .env("NO_COLOR", "1");
    let mut bash = Process::spawn_on_terminal(&bash);
    let program = env!("CARGO_BIN_EXE_enchufe-trace");
    bash.type_line(&format!("{program} --lang en --live '{}'", log.path.display()));
    log.through(", 1024) = 0");
    bash.stdout.expect("● listen");
    bash.stdout.expect("q: quit");
    bash.type_keys("\x1a");
    bash.stdout.expect("\x1b[?25h");
    bash.stdout.expect("Stopped");
    bash.type_line("fg");
    bash.stdout.expect("● listen");
    bash.stdout.expect("q: quit");
    bash.type_keys("q");
    bash.stdout.expect("\x1b[?25h");
    bash.stdout.expect("$ ");
    bash.type_line("echo code$((0)) $?");
    bash.stdout.expect("code0 0");
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let mut log = Growing::new("colours");
    log.through("\"Hola soy el cliente 1\\n\", 4096");
    let coloured = View::of(&log.path, 100);
    coloured.expect(&["“Hola soy el cliente 1”"]);
    assert!(coloured.process.stdout.so_far().contains("\x1b[38;5;"));
    let plain = View::with(&log.path, 100, |live| {
        live.env("NO_COLOR", "1");
    });
    plain.expect(&["“Hola soy el cliente 1”"]);
    let shown = plain.process.stdout.so_far();
    assert!(!shown.contains("\x1b[38") && !shown.contains("\x1b[1m") && !shown.contains("\x1b[0m"));
}

#[test]
fn without_a_terminal_it_prints_lines_as_they_come() {
    let mut log = Growing::new("lines");
    let mut process = Process::spawn(live(&log.path));
    log.through(", 1024) = 0");
    let line = process.stdout.expect_line("listen(5, 1024)");
    assert!(line.trim_start().starts_with("0.007681  server    listen(5, 1024)"), "{line}");
    log.through("\"Hola soy el cliente 1\\n\", 4096");
    let line = process.stdout.expect_line("recv(7) = 22, “Hola soy el cliente 1”");
    assert!(line.contains("from client 1"), "{line}");
    let rest = log.rest;
    log.write(rest);
    assert_eq!(process.exit_code(), 0);
    let all = process.stdout.all();
    assert!(!all.contains('\x1b') && all.contains("exit(0)"), "{all}");
    // Each step is printed once.
    assert_eq!(all.matches("listen(5, 1024)").count(), 1, "{all}");
}

#[test]
fn a_log_that_nobody_writes_any_more_is_told_and_that_is_all() {
    let path = scratch("abandoned").join("cut.strace");
    fs::write(&path, &SAMPLE[..SAMPLE.len() / 2]).expect("a file");
    let process = Process::spawn(live(&path));
    assert_eq!(process.exit_code(), 0);
    assert!(process.stdout.all().contains("listen(5, 1024)"));
    let missing = Process::spawn(live(&path.with_extension("none")));
    assert_eq!(missing.exit_code(), 1);
    assert!(missing.stderr.all().contains("read "));
}

/// `enchufe-trace --live`, in English.
fn live(path: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_enchufe-trace"));
    command.args(["--lang", "en", "--live"]).arg(path).env_remove("NO_COLOR");
    command
}

/// An empty directory.
fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("live {name}"));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a directory");
    dir
}
