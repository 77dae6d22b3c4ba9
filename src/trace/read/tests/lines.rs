//! Every form of line.

use crate::trace::read::call::{Call, bytes};
use crate::trace::read::line::{LinePiece, LogLine, piece, split};
use crate::trace::read::time::Time;

#[test]
fn a_line_begins_in_many_ways() {
    let (day, unix) = (83_128_350_605, 1_715_258_656_123_456);
    let relative = Time::Since(106);
    for (line, pid, time) in [
        ("close(3) = 0", None, None),
        ("42 close(3) = 0", Some(42), None),
        ("42    close(3) = 0", Some(42), None),
        ("42<nginx: master> close(3) = 0", Some(42), None),
        ("[pid    42] close(3) = 0", Some(42), None),
        ("[pid 42<a] b>] close(3) = 0", Some(42), None),
        ("23:05:28.350605 close(3) = 0", None, Some(Time::Day(day))),
        ("42 23:05:28.350605 close(3) = 0", Some(42), Some(Time::Day(day))),
        ("42 23:05:28 close(3) = 0", Some(42), Some(Time::Day(83_128_000_000))),
        ("42 23:05:28.350605123 close(3) = 0", Some(42), Some(Time::Day(day))),
        ("42 23:05:28.350 close(3) = 0", Some(42), Some(Time::Day(83_128_350_000))),
        ("[pid 42] 1715258656.123456 close(3) = 0", Some(42), Some(Time::Unix(unix))),
        ("1715258656 close(3) = 0", None, Some(Time::Unix(1_715_258_656_000_000))),
        ("42      0.000106 close(3) = 0", Some(42), Some(relative)),
        ("     0.000106 close(3) = 0", None, Some(relative)),
        ("     0 close(3) = 0", None, Some(Time::Since(0))),
        ("42 23:05:28.350605 (+     0.000106) close(3) = 0", Some(42), Some(Time::Day(day))),
        ("42 [   3] close(3) = 0", Some(42), None),
        ("42 [   3] [00007f3e153dc353] close(3) = 0", Some(42), None),
        ("[????????????????] close(3) = 0", None, None),
        ("42 [unconfined_u:r:t:s0] 23:05:28.350605 close(3) = 0", Some(42), Some(Time::Day(day))),
    ] {
        assert_eq!(split(line), LogLine { pid, time, rest: "close(3) = 0" }, "{line}");
    }
}

#[test]
fn a_call_is_taken_apart() {
    let text = "accept4(5<TCP:[127.0.0.1:42401]>, {sa_family=AF_INET, sin_port=htons(55034), \
                sin_addr=inet_addr(\"127.0.0.1\")}, [128 => 16], SOCK_CLOEXEC) \
                = 6<TCP:[127.0.0.1:42401->127.0.0.1:55034]> <0.000012>";
    let call = Call::parse(text).expect("a call");
    assert_eq!((call.name(), call.value, call.took), ("accept4", Some(6), Some(12)));
    assert_eq!(call.args().count(), 4);
    assert_eq!(call.arg(0), "5<TCP:[127.0.0.1:42401]>");
    assert_eq!((call.arg(3), call.arg(4)), ("SOCK_CLOEXEC", ""));
    assert_eq!(call.result(), "6<TCP:[127.0.0.1:42401->127.0.0.1:55034]>");
    assert_eq!(call.text(), text);
}

#[test]
fn arguments_end_where_they_end() {
    for (text, args) in [
        ("getpid()", &[][..]),
        ("read(fd=3</a>, buf=\"a=b\", count=1)", &["3</a>", "\"a=b\"", "1"]),
        ("clone(child_stack=NULL, flags=SIGCHLD)", &["NULL", "SIGCHLD"]),
        ("clone3({flags=SIGCHLD}, 88)", &["{flags=SIGCHLD}", "88"]),
        (
            r#"sendto(3</a, (b>, ") = 7 <0.1>\", \\", 9)"#,
            &["3</a, (b>", r#"") = 7 <0.1>\", \\""#, "9"],
        ),
        ("mmap(NULL, 2, 21<<MAP_HUGE_SHIFT, -1)", &["NULL", "2", "21<<MAP_HUGE_SHIFT", "-1"]),
        (r#"close(3<UNIX-STREAM:[1->2,"/a]>b"]>)"#, &[r#"3<UNIX-STREAM:[1->2,"/a]>b"]>"#]),
        ("read(0</dev/null<char 1:3>>, \"\", 1)", &["0</dev/null<char 1:3>>", "\"\"", "1"]),
        (
            "restart_syscall(<... resuming interrupted poll ...>)",
            &["<... resuming interrupted poll ...>"],
        ),
        ("futex(0x7f, FUTEX_WAIT, 2, NULL <unfinished ...>)", &["0x7f", "FUTEX_WAIT", "2", "NULL"]),
        ("exit_group(0 <unfinished ...>)", &["0"]),
        ("read( <unfinished ...>)", &[]),
    ] {
        let call = Call::parse(&format!("{text} = 0")).expect(text);
        assert_eq!(call.args().collect::<Vec<_>>(), args, "{text}");
    }
}

#[test]
fn results_of_all_kinds() {
    for (text, value, errno, took) in [
        (" = 0 <0.000004>", Some(0), None, Some(4)),
        (
            "    = -1 EAGAIN (Resource temporarily unavailable) <1.000004>",
            Some(-1),
            Some("EAGAIN"),
            Some(1_000_004),
        ),
        (" = -1 EPERM (Operation not permitted) (INJECTED)", Some(-1), Some("EPERM"), None),
        (
            " = ? ERESTARTSYS (To be restarted if SA_RESTART is set) <0.000001>",
            None,
            Some("ERESTARTSYS"),
            Some(1),
        ),
        (" = ?", None, None, None),
        (" = ? <unavailable>", None, None, None),
        (" = 1 (in [3], left {tv_sec=0, tv_nsec=5}) <0.000000001>", Some(1), None, Some(0)),
        (" = 0x1f (flags FD_CLOEXEC)", Some(31), None, None),
        (" = 0xffffffffffffffff", Some(-1), None, None),
        (" = 3</tmp/a>", Some(3), None, None),
        (" = 42<python3> <0.5>", Some(42), None, Some(500_000)),
        (" = 0 <0.00", Some(0), None, None),
    ] {
        let call = Call::parse(&format!("f(1){text}")).expect(text);
        assert_eq!((call.value, call.errno(), call.took), (value, errno, took), "{text}");
        assert!(!call.result().is_empty() && !call.result().contains(" <0"), "{text}");
    }
    for text in ["", " = ", " = x", " 0", " = 12abc"] {
        assert_eq!(Call::parse(&format!("f(1){text}")), None, "{text}");
    }
}

#[test]
fn strings_are_bytes() {
    for (arg, expected) in [
        (r#""Hola\n""#, &b"Hola\n"[..]),
        (r#""pr\303\263ximo"..."#, "próximo".as_bytes()),
        (r#""\0\x1b[\"\\""#, b"\0\x1b[\"\\"),
        (r#""\1012""#, b"A2"),
        ("0x7ffd", b""),
        ("\"cut", b"cut"),
    ] {
        assert_eq!(bytes(arg), expected, "{arg}");
    }
}

#[test]
fn a_line_tells_one_thing() {
    let sigterm = "--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=7<a>, si_uid=0} ---";
    let stopped = "--- stopped by SIGSTOP ---";
    let sigint = "--- SIGINT {si_signo=SIGINT, si_code=SI_KERNEL} ---";
    let abort = "+++ killed by SIGABRT (core dumped) +++";
    for (line, expected) in [
        (sigterm, Some(LinePiece::Signal("SIGTERM", Some(7), sigterm))),
        (sigint, Some(LinePiece::Signal("SIGINT", None, sigint))),
        (stopped, Some(LinePiece::Stopped("SIGSTOP", stopped))),
        ("+++ exited with 1 +++", Some(LinePiece::Exited)),
        (abort, Some(LinePiece::Killed("SIGABRT", abort))),
        ("+++ superseded by execve in pid 9 +++", Some(LinePiece::Superseded(9))),
        ("pselect6(6,  <detached ...>", Some(LinePiece::Detached("pselect6(6, "))),
        ("read(3,  <unfinished ...>", Some(LinePiece::Unfinished("read(3, "))),
        ("<... read resumed>\"\", 9) = 0", Some(LinePiece::Resumed("read", "\"\", 9) = 0"))),
        ("<... ??? resumed>) = ?", Some(LinePiece::Nothing)),
        ("???( <unfinished ...>", Some(LinePiece::Nothing)),
        ("strace: Process 9 attached", Some(LinePiece::Attached(9))),
        ("Process 9 detached", Some(LinePiece::LetGo(9))),
        ("strace: [ Process PID=9 runs in 32 bit mode. ]", Some(LinePiece::Nothing)),
        ("[ Process PID=9 runs in 32 bit mode. ]", Some(LinePiece::Nothing)),
        ("> /lib/libc.so.6(read+0x10) [0xf72ad]", Some(LinePiece::Nothing)),
        ("hello", None),
        ("total 8", None),
        ("USAGE(1)", None),
        ("read(3) failed", None),
        ("--- hello", None),
        ("+++ exited wi", None),
        ("read(3, \"Ho", None),
        ("read(3, \"Hola\", 4)", None),
    ] {
        assert_eq!(piece(line), expected, "{line}");
    }
}
