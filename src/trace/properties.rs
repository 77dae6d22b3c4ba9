//! Whatever is in a log, it is shown or refused: nothing panics.

use super::tests::{FORK, SELECT, records, written};
use crate::properties::config;
use crate::screen::Lang;
use crate::trace::check;
use crate::trace::model::interpret;
use crate::trace::read::line;
use proptest::prelude::*;

/// Runs all stages, as far as they go.
fn go(text: &str) {
    let mut story = interpret::interpret(records(text));
    story.findings = check::all(&story);
    let _ = written(&story, Lang::Es);
    let _ = story.nothing(Lang::En);
    for arrow in &story.arrows {
        let [from, to] = [arrow.from, arrow.to].map(|step| story.steps[step].time());
        assert!(from <= to, "backwards in time: {arrow:?} in\n{text}");
    }
}

/// A plausible log: lines of a real one, some lost, some repeated, some out of order.
fn shuffled() -> impl Strategy<Value = String> {
    let line = prop_oneof![Just(FORK), Just(SELECT)]
        .prop_flat_map(|log| prop::sample::select(log.lines().collect::<Vec<_>>()));
    prop::collection::vec(line, 1..60).prop_map(|lines| {
        let mut text = lines.join("\n");
        // Every process ends, so that the log is not refused just for that.
        for log in [FORK, SELECT] {
            for end in log.lines().filter(|line| line.contains(" +++ ")) {
                text.push('\n');
                text.push_str(end);
            }
        }
        text
    })
}

/// A garbled log: lines cut off, with bytes inserted, with another time, of another process.
fn garbled() -> impl Strategy<Value = String> {
    let log = prop_oneof![Just(FORK), Just(SELECT)];
    let change = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        prop_oneof![
            Just(None),
            prop::collection::vec(any::<u8>(), 0..6).prop_map(Some),
            "[0-9]{1,10} [0-9]{2}:[0-9]{2}:[0-9]{1,9}\\.[0-9]{6} ".prop_map(|it| Some(it.into())),
        ],
    );
    (log, prop::collection::vec(change, 1..9)).prop_map(|(log, changes)| {
        let mut lines: Vec<_> = log.lines().map(|line| line.as_bytes().to_vec()).collect();
        for (line, at, bytes) in changes {
            let line = line.get_mut(&mut lines);
            let at = at.index(line.len() + 1);
            match bytes {
                None => line.truncate(at),
                // Something like a line's beginning replaces its own.
                Some(bytes) if bytes.len() > 6 => {
                    let own = line.iter().enumerate().filter(|&(_, &byte)| byte == b' ');
                    let end = own.map(|(at, _)| at + 1).nth(1).unwrap_or(0);
                    line.splice(..end, bytes);
                }
                Some(bytes) => drop(line.splice(at..at, bytes)),
            }
        }
        String::from_utf8_lossy(&lines.join(&b'\n')).into_owned()
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_text(text in "(\\PC|\n)*") {
        go(&text);
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        go(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn a_line_of_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200), from in "(7 )?(23:05:28.350605 )?") {
        let text = from + &String::from_utf8_lossy(&bytes);
        let _ = line::piece(line::split(&text).rest);
    }

    #[test]
    fn any_garbled_log(text in garbled()) {
        go(&text);
    }

    #[test]
    fn any_line(rest in "[a-z_0-9<>(){}\\[\\]\"\\\\=,.:é \\-+?]{0,80}") {
        go(&format!("7 23:05:28.350605 {rest}\n7 23:05:28.350606 +++ exited with 0 +++\n"));
    }

    #[test]
    fn any_arguments(
        name in "listen|connect|accept4|sendto|recvfrom|pselect6|poll|clone|kill|wait4|close|write|read|rt_sigaction|\
                 setsockopt|prctl",
        args in "[a-z0-9<>{}\\[\\]\"\\\\=,:é \\-+TCP]{0,60}",
        result in -2_i64..9,
    ) {
        go(&format!("{}7 23:05:28.350605 {name}(5<TCP:[127.0.0.1:1]>, {args}) = {result} <0.000001>\n\
                     7 23:05:28.350606 +++ exited with 0 +++\n",
            "7 23:05:28.350604 listen(5<TCP:[127.0.0.1:1]>, 5) = 0 <0.000001>\n"));
    }

    #[test]
    fn any_order(text in shuffled()) {
        go(&text);
    }

    #[test]
    fn any_byte_changed(at in 0..FORK.len(), byte in any::<u8>()) {
        let mut bytes = FORK.as_bytes().to_vec();
        bytes[at] = byte;
        go(&String::from_utf8_lossy(&bytes));
    }
}
