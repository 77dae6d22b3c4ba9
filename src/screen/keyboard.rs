//! Standard input, a line at a time, for a loop that also waits for other things. On a terminal the
//! line can be edited here instead of by the terminal: then what has been typed can be shown again
//! below lines that are printed meanwhile.

mod editor;
mod history;
mod keys;
mod line;

use self::editor::Editor;
use super::Screen;
use super::out::has_room;
use crate::sys::Errno;
use nix::sys::termios::{FlowArg, LocalFlags, SetArg, SpecialCharacterIndices, Termios};
use nix::sys::termios::{tcflow, tcgetattr, tcsetattr};
use nix::unistd::{getpgrp, read, tcgetpgrp, write};
use std::collections::VecDeque;
use std::io::{IsTerminal, Stdin, stdin, stdout};
use std::mem;
use std::os::fd::{AsFd, BorrowedFd};

/// A longer line is taken in pieces of about this length.
const LONGEST: usize = 1 << 20;

/// Tells the terminal to mark where pasted text begins and ends, or to stop: bracketed paste (xterm's
/// DECSET 2004). Most terminals in this mode do not ask before pasting several lines.
const MARK_PASTES: [&str; 2] = ["\x1b[?2004l", "\x1b[?2004h"];

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A line, without its line end.
    Line(Vec<u8>),
    /// Ctrl-D at a terminal: more may come.
    EndOfFile,
    /// No more will come: the end of a pipe, or of the terminal.
    Gone,
}

/// Reads standard input. Put it in a set for reading, and when it is ready call
/// [`read`](Self::read).
#[derive(Debug)]
pub struct Keyboard {
    stdin: Stdin,
    is_terminal: bool,
    can_edit: bool,
    /// Whether it is edited here now.
    edits: bool,
    /// How the terminal was before.
    before: Option<Termios>,
    editor: Editor,
    typed: VecDeque<Typed>,
}

impl Keyboard {
    /// Standard input, whatever it is.
    #[must_use]
    pub fn new() -> Self {
        let stdin = stdin();
        let is_terminal = stdin.is_terminal();
        let (edits, before, editor, typed) = Default::default();
        Self { stdin, is_terminal, can_edit: is_terminal, edits, before, editor, typed }
    }

    /// The same, but the terminal edits the line itself if the screen cannot show it.
    #[must_use]
    pub fn shown_on(screen: &Screen) -> Self {
        let mut this = Self::new();
        this.can_edit &= screen.can_edit();
        this
    }

    /// Whether the line can be edited here: then signals must be caught, so that the terminal is
    /// [restored](Self::leave) and [taken again](Self::edit).
    #[must_use]
    pub fn can_edit(&self) -> bool {
        self.can_edit
    }

    /// Edits the line here from now on, if possible, and if the terminal is ours at the moment. Call it again
    /// when the terminal comes back.
    pub fn edit(&mut self) {
        let was_edited = mem::take(&mut self.edits);
        if !self.can_edit || self.is_in_background() {
            return;
        }
        let Ok(now) = tcgetattr(&self.stdin) else {
            return;
        };
        let mut edited = now.clone();
        // ISIG stays: Ctrl-C, Ctrl-Z and Ctrl-\ are still signals.
        edited.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO);
        edited.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
        edited.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
        self.edits = edited == now || tcsetattr(&self.stdin, SetArg::TCSANOW, &edited).is_ok();
        if self.edits && !was_edited {
            mark_pastes(true);
        }
        self.before.get_or_insert(now);
    }

    /// Restores the terminal, unless it belongs to other processes now.
    pub fn leave(&mut self) {
        let edits = mem::take(&mut self.edits);
        if let Some(before) = self.before.take()
            && edits
            && !self.is_in_background()
        {
            resume_output();
            mark_pastes(false);
            // Not TCSADRAIN: the screen may be stopped.
            let _ = tcsetattr(&self.stdin, SetArg::TCSANOW, &before);
        }
    }

    /// Whether the line is edited here, so that the screen must show it.
    #[must_use]
    pub fn edits(&self) -> bool {
        self.edits
    }

    /// Whether to read it: not while it is a terminal that belongs to other processes. When it no longer does,
    /// the line is edited from then on.
    pub fn is_ours(&mut self) -> bool {
        let is_ours = !self.is_in_background();
        if !(self.edits && is_ours) {
            self.edit();
        }
        is_ours
    }

    /// Whether stdin is a terminal.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Whether it is a terminal that belongs to other processes now: reading it would stop this one
    /// (SIGTTIN).
    #[must_use]
    pub fn is_in_background(&self) -> bool {
        self.is_terminal && tcgetpgrp(&self.stdin).is_ok_and(|foreground| foreground != getpgrp())
    }

    /// Reads what is there, once: it must be ready, or this blocks. Then take it with
    /// [`take`](Self::take). The caller decides what an error means.
    ///
    /// # Errors
    ///
    /// Those of read(2), except `EINTR` and `EAGAIN`. `EIO`: a terminal that is gone.
    pub fn read(&mut self) -> Result<(), Errno> {
        let mut buffer = [0; 1024];
        match read(&self.stdin, &mut buffer) {
            Err(Errno::EINTR | Errno::EAGAIN) => {}
            Err(errno) => return Err(errno),
            Ok(0) if self.is_terminal && tcgetattr(&self.stdin).is_ok() => {
                self.typed.push_back(Typed::EndOfFile);
            }
            Ok(0) => self.give_up(),
            Ok(count) => buffer[..count].iter().for_each(|&byte| self.byte(byte)),
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) {
        let typed = if self.edits { self.editor.key(byte) } else { self.editor.byte(byte) };
        self.typed.extend(typed);
        if self.editor.line().len() >= LONGEST {
            self.typed.push_back(self.editor.finish());
        }
    }

    /// No more will come.
    pub fn give_up(&mut self) {
        if !self.editor.line().is_empty() {
            self.typed.push_back(self.editor.finish());
        }
        self.typed.push_back(Typed::Gone);
    }

    /// Forgets the lines that have been read: they were meant for something else.
    pub fn forget(&mut self) {
        self.typed.retain(|typed| *typed == Typed::Gone);
    }

    /// A question is asked: what is typed from now on answers it. The line being typed comes back
    /// [afterwards](Self::end_answer).
    pub fn begin_answer(&mut self) {
        if self.edits {
            self.editor.begin_answer();
        }
    }

    /// The question is closed.
    pub fn end_answer(&mut self) {
        self.editor.end_answer();
    }

    /// The next line read, or the end.
    pub fn take(&mut self) -> Option<Typed> {
        self.typed.pop_front()
    }

    /// The lines that have been read and not taken, the unfinished one included.
    pub fn untaken(&self) -> impl Iterator<Item = &[u8]> {
        let lines = self.typed.iter().filter_map(|typed| match typed {
            Typed::Line(line) => Some(line.as_slice()),
            Typed::EndOfFile | Typed::Gone => None,
        });
        let unfinished = self.editor.line();
        lines.chain((!unfinished.is_empty()).then_some(unfinished.text()))
    }

    /// Whether [`Typed::Gone`] is the last that has been read.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.typed.back() == Some(&Typed::Gone)
    }

    /// What has been typed of the next line, if it is edited here: the text before the cursor, and after
    /// it.
    #[must_use]
    pub fn unfinished(&self) -> (&[u8], &[u8]) {
        if self.edits { self.editor.line().around_cursor() } else { Default::default() }
    }

    /// Whether to clear the screen. True only once.
    pub fn clears(&mut self) -> bool {
        mem::take(&mut self.editor.clears)
    }
}

impl Default for Keyboard {
    fn default() -> Self {
        Self::new()
    }
}

/// Restores the terminal.
impl Drop for Keyboard {
    fn drop(&mut self) {
        self.leave();
    }
}

impl AsFd for Keyboard {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stdin.as_fd()
    }
}

/// Ctrl-S may have stopped the terminal. Linux's TCOON alone only resumes what TCOOFF has stopped.
fn resume_output() {
    if !has_room(stdout()) {
        let _ = tcflow(stdout(), FlowArg::TCOOFF);
        let _ = tcflow(stdout(), FlowArg::TCOON);
    }
}

/// Not through the screen, which may be gone when the terminal is restored; and not if the terminal
/// is stopped, or nobody reads it.
fn mark_pastes(on: bool) {
    if has_room(stdout()) {
        let _ = write(stdout(), MARK_PASTES[usize::from(on)].as_bytes());
    }
}
