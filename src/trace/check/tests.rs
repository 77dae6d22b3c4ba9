//! What looks like a mistake but is not one, and mistakes that are counted.

use crate::trace::read::notes::Notes;
use crate::trace::tests::story;

/// The numbers of the mistakes in a log, and what is said about them.
fn found(log: &str) -> Vec<(usize, String)> {
    let all = super::all(&story(log)).into_iter();
    all.map(|finding| (finding.mistake.number(), finding.reason.en)).collect()
}

/// Polls again and again, this many microseconds apart, after the call `first`.
fn asking(first: &str, between: usize) -> String {
    let line = |at: usize, call: &str| format!("7 10:00:00.{at:06} {call} <0.000010>\n");
    let mut log = line(
        0,
        "accept(3<TCP:[127.0.0.1:7000]>, NULL, NULL) = 4<TCP:[127.0.0.1:7000->127.0.0.1:5000]>",
    );
    log += &line(1, first);
    for turn in 1..=20 {
        log += &line(
            turn * between,
            "recvfrom(4<TCP:[127.0.0.1:7000->127.0.0.1:5000]>, 0x7f, 1, 0, NULL, NULL) = -1 EAGAIN (Resource \
             temporarily unavailable)",
        );
    }
    log
}

#[test]
fn a_task_that_may_sleep_in_between_is_not_busy() {
    let other = "brk(NULL) = 0x55";
    assert_eq!(found(&asking(other, 2000)), []);
    // What strace was not asked for may be what it does in between.
    assert_eq!(found(&asking("getpid() = 7", 90)), []);
    let busy = found(&asking(other, 90));
    assert!(
        matches!(&*busy, [(17, said)] if said.contains("20 times in a row, one every 90 µs")),
        "{busy:?}"
    );
    // Without times it is not known.
    for missing in
        [Notes { untimed: 1, ..Notes::default() }, Notes { coarse: 1, ..Notes::default() }]
    {
        let mut story = story(&asking(other, 1));
        story.missing = missing;
        assert_eq!(super::all(&story), []);
    }
}

#[test]
fn a_server_that_polls_one_socket_for_its_timeout_may_wait_in_accept() {
    let client = "4<TCP:[127.0.0.1:7000->127.0.0.1:5000]>";
    let log = |others: &str| {
        format!(
            "7 10:00:00.000000 accept(3<TCP:[127.0.0.1:7000]>, NULL, NULL) = {client} <0.000010>\n\
             7 10:00:00.000100 poll([{{fd={client}, events=POLLIN}}{others}], 1, 5000) = 1 ([{{fd=4, \
             revents=POLLIN}}]) <0.000010>\n\
             7 10:00:00.000200 recvfrom({client}, \"x\", 9, 0, NULL, NULL) = 1 <0.000010>\n\
             7 10:00:00.000400 accept(3<TCP:[127.0.0.1:7000]>, NULL, NULL) = \
             5<TCP:[127.0.0.1:7000->127.0.0.1:5001]> <2.000000>\n"
        )
    };
    let blocked = |log: &str| found(log).iter().any(|(mistake, _)| *mistake == 15);
    assert!(!blocked(&log("")));
    assert!(blocked(&log(", {fd=3<TCP:[127.0.0.1:7000]>, events=POLLIN}")));
}

#[test]
fn one_end_of_file_of_each_copy_is_no_loop() {
    let client = "<TCP:[127.0.0.1:7000->127.0.0.1:5000]>";
    let log = |copies: &str, ends: &str| {
        let mut log = format!(
            "7 10:00:00.000000 accept(3<TCP:[127.0.0.1:7000]>, NULL, NULL) = 4{client} <0.000010>\n\
             7 10:00:00.000100 dup2(4{client}, 5) = 5{client} <0.000010>\n"
        );
        for turn in 1..=5 {
            log += &format!(
                "7 10:00:0{turn}.000000 {copies} <0.000010>\n\
                 7 10:00:0{turn}.000100 recvfrom(5{client}, \"\", 9, 0, NULL, NULL) = 0 <0.000010>\n\
                 7 10:00:0{turn}.000200 {ends} <0.000010>\n"
            );
        }
        log
    };
    let (copies, nothing) = (format!("dup2(4{client}, 5) = 5{client}"), "getpid() = 7");
    assert_eq!(found(&log(&copies, &format!("close(5{client}) = 0"))), []);
    assert_eq!(found(&log(&copies, "close_range(5, 5, 0) = 0")), []);
    assert_eq!(found(&log(&copies, nothing)), []);
    assert!(matches!(&*found(&log(nothing, nothing)), [(6, _)]));
}

#[test]
fn several_answers_in_one_send_answer_several_messages() {
    let (near, far) = ("127.0.0.1:7000->127.0.0.1:5000", "127.0.0.1:5000->127.0.0.1:7000");
    // Asks once, then in two sends that arrive together, and waits in vain for something more.
    let log = |first: &str, second: &str, answer: &str| {
        let both = format!("{first}{second}");
        let [one, two, all, said] =
            [first, second, &both, answer].map(|text| text.replace("\\n", "\n").len());
        format!(
            "\
7 10:00:00.000000 accept(3<TCP:[127.0.0.1:7000]>, NULL, NULL) = 4<TCP:[{near}]> <0.000010>
8 10:00:00.000100 sendto(3<TCP:[{far}]>, \"hi\\n\", 3, 0, NULL, 0) = 3 <0.000010>
7 10:00:00.000200 recvfrom(4<TCP:[{near}]>, \"hi\\n\", 100, 0, NULL, NULL) = 3 <0.000010>
7 10:00:00.000300 sendto(4<TCP:[{near}]>, \"OK\\n\", 3, 0, NULL, 0) = 3 <0.000010>
8 10:00:00.000400 recvfrom(3<TCP:[{far}]>, \"OK\\n\", 100, 0, NULL, NULL) = 3 <0.000010>
8 10:00:00.000500 sendto(3<TCP:[{far}]>, \"{first}\", {one}, 0, NULL, 0) = {one} <0.000010>
8 10:00:00.000600 sendto(3<TCP:[{far}]>, \"{second}\", {two}, 0, NULL, 0) = {two} <0.000010>
7 10:00:00.000700 recvfrom(4<TCP:[{near}]>, \"{both}\", 100, 0, NULL, NULL) = {all} <0.000010>
7 10:00:00.000800 sendto(4<TCP:[{near}]>, \"{answer}\", {said}, 0, NULL, 0) = {said} <0.000010>
8 10:00:00.000900 recvfrom(3<TCP:[{far}]>, \"{answer}\", 100, 0, NULL, NULL) = {said} <0.000010>
8 10:00:00.001000 poll([{{fd=3<TCP:[{far}]>, events=POLLIN}}], 1, 2000) = 0 (Timeout) <2.000000>
7 10:00:00.001100 recvfrom(4<TCP:[{near}]>, \"\", 100, 0, NULL, NULL) = 0 <2.000000>
"
        )
    };
    let is_told = |log: &str| found(log).iter().any(|(mistake, _)| *mistake == 8);
    assert!(is_told(&log("a\\n", "b\\n", "OK\\n")));
    assert!(!is_told(&log("a\\n", "b\\n", "OK\\nOK\\n")));
    // A head and a body are one message.
    assert!(!is_told(&log("PUT 2\\n", "xy", "OK\\n")));
    // Of what strace has cut, the lines are not known; of what has no lines, neither are the messages.
    let cut = log("a\\n", "b\\n", "OK\\nK\\n").replace("OK\\nK\\n\"", "OK\\n\"...");
    assert!(!is_told(&cut));
    assert!(!is_told(&log("a\\n", "b\\n", "OK\\n").replace("\"OK\\n\"", "\"OK.\"")));
}

/// A client that asks, is answered by a thread or by a process on its own, and waits for more until Ctrl-C.
fn subscriber(thread: &str) -> String {
    let (near, far) = ("127.0.0.1:7000->127.0.0.1:5000", "127.0.0.1:5000->127.0.0.1:7000");
    let mut log = format!(
        "7 10:00:00.000000 accept(3<TCP:[127.0.0.1:7000]>, NULL, NULL) = 4<TCP:[{near}]> <0.000010>\n"
    );
    if thread != "7" {
        log += "7 10:00:00.000100 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD) \
                = 9 <0.000010>\n7 10:00:00.000200 accept(3<TCP:[127.0.0.1:7000]>, NULL, NULL) = ? ERESTARTSYS (To be \
                restarted if SA_RESTART is set) <9.000000>\n";
    }
    log + &format!(
        "\
8 10:00:00.000300 sendto(3<TCP:[{far}]>, \"SUB\\n\", 4, 0, NULL, 0) = 4 <0.000010>
{thread} 10:00:00.000400 recvfrom(4<TCP:[{near}]>, \"SUB\\n\", 100, 0, NULL, NULL) = 4 <0.000010>
{thread} 10:00:00.000500 sendto(4<TCP:[{near}]>, \"+OK\\n\", 4, 0, NULL, 0) = 4 <0.000010>
8 10:00:00.000600 recvfrom(3<TCP:[{far}]>, \"+OK\\n\", 100, 0, NULL, NULL) = 4 <0.000010>
8 10:00:00.000700 recvfrom(3<TCP:[{far}]>, 0x7f, 100, 0, NULL, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set) <2.000000>
{thread} 10:00:00.000800 recvfrom(4<TCP:[{near}]>, \"\", 100, 0, NULL, NULL) = 0 <2.100000>
8 10:00:02.000900 --- SIGINT {{si_signo=SIGINT, si_code=SI_KERNEL}} ---
8 10:00:02.001000 +++ killed by SIGINT +++
"
    )
}

#[test]
fn waiting_for_what_others_may_send_is_no_deadlock() {
    assert_eq!(found(&subscriber("9")), []);
    let stuck = found(&subscriber("7"));
    assert!(matches!(&*stuck, [(20, _)]), "{stuck:?}");
}

/// A server whose children serve one client each, with the descriptor that it listens on.
fn children(closes: &str, rest: &str) -> String {
    let mut log =
        "7 10:00:00.000000 listen(3<TCP:[127.0.0.1:7000]>, 5) = 0 <0.000010>\n".to_owned();
    for child in 1..=3 {
        let client = format!("4<TCP:[127.0.0.1:7000->127.0.0.1:500{child}]>");
        log += &format!(
            "\
7 10:00:0{child}.000000 accept(3<TCP:[127.0.0.1:7000]>, NULL, NULL) = {client} <0.000010>
7 10:00:0{child}.000100 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 1{child} <0.000010>
7 10:00:0{child}.000200 close({client}) = 0 <0.000010>
{closes}1{child} 10:00:0{child}.000300 sendto({client}, \"hi\", 2, 0, NULL, 0) = 2 <0.000010>
1{child} 10:00:0{child}.000400 exit_group(0) = ?
1{child} 10:00:0{child}.000500 +++ exited with 0 +++
"
        )
        .replace("CHILD", &format!("1{child} 10:00:0{child}.000250"));
    }
    log + rest
}

#[test]
fn all_zombies_are_counted() {
    // The last child, which ends after the last accept, counts too.
    let ends = "7 10:00:03.400000 exit_group(0) = ?\n7 10:00:03.400100 +++ exited with 0 +++\n";
    let closes = "CHILD close(3<TCP:[127.0.0.1:7000]>) = 0 <0.000010>\n";
    let zombies = found(&children(closes, ends));
    let says = |said: &str| said.contains("3 zombies are left, pid 11, 12, 13");
    assert!(matches!(&*zombies, [(5, said)] if says(said)), "{zombies:?}");
}

#[test]
fn what_strace_was_not_asked_for_is_not_missing() {
    // Forks for a client, and accepts the next; the log shows whatever else.
    let forks = |others: &str| {
        format!(
            "\
7 10:00:00.000000 accept(3<TCP:[127.0.0.1:7000]>, NULL, NULL) = 4<TCP:[127.0.0.1:7000->127.0.0.1:5001]> <0.000010>
7 10:00:00.000100 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 11 <0.000010>
{others}11 10:00:00.000300 sendto(4<TCP:[127.0.0.1:7000->127.0.0.1:5001]>, \"hi\", 2, 0, NULL, 0) = 2 <0.000010>
7 10:00:00.000400 --- SIGCHLD {{si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=11, si_uid=0, si_status=0}} ---
7 10:00:00.000500 accept(3<TCP:[127.0.0.1:7000]>, NULL, NULL) = 5<TCP:[127.0.0.1:7000->127.0.0.1:5002]> <0.000010>
"
        )
    };
    let mistakes =
        |log: &str| found(log).into_iter().map(|(mistake, _)| mistake).collect::<Vec<_>>();
    assert_eq!(mistakes(&forks("")), []);
    assert_eq!(mistakes(&forks("11 10:00:00.000200 close(9) = 0 <0.000010>\n")), [3]);
    assert_eq!(mistakes(&forks("11 10:00:00.000600 exit_group(0) = ?\n")), [5]);
    assert_eq!(mistakes(&forks("7 10:00:00.000200 brk(NULL) = 0x55 <0.000010>\n")), [3, 5]);

    let mut one_by_one = String::new();
    for client in 1..=3 {
        one_by_one += &format!(
            "\
7 10:00:0{client}.000000 accept(3<TCP:[127.0.0.1:7000]>, NULL, NULL) = {client}0<TCP:[127.0.0.1:7000->127.0.0.1:500{client}]> <0.000010>
7 10:00:0{client}.000100 recvfrom({client}0<TCP:[127.0.0.1:7000->127.0.0.1:500{client}]>, \"\", 9, 0, NULL, NULL) = 0 <0.000010>
"
        );
    }
    assert_eq!(mistakes(&one_by_one), []);
    one_by_one += "7 10:00:04.000000 close(9) = 0 <0.000010>\n";
    assert_eq!(mistakes(&one_by_one), [12]);
}

#[test]
fn inheriting_a_listener_without_harm_is_no_mistake() {
    let reaps = "7 10:00:03.100000 rt_sigaction(SIGCHLD, {sa_handler=SIG_IGN, sa_mask=[], sa_flags=0}, NULL, 8) = 0 <0.000010>\n";
    assert_eq!(found(&children("", reaps)), []);
}
