//! The statements of a `.expect`.

use super::bytes::Bytes;

/// A task as it is named: by its pid.
pub type Pid = Option<i32>;

/// A statement.
#[derive(Debug)]
pub enum Statement {
    Files(Vec<String>),
    Task { pid: Pid, thread_of: Option<i32>, child_of: Option<i32> },
    Channel { name: String, kind: String, ends: [(String, Vec<Pid>); 2] },
    Bytes { channel: String, from: Pid, to: Pid, bytes: Bytes },
    Sent { channel: String, by: Pid, bytes: Bytes },
    Received { channel: String, by: Pid, bytes: Bytes },
    Eof { channel: String, from: Pid, to: Pid },
    Arrow(u64, u64),
    NoArrowFrom(u64),
    NoArrowTo(u64),
    Says { line: Option<u64>, text: String, is_never: bool },
    Note(String, Vec<String>),
    Exit,
}

/// The statement of a line, unless it is a comment.
pub fn parse(line: &str) -> Option<Statement> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let words: Vec<_> = rest.split(' ').collect();
    let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("a number: {line}"));
    Some(match word {
        "" => return None,
        _ if word.starts_with('#') => return None,
        "files" => Statement::Files(words.iter().map(|&word| word.into()).collect()),
        "task" => {
            let after = |what: [&str; 2]| {
                let at = words.windows(2).position(|pair| pair == what)?;
                words.get(at + 2)?.parse().ok()
            };
            let (thread_of, child_of) = (after(["thread", "of"]), after(["child", "of"]));
            Statement::Task { pid: pid(words[0]), thread_of, child_of }
        }
        "channel" => {
            let (name, rest) = rest.split_once(' ').expect(line);
            let (kind, ends) = rest.split_once(' ').expect(line);
            let (one, other) = ends.trim_end_matches(" closed").split_once(" <-> ").expect(line);
            Statement::Channel {
                name: name.into(),
                kind: kind.into(),
                ends: [end(one), end(other)],
            }
        }
        "bytes" => {
            let (channel, from, to) = (words[0].into(), pid(words[1]), pid(words[3]));
            Statement::Bytes { channel, from, to, bytes: Bytes::parse(quoted(rest)) }
        }
        "sent" => Statement::Sent {
            channel: words[0].into(),
            by: pid(words[1]),
            bytes: Bytes::parse(quoted(rest)),
        },
        "received" => Statement::Received {
            channel: words[0].into(),
            by: pid(words[1]),
            bytes: Bytes::parse(quoted(rest)),
        },
        "eof" => {
            Statement::Eof { channel: words[0].into(), from: pid(words[1]), to: pid(words[3]) }
        }
        "arrow" => Statement::Arrow(number(words[0]), number(words[2])),
        "no" if words[1] == "from" => Statement::NoArrowFrom(number(words[2])),
        "no" => Statement::NoArrowTo(number(words[2])),
        "at" => {
            let (place, rest) = rest.split_once(' ').expect(line);
            says(Some(number(place)), rest)
        }
        "says" | "never" => says(None, line),
        "note" => {
            Statement::Note(words[0].into(), words[1..].iter().map(|&word| word.into()).collect())
        }
        "exit" => Statement::Exit,
        _ => panic!("no statement: {line}"),
    })
}

fn says(line: Option<u64>, text: &str) -> Statement {
    let (is_never, bytes) = (text.starts_with("never "), Bytes::parse(quoted(text)));
    let text = String::from_utf8(bytes.0.into_iter().flatten().collect()).expect("text");
    Statement::Says { line, text, is_never }
}

fn pid(text: &str) -> Pid {
    text.parse().ok()
}

/// `ADDRESS PIDS`. The address may have spaces.
fn end(text: &str) -> (String, Vec<Pid>) {
    let (address, pids) = text.rsplit_once(' ').expect("an address and pids");
    let pids = if pids == "-" { Vec::new() } else { pids.split(',').map(pid).collect() };
    (address.into(), pids)
}

fn quoted(text: &str) -> &str {
    &text[text.find('"').unwrap_or(text.len())..]
}
