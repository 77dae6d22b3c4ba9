//! A line of the terminal, cell by cell.

use crate::trace::layout::cells;
use std::fmt::Write;

/// How a cell looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// A class of colour of the picture, or none.
    pub colour: &'static str,
    pub is_bold: bool,
    pub is_dim: bool,
}

impl Style {
    pub fn of(colour: &'static str) -> Self {
        Self { colour, ..Self::default() }
    }

    pub fn bold(self) -> Self {
        Self { is_bold: true, ..self }
    }

    pub fn dim() -> Self {
        Self { is_dim: true, ..Self::default() }
    }

    /// The terminal's escape sequence; empty for plain text.
    fn escape(self) -> String {
        // The picture's colours, in shades that can be read on dark and on light backgrounds.
        let colour = match self.colour {
            "c1" => "38;5;33",
            "c2" => "38;5;172",
            "c3" => "38;5;35",
            "c4" => "38;5;134",
            "c5" => "38;5;169",
            "c6" => "38;5;142",
            "alarm" => "38;5;197",
            _ => "",
        };
        let all = [(self.is_bold, "1"), (self.is_dim, "2"), (!colour.is_empty(), colour)];
        let all: Vec<_> =
            all.into_iter().filter(|(is_so, _)| *is_so).map(|(_, code)| code).collect();
        if all.is_empty() { String::new() } else { format!("\x1b[{}m", all.join(";")) }
    }
}

/// A line.
#[derive(Clone, Debug)]
pub(super) struct Canvas {
    /// A wide character is in its first cell and leaves the next one empty.
    cells: Vec<(Option<char>, Style)>,
}

impl Canvas {
    /// An empty line of this many cells.
    pub fn new(width: usize) -> Self {
        Self { cells: vec![(Some(' '), Style::default()); width] }
    }

    /// How many cells it has.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// How many there are without trailing blanks.
    pub fn used(&self) -> usize {
        self.cells.iter().rposition(|(char, _)| *char != Some(' ')).map_or(0, |at| at + 1)
    }

    /// Writes a text from a cell on, in at most `most` cells, shortened if it is longer. Returns how many
    /// it took. A character that combines with the one before it is left out.
    pub fn put(&mut self, at: usize, text: &str, most: usize, style: Style) -> usize {
        let most = most.min(self.cells.len().saturating_sub(at));
        if most == 0 {
            return 0;
        }
        let mut to = at;
        for char in cells::shorten_to_cells(text, most).chars() {
            // A program's name must not disturb the terminal.
            let char = if char.is_control() { '?' } else { char };
            let width = cells::count(char.encode_utf8(&mut [0; 4]));
            for part in 0..width {
                self.set(to + part, (part == 0).then_some(char), style);
            }
            to += width;
        }
        to - at
    }

    /// Fills the cells from one up to another.
    pub fn fill(&mut self, from: usize, to: usize, char: char, style: Style) {
        for at in from..to.min(self.cells.len()) {
            self.set(at, Some(char), style);
        }
    }

    /// A wide character that loses one of its cells disappears.
    fn set(&mut self, at: usize, char: Option<char>, style: Style) {
        if char.is_some() && self.cells[at].0.is_none() {
            self.cells[at - 1].0 = Some(' ');
        }
        if let Some(next @ (None, _)) = self.cells.get_mut(at + 1) {
            next.0 = Some(' ');
        }
        self.cells[at] = (char, style);
    }

    /// The line, without trailing blanks.
    pub fn text(&self, has_colours: bool) -> String {
        let mut text = String::new();
        let mut last = Style::default();
        for (char, style) in &self.cells[..self.used()] {
            if has_colours && *style != last {
                let reset = if last == Style::default() { "" } else { "\x1b[0m" };
                // Writing to a String cannot fail.
                let _ = write!(text, "{reset}{}", style.escape());
                last = *style;
            }
            text.extend(char);
        }
        if last != Style::default() {
            text.push_str("\x1b[0m");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_in_their_cells() {
        let mut canvas = Canvas::new(12);
        assert_eq!(canvas.put(1, "hola", 9, Style::default()), 4);
        assert_eq!(canvas.put(6, "漢字漢字", 5, Style::default()), 5);
        assert_eq!(canvas.text(true), " hola 漢字…");
        assert_eq!(canvas.put(12, "x", 5, Style::default()), 0);
        assert_eq!(canvas.put(10, "xyz", 5, Style::default()), 2);
        canvas.fill(20, 30, '─', Style::default());
        canvas.fill(7, 8, '─', Style::default());
        assert_eq!(canvas.text(true), " hola  ─字x…");
        canvas.fill(0, 1, '│', Style::of("c1").bold());
        assert_eq!(canvas.text(true), "\x1b[1;38;5;33m│\x1b[0mhola  ─字x…");
        assert_eq!(canvas.text(false), "│hola  ─字x…");
    }
}
