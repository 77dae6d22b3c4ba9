//! The client's conversation: rounds of a message and a reply on every connection.

use super::connection::ClientConnection;
use super::options::{ClientOptions, Mode};
use super::view::{ClientView, Question};
use crate::cli::Outcome;
use crate::net::Error;
use crate::protocol::framing::content;
use crate::protocol::reply::{FAREWELL, Request};
use crate::screen::Line;
use crate::screen::keyboard::{Keyboard, Typed};
use crate::sys::Signals;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How long the first message waits for a greeting, so that the greeting is shown before it.
const GREETING: Duration = Duration::from_millis(200);

/// A client with its connections.
#[derive(Debug)]
pub(super) struct ClientSession<'a> {
    pub(super) options: &'a ClientOptions,
    pub(super) view: ClientView,
    // Dropped before the signals: none ends the program before the terminal is restored.
    pub(super) keyboard: Keyboard,
    pub(super) signals: Signals,
    /// What to send, over and over; if empty, ask.
    messages: Rc<[Rc<[u8]>]>,
    /// How many have been used.
    given: u64,
    /// Those still open.
    pub(super) connections: Vec<ClientConnection>,
    /// Nothing more is sent except `SALIR`.
    pub(super) leaving: bool,
    /// Not even that: nothing more is waited for.
    pub(super) is_cut: bool,
    pub(super) outcome: Outcome,
    pub(super) buffer: Vec<u8>,
    rounds: u64,
}

impl<'a> ClientSession<'a> {
    /// A conversation over `connections`.
    pub(super) fn new(
        options: &'a ClientOptions,
        view: ClientView,
        signals: Signals,
        keyboard: Keyboard,
        connections: Vec<ClientConnection>,
    ) -> Self {
        let messages = options.messages.iter();
        let wire = messages.map(|message| options.on_the_wire(message.as_bytes()).into());
        let messages: Rc<[_]> = wire.collect();
        Self {
            options,
            view,
            signals,
            keyboard,
            messages,
            given: 0,
            connections,
            leaving: false,
            is_cut: false,
            outcome: Outcome::Done,
            buffer: vec![0; 1 << 16],
            rounds: 0,
        }
    }

    /// Runs until there is nothing more to send, or no connection to send it on.
    pub(super) fn run(mut self) -> Result<Outcome, Error> {
        self.view.step(0);
        self.await_greeting()?;
        while let Some(message) = self.next_message()? {
            self.exchange(&message)?;
        }
        self.leave();
        let said = self.connections.iter().all(ClientConnection::is_leaving);
        if self.options.mode != Mode::Parts && !said {
            self.exchange(&self.farewell())?;
        }
        for connection in std::mem::take(&mut self.connections) {
            self.close(&connection);
        }
        self.drain_screen()?;
        // Keeps the handlers: one more Ctrl-C does not change how it ends.
        std::mem::forget(self.signals);
        Ok(self.outcome)
    }

    /// What says goodbye.
    pub(super) fn farewell(&self) -> Rc<[u8]> {
        self.options.on_the_wire(FAREWELL.as_bytes()).into()
    }

    /// Waits a little for the greeting, if it will be shown.
    fn await_greeting(&mut self) -> Result<(), Error> {
        let until = Instant::now() + GREETING;
        let unseen = self.options.quiet && !self.asks();
        while let [connection] = self.connections.as_slice() {
            // A server that has no room will close: wait for that.
            let heard = connection.heard && !connection.is_refused;
            if unseen || heard || self.leaving || Instant::now() >= until {
                break;
            }
            self.turn(Some(until))?;
        }
        Ok(())
    }

    /// What to send next: from the list, or asked for.
    fn next_message(&mut self) -> Result<Option<Rc<[u8]>>, Error> {
        self.pause()?;
        if self.leaving || self.connections.is_empty() {
            return Ok(None);
        }
        if self.asks() {
            return self.ask();
        }
        if self.left() == 0 {
            return Ok(None);
        }
        let length = self.messages.len() as u64;
        let (lap, index) = (self.given / length, self.given % length);
        self.given += 1;
        if index == 0 && self.options.laps > 1 {
            self.view.event(&Line::Lap { lap: lap + 1, of: self.options.laps });
        }
        Ok(Some(Rc::clone(&self.messages[index as usize])))
    }

    /// Whether messages are asked for.
    pub(super) fn asks(&self) -> bool {
        self.messages.is_empty()
    }

    /// How many messages of the list are still to be sent.
    pub(super) fn left(&self) -> u64 {
        self.messages.len() as u64 * self.options.laps - self.given
    }

    /// Waits for the delay between messages. Even without one it checks what has come: nothing is
    /// sent to a server that has gone.
    fn pause(&mut self) -> Result<(), Error> {
        let last = !self.asks() && self.left() == 0;
        let delay = if last || self.rounds == 0 { Duration::ZERO } else { self.options.delay };
        let until = Instant::now() + delay;
        loop {
            self.turn(Some(until))?;
            if self.leaving || self.connections.is_empty() || Instant::now() >= until {
                return Ok(());
            }
        }
    }

    /// Asks for a message. `SALIR` and end of file are the last.
    fn ask(&mut self) -> Result<Option<Rc<[u8]>>, Error> {
        while !self.leaving && !self.connections.is_empty() {
            match self.view.standing() {
                None => self.view.ask(Question::Message),
                Some(Question::Leave(_)) => self.turn(None)?,
                Some(Question::Message) => match self.keyboard.take() {
                    None => self.turn(None)?,
                    Some(Typed::EndOfFile | Typed::Gone) => self.leave(),
                    Some(Typed::Line(line)) => {
                        self.view.answered(&line, &self.keyboard);
                        let message = self.options.on_the_wire(&line);
                        self.leaving = Request::parse(content(&message)) == Request::Farewell;
                        // Without a newline an empty line is no message.
                        if !message.is_empty() {
                            return Ok(Some(message.into()));
                        }
                    }
                },
            }
        }
        Ok(None)
    }

    /// One round: the message goes out on every connection, and a reply comes in on each that stays
    /// open.
    fn exchange(&mut self, message: &Rc<[u8]>) -> Result<(), Error> {
        for connection in &mut self.connections {
            self.view.sending(connection, message);
            connection.send(message, Instant::now());
        }
        while self.connections.iter().any(ClientConnection::awaits_reply) {
            self.turn(None)?;
        }
        self.rounds += 1;
        if !self.connections.is_empty() {
            self.view.step(self.rounds);
        }
        Ok(())
    }
}
