//! Whatever is in a log, it is told or refused: nothing panics.

use super::tests::{FORK, SELECT, written};
use super::{log, teller};
use crate::screen::Lang;
use proptest::prelude::*;

/// All the way, as far as it goes.
fn go(text: &str) {
    match log::parse("any.log", text, 1).map(|records| log::merge(vec![records])) {
        Ok(records) => match teller::tell(&records) {
            Ok(story) => {
                let _ = written(&story, Lang::Es);
            }
            Err(error) => drop(error.reason(Lang::En)),
        },
        Err(error) => drop(error.reason(Lang::Es)),
    }
}

/// A log that could be: lines of a real one, some lost, some twice, some out of order.
fn shuffled() -> impl Strategy<Value = String> {
    let line = prop_oneof![Just(FORK), Just(SELECT)]
        .prop_flat_map(|log| prop::sample::select(log.lines().collect::<Vec<_>>()));
    prop::collection::vec(line, 1..60).prop_map(|lines| {
        let mut text = lines.join("\n");
        // Every process ends, so that the log is not refused for that alone.
        for log in [FORK, SELECT] {
            for end in log.lines().filter(|line| line.contains(" +++ ")) {
                text.push('\n');
                text.push_str(end);
            }
        }
        text
    })
}

proptest! {
    #[test]
    fn any_text(text in "\\PC*") {
        go(&text);
    }

    #[test]
    fn any_line(rest in "[a-z_0-9<>(){}\\[\\]\"\\\\=,.:é \\-+?]{0,80}") {
        go(&format!("7 23:05:28.350605 {rest}\n7 23:05:28.350606 +++ exited with 0 +++\n"));
    }

    #[test]
    fn any_arguments(name in "listen|connect|accept4|sendto|recvfrom|pselect6|poll|clone|kill|wait4|close|write|read|rt_sigaction|setsockopt|prctl",
            args in "[a-z0-9<>{}\\[\\]\"\\\\=,:é \\-+TCP]{0,60}", result in -2_i64..9) {
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
