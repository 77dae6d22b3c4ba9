//! Whatever is in a log, it is read, as far as it goes, in linear time.

use super::{Record, TraceEvent, read, words};
use crate::properties::config;
use crate::trace::read::line::{piece, split};
use crate::trace::tests::{FORK, SELECT};
use nix::sys::resource::{UsageWho, getrusage};
use proptest::prelude::*;

/// Pieces that strace's lines are made of, and some that they are not.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "7 ",
        "8 ",
        "[pid 7] ",
        "[pid 8] ",
        "23:05:28.350605 ",
        "     0.000106 ",
        "1715258656.123456 ",
        "(+ 0.1) ",
        "[ 3] ",
        "read(",
        "vfork(",
        "clone3(",
        "execve(",
        "set_tid_address(",
        "3<TCP:[7]>",
        "4</a>",
        "\"a\\n\"",
        "\"b\"...",
        ", ",
        "{",
        "}",
        "[",
        "]",
        "<",
        ">",
        "\"",
        "\\",
        "\\x41",
        ")",
        " = 8",
        " = ?",
        " = -1 EAGAIN (a)",
        " <0.1>",
        " <unfinished ...>",
        "<... read resumed>",
        "<... vfork resumed>",
        "<... clone3 resumed>",
        " <detached ...>",
        "+++ exited with 0 +++",
        "+++ killed by SIGTERM +++",
        "+++ superseded by execve in pid 8 +++",
        "--- SIGCHLD {si_pid=8} ---",
        "strace: Process 8 attached",
        "strace: Process 8 detached",
        "% time",
        "--- ---",
        " total",
        "\r",
        "\0",
        "\u{feff}",
        "é",
        "\n",
        "\n",
        "\n",
        "\n",
    ]);
    prop::collection::vec(piece, 0..80).prop_map(|pieces| pieces.concat())
}

/// The records of complete calls, in words.
fn complete(records: &[Record]) -> Vec<String> {
    let calls =
        records.iter().filter(|record| record.call().is_some_and(|call| !call.is_unfinished()));
    calls.map(words).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let text = String::from_utf8_lossy(&bytes);
        read(&[("any", &text)]);
    }

    #[test]
    fn any_line(bytes in prop::collection::vec(any::<u8>(), 0..200), from in "(7 )?(23:05:28.350605 )?") {
        let text = from + &String::from_utf8_lossy(&bytes);
        let _ = piece(split(&text).rest);
    }

    #[test]
    fn any_pieces(one in pieces(), other in pieces()) {
        let (records, notes) = read(&[("one", &one), ("other.8", &other)]);
        // A line says one thing, or ends what had begun before, or gives a task its number.
        prop_assert!(records.len() as u64 <= 4 * notes.lines + 2, "{records:?}");
        prop_assert!(notes.calls + notes.odd <= notes.lines, "{notes:?}");
        let mut last = 0;
        for record in &records {
            prop_assert!(record.line > 0 && record.line <= notes.lines);
            let is_told = matches!(record.event, TraceEvent::Named(_)) || record.pid > 0 || record.pid > -2;
            prop_assert!(is_told, "{record:?}");
            last = last.max(record.at);
        }
    }

    #[test]
    fn a_log_cut_anywhere_is_read_up_to_there(
        log in prop_oneof![Just(FORK), Just(SELECT)],
        at in any::<prop::sample::Index>(),
    ) {
        let cut = &log[..at.index(log.len())];
        let (whole, _) = read(&[("log", log)]);
        let (records, notes) = read(&[("log", cut)]);
        prop_assert!(notes.odd == 0 || notes.calls == 0, "{notes:?}");
        // Its records are right, in order, and complete.
        let mut rest = complete(&whole).into_iter();
        let told = complete(&records);
        for words in &told {
            prop_assert!(rest.any(|other| other == *words), "{words}");
        }
        let ends = |line: &&str| line.contains(") ") && line.contains(" = ");
        let lines = cut.rsplit_once('\n').map_or("", |(lines, _)| lines);
        prop_assert!(told.len() >= lines.lines().filter(ends).count());
    }
}

#[test]
fn time_grows_with_the_length_and_no_more() {
    let repeat = |line: &str, count: usize| line.repeat(count);
    let numbered =
        |count: usize, line: &dyn Fn(usize) -> String| (1..count).map(line).collect::<String>();
    let logs: [(&str, &dyn Fn(usize) -> String); 12] = [
        ("junk", &|n| repeat("hello\n", n)),
        ("one line", &|n| format!("7 read(3, \"{}", repeat("a<(\\\"", n))),
        ("open names", &|n| format!("7 read({}", repeat("3<", n))),
        ("open brackets", &|n| repeat("[a] ", n)),
        ("[pid", &|n| repeat("x[pid ", n)),
        ("broken lines", &|n| repeat("7 read(3, \"a\n) hello\n", n)),
        ("rests", &|n| format!("read(3{}", repeat("\n)", n))),
        ("forks never resumed", &|n| numbered(n, &|pid| format!("{pid} fork( <unfinished ...>\n"))),
        ("children held back", &|n| {
            format!(
                "1 fork( <unfinished ...>\n{}",
                numbered(n, &|pid| format!("{} fork() = {pid}\n", 2 + pid % 9))
            )
        }),
        ("many tasks", &|n| numbered(n, &|pid| format!("{pid} read(3,  <unfinished ...>\n"))),
        ("ends", &|n| {
            numbered(n, &|pid| format!("strace: Process {pid} attached\n+++ exited with 0 +++\n"))
        }),
        ("escapes", &|n| format!("7 write(1, \"{}\", 1) = 1\n", repeat("\\x41", n))),
    ];
    // CPU time of this thread: others may have the processor meanwhile.
    let time = |log: String| {
        let now = || {
            let usage = getrusage(UsageWho::RUSAGE_THREAD).expect("there is one");
            let [user, system] = [usage.user_time(), usage.system_time()];
            (user.tv_sec() + system.tv_sec()) * 1_000_000 + user.tv_usec() + system.tv_usec()
        };
        let start = now();
        read(&[("log", &log)]);
        now() - start
    };
    for (name, log) in logs {
        let (few, many) = (time(log(4_000)), time(log(32_000)));
        // 8 times as much; it would be 64 times if each line went through all before it.
        assert!(many < 25 * few.max(4_000), "{name}: {few} and {many} microseconds");
    }
}
