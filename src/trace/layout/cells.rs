//! How wide a text is: in cells of a terminal, and in the picture.

use crate::screen::cells::of;

/// The width of a cell of a label.
pub const CELL: f64 = 7.25;

/// How many cells of a monospaced font a text takes.
#[must_use]
pub fn count(text: &str) -> usize {
    text.chars().map(of).sum()
}

/// The width of a label.
#[must_use]
pub fn width(text: &str) -> f64 {
    count(text) as f64 * CELL
}

/// The beginning of a text, if it takes more than that many cells.
#[must_use]
pub fn shorten_to_cells(text: &str, most: usize) -> String {
    if count(text) <= most {
        return text.into();
    }
    let mut room = most.saturating_sub(1);
    let fits = |char: &char| {
        let left = room.checked_sub(of(*char));
        room = left.unwrap_or(0);
        left.is_some()
    };
    let start: String = text.chars().take_while(fits).collect();
    format!("{start}…")
}

/// A text in as many lines as it needs.
#[must_use]
pub fn wrap(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let word = shorten_to_cells(word, most);
        match lines.last_mut() {
            Some(line) if count(line) + 1 + count(&word) <= most => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_cells() {
        let texts =
            [("", 0), ("recv = 0", 8), ("“é…”", 4), ("n\u{303}", 1), ("漢字", 4), ("🦀⚠", 3)];
        for (text, cells) in texts {
            assert_eq!(count(text), cells, "{text}");
        }
    }

    #[test]
    fn what_is_shortened_fits() {
        for text in ["a long label", "漢字漢字漢字", "🦀a🦀b🦀c"] {
            for most in 1..13 {
                let short = shorten_to_cells(text, most);
                assert!(count(&short) <= most, "{short} in {most}");
                assert_eq!(short == text, count(text) <= most);
            }
        }
    }

    #[test]
    fn words_are_wrapped_and_none_is_lost() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("", 7), [""]);
    }
}
