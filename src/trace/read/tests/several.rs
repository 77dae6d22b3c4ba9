//! Times, and logs that are read together.

use super::{read, told, words};
use crate::screen::Lang;

/// The records of logs, in a few words.
fn together(logs: &[(&str, &str)]) -> Vec<String> {
    read(logs).0.iter().map(words).collect()
}

#[test]
fn times_of_every_kind_are_on_one_axis() {
    for (one, other, passed) in [
        ("23:05:28.350605", "23:05:28.350606", 1),
        ("23:05:28", "23:05:30", 2_000_000),
        ("23:59:59.9", "00:00:00.1", 200_000),
        ("1715258656.123456", "1715258656.123458", 2),
        ("     0.000000", "     0.000106", 106),
        ("23:05:28.350605 (+     0.000000)", "23:05:28.350606 (+     0.000001)", 1),
    ] {
        let log = format!("7 {one} close(3) = 0\n7 {other} close(4) = 0\n");
        assert_eq!(
            told(&log),
            ["7 at 0: close(3) = 0".to_owned(), format!("7 at {passed}: close(4) = 0")]
        );
    }
    // A clock that is set back.
    assert_eq!(
        told("7 23:05:28.3 close(3) = 0\n7 23:05:28.2 close(4) = 0\n7 23:05:28.4 close(5) = 0\n"),
        ["7 at 0: close(3) = 0", "7 at 0: close(4) = 0", "7 at 100000: close(5) = 0"]
    );
    // Equal times keep the order of the lines.
    let log = (3..50).map(|fd| format!("7 23:05:28 close({fd}) = 0\n")).collect::<String>();
    let expected: Vec<_> = (3..50).map(|fd| format!("7 at 0: close({fd}) = 0")).collect();
    assert_eq!(told(&log), expected);
}

#[test]
fn a_wait_whose_length_is_not_said_lasts_until_the_next_line() {
    let log = "7 23:05:28.1 accept(3, NULL, NULL) = 4\n7 23:05:28.4 close(4) = 0\n7 23:05:28.6 +++ exited with 0 +++\n";
    let (records, notes) = read(&[("a.log", log)]);
    let took: Vec<_> = records.iter().map(|record| record.until() - record.at).collect();
    assert_eq!((took, notes.unmeasured), (vec![300_000, 0, 0], true));
    // If other calls have a duration, none means none.
    let log = log.replacen(") = 4", ") = 4 <0.1>", 1).replace("close(4)", "read(4)");
    let (records, notes) = read(&[("a.log", &log)]);
    let took: Vec<_> = records.iter().map(|record| record.until() - record.at).collect();
    assert_eq!((took, notes.unmeasured), (vec![100_000, 0, 0], false));
}

#[test]
fn logs_of_one_process_each_are_merged_by_the_end_of_their_calls() {
    let logs = [
        ("log.8", "00:00:00.5 close(3) = 0 <0.1>\n00:00:01 +++ exited with 0 +++\n"),
        ("log.7", "23:59:59.9 fork() = 8 <0.9>\n00:00:00.2 wait4(8) = 8 <0.9>\n"),
    ];
    assert_eq!(
        together(&logs),
        [
            "7 at 0: fork() = 8",
            "8 at 600000: close(3) = 0",
            "8 at 1100000: end",
            "7 at 300000: wait4(8) = 8",
        ]
    );
    let (_, notes) = read(&logs);
    assert_eq!(notes.children, 0);
    // With whole seconds.
    let logs = [
        ("log.8", "23:05:28 close(3) = 0\n"),
        ("log.7", "23:05:28 close(5) = 0\n23:05:28 fork() = 8\n"),
    ];
    assert_eq!(
        together(&logs),
        ["7 at 0: close(5) = 0", "7 at 0: fork() = 8", "8 at 0: close(3) = 0"]
    );
}

#[test]
fn logs_without_times_are_told_one_after_another() {
    let logs = [("log.8", "close(3) = 0\n"), ("log.7", "fork() = 8\nclose(4) = 0\n")];
    assert_eq!(
        together(&logs),
        ["7 at 1: fork() = 8", "7 at 2: close(4) = 0", "8 at 3: close(3) = 0"]
    );
    let said = "the logs have no times to compare (strace -tt): they are told one after another";
    assert!(read(&logs).1.words(Lang::En).contains(&said.to_owned()));
    // After one with times.
    let logs = [
        ("a", "close(1) = 0\n"),
        ("b", "9 23:05:28.5 close(2) = 0 <0.3>\n"),
        ("c", "     0.5 close(3) = 0\n"),
    ];
    assert_eq!(
        together(&logs),
        ["9 at 0: close(2) = 0", "0 at 300001: close(1) = 0", "-2 at 800001: close(3) = 0"]
    );
}

#[test]
fn what_the_logs_do_not_tell_is_said_once() {
    let log = "socket(AF_INET, SOCK_STREAM, 0) = 3\nsendto(3, \"ab\"..., 9, 0, NULL, 0) = 9\nfork() = 9\nio_uring_setup(1, {}) = 4\n";
    let (_, notes) = read(&[("a", log)]);
    assert_eq!(
        notes.words(Lang::En),
        [
            "no times (strace -tt): the order is that of the lines",
            "descriptors without addresses (strace -yy): who is connected to whom is inferred from the calls",
            "1 child, a process or thread, is not in the logs (strace -f)",
            "of 1 call, only the beginning of the data is shown (strace -s)",
            "a program uses io_uring: strace does not see what goes through it",
        ]
    );
    assert_eq!(notes.words(Lang::Es).len(), 5);
    let line = |call: &str| format!("7 23:05:28 {call} <0.1>\n");
    let log = |shown: &str| line("socket(AF_INET, SOCK_STREAM, 0) = 3<TCP:[7]>") + shown;
    let words = |shown: &str| read(&[("a", &log(shown))]).1.words(Lang::En);
    let (coarse, end) =
        ("times in whole seconds (strace -tt has more)", "7 23:05:28 +++ exited with 0 +++\n");
    assert_eq!(
        words(end),
        [coarse, "no close (strace -e?): which descriptors are still open is not known"]
    );
    // It may close it yet.
    assert_eq!(words(""), [coarse]);
    for shown in ["close(4) = 0", "brk(NULL) = 0x55"] {
        assert_eq!(words(&(line(shown) + end)), [coarse], "{shown}");
    }
}
