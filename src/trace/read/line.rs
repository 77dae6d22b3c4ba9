//! One line of a log: who, when, what.

use super::call::{Call, number};
use super::time::Time;

/// The beginning of a line, parsed, and the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogLine<'a> {
    /// The process, if the line names it.
    pub pid: Option<i32>,
    /// The time, if the line has one.
    pub time: Option<Time>,
    /// The rest of the line.
    pub rest: &'a str,
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinePiece<'a> {
    /// A call, complete.
    Call(Call),
    /// The beginning of a call.
    Unfinished(&'a str),
    /// The rest of the call of that name.
    Resumed(&'a str, &'a str),
    /// strace detaches from the process during this call.
    Detached(&'a str),
    /// A signal of that name arrives, from the process with that number; the whole line.
    Signal(&'a str, Option<i32>, &'a str),
    /// The process exits.
    Exited,
    /// A signal of that name has stopped the process; the whole line.
    Stopped(&'a str, &'a str),
    /// A signal of that name ends the process; the whole line.
    Killed(&'a str, &'a str),
    /// This other thread of the process executes a program, and takes over the process's number.
    Superseded(i32),
    /// strace says that it has attached to this process.
    Attached(i32),
    /// strace says that it has detached from this process.
    LetGo(i32),
    /// Nothing that matters here.
    Nothing,
}

/// Splits off the beginning of a line: `[pid 7] 23:05:28.350605 (+ 0.000012) [ 0] [00007f3e] …`.
#[must_use]
pub fn split(line: &str) -> LogLine<'_> {
    let (pid, after) = pid(line);
    let mut rest = brackets(after);
    // A relative time is right-aligned.
    let is_number = |word: &str| {
        pid.is_some() || after.starts_with(' ') || word.len() > 7 || word.contains(['.', ':'])
    };
    let time = rest.split_once(' ').and_then(|(word, after)| {
        let time = Time::parse(word).filter(|_| is_number(word))?;
        rest = after;
        Some(time)
    });
    if let Some(relative) = rest.strip_prefix("(+") {
        rest = relative.split_once(") ").map_or(rest, |(_, rest)| rest);
    }
    LogLine { pid, time, rest: brackets(rest).trim_end() }
}

/// `[pid 7] `, `7   ` or `7<name> `, and what follows it.
fn pid(line: &str) -> (Option<i32>, &str) {
    let of = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (start, close) = match line.strip_prefix("[pid ") {
        Some(rest) => (rest.trim_start(), "]"),
        None => (line, ""),
    };
    let digits = of(start);
    let parsed = start[..digits].parse().ok().filter(|&pid: &i32| pid > 0 && digits <= 7);
    let Some(pid) = parsed else { return (None, line) };
    let mut rest = &start[digits..];
    if rest.starts_with('<') {
        // A name may have any character except these.
        rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
    }
    match rest.strip_prefix(close).and_then(|rest| rest.strip_prefix(' ')) {
        // A further space belongs to a relative time.
        Some(rest) => (Some(pid), rest),
        None => (None, line),
    }
}

/// The line without `[ 0] ` (a call's number), `[00007f3e] ` (where it was made) or `[unconfined_t] `.
fn brackets(mut line: &str) -> &str {
    line = line.trim_start();
    while let Some((_, rest)) = line.strip_prefix('[').and_then(|inside| inside.split_once("] ")) {
        line = rest.trim_start();
    }
    line
}

/// Parses what a line says; `None` if it is not understood.
#[must_use]
pub fn piece(rest: &str) -> Option<LinePiece<'_>> {
    match rest.as_bytes().first()? {
        b'-' => signal(rest),
        b'+' => end(rest),
        b'<' if matches!(rest, "<unfinished ...>" | "<detached ...>") => Some(LinePiece::Nothing),
        b'<' => {
            let (name, tail) = rest.strip_prefix("<... ")?.split_once(" resumed>")?;
            Some(if name == "???" { LinePiece::Nothing } else { LinePiece::Resumed(name, tail) })
        }
        // The stack of a call (-k).
        b'>' => Some(LinePiece::Nothing),
        b'?' => rest.starts_with("???(").then_some(LinePiece::Nothing),
        b's' | b'P' | b'['
            if rest.starts_with("strace: ")
                || rest.starts_with("Process ")
                || rest.starts_with("[ Process ") =>
        {
            Some(said(rest))
        }
        _ => match rest.rsplit_once(" <") {
            Some((start, "unfinished ...>")) => {
                Call::begun(start).map(|_| LinePiece::Unfinished(start))
            }
            Some((start, "detached ...>")) => {
                Call::begun(start).map(|_| LinePiece::Detached(start))
            }
            _ => Call::parse(rest).map(LinePiece::Call),
        },
    }
}

fn signal(rest: &str) -> Option<LinePiece<'_>> {
    let signal = rest.strip_prefix("--- ")?.strip_suffix(" ---")?;
    let Some((name, about)) = signal.split_once(' ').filter(|_| signal.starts_with("SIG")) else {
        let stopped = signal.strip_prefix("stopped by ").map(|name| LinePiece::Stopped(name, rest));
        return Some(stopped.unwrap_or(LinePiece::Nothing));
    };
    let sender = about.split_once("si_pid=").and_then(|(_, pid)| {
        number(pid.split([',', '}', ' ']).next()?).and_then(|pid| pid.try_into().ok())
    });
    Some(LinePiece::Signal(name, sender, rest))
}

fn end(rest: &str) -> Option<LinePiece<'_>> {
    let end = rest.strip_prefix("+++ ")?.strip_suffix(" +++")?;
    if end.starts_with("exited with ") {
        return Some(LinePiece::Exited);
    }
    if let Some(signal) = end.strip_prefix("killed by ") {
        return Some(LinePiece::Killed(signal.split(' ').next().unwrap_or(signal), rest));
    }
    end.strip_prefix("superseded by execve in pid ")?.parse().ok().map(LinePiece::Superseded)
}

/// strace's own messages on stderr.
fn said(rest: &str) -> LinePiece<'_> {
    let words = rest.strip_prefix("strace: ").unwrap_or(rest).split(' ').collect::<Vec<_>>();
    match words[..] {
        ["Process", pid, what, ..] => match (number(pid).and_then(|pid| pid.try_into().ok()), what)
        {
            (Some(pid), "attached") => LinePiece::Attached(pid),
            (Some(pid), "detached") => LinePiece::LetGo(pid),
            _ => LinePiece::Nothing,
        },
        _ => LinePiece::Nothing,
    }
}
