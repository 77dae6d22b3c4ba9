//! `scripts/trace.sh` and `enchufe-trace`: what the kernel saw, as a story, a picture and a page.

mod browser;
mod directory;
mod player;

use crate::support::{Program, have};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

on_both_servers!(the_script_tells_and_draws_what_the_kernel_saw);

fn the_script_tells_and_draws_what_the_kernel_saw(server: Program) {
    if !have("strace") {
        return;
    }
    let name = server.name().trim_start_matches("enchufe-");
    let dir = scratch(&format!("script {name}"));
    let output = run(script(&dir).args(["--lang", "en", name, "--output"]).arg(&dir));
    assert!(output.status.success(), "{output:?}");
    assert!(text(&output.stdout).ends_with("trace.html\n"), "{output:?}");

    let [story, picture, page] = files(&dir);
    let is_fork = server == Program::Fork;
    for (line, expected) in [
        ("server    listen(", true),
        ("client 2  connect(", true),
        ("server    accept(", true),
        ("server    select(signals, listener", !is_fork),
        ("server    select(lines, signals, listener", is_fork),
        ("server    SIGINT", true),
        ("server    read(0) = 2, “y”", true),
        ("server    fork() = ", is_fork),
        ("child 2   select(parent, client 2) = 1: parent  ", is_fork),
        ("tells all children at once", is_fork),
        ("server    kill(", is_fork),
        ("reads the children's lines", is_fork),
        ("from child 1: the kernel reports", is_fork),
        ("child 2: reaps the child", is_fork),
        ("child 1   recv(FD) = 22, “Hola soy el cliente 1”", is_fork),
        ("server    recv(FD) = 22, “Hola soy el cliente 1”", !is_fork),
        ("server    select(signals, listener, client 1, client 2) = 1: client 1", !is_fork),
    ] {
        // The number of a client's descriptor may vary.
        let is_told = |number: u32| story.contains(&line.replace("FD", &number.to_string()));
        assert_eq!((3..30).any(is_told), expected, "{line} in\n{story}");
    }
    // Nothing of the C library's start-up.
    assert!(!story.contains("mmap") && !story.contains("ld.so"), "{story}");

    let count = |figure: &str| picture.matches(figure).count();
    // Each child's end, and SIGCONT if the child has not ended before.
    let (lanes, signals) = if is_fork { (5, 2..=3) } else { (3, 0..=0) };
    assert_eq!(count("data-lane="), lanes);
    assert_eq!(count("class=\"link fork "), lanes - 3);
    assert_eq!(count("class=\"link connect "), 2);
    assert!(signals.contains(&count("class=\"link signal ")));
    assert_eq!(count("class=\"link reap "), lanes - 3);
    // Two greetings, three messages with their replies, a notice.
    assert_eq!(count("class=\"link data "), 9);
    for said in ["“Hola soy el cliente 2”", "“SALIR”", "“Servidor: cerrando, 0 secs”"] {
        assert!(picture.contains(said), "{said}");
    }
    assert!(page.contains("enchufe::sys::listen"));
}

#[test]
fn the_script_takes_logs_that_there_are() {
    let dir = scratch("logs");
    fs::copy(sample("select"), dir.join("a log")).expect("a copy");
    let mut command = script(&dir);
    let output = run(command.current_dir(&dir).args(["-o", "out put", "--log", "a log"]));
    assert!(output.status.success(), "{output:?}");
    let [_, picture, _] = files(&dir.join("out put"));
    assert_eq!(picture.matches("data-lane=").count(), 3);
}

#[test]
fn a_log_that_is_cut_short_is_told_up_to_there() {
    let dir = scratch("cut");
    let whole = fs::read_to_string(sample("fork")).expect("the sample");
    let lines: Vec<_> = whole.lines().collect();
    let junk = format!("hello\n{}\nworld\n", lines[..20].join("\n"));
    for (log, said) in [
        (&whole[..whole.len() / 2], "enchufe-trace: the last line is cut off\n"),
        (&lines[..20].join("\n"), ""),
        (
            &junk,
            "enchufe-trace: 2 lines are not understood; the first one: cut.log, line 1: hello\n",
        ),
    ] {
        fs::write(dir.join("cut.log"), log).expect("a file");
        let output = run(tracer().args(["--lang", "en", "cut.log"]).current_dir(&dir));
        assert!(output.status.success(), "{output:?}");
        assert_eq!(text(&output.stderr), said);
        assert!(files(&dir)[0].contains("listen("));
    }
}

#[test]
fn a_log_without_numbers_names_none() {
    let dir = scratch("nameless");
    let log = "socket(AF_INET, SOCK_STREAM, 0) = 3\nconnect(3, {sa_family=AF_INET}, 16) = 0\n";
    for (names, expected) in [
        (&["a.log"][..], "\n  program\n"),
        (&["a.log", "b.log"], "\n  program\n  program 2\n"),
        (&["log.8"], "\n  pid 8\n"),
    ] {
        for name in names {
            fs::write(dir.join(name), log).expect("a file");
        }
        let output = run(tracer().args(["--lang", "en"]).args(names).current_dir(&dir));
        assert!(output.status.success(), "{output:?}");
        let [story, picture, page] = files(&dir);
        assert!(story.contains(expected), "{story}");
        for written in [story, picture, page] {
            assert!(!written.contains("pid 0") && !written.contains("pid -"), "{written}");
        }
    }
}

#[test]
fn what_is_told_is_chosen_and_facts_are_printed() {
    let dir = scratch("chosen");
    let log = sample("fork");
    let facts = |args: &[&str]| {
        let output =
            run(tracer().args(["--facts", "--lang", "en"]).args(args).arg(&log).current_dir(&dir));
        assert!(output.status.success() && !dir.join("trace.txt").exists(), "{output:?}");
        text(&output.stdout)
    };
    let all = facts(&[]);
    assert!(all.contains("\ncall 14988 01:27:50.940363 listen(9<TCP:"), "{all}");
    assert!(all.contains("\naccepted 14988 12\n") && all.contains("\nclosed 14988 9\n"), "{all}");
    let of_client = facts(&["--pid", "14998", "--from", "01:27:51"]);
    assert!(of_client.lines().all(|line| line.split(' ').nth(1) == Some("14998")), "{of_client}");
    assert!(of_client.contains("SALIR") && !of_client.contains("connect("), "{of_client}");
    let of_port = facts(&["--port", "59538"]);
    assert!(
        of_port.contains("Hola soy el cliente 1") && !of_port.contains("Hola soy el cliente 2"),
        "{of_port}"
    );
    let output = run(tracer().args(["--lang", "en", "--port", "9"]).arg(&log).current_dir(&dir));
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("nothing matches what was chosen"), "{output:?}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let dir = scratch("head");
    // Asks again and again without waiting.
    let near = "4<TCP:[127.0.0.1:7000->127.0.0.1:5000]>";
    let mut busy = format!(
        "7 10:00:00.000000 brk(NULL) = 0x55 <0.000010>\n\
         7 10:00:00.000000 accept(3<TCP:[127.0.0.1:7000]>, NULL, NULL) = {near} <0.000010>\n"
    );
    for turn in 1..=20 {
        busy += &format!(
            "7 10:00:00.{:06} recvfrom({near}, 0x7f, 1, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily \
             unavailable) <0.000010>\n",
            90 * turn
        );
    }
    fs::write(dir.join("busy.log"), busy).expect("a file");
    for (flag, code) in [("--facts", 0), ("--json", 0), ("--mermaid", 0), ("--check", 3)] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut tracer = tracer();
        tracer.args(["--lang", "en", flag, "busy.log"]).current_dir(&dir).stdin(Stdio::null());
        let output = tracer.stdout(writer).stderr(Stdio::piped()).spawn().expect("it runs");
        let output = output.wait_with_output().expect("it ends");
        assert_eq!(
            (output.status.code(), text(&output.stderr)),
            (Some(code), String::new()),
            "{flag}"
        );
    }
}

#[test]
fn a_log_with_nothing_to_tell_is_refused() {
    let dir = scratch("refused");
    for (log, lang, expected) in [
        ("total 8\ndrwxr-xr-x 2 root root", "en", "the first line: bad.log, line 1: total 8\n"),
        ("", "en", "there is no call recorded by strace\n"),
        ("\n{\"json\": true}", "es", "la primera línea: bad.log, línea 2: {\"json\": true}\n"),
    ] {
        fs::write(dir.join("bad.log"), log).expect("a file");
        let output = run(tracer().args(["--lang", lang, "bad.log"]).current_dir(&dir));
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let error = text(&output.stderr);
        assert!(error.contains("read bad.log: ") && error.ends_with(expected), "{error}");
        assert!(!dir.join("trace.svg").exists());
    }
    let output = run(tracer().args(["--lang", "en", "none.log"]).current_dir(&dir));
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("read none.log: "), "{output:?}");
}

#[test]
fn wrong_usage_is_said() {
    let dir = scratch("usage");
    for args in [
        &[][..],
        &["both"],
        &["fork", "select"],
        &["live"],
        &["--lang", "fr", "fork"],
        &["-x"],
        &["fork", "-o"],
        &["fork", "--output="],
    ] {
        let output = run(script(&dir).args(args));
        assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
        assert!(text(&output.stderr).starts_with("trace.sh: "), "{output:?}");
    }
    let output = run(tracer().args(["--lang", "en"]));
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr), "enchufe-trace: LOG is missing; try 'enchufe-trace --help'\n");
}

#[test]
fn where_it_has_no_terminal_the_script_says_what_to_type_in_each() {
    if !have("strace") {
        return;
    }
    let dir = scratch("live");
    let output =
        run(script(&dir).args(["--lang", "en", "live", "select", "-o"]).arg(dir.join("talk")));
    assert!(output.status.success(), "{output:?}");
    let said = text(&output.stdout);
    for line in [
        "  enchufe-trace --live .\n",
        "  enchufe-trace -q -o . -- enchufe-select -p ",
        "  enchufe-trace -q -o . -- enchufe-client 127.0.0.1 ",
    ] {
        assert!(said.contains(line), "{line} in {said}");
    }
    assert!(said.contains(&format!("cd '{}/talk'; PATH=", dir.display())), "{said}");
    assert!(dir.join("talk").is_dir());
}

/// `trace.sh`, reached by a path with spaces, with the programs that cargo has built for this test.
fn script(dir: &Path) -> Command {
    let package = dir.join("the package");
    if !package.exists() {
        symlink(env!("CARGO_MANIFEST_DIR"), &package).expect("a link");
    }
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", "60"]).arg(package.join("scripts/trace.sh"));
    let bin = Path::new(env!("CARGO_BIN_EXE_enchufe-trace")).parent().expect("a directory");
    command.env("ENCHUFE_BIN", bin).env_remove("LC_ALL").env("LANG", "C");
    command
}

fn tracer() -> Command {
    Command::new(env!("CARGO_BIN_EXE_enchufe-trace"))
}

fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().expect("it runs")
}

/// A condensed log of a conversation with `fork` or `select`.
fn sample(server: &str) -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.join(format!("src/trace/samples/{server}.log"))
}

/// The logs of each conversation, by its name: `NAME.log`, or `NAME.1.log` and so on.
fn logs() -> BTreeMap<String, Vec<PathBuf>> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut logs: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for dir in ["src/trace/samples", "tests/integration/trace_picture", "tests/trace/logs"] {
        let entries = fs::read_dir(package.join(dir)).into_iter().flatten();
        let paths = entries.map(|entry| entry.expect("an entry").path());
        for path in paths.filter(|path| path.extension().is_some_and(|end| end == "log")) {
            let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
            let name = name.trim_end_matches(|char: char| char.is_ascii_digit() || char == '.');
            logs.entry(name.into()).or_default().push(path);
        }
    }
    logs.values_mut().for_each(|paths| paths.sort());
    logs
}

/// An empty directory, with a space in its name.
fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("trace {name}"));
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("a directory");
    dir
}

fn files(dir: &Path) -> [String; 3] {
    ["trace.txt", "trace.svg", "trace.html"].map(|name| {
        let path = dir.join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    })
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
