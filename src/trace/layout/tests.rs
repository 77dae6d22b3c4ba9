//! Logs of thousands of calls: what is shown, and that what is counted is counted exactly.

use super::fold::fold;
use super::geometry::Geometry;
use super::lanes::Lanes;
use super::limits::{PICTURE, ROWS};
use super::more::MoreKind;
use super::width::Width;
use super::{lay_out, lay_out_within};
use crate::screen::Lang;
use crate::trace::model::meaning::Level;
use crate::trace::model::story::Story;
use crate::trace::tests::{FORK, SELECT, story, written};
use std::fmt::Write;

/// A log of a server with clients that connect one after another.
#[derive(Default)]
struct TestLog {
    text: String,
    at: u32,
}

const SERVER: &str = "127.0.0.1:7000";

/// An address as strace writes it.
fn address(port: u32) -> String {
    format!("{{sa_family=AF_INET, sin_port=htons({port}), sin_addr=inet_addr(\"127.0.0.1\")}}")
}

impl TestLog {
    fn new() -> Self {
        let mut log = Self::default();
        log.line(1, "socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3<TCP:[1]>");
        log.line(1, &format!("bind(3<TCP:[1]>, {}, 16) = 0", address(7000)));
        log.line(1, &format!("listen(3<TCP:[{SERVER}]>, 5) = 0"));
        log
    }

    fn line(&mut self, pid: u32, call: &str) {
        self.at += 10;
        let (seconds, micros) = (self.at / 1_000_000, self.at % 1_000_000);
        let _ = writeln!(self.text, "{pid} 10:00:{seconds:02}.{micros:06} {call} <0.000001>");
    }

    /// A connection, and this many echoes.
    fn connection(&mut self, pid: u32, port: u32, echoes: u32) {
        let client = format!("127.0.0.1:{port}");
        let (near, far) =
            (format!("3<TCP:[{client}->{SERVER}]>"), format!("4<TCP:[{SERVER}->{client}]>"));
        self.line(pid, &format!("socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3<TCP:[{port}]>"));
        self.line(pid, &format!("connect(3<TCP:[{port}]>, {}, 16) = 0", address(7000)));
        self.line(1, &format!("accept4(3<TCP:[{SERVER}]>, {}, [16], 0) = {far}", address(port)));
        for _ in 0..echoes {
            self.line(pid, &format!("sendto({near}, \"hello\", 5, 0, NULL, 0) = 5"));
            self.line(1, &format!("recvfrom({far}, \"hello\", 4096, 0, NULL, NULL) = 5"));
            self.line(1, &format!("sendto({far}, \"hello\", 5, 0, NULL, 0) = 5"));
            self.line(pid, &format!("recvfrom({near}, \"hello\", 4096, 0, NULL, NULL) = 5"));
        }
        self.line(pid, &format!("close({near}) = 0"));
        self.line(1, &format!("recvfrom({far}, \"\", 4096, 0, NULL, NULL) = 0"));
        self.line(1, &format!("close({far}) = 0"));
    }

    fn story(&self) -> Story {
        story(&self.text)
    }
}

/// What is counted: how many, and in how many lanes.
fn counted(drawn: &Geometry) -> Vec<(usize, usize)> {
    drawn.mores.iter().map(|more| (more.count, more.lanes.len())).collect()
}

#[test]
fn exchanges_that_repeat_are_counted() {
    let mut log = TestLog::new();
    log.connection(2, 50_000, 5000);
    let story = log.story();
    let drawn = lay_out(&story, Lang::En);
    assert_eq!(counted(&drawn), [(4998, 2)]);
    assert_eq!(drawn.mores[0].steps, 4 * 4998);
    assert!(drawn.rows.times.len() < 20, "{:?}", drawn.rows);
    let texts = [Lang::En, Lang::Es].map(|lang| written(&story, lang).concat());
    for (text, picture, told) in [
        (&texts[0], "… 4,998 more like this", "… 4,990 more like this: 19,960 calls and signals"),
        (&texts[1], "… 4998 más como este", "… 4990 más como este: 19.960 llamadas y señales"),
    ] {
        assert!(text.contains(picture) && text.contains(told), "{text}");
    }
}

#[test]
fn connections_that_are_alike_are_counted() {
    let mut log = TestLog::new();
    for port in 0..300 {
        log.connection(2, 50_000 + port, 2);
    }
    assert_eq!(counted(&lay_out(&log.story(), Lang::En)), [(298, 2)]);
}

#[test]
fn clients_that_are_alike_share_a_lane() {
    let mut log = TestLog::new();
    for client in 0..100 {
        // Some send more than others, in the same way.
        log.connection(10 + client, 50_000 + client, 1 + client % 3);
    }
    let story = log.story();
    let drawn = lay_out(&story, Lang::En);
    let others: Vec<_> = drawn.lanes.all.iter().map(|lane| (lane.others, lane.is_alike)).collect();
    assert_eq!(others.iter().filter(|lane| lane.0 > 0).collect::<Vec<_>>(), [&(98, true)]);
    assert_eq!(others.len(), 4);
    assert_eq!(counted(&drawn), [(98, 2)]);
    assert!(written(&story, Lang::En).concat().contains(">… 98 more</text>"));
}

#[test]
fn a_story_that_fits_on_a_screen_is_drawn_whole() {
    let mut log = TestLog::new();
    log.connection(2, 50_000, 8);
    let drawn = lay_out(&log.story(), Lang::En);
    assert!(drawn.mores.is_empty(), "{:?}", drawn.mores);
}

#[test]
fn whatever_the_log_the_picture_is_of_a_screen_or_two_and_nothing_is_lost() {
    // Calls in an order that does not repeat.
    let mut log = TestLog::new();
    let mut state = 7_u32;
    for client in 0..40 {
        for port in 0..5 {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12345);
            log.connection(10 + client, 50_000 + 5 * client + port, (state >> 16) % 7);
            if state >> 30 == 0 {
                log.line(1, "read(0</dev/pts/1>, \"x\", 1) = 1");
            }
        }
    }
    let story = log.story();
    let drawn = lay_out(&story, Lang::En);
    assert!(drawn.rows.times.len() <= ROWS, "{} rows", drawn.rows.times.len());
    assert!(drawn.lanes.all.len() <= PICTURE.lanes, "{:?}", drawn.lanes);
    for link in &drawn.links.all {
        assert!(drawn.rows.of[link.from] <= drawn.rows.of[link.to], "an arrow that goes up");
    }
    let lanes = Lanes::of_picture(&story, &PICTURE);
    let is_mark = |step: &crate::trace::model::story::Step| step.meaning.level() == Level::Mark;
    let marks = story.steps.iter().filter(|step| is_mark(step)).count();
    let mut folded = fold(&story, &lanes, &PICTURE, is_mark);
    for most in [240, 120, 60, 9] {
        folded.cut(&story, &lanes, most);
        let counted: usize = folded.mores.iter().map(|more| more.steps).sum();
        assert_eq!(folded.shown.len() + counted, marks);
        assert!(folded.shown.len() <= most);
        assert!(folded.mores.iter().filter(|more| more.kind == MoreKind::Steps).count() <= 1);
    }
}

#[test]
fn a_picture_is_no_wider_than_asked_for() {
    for (log, width) in [(SELECT, 830), (FORK, 1000), (SELECT, 5000)] {
        let story = story(log);
        let whole = lay_out(&story, Lang::En);
        let drawn = lay_out_within(&story, Width(Some(width)), Lang::En);
        let texts = |drawn: &Geometry| -> Vec<String> {
            let items = drawn.labels.items.iter().map(|label| label.text.clone());
            items.chain(drawn.labels.captions.iter().map(|caption| caption.text.clone())).collect()
        };
        let width = f64::from(width);
        assert!(drawn.shown <= width, "{} in {width}", drawn.shown);
        // Text stays 11 pixels high.
        assert!(drawn.columns.width * 11.0 <= drawn.shown * 12.0 + 0.1, "{}", drawn.shown);
        assert_eq!(drawn.rows.of, whole.rows.of);
        assert_eq!(texts(&drawn) == texts(&whole), whole.columns.width * 11.0 <= width * 12.0);
    }
}

#[test]
fn what_is_cut_for_others_takes_the_room_in_its_own_row() {
    let story = story(FORK);
    let drawn = lay_out_within(&story, Width(Some(830)), Lang::En);
    let bars = drawn.labels.bars.iter().map(|bar| bar.label.text.chars());
    let cut: Vec<_> =
        bars.filter(|text| text.clone().any(|it| it == '…')).map(Iterator::count).collect();
    assert!(cut.iter().max() > cut.iter().min(), "{cut:?}");
}

#[test]
fn by_itself_no_picture_is_wider_than_a_screen() {
    let mut log = TestLog::new();
    for client in 0..9 {
        let port = 50_000 + client;
        log.line(
            10 + client,
            "read(0</dev/pts/1>, \"a line that somebody has typed, and a long one\", 60) = 46",
        );
        log.connection(10 + client, port, client % 4);
    }
    let drawn = lay_out(&log.story(), Lang::En);
    assert!(
        drawn.lanes.all.len() == 10 && drawn.columns.width <= 1600.0,
        "{}",
        drawn.columns.width
    );
}

#[test]
fn who_is_waited_for_is_written_where_there_is_no_room_for_the_call() {
    let drawn = lay_out_within(&story(FORK), Width(Some(830)), Lang::En);
    let said = |text: &str| drawn.labels.bars.iter().any(|bar| bar.label.text == text);
    assert!(said("client 1") && said("client 2") && said("select: listener"));
    assert!(!drawn.labels.bars.iter().any(|bar| bar.label.text.starts_with("select: clie…")));
}
