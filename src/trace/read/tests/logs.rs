//! Logs of every form.

use super::{read, told, words};
use crate::screen::Lang;

#[test]
fn halves_are_joined_where_they_began() {
    let log = "\
1 23:59:59.000001 recvfrom(6,  <unfinished ...>
2 23:59:59.000002 close(3) = 0 <0.000001>
1 00:00:01.000003 <... recvfrom resumed>\"Hola\", 4, 0, NULL, NULL) = 4 <2.000002>
1 00:00:01.000004 +++ exited with 0 +++
2 00:00:01.000005 +++ killed by SIGKILL +++
";
    let (records, _) = read(&[("a.log", log)]);
    assert_eq!(
        records.iter().map(words).collect::<Vec<_>>(),
        [
            "2 at 1: close(3) = 0",
            "1 at 0: recvfrom(6, \"Hola\", 4, 0, NULL, NULL) = 4",
            "1 at 2000003: end",
            "2 at 2000004: killed by SIGKILL",
        ]
    );
    assert_eq!((records[1].line, records[1].until()), (1, 2_000_002));
    // As if it had not been split.
    assert!(records[1].raw().starts_with("recvfrom(6, \"Hola\", 4"), "{}", records[1].raw());
}

#[test]
fn calls_that_do_not_end_are_recorded() {
    let detached = "7 read(0,  <unfinished ...>\n8 accept(3,  <unfinished ...>\n\
                    7 +++ killed by SIGKILL +++\n8 poll([{fd=3}], 1, -1 <detached ...>\n9 read(5, \"ho";
    assert_eq!(
        told(detached),
        [
            "7 at 1: read(0) = ",
            "7 at 3: killed by SIGKILL",
            "8 at 2: accept(3) = ",
            "8 at 4: poll([{fd=3}], 1, -1) = ",
            "8 at 4: let go",
            "9 at 5: read(5, \"ho) = ",
        ]
    );
}

#[test]
fn a_call_cut_in_its_result_has_none() {
    assert_eq!(
        told("7 close(2) = 0\n7 read(3, \"a = b\", 99) = 1"),
        ["7 at 1: close(2) = 0", "7 at 2: read(3, \"a = b\", 99) = "]
    );
    assert_eq!(told("7 read(3, \"a\", 99) = 1 <0.000001>"), ["7 at 1: read(3, \"a\", 99) = 1"]);
}

#[test]
fn a_terminal_has_strace_the_program_and_what_it_prints() {
    let log = "\
listen(3, 5) = 0
fork(strace: Process 8 attached
 <unfinished ...>
[pid     8] write(1, \"hola\\n\", 5hola
) = 5
bye, read(3) failed
[pid     8] write(1, \"a\", 1 <unfinished ...>
[pid     7] <... fork resumed>) = 8
a[pid     8] <... write resumed>) = 1
[pid     7] wait4(-1, strace: Process 8 detached
 <unfinished ...>
<... wait4 resumed>NULL, 0, NULL) = 8
exit_group(0) = ?
+++ exited with 0 +++
";
    let (records, notes) = read(&[("stderr", log)]);
    assert_eq!(
        records.iter().map(words).collect::<Vec<_>>(),
        [
            "0 at 1: listen(3, 5) = 0",
            "0 at 8: named 7",
            "7 at 2: fork() = 8",
            "8 at 4: write(1, \"hola\\n\", 5hola) = 5",
            "8 at 7: write(1, \"a\", 1) = 1",
            "8 at 10: let go",
            "7 at 10: wait4(-1, NULL, 0, NULL) = 8",
            "7 at 13: exit_group(0) = ?",
            "7 at 14: end",
        ]
    );
    let lost = notes.first.expect("a line");
    assert_eq!((notes.odd, lost.line, lost.text.as_str()), (1, 6, "bye, read(3) failed"));
}

#[test]
fn a_line_without_a_pid_is_of_the_task_that_is_left() {
    let log = "\
set_tid_address(0x7f) = 7
fork() = 8
[pid     8] read(3,  <unfinished ...>
[pid     7] +++ exited with 0 +++
<... read resumed>\"\", 9) = 0
+++ killed by SIGTERM +++
";
    assert_eq!(
        told(log),
        [
            "0 at 1: named 7",
            "7 at 1: set_tid_address(0x7f) = 7",
            "7 at 2: fork() = 8",
            "7 at 4: end",
            "8 at 3: read(3, \"\", 9) = 0",
            "8 at 6: killed by SIGTERM",
        ]
    );
}

#[test]
fn a_child_comes_after_the_call_that_made_it() {
    for (resumed, expected) in [
        // With the end of the call in the log, and without.
        ("7 <... vfork resumed>) = 8\n", "7 at 2: vfork() = 8"),
        ("", "7 at 2: vfork() = "),
    ] {
        let log = format!(
            "7 close(3) = 0\n7 vfork( <unfinished ...>\n8 close(4) = 0\n9 close(5) = 0\n8 execve(\"/a\") = 0\n{resumed}"
        );
        assert_eq!(
            told(&log),
            [
                "7 at 1: close(3) = 0",
                expected,
                "8 at 3: close(4) = 0",
                "9 at 4: close(5) = 0",
                "8 at 5: execve(\"/a\") = 0"
            ]
        );
    }
    // Each child after its own fork.
    let log = "1 clone3( <unfinished ...>\n2 fork( <unfinished ...>\n4 a() = 0\n3 b() = 0\n2 <... fork resumed>) = 4\n\
               1 <... clone3 resumed>) = 3\n";
    assert_eq!(
        told(log),
        ["2 at 2: fork() = 4", "4 at 3: a() = 0", "1 at 1: clone3() = 3", "3 at 4: b() = 0"]
    );
}

#[test]
fn a_task_from_before_a_fork_is_not_its_child() {
    let log = "1 fork( <unfinished ...>\n9 a() = 0\n1 <... fork resumed>) = 2\n2 b() = 0\n\
               2 vfork( <unfinished ...>\n9 c() = 0\n3 d() = 0\n2 <... vfork resumed>) = 3\n";
    assert_eq!(
        told(log),
        [
            "9 at 2: a() = 0",
            "1 at 1: fork() = 2",
            "2 at 4: b() = 0",
            "9 at 6: c() = 0",
            "2 at 5: vfork() = 3",
            "3 at 7: d() = 0",
        ]
    );
}

#[test]
fn a_child_in_a_namespace_has_the_number_that_strace_sees() {
    let log =
        "7 clone(child_stack=NULL, flags=SIGCHLD) = 2 /* 8 in strace's PID NS */\n8 close(3) = 0\n";
    let (records, notes) = read(&[("a.log", log)]);
    assert_eq!((records[0].child(), notes.children), (Some(8), 0));
}

#[test]
fn a_child_is_not_waited_for_without_end() {
    let many = (0..9_000).map(|n| format!("8 close({n}) = 0\n")).collect::<String>();
    let log = format!("7 vfork( <unfinished ...>\n{many}7 <... vfork resumed>) = 8\n");
    let (records, _) = read(&[("a.log", &log)]);
    let fork = records.iter().position(|record| record.pid == 7);
    assert_eq!((records.len(), fork), (9_001, Some(9_000 - 4_096)));
}

#[test]
fn a_thread_that_runs_a_program_takes_the_number_of_its_process() {
    let log = "\
7 futex(0x7f, FUTEX_WAIT, 0, NULL <unfinished ...>
8 execve(\"/bin/true\", [\"true\"], 0x7f <unfinished ...>
7 <... futex resumed>) = ?
7 +++ superseded by execve in pid 8 +++
7 <... execve resumed>) = 0
";
    assert_eq!(
        told(log),
        [
            "7 at 1: futex(0x7f, FUTEX_WAIT, 0, NULL) = ?",
            "8 at 4: end",
            "7 at 2: execve(\"/bin/true\", [\"true\"], 0x7f) = 0",
        ]
    );
}

#[test]
fn foreign_lines_are_skipped() {
    let plain = "7 23:05:28.350605 close(3) = 0\n7 23:05:28.350606 close(4) = 0\n";
    let expected = told(plain);
    assert_eq!(expected, ["7 at 0: close(3) = 0", "7 at 1: close(4) = 0"]);
    let table = "% time     seconds  usecs/call     calls    errors syscall\n------ ----------- ---------\n\
                 100.00    0.003217          78        41           close\n------ --------- ------\n100.00    0.003217  41 total\n";
    let stack = plain.replace('\n', "\n > /lib/libc.so.6(close+0x10) [0xf72ad]\n");
    for log in [
        plain.replace('\n', "\r\n"),
        plain
            .replace("close", "\u{1b}[93mclose\u{1b}[0m")
            .replace(" = 0", " = \u{1b}[1;92m0\u{1b}[0m"),
        format!("\u{feff}{plain}"),
        format!("{}{plain}", "\0".repeat(5000)),
        format!("\n{plain}\n \n"),
        format!("strace: Process 7 attached\n{plain}strace: Process 9 detached\n"),
        format!("{plain}{table}"),
        format!("{table}{plain}"),
        format!("{}\n{plain}", table.lines().next().unwrap_or_default()),
        stack,
    ] {
        let (records, notes) = read(&[("a.log", &log)]);
        assert_eq!(records.iter().map(words).collect::<Vec<_>>(), expected, "{log}");
        assert_eq!((notes.odd, notes.calls), (0, 2), "{log}");
    }
}

#[test]
fn hexadecimal_is_read() {
    let log = r#"7 connect(3<\x2f\x61>, {inet_addr("\x31\x32\x37\x2e\x30\x2e\x30\x2e\x31")}, "\x22\x0a\x5cn\\x41") = 0"#;
    let expected = r#"7 at 1: connect(3</a>, {inet_addr("127.0.0.1")}, "\x22\x0a\x5cn\\x41") = 0"#;
    assert_eq!(told(&format!("{log}\n")), [expected]);
}

#[test]
fn lines_not_understood_are_counted_and_quoted() {
    let log = "7 close(3) = 0\nhello\u{1b}]2J\n-----\n7 <... read resumed>\"\", 9) = 0\n\n7 open(\"/a\n7 close(4) = 0\n";
    let (records, notes) = read(&[("a.log", log)]);
    assert_eq!((notes.lines, notes.calls, notes.odd), (7, 2, 4));
    assert_eq!(records.len(), 3);
    let [.., said] = &notes.words(Lang::En)[..] else { panic!("nothing said") };
    assert_eq!(said, "4 lines are not understood; the first one: a.log, line 2: hello\\x1b]2J");
    assert_eq!(notes.nothing(Lang::En), None);
    let (_, notes) = read(&[("a.log", "hola\n")]);
    let nothing =
        "no hay ninguna llamada registrada por strace; la primera línea: a.log, línea 1: hola";
    assert_eq!(notes.nothing(Lang::Es).as_deref(), Some(nothing));
}

#[test]
fn older_versions_use_other_words() {
    let log = "clone(child_stack=0, flags=SIGCHLDProcess 8 attached\n) = 8\n[pid     8] read(3,  <unfinished ...>\n\
               [pid     7] wait4(-1,  <unfinished ...>\n[pid     8] <... read resumed> \"\", 9) = 0\nProcess 8 detached\n\
               [pid     7] <... wait4 resumed> NULL, 0, NULL) = 8\n";
    assert_eq!(
        told(log),
        [
            "0 at 1: clone(0, SIGCHLD) = 8",
            "0 at 4: named 7",
            "8 at 3: read(3, \"\", 9) = 0",
            "8 at 5: let go",
            "7 at 4: wait4(-1, NULL, 0, NULL) = 8",
        ]
    );
}
