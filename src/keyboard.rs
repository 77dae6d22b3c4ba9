//! Standard input, a line at a time, by a loop that also waits for other things.

use crate::sys::Errno;
use nix::unistd::{getpgrp, read, tcgetpgrp};
use std::collections::VecDeque;
use std::io::{IsTerminal, Stdin, stdin};
use std::os::fd::{AsFd, BorrowedFd};

/// A longer line is taken in pieces of about this length.
const LONGEST: usize = 1 << 20;

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A line, without its line end.
    Line(Vec<u8>),
    /// End of file: Ctrl-D, or the end of a pipe.
    End,
}

/// Reads standard input. Put it in a set for reading, and when it is ready call
/// [`read`](Self::read).
#[derive(Debug)]
pub struct Keyboard {
    stdin: Stdin,
    is_terminal: bool,
    partial: Vec<u8>,
    typed: VecDeque<Typed>,
}

impl Keyboard {
    /// Standard input, whatever it is.
    #[must_use]
    pub fn new() -> Self {
        let stdin = stdin();
        let is_terminal = stdin.is_terminal();
        Self { stdin, is_terminal, partial: Vec::new(), typed: VecDeque::new() }
    }

    /// Whether somebody may be sitting there.
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
    /// [`take`](Self::take).
    #[inline(never)] // or the buffer would be part of its caller's stack frame, all the time
    pub fn read(&mut self) {
        let mut buffer = [0; 4096];
        match read(&self.stdin, &mut buffer) {
            Err(Errno::EINTR | Errno::EAGAIN) => {}
            // A terminal that is gone reports an error for ever.
            Ok(0) | Err(_) => {
                if !self.partial.is_empty() {
                    self.typed.push_back(Typed::Line(std::mem::take(&mut self.partial)));
                }
                self.typed.push_back(Typed::End);
            }
            Ok(count) => {
                for &byte in &buffer[..count] {
                    if byte != b'\n' {
                        self.partial.push(byte);
                    }
                    if byte == b'\n' || self.partial.len() == LONGEST {
                        self.typed.push_back(Typed::Line(std::mem::take(&mut self.partial)));
                    }
                }
            }
        }
    }

    /// The next line read, or the end.
    pub fn take(&mut self) -> Option<Typed> {
        self.typed.pop_front()
    }
}

impl Default for Keyboard {
    fn default() -> Self {
        Self::new()
    }
}

impl AsFd for Keyboard {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stdin.as_fd()
    }
}
