//! A system call as strace writes it: `listen(5<TCP:[127.0.0.1:6667]>, 1024) = 0 <0.000014>`.

use super::scan::{Span, arguments, trimmed};
use super::time::fraction;
use std::iter::Peekable;
use std::str::Bytes;

/// A call. It owns strace's text, and knows where each part is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    text: Box<str>,
    name: u32,
    args: Vec<Span>,
    result: Span,
    errno: Span,
    /// The number returned; `None` if there is none.
    pub value: Option<i64>,
    /// How long it took, in microseconds.
    pub took: Option<u64>,
}

impl Call {
    /// Parses a call, complete or not.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        Self::parse(text).or_else(|| Self::begun(text))
    }

    /// Parses a complete call: from its name to its result, with or without its duration.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let open = named(text)?;
        let (mut args, close) = arguments(text, open + 1);
        let after = close? + 1;
        let start = after + text[after..].find(|char| char != ' ')?;
        if !text[start..].starts_with("= ") {
            return None;
        }
        let mut end = text.len();
        let mut took = None;
        if let Some(at) = text[start..].rfind(" <").map(|at| start + at) {
            let shown = &text[at + 2..];
            took = shown.strip_suffix('>').and_then(micros);
            let is_cut = shown.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            if took.is_some() || is_cut || shown == "unavailable>" {
                end = at;
            }
        }
        let result = trimmed(text, start + 2, end);
        let shown = &text[result.0 as usize..result.1 as usize];
        let (first, rest) = shown.split_once(' ').unwrap_or((shown, ""));
        let value = number(first);
        if value.is_none() && first != "?" {
            return None;
        }
        let is_errno = rest.starts_with('E') && matches!(first, "-1" | "?");
        let errno = if is_errno {
            let start = result.0 + first.len() as u32 + 1;
            let length = rest.find(' ').unwrap_or(rest.len());
            (start, start + length as u32)
        } else {
            (0, 0)
        };
        // strace did not see how it ended.
        if let Some((from, to)) = args.last_mut() {
            let shown = &text[*from as usize..*to as usize];
            if let Some(shown) = shown.strip_suffix("<unfinished ...>") {
                *to = *from + shown.trim_end().len() as u32;
            }
        }
        if args.len() == 1 {
            args.pop_if(|(from, to)| from == to);
        }
        Some(Self { text: text.into(), name: open as u32, args, result, errno, value, took })
    }

    /// Parses the beginning of a call that has no end.
    #[must_use]
    pub fn begun(text: &str) -> Option<Self> {
        let open = named(text)?;
        let (mut args, _) = arguments(text, open + 1);
        args.pop_if(|(from, to)| from == to);
        Some(Self { text: text.into(), name: open as u32, args, ..Self::default() })
    }

    /// Whether a text begins a call and breaks off.
    #[must_use]
    pub fn is_open(text: &str) -> bool {
        let Some(open) = named(text) else { return false };
        let (_, close) = arguments(text, open + 1);
        close.is_none_or(|close| matches!(text[close + 1..].trim(), "" | "="))
    }

    /// A call of which only the name is known.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        Self { text: name.into(), name: name.len() as u32, ..Self::default() }
    }

    /// The kernel's name for it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.at((0, self.name))
    }

    /// An argument as written; empty if there is none.
    #[must_use]
    pub fn arg(&self, index: usize) -> &str {
        self.args.get(index).map_or("", |&span| self.at(span))
    }

    /// Each argument as written.
    pub fn args(&self) -> impl Iterator<Item = &str> {
        self.args.iter().map(|&span| self.at(span))
    }

    /// Everything after the equals sign except the duration; empty if the call is not finished.
    #[must_use]
    pub fn result(&self) -> &str {
        self.at(self.result)
    }

    /// The name of the error, also of one that only strace sees, such as `ERESTARTSYS`.
    #[must_use]
    pub fn errno(&self) -> Option<&str> {
        Some(self.at(self.errno)).filter(|errno| !errno.is_empty())
    }

    /// The whole call, as strace wrote it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the log does not show its end.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        self.result().is_empty()
    }

    fn at(&self, (from, to): Span) -> &str {
        self.text.get(from as usize..to as usize).unwrap_or_default()
    }
}

/// Where the parenthesis is that follows a call's name.
fn named(text: &str) -> Option<usize> {
    let open = text
        .bytes()
        .position(|byte| !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'))?;
    (open > 0 && text.as_bytes()[open] == b'(' && !text.as_bytes()[0].is_ascii_digit())
        .then_some(open)
}

/// `0.000012`, in microseconds.
fn micros(seconds: &str) -> Option<u64> {
    let (whole, rest) = seconds.split_once('.').unwrap_or((seconds, ""));
    whole.parse::<u64>().ok()?.checked_mul(1_000_000)?.checked_add(fraction(rest)?)
}

/// `3`, `-1`, `0x1f`, or with strace's annotation: `3<TCP:[…]>`.
pub(super) fn number(word: &str) -> Option<i64> {
    let word = word.split('<').next().unwrap_or_default();
    match word.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok().map(u64::cast_signed),
        None => word.parse().ok(),
    }
}

/// The bytes of a string argument: `"Hola\n"`, `"pr\303\263ximo"`.
#[must_use]
pub fn bytes(arg: &str) -> Vec<u8> {
    if !arg.starts_with('"') {
        return Vec::new();
    }
    let mut bytes = Vec::new();
    let mut rest = arg.bytes().peekable();
    rest.next();
    while let Some(byte) = rest.next().filter(|&byte| byte != b'"') {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'n') => bytes.push(b'\n'),
            Some(b'r') => bytes.push(b'\r'),
            Some(b't') => bytes.push(b'\t'),
            Some(b'v') => bytes.push(0x0b),
            Some(b'f') => bytes.push(0x0c),
            Some(b'x') => bytes.push(digits(&mut rest, 0, 16)),
            Some(digit @ b'0'..=b'7') => {
                bytes.push(digits(&mut rest, u32::from(digit - b'0'), 8));
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    bytes
}

/// A number with up to two more digits after its first.
fn digits(rest: &mut Peekable<Bytes<'_>>, first: u32, base: u32) -> u8 {
    let mut value = first;
    for _ in 0..2 {
        let digit = rest.peek().and_then(|&byte| char::from(byte).to_digit(base));
        let Some(digit) = digit else { break };
        value = value * base + digit;
        rest.next();
    }
    value as u8
}
