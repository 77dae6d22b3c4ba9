//! The screen's last line: the open question, and what is being typed. Lines are printed above it.

use super::out::Outlet;
use super::{Line, Screen, words};
use crate::sys::terminal;

/// Goes to the line's start and erases it.
const ERASE: &str = "\r\x1b[K";

/// The same for the line above.
const ERASE_ABOVE: &str = "\x1b[A\x1b[K";

/// The screen's last line: the open question, and what is being typed.
#[derive(Debug, Default)]
pub(super) struct Bottom {
    prompt: String,
    typed: String,
    /// How many characters of it are on the screen; 0 if it is not shown.
    width: usize,
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

    /// This is being typed; the line has not ended.
    pub fn typing(&mut self, typed: &str) {
        match typed.strip_prefix(self.bottom.typed.as_str()) {
            Some("") => {}
            Some(more) if self.bottom.width > 0 && self.out.is_empty() => {
                self.out.text().push(more.as_bytes());
                self.bottom.typed.push_str(more);
                self.bottom.width += more.chars().count();
            }
            _ => {
                self.bottom.erase(&mut self.out, self.erases);
                self.bottom.typed = typed.into();
            }
        }
    }

    /// A line has been typed. If it was `echoed`, the terminal has shown it and ended the line;
    /// otherwise it is shown here, if at all.
    pub fn typed(&mut self, line: &str, echoed: bool) {
        if echoed {
            self.bottom.width = 0;
        } else if self.erases {
            self.bottom.erase(&mut self.out, true);
            self.bottom.typed.clear();
            let shown = format!("{}{line}\n", self.bottom.prompt);
            self.out.text().push(shown.as_bytes());
        }
    }

    /// Closes the question: ends its line, if that has not been done.
    pub fn withdraw_question(&mut self) {
        if std::mem::take(&mut self.bottom.width) > 0 {
            self.out.text().push(b"\n");
        }
        self.bottom.prompt.clear();
    }

    /// Another process may have used the terminal: writes the last line again.
    pub fn restore(&mut self) {
        self.bottom.width = self.bottom.width.min(1);
        self.bottom.erase(&mut self.out, self.erases);
    }
}

impl Bottom {
    /// Shows it, once everything else is on the screen.
    pub(super) fn show(&mut self, out: &mut Outlet, erases: bool) {
        let prompt = !self.prompt.is_empty() && (erases || !self.was_shown);
        let typed = !self.typed.is_empty() && erases;
        if self.width == 0 && (prompt || typed) && out.is_empty() {
            out.text().push(self.prompt.as_bytes());
            out.text().push(self.typed.as_bytes());
            self.width = self.visible();
            self.was_shown = true;
            out.flush();
        }
    }

    /// Erases it; if it cannot be erased, ends its line.
    pub(super) fn erase(&mut self, out: &mut Outlet, erases: bool) {
        let width = std::mem::take(&mut self.width);
        if width == 0 {
            return;
        }
        if !erases {
            return out.text().push(b"\n");
        }
        out.text().push(ERASE.as_bytes());
        let columns = terminal::window_columns(&*out).ok().flatten().unwrap_or(usize::MAX);
        for _ in 1..width.div_ceil(columns) {
            out.text().push(ERASE_ABOVE.as_bytes());
        }
    }

    /// How many visible characters it has: colours do not count.
    fn visible(&self) -> usize {
        let mut escape = false;
        let visible = self.prompt.chars().chain(self.typed.chars()).filter(|&char| {
            let was_escape = escape;
            escape = char == '\x1b' || (escape && char != 'm');
            !(was_escape || escape)
        });
        visible.count()
    }
}
