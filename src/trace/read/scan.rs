//! Where things end: strings, strace's annotations of descriptors, arguments.

/// A stretch of a text: its first byte, and the one after its last.
pub(super) type Span = (u32, u32);

/// The length of the quoted string that `text` begins with; all of it if it does not end.
pub(crate) fn quoted(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// The length of the `<…>` that `text` begins with; all of it if it does not end. strace escapes
/// `<` and `>` in names, but writes `->` between the addresses of a socket.
pub(crate) fn decoration(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_path = bytes.get(1) == Some(&b'/');
    let (mut depth, mut brackets, mut at) = (0_usize, 0_usize, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            // The path of a socket of AF_UNIX.
            b'"' if !is_path => {
                at += quoted(&text[at..]);
                continue;
            }
            b'[' if !is_path => brackets += 1,
            b']' if !is_path => brackets = brackets.saturating_sub(1),
            b'<' => depth += 1,
            b'>' if brackets == 0 => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// The arguments that begin at `start`, and the place of the closing parenthesis, if there is one.
pub(super) fn arguments(text: &str, start: usize) -> (Vec<Span>, Option<usize>) {
    let bytes = text.as_bytes();
    let mut args = Vec::with_capacity(6);
    let (mut depth, mut begun, mut at) = (0_usize, start, start);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += quoted(&text[at..]);
                continue;
            }
            b'<' if is_named(bytes, at) => {
                at += decoration(&text[at..]);
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' if depth == 0 => {
                args.push(value(text, trimmed(text, begun, at)));
                return (args, Some(at));
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                args.push(value(text, trimmed(text, begun, at)));
                begun = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    args.push(value(text, trimmed(text, begun, text.len())));
    (args, None)
}

/// An argument without its name: `fd=3` (-N), `flags=SIGCHLD` (of clone).
fn value(text: &str, (from, to): Span) -> Span {
    let name = text.as_bytes()[from as usize..to as usize].iter();
    let length = name
        .take_while(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'0'..=b'9'))
        .count() as u32;
    let is_named = length > 0 && text.as_bytes().get((from + length) as usize) == Some(&b'=');
    if is_named && from + length < to { (from + length + 1, to) } else { (from, to) }
}

/// Whether the `<` there annotates the number before it: `3<…>`, `AT_FDCWD<…>`, and not `21<<MAP_HUGE_SHIFT`.
fn is_named(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| bytes.get(at));
    before.is_some_and(|byte| byte.is_ascii_digit() || *byte == b'D')
        && bytes.get(at + 1) != Some(&b'<')
}

/// The stretch without the spaces around it.
pub(super) fn trimmed(text: &str, start: usize, end: usize) -> Span {
    let inside = text.get(start..end).unwrap_or_default();
    let start = start + (inside.len() - inside.trim_start().len());
    let end = start + inside.trim().len();
    (start as u32, end as u32)
}
