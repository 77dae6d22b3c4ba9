//! The client's conversation: rounds of a message on every connection and a reply on each.

use super::connection::{Connection, End};
use super::options::{Mode, Options};
use super::screen::{Question, Screen};
use super::script::Script;
use crate::cli::Outcome;
use crate::keyboard::{Keyboard, Typed};
use crate::net::Error;
use crate::protocol::framing::content;
use crate::protocol::reply::{FAREWELL, Request};
use crate::sys::Signals;
use crate::text::{Cause, Line, Loss};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How long the first message waits for a greeting, so that it is not seen in the middle.
const GREETING: Duration = Duration::from_millis(200);

/// A client with its connections.
#[derive(Debug)]
pub(super) struct Session<'a> {
    pub(super) options: &'a Options,
    pub(super) screen: Screen,
    pub(super) signals: Signals,
    pub(super) keyboard: Keyboard,
    /// What to send; without it, ask.
    pub(super) script: Option<Script>,
    /// Those still open.
    pub(super) connections: Vec<Connection>,
    /// Nothing more is sent but `SALIR`.
    pub(super) leaving: bool,
    pub(super) outcome: Outcome,
    pub(super) buffer: Vec<u8>,
    rounds: u64,
}

impl<'a> Session<'a> {
    /// A conversation over `connections`.
    pub(super) fn new(
        options: &'a Options,
        screen: Screen,
        signals: Signals,
        connections: Vec<Connection>,
    ) -> Self {
        let messages = options.messages.iter();
        let wire = messages.map(|message| options.on_the_wire(message.as_bytes()));
        let script = Script::new(wire, options.laps);
        Self {
            options,
            screen,
            signals,
            keyboard: Keyboard::new(),
            script: (!options.messages.is_empty()).then_some(script),
            connections,
            leaving: false,
            outcome: Outcome::Done,
            buffer: vec![0; 1 << 16],
            rounds: 0,
        }
    }

    /// Talks until there is nothing more to say, or nobody to say it to.
    pub(super) fn run(mut self) -> Result<Outcome, Error> {
        self.screen.step(0);
        self.await_greeting()?;
        while let Some(message) = self.next_message()? {
            self.exchange(&message)?;
        }
        self.leave();
        let said = self.connections.iter().all(Connection::is_leaving);
        if self.options.mode != Mode::Parts && !said {
            self.exchange(&self.options.on_the_wire(FAREWELL.as_bytes()).into())?;
        }
        for connection in std::mem::take(&mut self.connections) {
            self.close(&connection);
        }
        Ok(self.outcome)
    }

    /// Waits a little for what the server says first, if anybody is to see it.
    fn await_greeting(&mut self) -> Result<(), Error> {
        let until = Instant::now() + GREETING;
        let unseen = self.options.quiet && self.script.is_some();
        while let [connection] = self.connections.as_slice() {
            // A server that has no room will close: let that be seen first.
            let heard = connection.heard && !connection.is_refused;
            if unseen || heard || self.leaving || Instant::now() >= until {
                break;
            }
            self.turn(Some(until))?;
        }
        Ok(())
    }

    /// What to send next: of the script, or asked for.
    fn next_message(&mut self) -> Result<Option<Rc<[u8]>>, Error> {
        self.pause()?;
        if self.leaving || self.connections.is_empty() {
            return Ok(None);
        }
        let Some(script) = &mut self.script else {
            return self.ask();
        };
        let (entry, of) = (script.next(), script.laps());
        if let Some(lap) = entry.as_ref().and_then(|entry| entry.lap) {
            self.screen.event(&Line::Lap { lap, of });
        }
        Ok(entry.map(|entry| entry.message))
    }

    /// Waits as long as there should be between messages; not at all, it still looks at what has
    /// come: nothing is sent to a server that has gone.
    fn pause(&mut self) -> Result<(), Error> {
        let last = self.script.as_ref().is_some_and(|script| script.left() == 0);
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
            match self.screen.standing() {
                None => self.screen.ask(Question::Message),
                Some(Question::Leave(_)) => self.turn(None)?,
                Some(Question::Message) => match self.keyboard.take() {
                    None => self.turn(None)?,
                    Some(Typed::End) => self.leave(),
                    Some(Typed::Line(line)) => {
                        self.screen.answered(self.keyboard.is_terminal());
                        let message = self.options.on_the_wire(&line);
                        self.leaving = Request::parse(content(&message)) == Request::Farewell;
                        // Without a newline, an empty line is no message.
                        if !message.is_empty() {
                            return Ok(Some(message.into()));
                        }
                    }
                },
            }
        }
        Ok(None)
    }

    /// One round: the message out on every connection, and a reply in on each that lives so long.
    fn exchange(&mut self, message: &Rc<[u8]>) -> Result<(), Error> {
        for connection in &mut self.connections {
            self.screen.sending(connection, message);
            connection.send(message, Instant::now());
        }
        while self.connections.iter().any(Connection::awaits_reply) {
            self.turn(None)?;
        }
        self.rounds += 1;
        if !self.connections.is_empty() {
            self.screen.step(self.rounds);
        }
        Ok(())
    }

    /// Nothing more is asked or sent, but `SALIR`.
    pub(super) fn leave(&mut self) {
        self.leaving = true;
        self.screen.withdraw();
    }

    /// A connection has ended by itself. That is no failure if nothing went with it.
    pub(super) fn retire(&mut self, connection: &Connection, end: End) {
        if self.connections.is_empty() {
            self.screen.withdraw();
        }
        let farewell = connection.is_leaving();
        // After last words, the server's or ours, a reset is as good as a close.
        let parting = farewell || !connection.last_words.is_empty();
        let cause = match end {
            End::Late => Cause::Late(self.options.timeout.as_secs()),
            End::Failed(call, errno) if !parting => Cause::Failed(call, errno),
            End::Closed | End::Failed(..) => Cause::Closed(&connection.last_words),
        };
        let closed = matches!(cause, Cause::Closed(_));
        let unanswered = connection.unanswered().filter(|_| !(closed && farewell));
        let left = self.script.as_ref().map_or(0, Script::left);
        let unsent = if self.leaving { 0 } else { left };
        let nothing_lost = unanswered.is_none() && unsent == 0 && !connection.is_refused;
        if closed {
            let unforeseen = nothing_lost && !farewell;
            self.screen.closed_by_server(connection, unforeseen);
        }
        if closed && nothing_lost {
            self.close(connection);
        } else {
            self.outcome = Outcome::Failed;
            let peer = connection.peer;
            let loss = Loss { peer, cause, unanswered, unsent };
            self.screen.lost(connection, loss);
            self.screen.closing(connection);
        }
    }

    fn close(&mut self, connection: &Connection) {
        if self.options.mode != Mode::Parts {
            self.screen.time(connection, connection.seconds(Instant::now()));
        }
        self.screen.closing(connection);
    }
}
