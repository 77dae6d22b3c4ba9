//! What a terminal shows: as much of a terminal as the programs use.

use std::iter::Peekable;
use std::mem;
use std::str::Chars;

/// An unlimited screen: it has as many lines as are written on it, and as many columns unless told otherwise.
#[derive(Debug, Default)]
pub(crate) struct Screen {
    columns: usize,
    lines: Vec<Vec<char>>,
    row: usize,
    column: usize,
    saved: (usize, usize),
}

impl Screen {
    /// The screen after everything written to a terminal.
    pub(crate) fn of(written: &str) -> Self {
        Self::with_columns(usize::MAX, written)
    }

    /// The same for a terminal with so many columns, which wraps what is longer.
    pub(crate) fn with_columns(columns: usize, written: &str) -> Self {
        let mut screen = Self { columns, lines: vec![Vec::new()], ..Self::default() };
        screen.write(written);
        screen
    }

    /// More is written to it.
    pub(crate) fn write(&mut self, written: &str) {
        let mut chars = written.chars().peekable();
        while let Some(char) = chars.next() {
            match char {
                '\r' => self.column = 0,
                '\n' => self.go_to(self.row + 1),
                '\x08' => self.column = self.column.saturating_sub(1),
                '\x07' | '\x0f' => {}
                '\x1b' => self.sequence(&mut chars),
                _ => self.put(char),
            }
        }
    }

    /// It becomes narrower. Terminals either wrap lines then, or cut them off; no line was wrapped before.
    pub(crate) fn narrow(&mut self, columns: usize, wraps: bool) {
        self.columns = columns;
        if !wraps {
            self.lines.iter_mut().for_each(|line| line.truncate(columns));
            self.column = self.column.min(columns - 1);
            return;
        }
        let (row, column) = (self.row, self.column);
        for (index, line) in mem::take(&mut self.lines).into_iter().enumerate() {
            if index == row {
                (self.row, self.column) = (self.lines.len() + column / columns, column % columns);
            }
            match line.as_slice() {
                [] => self.lines.push(line),
                text => self.lines.extend(text.chunks(columns).map(Vec::from)),
            }
        }
    }

    /// Its lines, without trailing blanks.
    pub(crate) fn lines(&self) -> Vec<String> {
        let text = |line: &Vec<char>| line.iter().collect::<String>().trim_end().to_owned();
        self.lines.iter().map(text).collect()
    }

    /// The last line, if the cursor is on it.
    pub(crate) fn last(&self) -> Option<String> {
        let mut lines = self.lines();
        let below = lines.split_off(self.row + 1);
        lines.pop().filter(|_| below.iter().all(String::is_empty))
    }

    /// Where the cursor is: in which line, and in which column.
    pub(crate) fn cursor(&self) -> (usize, usize) {
        (self.row, self.column)
    }

    fn put(&mut self, char: char) {
        // Not before there is a character for the next line.
        if self.column == self.columns {
            self.go_to(self.row + 1);
            self.column = 0;
        }
        let line = &mut self.lines[self.row];
        if line.len() <= self.column {
            line.resize(self.column + 1, ' ');
        }
        line[self.column] = char;
        self.column += 1;
    }

    fn go_to(&mut self, row: usize) {
        self.row = row;
        if self.lines.len() <= row {
            self.lines.resize(row + 1, Vec::new());
        }
    }

    /// An escape sequence; one cut off at the end has no effect yet.
    fn sequence(&mut self, chars: &mut Peekable<Chars<'_>>) {
        match chars.next() {
            Some('[') => {}
            Some('7') => return self.saved = (self.row, self.column),
            Some('D') => return self.go_to(self.row + 1),
            Some('8') => return (self.row, self.column) = self.saved,
            None => return,
            other => panic!("a sequence that no program should need: ESC {other:?}"),
        }
        let mut figures = String::new();
        while let Some(figure) = chars.next_if(|char| "0123456789;?".contains(*char)) {
            figures.push(figure);
        }
        let count = figures.parse().unwrap_or(1);
        match chars.next() {
            // Colours; hiding or showing the cursor.
            Some('m' | 'h' | 'l') | None => {}
            Some('A') => self.row = self.row.saturating_sub(count),
            Some('B') => self.go_to(self.row + count),
            Some('C') => self.column += count,
            Some('D') => self.column = self.column.saturating_sub(count),
            Some('G') => self.column = count - 1,
            Some('K') => match figures.as_str() {
                "" | "0" => self.lines[self.row].truncate(self.column),
                "2" => self.lines[self.row].clear(),
                _ => panic!("ESC [ {figures} K"),
            },
            Some('s') => self.saved = (self.row, self.column),
            Some('u') => (self.row, self.column) = self.saved,
            Some('L') => (0..count).for_each(|_| self.lines.insert(self.row, Vec::new())),
            Some('H') if figures.is_empty() => (self.row, self.column) = (0, 0),
            Some('J') if figures == "2" => self.lines.iter_mut().for_each(Vec::clear),
            Some('J') if ["", "0"].contains(&&*figures) => {
                self.lines[self.row].truncate(self.column);
                self.lines.truncate(self.row + 1);
            }
            Some(other) => {
                panic!("a sequence that no program should need: ESC [ {figures} {other}")
            }
        }
    }
}

#[test]
fn it_is_a_terminal() {
    let shown = |written| Screen::of(written).lines();
    assert_eq!(shown("uno\r\ndos"), ["uno", "dos"]);
    assert_eq!(shown("\x1b[1muno\x1b[0m\rd"), ["dno"]);
    assert_eq!(shown("¿Sí? \r\x1b[Kuno\r\n¿Sí? "), ["uno", "¿Sí?"]);
    assert_eq!(shown("uno\r\ndos\x1b[A\rtres\x1b["), ["tres", "dos"]);
    assert_eq!(shown("¿Sí? c\n\x1b[A\x1b7\r\x1b[Luno\x1b8\x1b[Blaro"), ["uno", "¿Sí? claro", ""]);
    assert_eq!(Screen::with_columns(3, "uno").cursor(), (0, 3));
    assert_eq!(Screen::with_columns(3, "unodo\x1b[A\r_").lines(), ["_no", "do"]);
    assert_eq!(Screen::of("uno\r\ndos").last().as_deref(), Some("dos"));
    assert_eq!(Screen::of("uno\r\ndos\x1b[A").last(), None);
    assert_eq!(Screen::of("uno\r\n").last().as_deref(), Some(""));
}
