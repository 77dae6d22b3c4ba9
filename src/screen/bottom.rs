//! The screen's last line: the question that stands, and what is being typed. Lines are printed above it.

use super::out::Outlet;
use super::{Line, Screen, words};
use crate::sys::terminal;

/// Goes to the line's start and erases it.
const ERASE: &str = "\r\x1b[K";

/// The same for the line above.
const ERASE_ABOVE: &str = "\x1b[A\x1b[K";

/// The screen's last line: the question that stands, and what is being typed.
#[derive(Debug, Default)]
pub(super) struct Bottom {
    prompt: String,
    typed: String,
    /// How many characters of it are there; none if it is not.
    width: usize,
    /// The prompt has been there: where nothing can be erased it is not put there again.
    was_shown: bool,
}

impl Screen {
    /// Asks something, and leaves the cursor behind it. It stands until it is
    /// answered or [withdrawn](Self::withdraw_question).
    pub fn ask(&mut self, question: &Line<'_>) {
        self.bottom.erase(&mut self.out, self.erases);
        let colour = if self.has_colours[0] { question.colour().escape() } else { "" };
        let end = if colour.is_empty() { "" } else { "\x1b[0m" };
        let words = words(self.lang, self.program, question);
        self.bottom.prompt = format!("{colour}{words}{end}");
        self.bottom.was_shown = false;
    }

    /// Words the standing question anew, where its line can be erased.
    pub fn ask_again(&mut self, question: &Line<'_>) {
        if self.erases {
            self.ask(question);
        }
    }

    /// Somebody is typing this, and has not ended the line.
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

    /// A line has been typed. If it was `echoed`, the terminal shows it, and has ended the line; else
    /// it is shown here, if at all.
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

    /// The question stands no more: ends its line, if that has not been done.
    pub fn withdraw_question(&mut self) {
        if std::mem::take(&mut self.bottom.width) > 0 {
            self.out.text().push(b"\n");
        }
        self.bottom.prompt.clear();
    }

    /// Somebody else may have had the terminal: the last line is written anew.
    pub fn restore(&mut self) {
        self.bottom.width = self.bottom.width.min(1);
        self.bottom.erase(&mut self.out, self.erases);
    }
}

impl Bottom {
    /// Puts it on the screen, once everything else is there.
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

    /// Takes it off the screen, or leaves its line where it cannot be erased.
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

    /// How many characters of it can be seen: not those that colour it.
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
