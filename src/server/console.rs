//! The operator's side: commands typed at a terminal, and answers to the question.

use super::shutdown::Answer;
use crate::keyboard::{Keyboard, Typed};
use crate::sys::FdSet;
use std::time::{Duration, Instant};

/// A terminal that belongs to another process is left alone for this long.
const BACKGROUND: Duration = Duration::from_secs(1);

/// What the operator wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// The table of clients.
    Clients,
    /// To leave, as by SIGINT.
    Quit,
    /// The list of commands.
    Help,
    /// The question answered.
    Answer(Answer),
    /// No order that we know.
    Unknown(String),
    /// End of file.
    End,
}

/// Reads the operator's orders.
#[derive(Debug)]
pub struct Console {
    keyboard: Keyboard,
    ended: bool,
    paused_until: Option<Instant>,
}

impl Console {
    /// On standard input.
    #[must_use]
    pub fn new() -> Self {
        Self { keyboard: Keyboard::new(), ended: false, paused_until: None }
    }

    /// Whether a question would be seen: not from the background of a terminal.
    #[must_use]
    pub fn can_ask(&self) -> bool {
        !self.keyboard.is_in_background()
    }

    /// Adds standard input to what is waited for: a terminal always, anything else only for an
    /// answer. Gives the time to look again.
    pub fn watch(&mut self, read: &mut FdSet, asking: bool, now: Instant) -> Option<Instant> {
        self.paused_until = self.paused_until.filter(|&until| now < until);
        if self.paused_until.is_none() && (asking || (self.keyboard.is_terminal() && !self.ended)) {
            read.insert(&self.keyboard);
        }
        self.paused_until
    }

    /// Reads, if it is among the ready.
    pub fn read(&mut self, ready: &FdSet, now: Instant) {
        if ready.contains(&self.keyboard) {
            if self.keyboard.is_in_background() {
                self.paused_until = Some(now + BACKGROUND);
            } else {
                self.keyboard.read();
            }
        }
    }

    /// The next order, or answer if the question stands.
    pub fn take(&mut self, asking: bool) -> Option<Order> {
        loop {
            let line = match self.keyboard.take()? {
                Typed::Line(line) => String::from_utf8_lossy(&line).into_owned(),
                Typed::End => {
                    self.ended = true;
                    return Some(Order::End);
                }
            };
            if asking {
                return Some(Order::Answer(Answer::parse(&line)));
            }
            return Some(match line.trim().to_lowercase().as_str() {
                "" => continue,
                "clientes" | "clients" => Order::Clients,
                "salir" | "quit" | "exit" => Order::Quit,
                "ayuda" | "help" | "?" => Order::Help,
                _ => Order::Unknown(line),
            });
        }
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}
