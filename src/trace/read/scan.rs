//! Where things end: strings, what strace says of a descriptor, arguments.

/// The length of the quoted string that `text` begins with; all of it if it does not end.
pub(super) fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of the `<…>` that `text` begins with; all of it if it does not end. strace escapes
/// `<` and `>` in names, but writes `->` between the addresses of a socket.
pub(super) fn decoration(text: &str) -> usize {
    let is_path = text.as_bytes().get(1) == Some(&b'/');
    let (mut depth, mut brackets) = (0_usize, 0_usize);
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'[' if !is_path => brackets += 1,
            b']' if !is_path => brackets = brackets.saturating_sub(1),
            b'<' => depth += 1,
            b'>' if brackets == 0 => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// The arguments up to the closing parenthesis, and the length of all that.
pub(super) fn arguments(text: &str) -> Option<(Vec<String>, usize)> {
    let mut args = Vec::new();
    let (mut depth, mut start, mut at) = (0_usize, 0, 0);
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        let named = at > 0 && bytes[at - 1].is_ascii_alphanumeric();
        let step = match byte {
            b'"' => quoted(&text[at..]),
            b'<' if named => decoration(&text[at..]),
            _ => 1,
        };
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' if depth == 0 => {
                args.push(text[start..at].trim().into());
                return Some((args, at + 1));
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                args.push(text[start..at].trim().into());
                start = at + 1;
            }
            _ => {}
        }
        at += step;
    }
    None
}
