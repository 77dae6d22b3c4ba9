//! What steers a server from outside: signals, the operator, the time. It hears them, prints what
//! there is to print, and tells the loop what to do.

use super::clients::Clients;
use super::console::{Console, Order};
use super::options::Options;
use super::service::Service;
use super::shutdown::{Action, Event, Shutdown};
use crate::net::Error;
use crate::sys::{FdSet, Signals};
use crate::text::Line;
use nix::sys::signal::{SigSet, Signal};
use std::time::Instant;

/// The signals that a server catches.
pub const CAUGHT: [Signal; 5] =
    [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP, Signal::SIGUSR1, Signal::SIGCHLD];

/// Signals, the operator, the policy of leaving, and the table that all these are about.
#[derive(Debug)]
pub struct Control {
    signals: Signals,
    console: Console,
    shutdown: Shutdown,
    /// The connected clients.
    pub clients: Clients,
}

impl Control {
    /// Catches the signals.
    ///
    /// # Errors
    ///
    /// No descriptor for the self-pipe.
    pub fn new(options: &Options, max_clients: usize) -> Result<Self, Error> {
        let signals = Signals::catch(&CAUGHT);
        Ok(Self {
            signals: signals.map_err(|errno| Error::new("pipe2", "self-pipe", errno))?,
            console: Console::new(),
            shutdown: Shutdown::new(options.on_exit, options.grace),
            clients: Clients::new(max_clients, options.max_per_ip),
        })
    }

    /// In a child: closes the self-pipe, and leaves the rest alone.
    pub fn abandon(self) {
        drop(self.signals);
        std::mem::forget((self.console, self.clients));
    }

    /// Adds what it listens to to the set; gives the time at which to call [`act`](Self::act) anyway.
    pub fn watch(&mut self, read: &mut FdSet, now: Instant) -> Option<Instant> {
        read.insert(&self.signals);
        let look_again = self.console.watch(read, self.shutdown.is_asking(), now);
        [look_again, self.shutdown.deadline()].into_iter().flatten().min()
    }

    /// The signals that have come.
    #[must_use]
    pub fn signals(&self, ready: &FdSet) -> SigSet {
        let come = self.signals.has_come() || ready.contains(&self.signals);
        if come { self.signals.take() } else { SigSet::empty() }
    }

    /// Acts on `signals`, on what the operator typed and on the time. Gives what is left for the loop
    /// to do; called once its table is up to date.
    pub fn act(&mut self, signals: &SigSet, ready: &FdSet, service: &mut Service) -> Vec<Action> {
        let mut actions = Vec::new();
        if signals.contains(Signal::SIGUSR1) {
            self.clients.print(&mut service.trace.journal, &service.now);
        }
        if signals.contains(Signal::SIGINT) {
            actions.extend(self.interrupt(service));
        }
        if signals.contains(Signal::SIGTERM) || signals.contains(Signal::SIGHUP) {
            actions.extend(self.on(Event::Terminate, service));
        }
        self.console.read(ready, service.now.monotonic);
        while let Some(order) = self.console.take(self.shutdown.is_asking()) {
            actions.extend(self.obey(&order, service));
        }
        actions.extend(self.shutdown.wake(self.clients.count(), service.now.monotonic));
        actions
    }

    /// Leaves, as by SIGTERM.
    pub fn terminate(&mut self, service: &mut Service) -> Option<Action> {
        self.on(Event::Terminate, service)
    }

    /// Prints the table if it has changed, and the question with the new number.
    pub fn print_changes(&mut self, service: &mut Service) {
        let journal = &mut service.trace.journal;
        let changed = self.clients.print_changes(journal, &service.now);
        if self.shutdown.is_asking() && self.clients.count() == 0 {
            journal.withdraw_question();
        } else if changed && self.shutdown.is_asking() {
            journal.ask_again(&Line::Question(self.clients.count()));
        }
    }

    /// Whether the server is done.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.shutdown.is_over(self.clients.count())
    }

    /// Whether clients had to be cut off.
    #[must_use]
    pub fn is_forced(&self) -> bool {
        self.shutdown.is_forced()
    }

    fn obey(&mut self, order: &Order, service: &mut Service) -> Option<Action> {
        let journal = &mut service.trace.journal;
        match order {
            Order::Clients => self.clients.print(journal, &service.now),
            Order::Help => journal.print([Line::Commands]),
            Order::Unknown(text) => journal.print([Line::UnknownCommand(text)]),
            Order::Quit => return self.interrupt(service),
            Order::End => return self.on(Event::InputEnded, service),
            Order::Answer(answer) => {
                journal.answered();
                return self.on(Event::Answer(*answer), service);
            }
        }
        None
    }

    fn interrupt(&mut self, service: &mut Service) -> Option<Action> {
        self.on(Event::Interrupt { can_ask: self.console.can_ask() }, service)
    }

    fn on(&mut self, event: Event, service: &mut Service) -> Option<Action> {
        let clients = self.clients.count();
        let action = self.shutdown.on(event, clients, service.now.monotonic)?;
        let journal = &mut service.trace.journal;
        journal.withdraw_question();
        match action {
            Action::Ask => journal.ask(&Line::Question(clients)),
            Action::Resume => journal.event(&Line::Resumed),
            Action::Wait => journal.event(&Line::WaitingFor(clients)),
            Action::Close => journal.event(&Line::ClosingAll(clients)),
            Action::Force => {}
        }
        Some(action)
    }
}
