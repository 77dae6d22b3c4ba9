//! Edits a line: bytes in, lines out. No terminal.

use super::Typed;
use super::history::History;
use super::keys::{Key, Keys};
use super::line::EditedLine;
use std::mem;

/// The line being typed, and earlier ones.
#[derive(Debug, Default)]
pub(super) struct Editor {
    keys: Keys,
    line: EditedLine,
    history: History,
    /// What was being typed when a question was asked: the current line is its answer.
    aside: Option<EditedLine>,
    /// The screen is to be cleared.
    pub(super) clears: bool,
}

impl Editor {
    /// A byte that a key has sent; returns what it completes.
    pub(super) fn key(&mut self, byte: u8) -> Option<Typed> {
        let line = &mut self.line;
        match self.keys.key(byte)? {
            Key::Enter => {
                if self.aside.is_none() {
                    self.history.add(line.text());
                }
                return Some(self.finish());
            }
            Key::CtrlD if line.is_empty() => return Some(Typed::EndOfFile),
            Key::Text(byte) => line.insert(byte),
            Key::Left => line.left(),
            Key::Right => line.right(),
            Key::Home => line.home(),
            Key::End => line.end(),
            Key::Backspace => line.backspace(),
            Key::Delete | Key::CtrlD => line.delete(),
            Key::EraseWord => line.erase_word(),
            Key::EraseToStart => line.erase_to_start(),
            Key::EraseToEnd => line.erase_to_end(),
            Key::Older | Key::Newer if self.aside.is_some() => {}
            Key::Older => self.history.older(line),
            Key::Newer => self.history.newer(line),
            Key::ClearScreen => self.clears = true,
        }
        None
    }

    /// A byte of a line that is not edited here.
    pub(super) fn byte(&mut self, byte: u8) -> Option<Typed> {
        if byte == b'\n' {
            return Some(self.finish());
        }
        self.line.insert(byte);
        None
    }

    /// Takes the line, as it is.
    pub(super) fn finish(&mut self) -> Typed {
        Typed::Line(mem::take(&mut self.line).into())
    }

    pub(super) fn line(&self) -> &EditedLine {
        &self.line
    }

    /// From now on an answer is typed; the line being typed is kept for later.
    pub(super) fn begin_answer(&mut self) {
        let line = mem::take(&mut self.line);
        self.aside.get_or_insert(line);
        self.keys = Keys::default();
    }

    /// The question is answered or closed.
    pub(super) fn end_answer(&mut self) {
        if let Some(line) = self.aside.take() {
            self.line = line;
        }
    }
}

#[cfg(test)]
mod tests;
