//! Programs with a mistake that learners make: each runs under strace with what provokes the mistake, and
//! `enchufe-trace` must name it from the logs. About programs without one it must say nothing.

mod healthy;
mod planted;
mod stage;

// Not everything is needed here.
#[allow(dead_code, unused_imports, unused_macros)]
#[path = "../integration/support/mod.rs"]
mod support;

use enchufe::screen::Lang;
use enchufe::trace::choice::Choice;
use enchufe::trace::draw::findings::place;
use enchufe::trace::model::finding::Finding;
use enchufe::trace::story_of;
use healthy::{HEALTHY, Healthy};
use planted::{PLANTED, Planted};
use stage::{Logs, Stage};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

/// How many run at a time. They mostly wait.
const WORKERS: usize = 6;

/// How often a program is run before what is found counts, if the machine is slow.
const ATTEMPTS: usize = 5;

#[test]
fn each_mistake_is_named() {
    if ["strace", "python3", "cc"].into_iter().all(support::have) {
        at_once(&PLANTED, is_named);
    }
}

#[test]
fn programs_without_a_mistake_have_none() {
    if ["strace", "python3", "cc"].into_iter().all(support::have) {
        at_once(&HEALTHY, has_none);
    }
}

/// Real servers and clients of all kinds, whose logs are kept.
#[test]
fn recorded_programs_have_none() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/trace/logs");
    let mut recorded: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for entry in fs::read_dir(dir).expect("logs") {
        let path = entry.expect("a log").path();
        if path.extension().is_some_and(|suffix| suffix == "log") {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            let name = name.unwrap_or_default().split('.').next().unwrap_or_default().to_owned();
            recorded.entry(name).or_default().push(path);
        }
    }
    assert!(recorded.len() > 20, "{recorded:?}");
    for logs in recorded.values() {
        assert_eq!(findings(logs), [], "{logs:?}");
        // And one side alone, as somebody with only that log sees it.
        for log in logs.iter().filter(|_| logs.len() > 1) {
            assert_eq!(findings(std::slice::from_ref(log)), [], "{}", log.display());
        }
    }
}

#[test]
fn the_exit_code_says_whether_there_are_any() {
    let check = |log: &str| {
        let program = env!("CARGO_BIN_EXE_enchufe-trace");
        let output =
            Command::new(program).args(["--lang", "en", "--check", log]).output().expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let dir = env!("CARGO_MANIFEST_DIR");
    assert_eq!(check(&format!("{dir}/src/trace/samples/fork.log")), (Some(0), String::new()));
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join("accept without listen.log");
    fs::write(&log, NO_LISTEN).expect("a log");
    let (code, said) = check(&log.to_string_lossy());
    assert_eq!(code, Some(3), "{said}");
    let lines = [
        "mistake 18: listen is missing",
        "  step 3, 0.000200 s, pid 7: accept(3) = EINVAL",
        "  accept gives EINVAL: descriptor 3 does not listen: no listen(3) has succeeded",
    ];
    assert!(said.starts_with(&lines.join("\n")), "{said}");
    assert!(said.contains("\n  remedy: listen(fd, SOMAXCONN) after bind"), "{said}");
}

#[test]
fn text_picture_and_page_say_so() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mistakes drawn");
    fs::create_dir_all(&dir).expect("a directory");
    let log = dir.join("log");
    fs::write(&log, NO_LISTEN).expect("a log");
    let mut command = Command::new(env!("CARGO_BIN_EXE_enchufe-trace"));
    command.args(["--lang", "en", "-q", "-o"]).arg(&dir).arg(&log);
    assert!(command.status().expect("it runs").success());
    let [text, picture, page] = ["trace.txt", "trace.svg", "trace.html"]
        .map(|name| fs::read_to_string(dir.join(name)).expect("it is written"));
    assert!(
        text.contains("\nmistake 18: listen is missing\n  step 3, 0.000200 s, pid 7: accept"),
        "{text}"
    );
    let line = text.lines().find(|line| line.starts_with("3 ")).expect("a step 3");
    assert!(line.contains("accept(3) = EINVAL") && line.contains("(mistake 18)"), "{line}");
    assert!(picture.contains("class=\"finding\">18</text>"), "{picture}");
    assert!(picture.contains(">mistake 18: listen is missing</text>"), "{picture}");
    // The page has a link to the step, whose address can be shared.
    let (_, list) = page.split_once("<section id=\"findings\">").expect("a list");
    assert!(list.contains("<a href=\"#step=3\">step 3, "), "{list}");
    command.args(["--json"]);
    let json = String::from_utf8(command.output().expect("it runs").stdout).expect("text");
    assert!(json.contains("{\"type\":\"finding\",\"mistake\":18,\"step\":3,"), "{json}");
}

const NO_LISTEN: &str = "\
7 10:00:00.000000 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3<TCP:[9]> <0.000010>
7 10:00:00.000100 bind(3<TCP:[9]>, {sa_family=AF_INET, sin_port=htons(7000), sin_addr=inet_addr(\"0.0.0.0\")}, 16) = 0 <0.000010>
7 10:00:00.000200 accept(3<TCP:[0.0.0.0:7000]>, NULL, NULL) = -1 EINVAL (Invalid argument) <0.000010>
7 10:00:00.000300 exit_group(1) = ?
7 10:00:00.000400 +++ exited with 1 +++
";

/// Does this with each, several at a time.
fn at_once<T: Sync>(all: &[T], each: fn(&T)) {
    let left = Mutex::new(all.iter());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let next = left.lock().expect("a list").next();
                    let Some(next) = next else { return };
                    each(next);
                }
            });
        }
    });
}

/// The number of each finding, and what is said about it.
fn findings(logs: &[PathBuf]) -> Vec<(usize, String)> {
    let story = story_of(logs, &Choice::default(), Lang::En).expect("logs that can be told");
    let said = |finding: &Finding| {
        for lang in [Lang::Es, Lang::En] {
            let mistake = finding.mistake;
            assert!(
                [mistake.name(lang), mistake.why(lang), mistake.mend(lang)]
                    .iter()
                    .all(|it| !it.is_empty())
            );
        }
        let place = place(&story, finding, Lang::En);
        format!("{place}\n{}", finding.reason.of(Lang::En))
    };
    story.findings.iter().map(|finding| (finding.mistake.number(), said(finding))).collect()
}

/// A slow machine makes mistakes of its own: a client that gets no processor time keeps others waiting, and a loop
/// that gets little is not busy. Then the program is run again.
fn is_named(planted: &Planted) {
    for attempt in 1..=ATTEMPTS {
        let (logs, wrong) = play(planted);
        let Some(wrong) = wrong else { return };
        let is_last = attempt == ATTEMPTS || !logs.show_a_slow_machine();
        assert!(!is_last, "{}, attempt {attempt}: {wrong}", planted.source);
        eprintln!("{} is run again, since the machine was slow: {wrong}", planted.source);
    }
}

/// Runs it; its logs, and what is said about them that should not be, or is not said and should be.
fn play(planted: &Planted) -> (Logs, Option<String>) {
    let Planted { source, plot, .. } = planted;
    let mut stage = Stage::new(source.split('.').next().unwrap_or_default());
    plot(&mut stage, source);
    let port = stage.port;
    let logs = stage.finish();
    let wrong = wrong(planted, port, &logs);
    (logs, wrong)
}

fn wrong(planted: &Planted, port: u16, logs: &Logs) -> Option<String> {
    let Planted { mistakes, says, alone, .. } = planted;
    let found = findings(&logs.all);
    let numbers: Vec<_> = found.iter().map(|(number, _)| *number).collect();
    if numbers != *mistakes {
        return Some(format!("not {mistakes:?}: {found:#?}"));
    }
    for text in *says {
        let text = text.replace("SWAPPED", &port.swap_bytes().to_string());
        let text = text.replace("NEXT", &(port + 1).to_string()).replace("PORT", &port.to_string());
        if !found[0].1.contains(&text) {
            return Some(format!("no {text} in {}", found[0].1));
        }
    }
    // From one side alone less can be proved, but nothing different.
    let seen = findings(&logs.own);
    let first = seen.first().map(|(number, _)| *number);
    let is_right = seen.iter().all(|(number, _)| mistakes.contains(number))
        && (!alone || first == Some(mistakes[0]));
    (!is_right).then(|| format!("from one side, not {mistakes:?}: {seen:#?}"))
}

fn has_none(healthy: &Healthy) {
    let Healthy { name, program, says, plot } = healthy;
    let mut stage = Stage::new(name);
    stage.start("server", program(&stage));
    stage.expect("server", says);
    plot(&mut stage);
    let logs = stage.finish();
    for logs in [&logs.all, &logs.own] {
        assert_eq!(findings(logs), [], "{name}: {logs:?}");
    }
}
