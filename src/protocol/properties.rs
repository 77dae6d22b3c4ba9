//! Property tests: any bytes, any split, any timing.

use super::framing::{Framing, Refusal, content};
use super::reply::MAX_MESSAGE;
use super::session::{Answered, Rules, Session};
use crate::clock::{Clock, Now};
use crate::properties::config;
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::LazyLock;
use std::time::Duration;

const SILENCE: Duration = Duration::from_millis(50);

/// One moment for all sessions, so that their replies can be compared.
static NOW: LazyLock<Now> = LazyLock::new(|| Clock::new().now);

fn session(echo: bool, silence: Duration) -> (Session, Now) {
    let now = *NOW;
    (Session::new(Rules { echo, silence }, now), now)
}

fn after(now: &Now, millis: u64) -> Now {
    Now { monotonic: now.monotonic + Duration::from_millis(millis), ..*now }
}

/// Receives `input`, and answers all that is to be answered by now: the messages answered.
fn answers(session: &mut Session, mut input: &[u8], now: &Now, out: &mut Vec<u8>) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    while let Some(answered) = session.answer(&mut input, now, out) {
        match answered {
            Answered::Message(bytes) | Answered::Farewell(bytes) => messages.push(bytes.to_vec()),
            Answered::TooLong => messages.push(b"too long".to_vec()),
            Answered::NoMemory => unreachable!("there is memory"),
        }
    }
    messages
}

/// `bytes` in segments that end at `cuts`.
fn segments<'b>(bytes: &'b [u8], cuts: &[usize]) -> Vec<&'b [u8]> {
    let mut cuts: Vec<_> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.extend([0, bytes.len()]);
    cuts.sort_unstable();
    cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect()
}

/// Replies to `bytes` sent in segments that end at `cuts`, then end of file.
fn replies(bytes: &[u8], cuts: &[usize]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let (mut session, now) = session(false, SILENCE);
    let (mut out, mut messages) = (Vec::new(), Vec::new());
    for segment in segments(bytes, cuts) {
        messages.extend(answers(&mut session, segment, &now, &mut out));
    }
    session.end_of_file();
    messages.extend(answers(&mut session, b"", &now, &mut out));
    (out, messages)
}

/// Bytes as clients send them: words with a meaning, line ends, and anything.
fn conversation() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => Just(b"\n".to_vec()),
        2 => Just(b"\r\n".to_vec()),
        1 => Just(b"\r".to_vec()),
        1 => Just(b"SALIR".to_vec()),
        1 => Just("conexi\u{f3}n".as_bytes().to_vec()),
        1 => (MAX_MESSAGE - 2..MAX_MESSAGE + 3).prop_map(|length| vec![b'x'; length]),
        8 => vec(any::<u8>(), 0..20),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(config())]

    /// The messages are the lines, to the byte, up to the first that is too long.
    #[test]
    fn framing_cuts_at_newlines_and_nowhere_else(
        bytes in conversation(),
        cuts in vec(any::<usize>(), 0..20),
    ) {
        let (mut framing, mut messages, mut too_long) = (Framing::default(), Vec::new(), false);
        let mut inputs: Vec<_> = segments(&bytes, &cuts).into_iter().map(|it| (it, false)).collect();
        inputs.push((b"", true));
        'all: for (mut input, ended) in inputs {
            loop {
                match framing.message(&mut input, ended) {
                    Ok(Some(message)) => messages.push(message.to_vec()),
                    Ok(None) => break,
                    Err(refusal) => {
                        prop_assert_eq!(refusal, Refusal::TooLong);
                        too_long = true;
                        break 'all;
                    }
                }
            }
        }
        let lines: Vec<_> = bytes.split_inclusive(|&byte| byte == b'\n').collect();
        let fit = lines.iter().position(|line| content(line).len() > MAX_MESSAGE);
        prop_assert_eq!(too_long, fit.is_some());
        prop_assert_eq!(messages, &lines[..fit.unwrap_or(lines.len())]);
    }

    #[test]
    fn any_split_gives_the_same_replies(
        bytes in conversation(),
        cuts in vec(any::<usize>(), 0..20),
    ) {
        prop_assert_eq!(replies(&bytes, &cuts), replies(&bytes, &[]));
    }

    #[test]
    fn byte_by_byte_gives_the_same_replies(bytes in vec(any::<u8>(), 0..200)) {
        let every: Vec<_> = (0..bytes.len()).collect();
        prop_assert_eq!(replies(&bytes, &every), replies(&bytes, &[]));
    }

    #[test]
    fn every_line_gets_one_reply_that_ends_as_it_does(lines in vec("[a-z]{0,9}\r?\n", 0..30), rest in "[A-Z]{0,3}") {
        let (out, messages) = replies((lines.concat() + &rest).as_bytes(), &[]);
        let expected = lines.len() + usize::from(!rest.is_empty());
        prop_assert_eq!(messages.len(), expected);
        let out = String::from_utf8(out).unwrap();
        prop_assert_eq!(out.matches(" secs").count(), expected);
        prop_assert_eq!(out.matches('\n').count(), lines.len());
    }

    #[test]
    fn echo_gives_every_byte_back(segments in vec(vec(any::<u8>(), 0..100), 0..20)) {
        let (mut session, now) = session(true, SILENCE);
        let mut out = Vec::new();
        for segment in &segments {
            answers(&mut session, segment, &now, &mut out);
            prop_assert_eq!(session.deadline(), None);
        }
        prop_assert_eq!(out, segments.concat());
    }

    #[test]
    fn silence_ends_a_message_and_less_does_not(
        segments in vec(("[a-z]{1,9}", 0..100u64), 1..20),
    ) {
        let (mut session, start) = session(false, SILENCE);
        let (mut at, mut out, mut messages) = (0, Vec::new(), Vec::new());
        let mut expected = vec![String::new()];
        for (text, gap) in &segments {
            let input = text.as_bytes();
            messages.extend(answers(&mut session, input, &after(&start, at), &mut out));
            expected.last_mut().unwrap().push_str(text);
            at += gap;
            // Woken at its deadline or later, a server sees the same.
            messages.extend(answers(&mut session, b"", &after(&start, at), &mut out));
            if *gap >= 50 {
                expected.push(String::new());
            }
        }
        session.end_of_file();
        messages.extend(answers(&mut session, b"", &after(&start, at), &mut out));
        expected.retain(|message| !message.is_empty());
        let expected: Vec<_> = expected.into_iter().map(String::into_bytes).collect();
        prop_assert_eq!(messages, expected);
    }

    #[test]
    fn without_silence_every_chunk_is_a_message(chunks in vec("[a-z]{1,9}", 1..20)) {
        let (mut session, now) = session(false, Duration::ZERO);
        for chunk in &chunks {
            let messages = answers(&mut session, chunk.as_bytes(), &now, &mut Vec::new());
            prop_assert_eq!(messages, [chunk.as_bytes()]);
        }
    }
}
