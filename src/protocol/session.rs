//! One client's conversation: what it sent, and when, goes in; its replies come out.

use super::framing::{Framing, Refusal, content};
use super::reply::{LONGEST, Notice, Request, write_seconds, write_time};
use crate::clock::Now;
use crate::limits::reserve;
use std::time::{Duration, Instant};

/// How a server answers: the same for all its sessions.
#[derive(Clone, Copy, Debug)]
pub struct SessionRules {
    /// Bytes go back as they came, with no messages and no reserved words.
    pub echo: bool,
    /// Silence that ends a message without a newline; 0 makes each chunk received a message.
    pub silence: Duration,
}

/// What became of a message: [`Session::answer`] appended its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered<'a> {
    /// Answered; more may come. The message is as it came, with its line end.
    Message(&'a [u8]),
    /// It was `SALIR`: the session is over.
    Farewell(&'a [u8]),
    /// It was too long, and the notice says so: the session is over.
    TooLong,
    /// There is no memory for it or for its reply, and nothing has been appended: [end](Session::end) the
    /// session.
    NoMemory,
}

/// The state of one conversation.
#[derive(Debug)]
pub struct Session {
    rules: SessionRules,
    connected: Now,
    framing: Framing,
    received: Instant,
    input: InputState,
}

#[derive(Debug, PartialEq, Eq)]
enum InputState {
    Open,
    /// The client sends no more: what is left is a message.
    AtEnd,
    /// No further message is read.
    Over,
}

impl Session {
    /// The session of a client that connected `now`.
    #[must_use]
    pub fn new(rules: SessionRules, now: Now) -> Self {
        let framing = Framing::default();
        Self { rules, connected: now, framing, received: now.monotonic, input: InputState::Open }
    }

    /// When the client connected.
    #[must_use]
    pub fn connected(&self) -> &Now {
        &self.connected
    }

    /// The client sends no more. Call [`answer`](Self::answer) until it has no more.
    pub fn end_of_file(&mut self) {
        if self.input == InputState::Open {
            self.input = InputState::AtEnd;
        }
    }

    /// No further message is read, and none is kept.
    pub fn end(&mut self) {
        self.input = InputState::Over;
        self.framing = Framing::default();
    }

    /// Takes the next complete message off the `input` received, and appends the reply to `out`. Call
    /// it until there is none: the rest of the input has then been kept.
    pub fn answer<'a, 'i: 'a>(
        &'a mut self,
        input: &mut &'i [u8],
        now: &Now,
        out: &mut Vec<u8>,
    ) -> Option<Answered<'a>> {
        if self.rules.echo {
            let chunk = std::mem::take(input);
            if !reserve(out, chunk.len()) {
                return Some(Answered::NoMemory);
            }
            out.extend_from_slice(chunk);
            return (!chunk.is_empty()).then_some(Answered::Message(chunk));
        }
        if !input.is_empty() {
            self.received = now.monotonic;
        }
        let ended = match self.input {
            InputState::Open => {
                !self.framing.newline_seen() && self.silence_ends() <= now.monotonic
            }
            InputState::AtEnd => true,
            InputState::Over => return None,
        };
        let found = self.framing.message(input, ended);
        if found == Ok(None) {
            return None;
        }
        let has_room = reserve(out, LONGEST);
        let message = match found {
            Ok(message) if has_room => message?,
            Err(Refusal::TooLong) if has_room => {
                self.input = InputState::Over;
                Notice::TooLong.write(out);
                return Some(Answered::TooLong);
            }
            _ => return Some(Answered::NoMemory),
        };
        let seconds = self.connected.seconds_until(now);
        let request = Request::parse(content(message));
        match request {
            Request::Time => write_time(out, &now.stamp, seconds),
            Request::Connection => write_time(out, &self.connected.stamp, seconds),
            Request::Farewell => write_seconds(out, seconds),
        }
        if message.ends_with(b"\n") {
            out.push(b'\n');
        }
        if request == Request::Farewell {
            self.input = InputState::Over;
            return Some(Answered::Farewell(message));
        }
        Some(Answered::Message(message))
    }

    /// Whether part of a message is kept.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.framing.is_partial()
    }

    /// When [`answer`](Self::answer) should be called although nothing was received: silence will
    /// then have ended a message.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let awaited = self.framing.is_partial() && !self.framing.newline_seen();
        (self.input == InputState::Open && awaited).then(|| self.silence_ends())
    }

    fn silence_ends(&self) -> Instant {
        self.received + self.rules.silence
    }
}
