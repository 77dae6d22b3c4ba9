//! Every form of line, and logs of every form.

mod any;
mod formats;
mod lines;
mod logs;
mod several;

use super::notes::Notes;
use super::reader::Reader;
use super::record::{Record, TraceEvent};
use std::io::Cursor;

/// The records of logs, and what they lack.
fn read(logs: &[(&str, &str)]) -> (Vec<Record>, Notes) {
    let open = |(name, text): &(&str, &str)| {
        ((*name).to_owned(), Box::new(Cursor::new(text.as_bytes().to_owned())) as _)
    };
    let mut reader = Reader::of(logs.iter().map(open).collect());
    let records = reader.by_ref().collect();
    (records, reader.notes())
}

/// A record in a few words: `7 at 12: close(3) = 0`.
fn words(record: &Record) -> String {
    let Record { pid, at, .. } = record;
    let what = match &record.event {
        TraceEvent::Call(call) => {
            let args: Vec<_> = call.args().collect();
            format!("{}({}) = {}", call.name(), args.join(", "), call.result())
        }
        TraceEvent::Signal(signal) => format!("{} {:?}", signal.name, signal.sender),
        TraceEvent::Stopped(signal) => format!("stopped by {}", signal.name),
        TraceEvent::Killed(signal) => format!("killed by {}", signal.name),
        TraceEvent::End => "end".into(),
        TraceEvent::LetGo => "let go".into(),
        TraceEvent::Named(pid) => format!("named {pid}"),
    };
    format!("{pid} at {at}: {what}")
}

fn told(log: &str) -> Vec<String> {
    read(&[("a.log", log)]).0.iter().map(words).collect()
}
