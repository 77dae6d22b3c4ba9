//! What a program prints, and how: events on stdout, one `write` a line, so that the lines of forked
//! children never mix; warnings and errors on stderr, warnings at a bounded rate. Nothing is
//! buffered, so a fork copies nothing to be printed twice.

use crate::sys::{self, Errno, FdSet};
use crate::text::{Lang, Line};
use nix::unistd::write;
use std::io::{IsTerminal, stderr, stdout};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

/// A warning of one kind is printed at most this often; the next one says how many were not.
const WARNING_INTERVAL: Duration = Duration::from_secs(10);

/// Goes to the line's start and erases it.
const ERASE: &str = "\r\x1b[K";

/// Prints lines, in one language.
#[derive(Debug)]
pub struct Journal {
    lang: Lang,
    quiet: bool,
    colours: bool,
    error_colours: bool,
    /// Whether stdout is a terminal that can erase a line.
    erases: bool,
    /// The question that stands, without a line end, and whether it is on the screen's last line.
    prompt: Option<String>,
    prompt_is_shown: bool,
    warned: Vec<Warned>,
    text: String,
}

/// Warnings whose rate is bounded, each kind by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A client was refused at the limit.
    Full,
    /// accept has no descriptor or memory.
    NoRoom,
    /// fork has failed.
    NoFork,
}

#[derive(Debug)]
struct Warned {
    kind: Warning,
    at: Instant,
    suppressed: usize,
}

impl Journal {
    /// A journal in `lang`. Colour only on a terminal, and not with `NO_COLOR`.
    #[must_use]
    pub fn new(lang: Lang, quiet: bool) -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let erases = stdout().is_terminal() && !dumb;
        let coloured = !is_set("NO_COLOR") && !dumb;
        Self {
            lang,
            quiet,
            colours: coloured && erases,
            error_colours: coloured && stderr().is_terminal(),
            erases,
            prompt: None,
            prompt_is_shown: false,
            warned: Vec::new(),
            text: String::new(),
        }
    }

    /// Whether events are not printed, so that nobody need prepare them.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Prints an event, unless quiet.
    pub fn event(&mut self, line: &Line<'_>) {
        if !self.quiet {
            self.print([*line]);
        }
    }

    /// Prints lines although quiet, as one block.
    pub fn print<'a>(&mut self, lines: impl IntoIterator<Item = Line<'a>>) {
        self.text.clear();
        if std::mem::take(&mut self.prompt_is_shown) {
            self.text.push_str(if self.erases { ERASE } else { "\n" });
        }
        for line in lines {
            let tint = if self.colours { tint(&line) } else { "" };
            append(&mut self.text, self.lang, &line, tint);
            self.text.push('\n');
        }
        write_all(stdout(), &self.text);
    }

    /// Prints a question and leaves the cursor behind it. It stands until it is
    /// [`answered`](Self::answered).
    pub fn ask(&mut self, question: &Line<'_>) {
        let mut text = String::new();
        if self.erases {
            text.push_str(ERASE);
        }
        append(&mut text, self.lang, question, if self.colours { tint(question) } else { "" });
        self.prompt = Some(text);
        self.show_prompt();
    }

    /// Words the standing question anew, where its line can be erased.
    pub fn ask_again(&mut self, question: &Line<'_>) {
        if self.erases {
            self.ask(question);
        }
    }

    /// Before waiting: puts the standing question back on a terminal's last line, if other lines have
    /// come since.
    pub fn restore_prompt(&mut self) {
        if self.erases && !self.prompt_is_shown {
            self.show_prompt();
        }
    }

    fn show_prompt(&mut self) {
        if let Some(prompt) = &self.prompt {
            write_all(stdout(), prompt);
            self.prompt_is_shown = true;
        }
    }

    /// The question stands no more: its answer has ended the line.
    pub fn answered(&mut self) {
        self.prompt = None;
        self.prompt_is_shown = false;
    }

    /// The question stands no more, although nobody has answered: ends its line.
    pub fn withdraw_question(&mut self) {
        self.prompt = None;
        if std::mem::take(&mut self.prompt_is_shown) {
            write_all(stdout(), "\n");
        }
    }

    /// Prints a warning, unless one of its kind was printed a short while ago.
    pub fn warn(&mut self, kind: Warning, line: &Line<'_>) {
        let now = Instant::now();
        let mut suppressed = 0;
        match self.warned.iter_mut().find(|warned| warned.kind == kind) {
            Some(warned) if now < warned.at + WARNING_INTERVAL => {
                warned.suppressed += 1;
                return;
            }
            Some(warned) => {
                suppressed = std::mem::take(&mut warned.suppressed);
                warned.at = now;
            }
            None => self.warned.push(Warned { kind, at: now, suppressed }),
        }
        self.complain(line, suppressed);
    }

    /// Prints a warning or an error on stderr.
    pub fn error(&mut self, line: &Line<'_>) {
        self.complain(line, 0);
    }

    fn complain(&mut self, line: &Line<'_>, suppressed: usize) {
        self.text.clear();
        let tint = if self.error_colours { tint(line) } else { "" };
        if self.erases && std::mem::take(&mut self.prompt_is_shown) {
            self.text.push_str(ERASE);
        }
        append(&mut self.text, self.lang, line, tint);
        if suppressed > 0 {
            append(&mut self.text, self.lang, &Line::Suppressed(suppressed), tint);
        }
        self.text.push('\n');
        write_all(stderr(), &self.text);
    }
}

/// `line` in words, between the colour `tint` and its end.
fn append(text: &mut String, lang: Lang, line: &Line<'_>, tint: &str) {
    text.push_str(tint);
    // Writing to a String cannot fail.
    let _ = lang.write(line, text);
    if !tint.is_empty() {
        text.push_str("\x1b[0m");
    }
}

/// The colour of a line, as a terminal's escape sequence.
fn tint(line: &Line<'_>) -> &'static str {
    match line {
        Line::ForkConnected(_) | Line::SelectConnected(_) | Line::Listening(_) => "\x1b[32m",
        Line::ForkReceived { .. } | Line::SelectReceived { .. } | Line::Received { .. } => {
            "\x1b[36m"
        }
        Line::SelectWait | Line::SelectDrained(_) => "\x1b[2m",
        Line::Question(_) | Line::AskLeave(_) => "\x1b[1m",
        Line::Full { .. } | Line::NoRoom(_) | Line::NoFork { .. } | Line::FewerFit { .. } => {
            "\x1b[33m"
        }
        Line::Forced(_)
        | Line::Failed(_)
        | Line::ConnectionLost { .. }
        | Line::CutShort(_)
        | Line::TooManyConnections { .. } => "\x1b[31m",
        _ => "",
    }
}

/// Writes all of `text`, waiting if whoever reads it is slow. Whoever does not want to read it at all
/// (a closed pipe, a full disk) does not stop the program.
fn write_all(file: impl AsFd, text: &str) {
    let mut left = text.as_bytes();
    while !left.is_empty() {
        match write(&file, left) {
            Ok(written) => left = &left[written..],
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) => {
                let mut set = FdSet::new();
                set.insert(&file);
                let _ = sys::select(None, Some(&mut set), None, None);
            }
            Err(_) => return,
        }
    }
}
