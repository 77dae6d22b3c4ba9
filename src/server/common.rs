//! What the two servers have in common: the listeners, the table, the operator, the screen, the time. Each
//! has its own loop; what both do alike is here.

use super::arrivals::{Arrival, Arrivals};
use super::bind::Wanted;
use super::clients::Clients;
use super::connection::ConnectionRules;
use super::listener::{ACCEPTS_PER_TURN, Found, Listeners};
use super::notify::Notifier;
use super::operator::{Action, Operator};
use super::options::ServerOptions;
use super::{BACK_OFF, earliest};
use crate::cli::Outcome;
use crate::clock::Clock;
use crate::net::Error;
use crate::protocol::reply::Notice;
use crate::reason::Both;
use crate::repr::Peer;
use crate::screen::{Line, Screen, Warning};
use crate::sys::{Errno, FdSet, Noted, SocketAddr};
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::Pid;
use std::ffi::OsString;
use std::mem;
use std::os::fd::OwnedFd;
use std::thread;
use std::time::{Duration, Instant};

/// At exit the server waits for the screen no longer than this.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What both servers have.
#[derive(Debug)]
pub struct Common<'r> {
    /// How connections are treated.
    pub rules: &'r ConnectionRules,
    /// The time, read once a turn.
    pub clock: Clock,
    /// Where lines are printed.
    pub screen: Screen,
    /// The table.
    pub clients: Clients,
    operator: Operator,
    listeners: Option<Listeners>,
    arrivals: Arrivals<'r>,
    notifier: Notifier,
    /// An action for the next turn.
    pending: Option<Action>,
    failed: bool,
}

impl<'r> Common<'r> {
    /// Catches the signals and listens on what is `wanted`; `notify` is a supervisor's socket for
    /// sd_notify(3).
    ///
    /// # Errors
    ///
    /// The call that failed, its object, and why.
    pub fn open(
        options: &'r ServerOptions,
        mut screen: Screen,
        max_clients: usize,
        most_pending: usize,
        wanted: Wanted,
        notify: Option<OsString>,
    ) -> Result<Self, Error> {
        // The server is ready by the time that the line which says so is printed.
        let clock = Clock::new();
        let started = Operator::new(options.on_exit, options.rules.grace, &screen)
            .and_then(|operator| Ok((operator, Listeners::open(wanted, options, &mut screen)?)));
        // Whether or not it failed, what has been done so far is printed.
        screen.flush();
        let (operator, listeners) = started?;
        let notifier = Notifier::ready(notify, &mut screen, clock.now.monotonic);
        Ok(Self {
            rules: &options.rules,
            clock,
            screen,
            clients: Clients::new(max_clients, options.max_per_ip),
            operator,
            listeners: Some(listeners),
            arrivals: Arrivals::new(&options.proxies, most_pending),
            notifier,
            pending: None,
            failed: false,
        })
    }

    /// Whether the server is done. If there are `any` clients that were turned away and may not have read
    /// their notice, they have until the end of the grace period.
    #[must_use]
    pub fn is_over(&self, any: bool) -> bool {
        self.operator.is_leaving()
            && self.clients.count() == 0
            && self.listeners.is_none()
            && self.arrivals.is_empty()
            && (!any || self.operator.is_late(self.clock.now.monotonic))
    }

    /// Whether a new client is told at once that the server is closing.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.operator.is_closing()
    }

    /// Tells the supervisor what is new, prints what is pending, and sets the sets to what both servers wait
    /// for; returns the time at which the next turn begins anyway.
    pub fn watch(&mut self, read: &mut FdSet, write: &mut FdSet) -> Option<Instant> {
        let count = self.clients.count();
        let notifier = self.notifier.tell(count, &mut self.screen, &mut self.clock);
        let now = self.clock.now.monotonic;
        read.clear();
        write.clear();
        self.screen.watch(write);
        // While too many headers are awaited, further connections wait in the listen queue.
        let listeners = self.listeners.as_mut().filter(|_| !self.arrivals.is_full());
        let listeners = listeners.and_then(|listeners| listeners.watch(read, now));
        let arrivals = self.arrivals.watch(read, now);
        let operator = self.operator.watch(read, now);
        // The handler may have failed to write to the self-pipe, for want of memory.
        let pending = (self.pending.is_some() || self.is_interrupted()).then_some(now);
        earliest([listeners, arrivals, operator, pending, notifier, self.screen.deadline()])
    }

    /// After waiting: reads the clock. Without memory select is tried again a little later; after any
    /// other failure the server closes.
    pub fn waited(&mut self, how: Result<usize, Errno>) {
        if let Err(errno) = how {
            let error = Error::new("select", Both { es: "clientes", en: "clients" }, errno);
            if errno == Errno::ENOMEM {
                self.screen.warn_of(&error, self.clock.now.monotonic);
            } else {
                self.fail(&error);
            }
            thread::sleep(BACK_OFF);
        }
        self.clock.tick();
        self.screen.own_up(Some(self.clock.now.monotonic));
    }

    /// Whether a signal is pending.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.operator.is_interrupted()
    }

    /// Takes the pending signals.
    #[must_use]
    pub fn signals(&mut self, ready: &FdSet) -> SigSet {
        self.operator.signals(ready, self.clock.now.monotonic)
    }

    /// What the loop is to do with the clients; the listeners and the supervisor have been seen to.
    pub fn actions(&mut self, signals: &SigSet, ready: &FdSet) -> Vec<Action> {
        let now = self.clock.now;
        let again = self.is_closing() && signals.contains(Signal::SIGINT);
        let mut actions = self.operator.act(signals, ready, &self.clients, &mut self.screen, &now);
        actions.extend(self.pending.take());
        for action in &actions {
            match action {
                // No new connections: the listeners close once their queues are empty.
                Action::Wait | Action::Close => {
                    self.listeners = self.listeners.take().and_then(Listeners::stop);
                    self.notifier.stopping();
                }
                Action::Force => self.screen.say(&Line::Forced { count: self.clients.count() }),
                Action::Ask | Action::Resume | Action::Abandon => {}
            }
        }
        let is_late = self.operator.is_late(now.monotonic);
        if is_late {
            self.listeners = None;
        }
        // Their clients are not known; after a second Ctrl-C they are not waited for.
        if is_late || again {
            self.arrivals.clear();
        }
        actions
    }

    /// The next client that is known, if there is one; `flags` as for `sys::accept`.
    pub fn accept(&mut self, ready: &mut FdSet, flags: i32) -> Option<Arrival> {
        let now = self.clock.now;
        let mut arrival = self.arrivals.next(ready, &now, &mut self.screen);
        for _ in 0..ACCEPTS_PER_TURN {
            if arrival.is_some() {
                break;
            }
            let (socket, peer) = self.accept_from_queue(ready, flags)?;
            arrival = self.arrivals.receive(socket, peer, &now, &mut self.screen);
        }
        arrival
    }

    fn accept_from_queue(&mut self, ready: &FdSet, flags: i32) -> Option<(OwnedFd, SocketAddr)> {
        let now = self.clock.now.monotonic;
        let listeners = self.listeners.as_mut().filter(|listeners| listeners.is_due(ready, now))?;
        if self.arrivals.is_full() {
            return None;
        }
        match listeners.accept(ready, flags, self.clients.count() == 0, &mut self.screen, now) {
            Ok(Found::Client(socket, peer)) => return Some((socket, peer)),
            Ok(Found::Nobody) => {}
            Ok(Found::Done) => self.listeners = None,
            Err(error) => {
                self.listeners = None;
                self.fail(&error);
            }
        }
        None
    }

    /// Checks that there is room for a client, or memory for a health check.
    ///
    /// # Errors
    ///
    /// The notice that the client gets.
    pub fn admit(&mut self, arrival: &Arrival) -> Result<(), Notice> {
        let &Arrival { peer, is_check, .. } = arrival;
        if !self.clients.has_memory() {
            return Err(self.no_memory(peer));
        }
        if is_check {
            return Ok(());
        }
        self.clients.room_for(peer).map_err(|limit| {
            let line = Line::Full { limit, peer: Peer(peer) };
            self.screen.warn(Warning::Full, &line, self.clock.now.monotonic);
            Notice::Full(limit)
        })
    }

    /// There is no memory for a client: the notice that it gets.
    pub fn no_memory(&mut self, peer: SocketAddr) -> Notice {
        let line = Line::NoMemory { peer: Peer(peer) };
        self.screen.warn(Warning::NoMemory, &line, self.clock.now.monotonic);
        Notice::NoResources
    }

    /// Enters a client in the table, under this key.
    pub fn arrived(&mut self, key: i32, arrival: &Arrival, pid: Option<Pid>) {
        self.clients.arrive(key, arrival.peer, arrival.since, pid);
    }

    /// The server cannot go on: says so, and closes.
    fn fail(&mut self, error: &Error) {
        if !self.failed {
            self.screen.say(&Line::Failed { error });
        }
        self.failed = true;
        let (count, now) = (self.clients.count(), self.clock.now.monotonic);
        let action = self.operator.terminate(count, &mut self.screen, now);
        self.pending = action.or(self.pending);
    }

    /// Prints the table if it has changed, and asks the question again with the new number.
    pub fn print_changes(&mut self) {
        let now = self.clock.now;
        if self.clients.print_changes(&mut self.screen, &now) {
            let (count, screen) = (self.clients.count(), &mut self.screen);
            let action = self.operator.count_changed(count, screen, now.monotonic);
            self.pending = action.or(self.pending);
        }
    }

    /// In a forked child: closes what is the parent's, and returns what a child needs; its lines go
    /// into that pipe. The table is not freed: see the caller.
    #[must_use]
    pub fn into_child(self, lines: OwnedFd) -> (Screen, Clock, Noted) {
        let Self { screen, clock, clients, operator, listeners, mut arrivals, .. } = self;
        listeners.into_iter().for_each(Listeners::close);
        arrivals.clear();
        mem::forget((clients, arrivals));
        (screen.into_child(lines), clock, operator.into_noted())
    }

    /// The last words.
    pub fn finish(mut self) -> Outcome {
        self.screen.hide_typing();
        self.screen.withdraw_question();
        self.notifier.finish(self.clients.count(), &mut self.screen, &mut self.clock);
        self.screen.own_up(None);
        self.screen.event(&Line::Finished { count: self.clients.served() });
        self.screen.drain(Some(Instant::now() + LAST_WORDS));
        let failed = self.failed || self.operator.is_forced();
        self.operator.finish();
        if failed { Outcome::Failed } else { Outcome::Done }
    }
}
