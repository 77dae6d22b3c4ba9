//! The stories of two real conversations, condensed: what is said, matched and drawn.

use crate::screen::Lang;
use crate::trace::draw::picture::Details;
use crate::trace::draw::{html, plain, svg};
use crate::trace::layout::geometry::Geometry;
use crate::trace::layout::lay_out;
use crate::trace::model::channel;
use crate::trace::model::interpret;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::story::{ArrowKind, Story};
use crate::trace::model::task::Part;
use crate::trace::read::reader::Reader;
use crate::trace::read::record::Record;
use crate::trace::words::names;
use std::io::Cursor;

pub(super) const FORK: &str = include_str!("samples/fork.log");
pub(super) const SELECT: &str = include_str!("samples/select.log");

pub(super) fn story(log: &str) -> Story {
    interpret::interpret(records(log))
}

/// The records of a log.
pub(super) fn records(log: &str) -> Vec<Record> {
    let lines = Cursor::new(log.to_owned());
    Reader::of(vec![("sample.log".into(), Box::new(lines))]).collect()
}

/// Everything that is written about a story.
pub(super) fn written(story: &Story, lang: Lang) -> [String; 3] {
    let mut all = [const { String::new() }; 3];
    plain::write(story, lang, &mut all[0]).expect("a String takes all");
    let geometry = lay_out(story, lang);
    svg::write(story, &geometry, lang, Details::Titles, &mut all[1]).expect("a String takes all");
    html::write(story, &geometry, lang, &mut all[2]).expect("a String takes all");
    all
}

fn lanes(story: &Story, geometry: &Geometry) -> Vec<String> {
    let lanes = geometry.lanes.all.iter();
    lanes.map(|lane| names::task(story, lane.task, Lang::En)).collect()
}

fn count(story: &Story, kind: ArrowKind) -> usize {
    story.arrows.iter().filter(|arrow| arrow.kind == kind).count()
}

#[test]
fn each_process_has_its_lane() {
    let fork = story(FORK);
    let drawn = lay_out(&fork, Lang::En);
    assert_eq!(lanes(&fork, &drawn), ["client 1", "child 1", "server", "child 2", "client 2"]);
    assert_eq!(fork.tasks[0].program, "enchufe-fork");
    let select = story(SELECT);
    assert_eq!(lanes(&select, &lay_out(&select, Lang::En)), ["client 1", "server", "client 2"]);
}

#[test]
fn a_program_run_for_its_output_is_left_out() {
    // A client, or a server as it starts, asks getent(1) about a name.
    let asked = |pid: &str, other: &str, at: &str| {
        let lines = [
            (pid, "pipe2([8<pipe:[7]>, 9<pipe:[7]>], O_CLOEXEC) = 0 <0.000001>"),
            (
                pid,
                "openat(AT_FDCWD</tmp>, \"/dev/null\", O_RDONLY|O_CLOEXEC) = 10</dev/null> <0.000001>",
            ),
            (pid, "rt_sigprocmask(SIG_BLOCK, ~[], [], 8) = 0 <0.000001>"),
            (pid, "clone3({flags=CLONE_VM|CLONE_VFORK, exit_signal=SIGCHLD}, 88 <unfinished ...>"),
            (
                other,
                "execve(\"/usr/bin/getent\", [\"getent\", \"-iA\"], 0x7 /* 9 vars */) = 0 <0.000001>",
            ),
            (pid, &format!("<... clone3 resumed>) = {other} <0.000001>")),
            (pid, "rt_sigprocmask(SIG_SETMASK, [], NULL, 8) = 0 <0.000001>"),
            (other, "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3<TCP:[1]> <0.000001>"),
            (other, "connect(3<TCP:[1]>, {sa_family=AF_INET}, 16) = 0 <0.000001>"),
            (pid, "pselect6(9, [8<pipe:[7]>], NULL, NULL, NULL, NULL) = 1 (in [8]) <0.000001>"),
            (other, "+++ exited with 0 +++"),
            (pid, "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=1, si_uid=0} ---"),
            (pid, &format!("wait4({other}, [{{WIFEXITED(s)}}], 0, NULL) = {other} <0.000001>")),
        ];
        lines.map(|(pid, line)| format!("{pid} 01:27:58.{at} {line}\n")).concat()
    };
    for (pid, at) in [("16250", "358459"), ("16260", "414870")] {
        let of_pid = |line: &&str| line.starts_with(pid) && line.contains(" socket(");
        let socket = SELECT.lines().find(of_pid).expect("a socket");
        let log = SELECT.replace(socket, &(asked(pid, "16251", at) + socket));
        let with = story(&log);
        let without = story(SELECT);
        let tasks = |story: &Story| {
            let all = story.tasks.iter().enumerate();
            all.map(|(task, told)| (told.pid, names::task(story, task, Lang::En)))
                .collect::<Vec<_>>()
        };
        assert_eq!(tasks(&with), tasks(&without));
        // Nor if strace was not asked for pipes.
        let no_pipes = |log: &str| {
            let lines = log.split_inclusive('\n').filter(|line| !line.contains(" pipe2("));
            story(&lines.collect::<String>())
        };
        assert_eq!(tasks(&no_pipes(&log)), tasks(&no_pipes(SELECT)));
        let raw = |story: &Story| {
            story
                .steps
                .iter()
                .flat_map(|s| story.raw(s).map(String::from).collect::<Vec<_>>())
                .collect::<Vec<_>>()
        };
        assert_eq!(raw(&with), raw(&without));
        assert_eq!(with.lines, without.lines + 12);
    }
}

#[test]
fn what_is_sent_is_received() {
    for (log, ends, signals, reaped) in [(FORK, 4, 3, 2), (SELECT, 3, 0, 0)] {
        let story = story(log);
        assert_eq!(count(&story, ArrowKind::Connect), 2);
        // Two greetings, three messages with their replies, a notice.
        assert_eq!(count(&story, ArrowKind::Data), 2 + 3 * 2 + 1);
        assert_eq!(count(&story, ArrowKind::End), ends);
        assert_eq!(
            (count(&story, ArrowKind::Signal), count(&story, ArrowKind::Reap)),
            (signals, reaped)
        );
        for arrow in &story.arrows {
            let (from, to) = (&story.steps[arrow.from], &story.steps[arrow.to]);
            assert_ne!(from.task, to.task);
            if arrow.kind == ArrowKind::Data {
                assert_eq!(story.data(from), story.data(to));
            }
            let roles = [from, to].map(|step| story.tasks[step.task].part == Part::Client);
            let is_between = matches!(arrow.kind, ArrowKind::Signal | ArrowKind::Reap);
            assert_eq!(roles[0] == roles[1], is_between || to.meaning == Meaning::Told);
        }
    }
}

#[test]
fn bytes_that_arrive_in_other_pieces_are_paired_by_their_count() {
    // "Hola soy el cliente 2" leaves in one piece and arrives in two.
    let (whole, rest) =
        ("\"Hola soy el cliente 2\\n\", 4096, MSG_DONTWAIT, NULL, NULL) = 22", "<0.000010>");
    let line = SELECT.lines().find(|line| line.contains(whole)).expect("a recv");
    let half = |text: &str, count| {
        let start = line.split(whole).next().unwrap_or_default();
        format!("{start}\"{text}\", 4096, MSG_DONTWAIT, NULL, NULL) = {count} {rest}")
    };
    let halves = format!("{}\n{}", half("Hola soy el ", 12), half("cliente 2\\n", 10));
    let story = story(&SELECT.replace(line, &halves));
    let sent = story.steps.iter().position(|step| {
        story.data(step).bytes() == b"Hola soy el cliente 2\n" && step.meaning == Meaning::Send
    });
    let arrows: Vec<_> = story.arrows.iter().filter(|arrow| Some(arrow.from) == sent).collect();
    let received = arrows.iter().map(|arrow| story.data(&story.steps[arrow.to]).bytes());
    assert_eq!(received.collect::<Vec<_>>(), [&b"Hola soy el "[..], b"cliente 2\n"]);
}

#[test]
fn the_fork_server_waits_in_three_processes_and_the_select_server_in_one() {
    for (log, sentence) in [
        (
            FORK,
            "3 processes, and each waits by itself: server (select: listener), child 1 (select: client 1), \
             child 2 (select: client 2).",
        ),
        (SELECT, "1 process, which waits for everybody at once, in select."),
    ] {
        let [_, picture, _] = written(&story(log), Lang::En);
        assert!(picture.contains(sentence), "{picture}");
    }
}

#[test]
fn nothing_is_drawn_over_anything() {
    for log in [FORK, SELECT] {
        let drawn = lay_out(&story(log), Lang::Es);
        let rows = &drawn.rows.of;
        let items = drawn.items.all.iter().zip(rows);
        let places = items.flat_map(|(item, &row)| item.lanes.iter().map(move |&lane| (lane, row)));
        let places: Vec<_> = places.collect();
        for (index, place) in places.iter().enumerate() {
            assert!(!places[..index].contains(place), "two items at {place:?}");
        }
        for link in &drawn.links.all {
            let [from, to] = [link.from, link.to].map(|item| drawn.items.all[item].lanes[0]);
            let (row, end) = (rows[link.from], rows[link.to]);
            assert!(row <= end, "an arrow that goes up");
            let crossed = from.min(to) + 1..from.max(to);
            assert!(
                row != end || !places.iter().any(|(lane, at)| *at == row && crossed.contains(lane))
            );
        }
    }
}

#[test]
fn what_a_client_sends_is_never_markup() {
    let hostile = r#"<script>alert(1)</script>&\"'\33[31m]]>"#;
    let log = FORK.replace("Hola soy el cliente 1", hostile);
    let [text, picture, page] = written(&story(&log), Lang::Es);
    assert_eq!(page.matches("<script>").count(), 1);
    assert_eq!(picture.matches("<script").count(), 0);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;&#39;"), "{page}");
    assert!(text.contains("<script>alert(1)</script>"), "{text}");
    for written in [text, picture, page] {
        assert!(!written.contains('\u{1b}'));
    }
}

#[test]
fn our_functions_are_where_the_page_says() {
    let page = written(&story(FORK), Lang::En)[2].clone() + &written(&story(SELECT), Lang::En)[2];
    let mut functions = 0;
    for made in page.split("<dt>made by</dt><dd><code>").skip(1) {
        let (name, rest) = made.split_once("</code> <span>").expect("a function");
        let file = rest.split('<').next().expect("a file");
        if file == "std::os::fd" {
            continue;
        }
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let source = std::fs::read_to_string(&path).expect(file);
        let function = name.rsplit("::").next().expect("a name");
        assert!(source.contains(&format!("fn {function}")), "{name} in {file}");
        functions += 1;
    }
    assert!(functions > 50, "{functions}");
}

#[test]
fn a_log_without_sockets_is_no_conversation() {
    let nothing = |log: &str| story(log).nothing(Lang::En);
    let end = "1 23:05:28.350606 +++ exited with 0 +++\n";
    let reason = nothing(&format!("1 23:05:28.350605 close(3</etc/passwd>) = 0 <0.000001>\n{end}"));
    assert!(reason.is_some_and(|reason| reason.contains("nobody talks to anybody")));
    let reason = nothing(&format!("1 23:05:28.350605 listen(3, 5) = 0 <0.000001>\n{end}"));
    assert_eq!(reason, None);
}

#[test]
fn a_server_alone_is_drawn_too() {
    let server: String = SELECT
        .lines()
        .filter(|line| line.starts_with(SELECT.split(' ').next().unwrap_or_default()))
        .map(|line| format!("{line}\n"))
        .collect();
    let story = story(&server);
    let [text, picture, _] = written(&story, Lang::En);
    assert_eq!(lanes(&story, &lay_out(&story, Lang::En)), ["server"]);
    let mut connections =
        story.channels.iter().filter(|channel| channel.kind == channel::ChannelKind::Tcp);
    let client = connections.next().expect("a connection").ends[0].name.to_string();
    assert!(text.contains(&format!("from {client}")), "{text}");
    assert!(picture.contains("recv “Hola soy el cliente 1”"), "{picture}");
}

#[test]
fn times_in_whole_seconds_say_less_than_the_order_of_the_lines() {
    let story = story(include_str!("../../tests/trace/formats/t.log"));
    let done = |meaning: Meaning| {
        let mut steps = story.steps.iter();
        steps.position(|step| step.meaning == meaning).unwrap_or_else(|| panic!("{meaning:?}"))
    };
    let calls =
        [Meaning::Connect, Meaning::Accept, Meaning::Recv, Meaning::RecvEnd, Meaning::WaitAllGone];
    assert!(calls.map(done).is_sorted(), "{:?}", calls.map(done));
    assert_eq!(story.steps.last().map(|step| step.meaning), Some(Meaning::Exit));
    assert_eq!([ArrowKind::Connect, ArrowKind::Data].map(|kind| count(&story, kind)), [1, 4]);
}

#[test]
fn the_name_service_daemon_is_no_part_of_the_conversation() {
    let log = include_str!("../../tests/trace/logs/nginx.2.log");
    assert!(log.contains("/var/run/nscd/socket"));
    let story = story(log);
    let told: Vec<_> = story.steps.iter().flat_map(|step| story.raw(step)).collect();
    let is_nscds =
        |line: &&str| line.contains("nscd") || line.contains("AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC");
    assert!(!told.iter().any(is_nscds), "{told:?}");
    let count = |meaning| story.steps.iter().filter(|step| step.meaning == meaning).count();
    assert_eq!(count(Meaning::Socket), count(Meaning::Connect));
}

#[test]
fn what_seems_to_arrive_before_it_is_sent_arrives_when_it_is_sent() {
    // As strace writes it for two programs with separate logs.
    let (near, far) = ("127.0.0.1:48626->127.0.0.1:42351", "127.0.0.1:42351->127.0.0.1:48626");
    let log = format!(
        "1 07:27:35.000000 listen(3<TCP:[127.0.0.1:42351]>, 5) = 0 <0.000009>
1 07:27:35.001000 accept4(3<TCP:[127.0.0.1:42351]>, NULL, NULL, 0) = 4<TCP:[{far}]> <0.000100>
2 07:27:35.001050 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3<TCP:[9]> <0.000009>
2 07:27:35.001107 connect(3<TCP:[9]>, {{sa_family=AF_INET, sin_port=htons(42351), sin_addr=inet_addr(\"127.0.0.1\")}}, 16) = 0 <0.000147>
2 07:27:35.004347 sendto(3<TCP:[{near}]>, \"one\", 3, 0, NULL, 0) = 3 <0.002147>
2 07:27:35.009533 recvfrom(3<TCP:[{near}]>, \"ONE\", 9, 0, NULL, NULL) = 3 <0.000287>
1 07:27:35.009783 recvfrom(4<TCP:[{far}]>, \"one\", 9, 0, NULL, NULL) = 3 <0.000009>
1 07:27:35.009829 sendto(4<TCP:[{far}]>, \"ONE\", 3, 0, NULL, 0) = 3 <0.000126>
2 07:27:35.009911 close(3<TCP:[{near}]>) = 0 <0.000013>
"
    );
    let story = story(&log);
    assert_eq!([ArrowKind::Connect, ArrowKind::Data].map(|kind| count(&story, kind)), [1, 2]);
}

#[test]
fn no_control_character_of_a_log_reaches_a_terminal() {
    let log = "7 execve(\"/tmp/\\33[31mev\\nil\", [\"x\"], 0x0) = 0\n7 socket(AF_INET, SOCK_STREAM, 0) = 3<TCP:[9]>\n\
               7 setsockopt(3<TCP:[9]>, SOL_SOCKET, \u{1b}]0;x\u{7}, [1], 4) = 0\n7 +++ exited with 0 +++\n";
    let story = story(log);
    assert_eq!(story.tasks[0].program, "\\x1b[31mev\\x0ail");
    let [text, ..] = written(&story, Lang::En);
    assert!(text.contains("\\x1b]0;x\\x07"), "{text}");
    assert!(!text.chars().any(|char| char.is_control() && char != '\n'), "{text}");
}

#[test]
fn the_picture_needs_no_variables_of_css() {
    let [_, picture, _] = written(&story(FORK), Lang::En);
    assert!(!picture.contains("var("), "{picture}");
    // Those that know of no dark backgrounds see the light colours.
    let (light, dark) = picture.split_once("@media (prefers-color-scheme: dark)").expect("a style");
    assert!(light.contains(".trace .c1 { color: #0f66b4; }") && dark.contains(".trace .c1 {"));
}

#[test]
fn what_children_still_have_open_is_known_of_those_in_the_log() {
    let client = "<TCP:[127.0.0.1:7000->127.0.0.1:5000]>";
    let closes = |before: &str, after: &str| {
        let mut log = format!(
            "7 10:00:00.000000 accept(3<TCP:[127.0.0.1:7000]>, NULL, NULL) = 4{client} <0.000010>\n"
        );
        for child in 100..200 {
            log += &format!(
                "7 10:00:00.000{child} clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) \
                 = {child} <0.000010>\n"
            );
        }
        log += &format!("{before}7 10:00:02.000000 close(4{client}) = 0 <0.000010>\n{after}");
        let is_close =
            |meaning: &Meaning| matches!(meaning, Meaning::CloseCopy | Meaning::CloseOne);
        story(&log).steps.iter().map(|step| step.meaning).find(is_close)
    };
    let copies = format!("7 10:00:01.000000 dup(4{client}) = 5{client} <0.000010>\n");
    let sends = |at: u32| {
        format!("150 10:00:0{at}.000000 sendto(4{client}, \"x\", 1, 0, NULL, 0) = 1 <0.000010>\n")
    };
    assert_eq!(closes("", ""), Some(Meaning::CloseOne));
    assert_eq!(closes(&copies, ""), Some(Meaning::CloseCopy));
    assert_eq!(closes(&sends(1), ""), Some(Meaning::CloseCopy));
    assert_eq!(closes("", &sends(3)), Some(Meaning::CloseCopy));
}
