//! A line with a cursor. A character is what the user sees as one: its bytes, and those that combine with
//! it. Bytes that are not UTF-8 stay as they are.

use super::super::cells;
use std::mem;

/// What has been typed, and where the next character goes.
#[derive(Debug, Default)]
pub(super) struct EditedLine {
    text: Vec<u8>,
    cursor: usize,
}

impl EditedLine {
    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// The text before the cursor, and after it.
    pub(super) fn around_cursor(&self) -> (&[u8], &[u8]) {
        self.text.split_at(self.cursor)
    }

    pub(super) fn insert(&mut self, byte: u8) {
        self.text.insert(self.cursor, byte);
        self.cursor += 1;
    }

    pub(super) fn left(&mut self) {
        self.cursor = self.previous();
    }

    pub(super) fn right(&mut self) {
        self.cursor = self.next();
    }

    pub(super) fn home(&mut self) {
        self.cursor = 0;
    }

    pub(super) fn end(&mut self) {
        self.cursor = self.text.len();
    }

    pub(super) fn backspace(&mut self) {
        self.erase_from(self.previous());
    }

    pub(super) fn delete(&mut self) {
        self.text.drain(self.cursor..self.next());
    }

    /// Erases the word before the cursor, and the blanks after it.
    pub(super) fn erase_word(&mut self) {
        let word = self.text[..self.cursor].trim_ascii_end();
        let space = word.iter().rposition(u8::is_ascii_whitespace);
        self.erase_from(space.map_or(0, |space| space + 1));
    }

    pub(super) fn erase_to_start(&mut self) {
        self.erase_from(0);
    }

    pub(super) fn erase_to_end(&mut self) {
        self.text.truncate(self.cursor);
    }

    fn erase_from(&mut self, start: usize) {
        self.text.drain(start..mem::replace(&mut self.cursor, start));
    }

    /// Where the character before the cursor begins.
    fn previous(&self) -> usize {
        let mut starts = (0..self.cursor).rev().filter(|&at| self.is_start(at));
        starts.find(|&at| !self.combines(at)).unwrap_or(0)
    }

    /// Where the character after the one under the cursor begins.
    fn next(&self) -> usize {
        let mut starts = (self.cursor + 1..self.text.len()).filter(|&at| self.is_start(at));
        starts.find(|&at| !self.combines(at)).unwrap_or(self.text.len())
    }

    /// Whether a character may begin there: its other bytes begin with the bits 10.
    fn is_start(&self, at: usize) -> bool {
        self.text[at] & 0xc0 != 0x80
    }

    /// Whether the character there combines with the one before it.
    fn combines(&self, at: usize) -> bool {
        let longest = &self.text[at..self.text.len().min(at + 4)];
        let char = longest.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
        char.is_some_and(|char| cells::of(char) == 0)
    }
}

/// With the cursor at its end.
impl From<Vec<u8>> for EditedLine {
    fn from(text: Vec<u8>) -> Self {
        Self { cursor: text.len(), text }
    }
}

impl From<EditedLine> for Vec<u8> {
    fn from(line: EditedLine) -> Self {
        line.text
    }
}
