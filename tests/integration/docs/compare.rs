//! Compares what was shown with what a page says is shown.
//!
//! On the page `…` stands for any text, and alone on a line for any lines. Dates, times, seconds, and any number of
//! two digits or more (a port, a pid, a descriptor) stand for any number; in what a log says, every number does.
//! A run of blanks is like one blank.

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// Numbers of one digit are compared.
    Long,
    /// No number is compared.
    All,
}

/// Whether the lines of `expected` follow one another somewhere in `shown`.
pub(super) fn is_shown(expected: &str, shown: &str, numbers: Numbers) -> bool {
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(|line| without_numbers(line, numbers)).collect()
    };
    let (expected, shown) = (lines(expected), lines(shown));
    let mut from = 0;
    expected.split(|line| line == "…").all(|group| {
        let last = (shown.len() + 1).saturating_sub(group.len());
        let fits =
            |at: &usize| group.iter().zip(&shown[*at..]).all(|(line, shown)| is(line, shown));
        let found = (from..last).find(fits);
        found.inspect(|at| from = at + group.len()).is_some()
    })
}

/// Whether this is the line, with its `…`.
fn is(expected: &str, shown: &str) -> bool {
    let pieces: Vec<_> = expected.split('…').map(str::trim).collect();
    let [first, middle @ .., last] = &pieces[..] else { return expected == shown };
    let Some(mut rest) = shown.strip_prefix(first) else { return false };
    for piece in middle {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

fn without_numbers(line: &str, numbers: Numbers) -> String {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let (mut out, mut rest) = (String::new(), line.as_str());
    while let Some(at) = rest.find(|char: char| char.is_ascii_digit()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let number = |char: char| char.is_ascii_digit() || "/:.,".contains(char);
        // A stop at its end is not the number's.
        let end = rest.find(|char| !number(char)).unwrap_or(rest.len());
        let end = rest[..end].trim_end_matches(['/', ':', '.', ',']).len();
        let is_time = [" secs", " ms", " s "].iter().any(|unit| rest[end..].starts_with(unit));
        let is_any = numbers == Numbers::All || end > 1 || is_time;
        out.push_str(if is_any { "#" } else { &rest[..end] });
        rest = &rest[end..];
    }
    out + rest
}

#[test]
fn it_tells_them_apart() {
    let is_shown = |expected, shown| super::compare::is_shown(expected, shown, Numbers::Long);
    assert!(is_shown("b\nc", "a\nb\nc\nd"));
    assert!(!is_shown("b\nd", "a\nb\nc\nd"));
    assert!(is_shown("b\n…\nd", "a\nb\nc\nd"));
    assert!(!is_shown("d\n…\nb", "a\nb\nc\nd"));
    assert!(!is_shown("a\nb", "a"));
    let row = "('127.0.0.1', 34978)  since 09/05/2024 14:42:28  108 secs";
    assert!(is_shown(row, "('127.0.0.1', 6667) since 26/11/2026 10:00:00 5 secs"));
    assert!(!is_shown(row, "('127.0.0.1', 6667) until 26/11/2026 10:00:00 5 secs"));
    assert!(is_shown("clients: 2", "clients: 2") && !is_shown("clients: 2", "clients: 3"));
    assert!(is_shown("f(…, 12) = 0", "f(1, 2, 34) = 0"));
    assert!(!is_shown("f(…, 12) = 0", "f(1, 2, 34) = 1"));
    assert!(super::compare::is_shown("f(3) = 4", "f(12) = 5", Numbers::All));
}
