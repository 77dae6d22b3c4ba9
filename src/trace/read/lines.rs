//! The lines of a file, one at a time, however long they are.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, BufRead};

/// More of a line than this is not kept.
pub(super) const LONGEST: usize = 16 << 20;

/// Reads a line into `line`, without its line end; returns whether it had one. `None`: there are no
/// more lines.
pub(super) fn next(source: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let mut any = false;
    loop {
        let available = match source.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            available => available?,
        };
        if available.is_empty() {
            return Ok(any.then_some(false));
        }
        any = true;
        let end = available.iter().position(|&byte| byte == b'\n');
        let piece = &available[..end.unwrap_or(available.len())];
        let room = LONGEST.saturating_sub(line.len()).min(piece.len());
        line.extend_from_slice(&piece[..room]);
        let used = piece.len() + usize::from(end.is_some());
        source.consume(used);
        if end.is_some() {
            return Ok(Some(true));
        }
    }
}

/// A line as text, without a byte order mark, carriage returns, NULs of a hole in the file, and colours. Readable
/// characters in hexadecimal (-x, -xx) are decoded. Control characters are escaped, as strace itself does: none
/// reaches a terminal.
pub(super) fn text(line: &[u8]) -> Cow<'_, str> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    let hole = line.iter().take_while(|&&byte| byte == 0).count();
    let mut text = String::from_utf8_lossy(line[hole..].trim_ascii_end());
    if text.contains('\x1b') {
        text = colourless(&text).into();
    }
    if text.contains(is_control) {
        text = escaped(&text).into();
    }
    if text.contains("\\x") { readable(&text).into() } else { text }
}

/// The text without colour sequences, of strace or of the program.
fn colourless(text: &str) -> String {
    let mut pieces = text.split("\x1b[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        let length = piece.bytes().take_while(|byte| matches!(byte, b'0'..=b'9' | b';')).count();
        text + piece[length..].strip_prefix('m').unwrap_or(piece)
    })
}

fn is_control(char: char) -> bool {
    char.is_control() && !char.is_whitespace()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        if is_control(char) {
            // Writing to a String cannot fail.
            let _ = write!(escaped, "\\x{:02x}", u32::from(char));
        } else {
            escaped.push(char);
        }
    }
    escaped
}

/// `\x48ola` as `Hola`. Characters that end a string or a name, and escapes, stay as they are.
fn readable(text: &str) -> String {
    let mut readable = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        readable.push_str(&rest[..at]);
        rest = &rest[at..];
        let hex =
            rest.strip_prefix("\\x").and_then(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok());
        let char = hex
            .map(char::from)
            .filter(|&char| matches!(char, ' '..='~') && !"\"\\<>".contains(char));
        let length = match char {
            Some(_) => 4,
            None => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        match char {
            Some(char) => readable.push(char),
            None => readable.push_str(&rest[..length]),
        }
        rest = &rest[length..];
    }
    readable + rest
}
