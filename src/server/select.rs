//! The select server: one process, one loop, every client in it.

use super::arrivals::Arrival;
use super::bind::Wanted;
use super::client::Client;
use super::common::Common;
use super::connection::ServerConnection;
use super::listener::ACCEPTS_PER_TURN;
use super::operator::Action;
use super::options::ServerOptions;
use super::ready::Ready;
use super::supervisor::Supervisor;
use super::timers::Timers;
use super::{MOST_UNLISTED, earliest};
use crate::cli::Outcome;
use crate::clock::Clock;
use crate::limits::{make_room_for, reserve};
use crate::net::Error;
use crate::repr::Peer;
use crate::screen::{Line, Screen};
use crate::sys::{self, FdSet, SOCK_NONBLOCK, WNOHANG};
use nix::sys::signal::Signal;
use std::os::fd::{AsRawFd, RawFd};
use std::time::Instant;

struct Server<'r> {
    common: Common<'r>,
    /// Every connection, by its descriptor; also those that are not in the table.
    slots: Vec<Option<Served<'r>>>,
    timers: Timers,
    ready: Ready,
    /// How many of them are health checks.
    checks: usize,
    /// How many connections outside the table are served at once.
    most_unlisted: usize,
    /// How many lines had been printed after the last one about waiting.
    lines: usize,
    /// For recv. A page: a client's input is taken in small turns, so that no client keeps the others
    /// waiting.
    buffer: [u8; 4096],
}

struct Served<'r> {
    client: Client<'r>,
    timer: Option<Instant>,
}

/// Runs the server until it is told to leave.
///
/// # Errors
///
/// It could not start: the call that failed, its object, and why.
pub fn run(options: &ServerOptions, supervisor: Supervisor) -> Result<Outcome, Error> {
    let mut screen = Screen::new(options.program, options.lang, options.quiet)?;
    let Supervisor { listeners, notify } = supervisor;
    let wanted = Wanted::find(options, listeners, &mut screen)?;
    let (asked, others) = (options.max_clients, wanted.count() + notify.iter().len());
    let room = make_room_for(asked + MOST_UNLISTED + options.most_pending(), others);
    let [most_unlisted, most_pending] =
        [MOST_UNLISTED, options.most_pending()].map(|most| most.min(room / 4));
    let fit = (room - most_unlisted - most_pending).max(1);
    if fit < asked {
        screen.say(&Line::FewerFit { asked, fit });
    }
    let mut server = Server {
        common: Common::open(options, screen, fit.min(asked), most_pending, wanted, notify)?,
        slots: Vec::new(),
        timers: Timers::default(),
        ready: Ready::new(options.plain_select),
        checks: 0,
        most_unlisted,
        lines: 0,
        buffer: [0; 4096],
    };
    server.serve();
    Ok(server.common.finish())
}

impl<'r> Server<'r> {
    fn serve(&mut self) {
        let (mut read, mut write) = (FdSet::new(), FdSet::new());
        while !self.common.is_over(self.ready.connections() > self.checks) {
            self.wait(&mut read, &mut write);

            for fd in read.iter() {
                self.serve_client(fd, Client::receive);
            }
            for fd in write.iter() {
                self.serve_client(fd, Client::send);
            }
            self.wake();
            // Clients before the operator: a client that has just left must not be cut off.
            let signals = self.common.signals(&read);
            if signals.contains(Signal::SIGCHLD) {
                // Orphans: a container's process 1 inherits them.
                while matches!(sys::waitpid(None, WNOHANG), Ok(Some(_))) {}
            }
            for action in self.common.actions(&signals, &read) {
                self.obey(action);
            }
            // Signals before accepts: a busy server hears Ctrl-C too.
            self.accept(&mut read);
            self.common.print_changes();
        }
    }

    /// Waits in select until a descriptor is ready or the first deadline has come.
    fn wait(&mut self, read: &mut FdSet, write: &mut FdSet) {
        // Not again if nothing has been printed since: a timer has fired, or a health check came and went.
        if self.common.screen.lines() != self.lines {
            self.common.screen.event(&Line::Waiting);
            self.lines = self.common.screen.lines();
        }
        let deadline = earliest([self.common.watch(read, write), self.timers.first()]);
        let mut waited = self.ready.wait(read, write, deadline);
        if waited.is_ok() && self.common.is_interrupted() {
            // Find out what is ready all the same: a client that has just left must not be cut off.
            self.common.watch(read, write);
            waited = self.ready.wait(read, write, Some(self.common.clock.now.monotonic));
        }
        self.common.waited(waited);
    }

    /// Accepts the waiting clients.
    fn accept(&mut self, ready: &mut FdSet) {
        for _ in 0..ACCEPTS_PER_TURN {
            match self.common.accept(ready, SOCK_NONBLOCK) {
                Some(arrival) => self.admit(arrival),
                None => return,
            }
        }
    }

    /// Takes a client in, if there is room.
    fn admit(&mut self, arrival: Arrival) {
        let (fd, is_check) = (arrival.socket.as_raw_fd(), arrival.is_check);
        let (rules, now) = (self.common.rules, self.common.clock.now);
        let more = (fd as usize + 1).saturating_sub(self.slots.len());
        let has_slot = reserve(&mut self.slots, more);
        let admitted = if has_slot {
            self.common.admit(&arrival)
        } else {
            Err(self.common.no_memory(arrival.peer))
        };
        let connection = match admitted {
            Ok(()) => ServerConnection::new(rules, arrival.since, now.monotonic),
            Err(notice) => ServerConnection::refused(rules, notice, now),
        };
        if admitted.is_ok() && !is_check {
            self.common.screen.event(&Line::ClientConnected { peer: Peer(arrival.peer) });
            self.common.arrived(fd, &arrival, None);
        }
        let mut client = Client::new(arrival, connection);
        client.send(&mut self.buffer, &mut self.common.clock, &mut self.common.screen);
        // Under a flood further connections are closed at once.
        if !has_slot || self.ready.connections() >= self.common.clients.count() + self.most_unlisted
        {
            return;
        }
        self.checks += usize::from(is_check);
        self.slots.resize_with(self.slots.len() + more, || None);
        self.ready.insert();
        self.slots[fd as usize] = Some(Served { client, timer: None });
        self.update(fd);
        if self.common.is_closing() {
            self.serve_client(fd, Client::close);
        }
    }

    /// Does one thing for the client of `fd`, if `fd` is a client's.
    fn serve_client(
        &mut self,
        fd: RawFd,
        what: fn(&mut Client<'r>, &mut [u8], &mut Clock, &mut Screen),
    ) {
        if let Some(Some(slot)) = self.slots.get_mut(fd as usize) {
            let Common { clock, screen, .. } = &mut self.common;
            what(&mut slot.client, &mut self.buffer, clock, screen);
            self.update(fd);
        }
    }

    /// Recomputes what a connection waits for; drops it, and so closes it, if it is over.
    fn update(&mut self, fd: RawFd) {
        let Some(Some(Served { client, timer })) = self.slots.get_mut(fd as usize) else {
            return;
        };
        if client.connection.is_closed() {
            self.ready.remove(&client.socket);
            self.timers.clear(fd, *timer);
            self.common.clients.leave(fd);
            self.checks -= usize::from(client.is_check);
            self.slots[fd as usize] = None;
            return;
        }
        self.ready.update(&client.socket, client.wants());
        *timer = self.timers.set(fd, *timer, client.deadline());
    }

    /// Wakes the connections whose timers have expired as of one moment: serving a client moves the
    /// clock on, and among many there would always be one more.
    fn wake(&mut self) {
        let now = self.common.clock.now.monotonic;
        while let Some(fd) = self.timers.expired(now) {
            if let Some(Some(slot)) = self.slots.get_mut(fd as usize) {
                slot.timer = None;
                self.serve_client(fd, Client::wake);
            }
        }
    }

    fn obey(&mut self, action: Action) {
        match action {
            Action::Ask | Action::Resume | Action::Wait | Action::Abandon => {}
            Action::Close => {
                for fd in 0..self.slots.len() {
                    self.serve_client(fd as RawFd, Client::close);
                }
            }
            Action::Force => {
                self.common.clients.clear();
                self.slots.clear();
                self.checks = 0;
                self.ready = Ready::new(true);
            }
        }
    }
}
