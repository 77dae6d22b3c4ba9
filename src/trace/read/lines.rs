//! The lines of a file, one at a time, however long they are.

use std::io::{self, BufRead};

/// More of a line than this is not kept.
const LONGEST: usize = 16 << 20;

/// Reads a line into `line`, without its end; whether there was one.
pub(super) fn next(source: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let mut any = false;
    loop {
        let available = match source.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            available => available?,
        };
        if available.is_empty() {
            return Ok(any);
        }
        any = true;
        let end = available.iter().position(|&byte| byte == b'\n');
        let piece = &available[..end.unwrap_or(available.len())];
        let room = LONGEST.saturating_sub(line.len()).min(piece.len());
        line.extend_from_slice(&piece[..room]);
        let used = piece.len() + usize::from(end.is_some());
        source.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}

/// A line as text, without what is no part of it: a byte order mark, a return, bytes of a hole in the file.
pub(super) fn text(line: &[u8]) -> std::borrow::Cow<'_, str> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    let hole = line.iter().take_while(|&&byte| byte == 0).count();
    String::from_utf8_lossy(line[hole..].trim_ascii_end())
}
