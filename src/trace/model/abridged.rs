//! What is kept of strace's lines if there are very many: as if strace had been told to show less.

use crate::trace::read::scan::{decoration, quoted};

/// This many bytes of lines are kept unchanged.
pub(super) const ROOM: usize = 64 << 20;

/// This many bytes are kept in all: no more than a four-byte offset can address.
const MOST: usize = 1 << 30;

/// This many bytes of a string, as with strace -s 32.
const STRING: usize = 32;

/// Adds a line without strace's annotations, and with only the beginnings of its strings.
pub(super) fn abridge(line: &str, out: &mut String) {
    if out.len() >= MOST {
        return;
    }
    let bytes = line.as_bytes();
    let (mut from, mut at) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        let is_named = at > 0 && bytes[at - 1].is_ascii_digit();
        match byte {
            b'"' => {
                let end = at + quoted(&line[at..]);
                let shown = cut(line, at, end);
                if shown < end {
                    out.push_str(&line[from..shown]);
                    out.push_str("\"...");
                    from = if line[end..].starts_with("...") { end + 3 } else { end };
                }
                at = end.max(from);
            }
            b'<' if is_named && bytes.get(at + 1) != Some(&b'<') => {
                out.push_str(&line[from..at]);
                at += decoration(&line[at..]);
                from = at;
            }
            _ => at += 1,
        }
    }
    out.push_str(&line[from..]);
}

/// Where to cut a string: not in the middle of a character or of an escape.
fn cut(line: &str, start: usize, end: usize) -> usize {
    let mut at = start + 1;
    while at < end - 1 && at - start <= STRING {
        at += match line.as_bytes()[at] {
            b'\\' => escaped(&line[at + 1..]) + 1,
            _ => line[at..].chars().next().map_or(1, char::len_utf8),
        };
    }
    if at >= end - 1 { end } else { at }
}

/// The length of the escape after a backslash.
fn escaped(rest: &str) -> usize {
    let digits = |from: usize, most: usize, base: u32| {
        rest.chars().skip(from).take(most).take_while(|char| char.is_digit(base)).count()
    };
    match rest.as_bytes().first() {
        Some(b'x') => 1 + digits(1, 2, 16),
        Some(b'0'..=b'7') => digits(0, 3, 8),
        _ => rest.chars().next().map_or(0, char::len_utf8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_as_if_strace_had_been_told_to_show_less() {
        for (line, expected) in [
            ("read(3<TCP:[1->2]>, \"Hola\\n\", 9) = 5", "read(3, \"Hola\\n\", 9) = 5"),
            (
                "write(1</tmp/a \"b\">, \"0123456789012345678901234567890123456789\", 40) = 40 <0.000001>",
                "write(1, \"01234567890123456789012345678901\"..., 40) = 40 <0.000001>",
            ),
            (
                "write(1, \"0123456789012345678901234567890\\303\\2619\"..., 99) = 99",
                "write(1, \"0123456789012345678901234567890\\303\"..., 99) = 99",
            ),
            ("mmap(NULL, 21<<MAP_HUGE_SHIFT) = 0", "mmap(NULL, 21<<MAP_HUGE_SHIFT) = 0"),
            ("read(3, \"cut", "read(3, \"cut"),
        ] {
            let mut out = String::new();
            abridge(line, &mut out);
            assert_eq!(out, expected);
        }
    }
}
