//! Standard input, a line at a time, by a loop that also waits for other things. On a terminal the line
//! can be edited here rather than in the terminal: then what has been typed of it can be shown again
//! below the lines that are printed meanwhile.

use crate::sys::Errno;
use nix::sys::termios::{LocalFlags, SetArg, SpecialCharacterIndices, Termios};
use nix::sys::termios::{tcgetattr, tcsetattr};
use nix::unistd::{getpgrp, read, tcgetpgrp};
use std::collections::VecDeque;
use std::io::{IsTerminal, Stdin, stdin};
use std::os::fd::{AsFd, BorrowedFd};

/// A longer line is taken in pieces of about this length.
const LONGEST: usize = 1 << 20;

// What the keys of an edited line send.
const CTRL_D: u8 = 0x04;
const CTRL_H: u8 = 0x08;
const CTRL_U: u8 = 0x15;
const CTRL_W: u8 = 0x17;
const ESCAPE: u8 = 0x1b;
const DELETE: u8 = 0x7f;

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
    /// Of a terminal whose line is edited here: how it was before.
    before: Option<Termios>,
    /// In the middle of what an arrow key sends.
    escape: Escape,
    partial: Vec<u8>,
    typed: VecDeque<Typed>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Escape {
    No,
    Begun,
    Sequence,
}

impl Keyboard {
    /// Standard input, whatever it is.
    #[must_use]
    pub fn new() -> Self {
        let stdin = stdin();
        let is_terminal = stdin.is_terminal();
        let (before, escape) = (None, Escape::No);
        Self { stdin, is_terminal, before, escape, partial: Vec::new(), typed: VecDeque::new() }
    }

    /// Edits the line here from now on, if it is a terminal, and ours at the moment. To be called again
    /// when it comes back.
    pub fn edit(&mut self) {
        if !self.is_terminal || self.is_in_background() {
            return;
        }
        let Ok(now) = tcgetattr(&self.stdin) else {
            return;
        };
        let mut edited = now.clone();
        edited.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO);
        edited.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
        edited.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
        if edited == now {
            return;
        }
        if tcsetattr(&self.stdin, SetArg::TCSANOW, &edited).is_ok() {
            self.before.get_or_insert(now);
        }
    }

    /// Whether the line is edited here, and so to be shown by whoever prints.
    #[must_use]
    pub fn edits(&self) -> bool {
        self.before.is_some()
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

    /// Reads what is there, once: it must be ready, or this waits. Then take it with
    /// [`take`](Self::take). What an error means is for the caller to say.
    ///
    /// # Errors
    ///
    /// read(2)'s, but for `EINTR` and `EAGAIN`. `EIO`: a terminal that is gone.
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

    /// No more will come.
    pub fn give_up(&mut self) {
        if !self.partial.is_empty() {
            self.end_line();
        }
        self.typed.push_back(Typed::Gone);
    }

    /// Forgets what has been read: it was meant for something else.
    pub fn forget(&mut self) {
        self.typed.clear();
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
        lines.chain((!self.partial.is_empty()).then_some(self.partial.as_slice()))
    }

    /// Whether [`Typed::Gone`] is the last that has been read.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.typed.back() == Some(&Typed::Gone)
    }

    /// What has been typed of the next line, if it is edited here.
    #[must_use]
    pub fn unfinished(&self) -> String {
        let shown = if self.edits() { self.partial.as_slice() } else { &[] };
        String::from_utf8_lossy(shown).into_owned()
    }

    fn byte(&mut self, byte: u8) {
        if byte == b'\n' {
            self.end_line();
        } else if self.edits() {
            self.key(byte);
        } else {
            self.partial.push(byte);
        }
        if self.partial.len() == LONGEST {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        self.typed.push_back(Typed::Line(std::mem::take(&mut self.partial)));
    }

    /// A key, as the terminal would treat it; what it would not know, such as an arrow, does nothing.
    fn key(&mut self, byte: u8) {
        match (self.escape, byte) {
            (Escape::No, ESCAPE) => self.escape = Escape::Begun,
            (Escape::Begun, b'[' | b'O') => self.escape = Escape::Sequence,
            (Escape::Begun, _) | (Escape::Sequence, b'@'..=b'~') => self.escape = Escape::No,
            (Escape::Sequence, _) => {}
            (Escape::No, CTRL_D) if self.partial.is_empty() => {
                self.typed.push_back(Typed::EndOfFile);
            }
            (Escape::No, DELETE | CTRL_H) => {
                // A character may be several bytes: all but the first begin with the bits 10.
                while self.partial.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {}
            }
            (Escape::No, CTRL_U) => self.partial.clear(),
            (Escape::No, CTRL_W) => {
                let end = self.partial.trim_ascii_end().len();
                let start = self.partial[..end].iter().rposition(|&byte| byte == b' ');
                self.partial.truncate(start.map_or(0, |space| space + 1));
            }
            (Escape::No, byte) if byte.is_ascii_control() => {}
            (Escape::No, byte) => self.partial.push(byte),
        }
    }
}

impl Default for Keyboard {
    fn default() -> Self {
        Self::new()
    }
}

/// Leaves the terminal as it was.
impl Drop for Keyboard {
    fn drop(&mut self) {
        if let Some(before) = self.before.take()
            && !self.is_in_background()
        {
            // Not TCSADRAIN: the screen may be stopped.
            let _ = tcsetattr(&self.stdin, SetArg::TCSANOW, &before);
        }
    }
}

impl AsFd for Keyboard {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stdin.as_fd()
    }
}
