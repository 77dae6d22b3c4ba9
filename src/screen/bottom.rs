//! The screen's last line: the open question, and what is being typed. Lines are printed above it. It may
//! take several lines of the terminal, which wraps it.

use super::keyboard::Keyboard;
use super::out::Outlet;
use super::{Line, Screen, cells, words};
use crate::sys::{self, Signal, terminal};

/// The screen's last line: the open question, and what is being typed.
#[derive(Debug, Default)]
pub(super) struct Bottom {
    prompt: String,
    /// The text before the cursor, and after it.
    typed: [Vec<u8>; 2],
    /// The part on the screen, up to the cursor; `None` if it is not shown.
    shown: Option<String>,
    /// How many columns the terminal had then.
    columns: usize,
    /// The prompt has been shown: where nothing can be erased it is not shown again.
    was_shown: bool,
}

impl Screen {
    /// Asks a question, and leaves the cursor after it. It stays open until it is answered or
    /// [withdrawn](Self::withdraw_question).
    pub fn ask(&mut self, question: &Line<'_>) {
        self.bottom.erase(&mut self.out, self.erases);
        let colour = if self.has_colours[0] { question.colour().escape() } else { "" };
        let end = if colour.is_empty() { "" } else { "\x1b[0m" };
        let words = words(self.lang, self.program, question);
        self.bottom.prompt = format!("{colour}{words}{end}");
        self.bottom.was_shown = false;
    }

    /// Rewords the open question, if its line can be erased.
    pub fn ask_again(&mut self, question: &Line<'_>) {
        if self.erases {
            self.ask(question);
        }
    }

    /// Shows what is being typed, if the keyboard edits it.
    pub fn typing(&mut self, keyboard: &mut Keyboard) {
        if keyboard.clears() {
            self.bottom.shown = None;
            self.out.text().push(b"\x1b[H\x1b[2J");
        }
        self.bottom.type_on(keyboard.unfinished(), &mut self.out, self.erases);
    }

    /// Stops showing what is being typed.
    pub fn hide_typing(&mut self) {
        self.bottom.type_on((&[], &[]), &mut self.out, self.erases);
    }

    /// A line has been typed. A terminal that edits it has shown it, and ended the line; otherwise it is
    /// shown here, if at all.
    pub fn typed(&mut self, line: &[u8], keyboard: &Keyboard) {
        if keyboard.is_terminal() && !keyboard.edits() {
            self.bottom.shown = None;
        } else if self.erases {
            self.bottom.erase(&mut self.out, true);
            self.bottom.typed = [line.into(), Vec::new()];
            self.bottom.leave(&mut self.out);
        }
    }

    /// Closes the question. If something has been typed, it stays on the screen; otherwise it is erased, if
    /// that can be done.
    pub fn withdraw_question(&mut self) {
        if self.bottom.shown.is_some() && !self.bottom.prompt.is_empty() {
            self.bottom.erase(&mut self.out, self.erases);
            if self.erases && self.bottom.is_typing() {
                self.bottom.leave(&mut self.out);
            }
        }
        self.bottom.prompt.clear();
    }

    /// Lets a caught signal take its default action, with the terminal as it was before.
    pub fn give_way(&mut self, signal: Signal, keyboard: &mut Keyboard) {
        self.bottom.erase(&mut self.out, self.erases);
        self.out.flush();
        keyboard.leave();
        // A signal that can be caught can be reset and raised.
        let _ = sys::raise_by_default(signal);
        keyboard.edit();
    }

    /// Another process may have used the terminal: writes the last line again.
    pub fn restore(&mut self) {
        // Wherever the cursor is, the old line is not above it.
        self.bottom.shown = self.bottom.shown.take().map(|_| String::new());
        self.bottom.erase(&mut self.out, self.erases);
    }
}

impl Bottom {
    /// Shows it, once everything else is on the screen.
    pub(super) fn show(&mut self, out: &mut Outlet, erases: bool) {
        let prompt = !self.prompt.is_empty() && (erases || !self.was_shown);
        let typed = self.is_typing() && erases;
        if self.shown.is_some() || !(prompt || typed) || !out.is_empty() {
            return;
        }
        let (columns, lines) = size(out);
        let prompt = cells::after(0, &self.prompt, columns);
        let room =
            columns.saturating_mul(lines.saturating_sub(1).max(1)).saturating_sub(prompt + 1);
        let [before, behind] = window(&self.typed, room);
        let shown = self.prompt.clone() + &before;
        out.text().push(shown.as_bytes());
        out.text().push(behind.as_bytes());
        let cursor = cells::after(0, &shown, columns);
        let end = cells::after(cursor, &behind, columns);
        let column = cursor % columns;
        if erases && (end > cursor || (column == 0 && cursor > 0)) {
            // A terminal wraps a full line only when one more character comes.
            out.text().push(b" ");
            go_up(end / columns - cursor / columns, out);
            if column > 0 {
                out.text().push(format!("\x1b[{column}C").as_bytes());
            }
        }
        self.shown = Some(shown);
        self.columns = columns;
        self.was_shown = true;
        out.flush();
    }

    /// Erases it; if it cannot be erased, ends its line.
    pub(super) fn erase(&mut self, out: &mut Outlet, erases: bool) {
        let Some(shown) = self.shown.take() else {
            return;
        };
        if !erases {
            return out.text().push(b"\n");
        }
        // If its width has changed, the terminal has wrapped the line again or, as xterm does, left it as it was.
        // Part of it may stay, but nothing above it is erased.
        let (columns, _) = size(out);
        let lines = [self.columns, columns].map(|it| cells::after(0, &shown, it) / it);
        go_up(lines[0].min(lines[1]), out);
        out.text().push(b"\x1b[J");
    }

    /// Replaces what has been typed.
    fn type_on(&mut self, typed: (&[u8], &[u8]), out: &mut Outlet, erases: bool) {
        let typed = [typed.0, typed.1];
        if self.typed == typed {
            return;
        }
        if !self.append(typed, out) {
            self.erase(out, erases);
        }
        self.typed = typed.map(Vec::from);
    }

    /// Shows what has been typed at the end of the line, if nothing else has changed; returns whether it
    /// did.
    fn append(&mut self, [before, behind]: [&[u8]; 2], out: &mut Outlet) -> bool {
        let is_at_end = behind.is_empty() && self.typed[1].is_empty();
        let (Some(more), Some(shown)) = (before.strip_prefix(&*self.typed[0]), &mut self.shown)
        else {
            return false;
        };
        let more = visible(more);
        let (columns, _) = size(out);
        let cursor = cells::after(0, shown, columns);
        // The last column stays free: see `show`.
        let end = cells::after(cursor, &more, columns);
        let fits = end / columns == cursor / columns && !more.contains(char::REPLACEMENT_CHARACTER);
        if !is_at_end || !fits || columns != self.columns || !out.is_empty() {
            return false;
        }
        out.text().push(more.as_bytes());
        shown.push_str(&more);
        true
    }

    fn is_typing(&self) -> bool {
        self.typed.iter().any(|part| !part.is_empty())
    }

    /// Leaves the prompt on the screen, with everything typed.
    fn leave(&mut self, out: &mut Outlet) {
        let typed = visible(&std::mem::take(&mut self.typed).concat());
        out.text().push(format!("{}{typed}\n", self.prompt).as_bytes());
    }
}

/// Goes to the start of the line this many lines above the cursor.
fn go_up(lines: usize, out: &mut Outlet) {
    if lines > 0 {
        out.text().push(format!("\x1b[{lines}A").as_bytes());
    }
    out.text().push(b"\r");
}

/// How many columns and lines there are; unlimited if the terminal does not say.
fn size(out: &Outlet) -> (usize, usize) {
    let (columns, lines) = terminal::window_size(out).unwrap_or_default();
    (columns.unwrap_or(usize::MAX), lines.unwrap_or(usize::MAX))
}

/// The part of what has been typed that fits into `room` cells: around the cursor, and more before it than
/// after it.
fn window([before, behind]: &[Vec<u8>; 2], room: usize) -> [String; 2] {
    // A character is no longer than this.
    let most = room.saturating_mul(4);
    let before = visible(&before[before.len().saturating_sub(most)..]);
    let behind = visible(&behind[..behind.len().min(most)]);
    let count = |text: &str| cells::after(0, text, usize::MAX);
    let fits = |left: &mut usize, char: char| {
        let rest = left.checked_sub(cells::of(char));
        *left = rest.unwrap_or(0);
        rest.is_some()
    };
    let mut left = room - count(&behind).min(room / 2);
    let start = before.char_indices().rev().take_while(|&(_, char)| fits(&mut left, char)).last();
    let before = start.map_or("", |(at, _)| &before[at..]);
    left = room - count(before);
    let behind = behind.chars().take_while(|&char| fits(&mut left, char)).collect();
    [before.into(), behind]
}

/// As text without effect on a terminal.
fn visible(typed: &[u8]) -> String {
    let harmless = |char: char| if char.is_control() { ' ' } else { char };
    String::from_utf8_lossy(typed).chars().map(harmless).collect()
}
