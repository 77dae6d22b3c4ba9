//! The select server: one process, one loop, every client in it.

use super::clients::Row;
use super::connection::{Connection, Interest};
use super::control::Control;
use super::earliest;
use super::listener::{ACCEPTS_PER_TURN, Listener};
use super::options::Options;
use super::refused::MOST;
use super::service::Service;
use super::shutdown::Action;
use super::timers::Timers;
use super::watch::Watch;
use crate::cli::Outcome;
use crate::journal::Warning;
use crate::limits::make_room_for;
use crate::net::Error;
use crate::protocol::reply::Notice;
use crate::sys::{FdSet, SOCK_NONBLOCK, SocketAddr};
use crate::text::Line;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::time::Instant;

struct Server {
    listener: Option<Listener>,
    control: Control,
    service: Service,
    /// Every connection, under its descriptor; also those refused, which are not in the table.
    slots: Vec<Option<Slot>>,
    open: usize,
    timers: Timers,
    watch: Watch,
    failed: bool,
}

struct Slot {
    connection: Connection,
    /// What is waited for, as told to the watch.
    interest: Interest,
    timer: Option<Instant>,
}

/// Runs the server until it is told to leave.
///
/// # Errors
///
/// It could not start, or could not go on: the call, what on, and why.
pub fn run(options: &Options) -> Result<Outcome, Error> {
    let mut service = Service::new(options);
    let (asked, fit) = (options.max_clients, make_room_for(options.max_clients + MOST));
    let fit = fit.saturating_sub(MOST).max(1);
    if fit < asked {
        service.trace.journal.error(&Line::FewerFit { asked, fit });
    }
    let control = Control::new(options, fit.min(asked))?;
    let listener = Some(Listener::open(options, &mut service)?);
    let mut server = Server {
        listener,
        control,
        service,
        slots: Vec::new(),
        open: 0,
        timers: Timers::default(),
        watch: Watch::new(),
        failed: false,
    };
    server.serve()?;
    Ok(server.leave())
}

impl Server {
    fn serve(&mut self) -> Result<(), Error> {
        let (mut others, mut read, mut write) = (FdSet::new(), FdSet::new(), FdSet::new());
        while !self.control.is_over() {
            self.wait(&mut others)?;
            read.copy_from(&self.watch.read);
            write.copy_from(&self.watch.write);

            // Signals before clients: a busy server hears Ctrl-C too.
            let signals = self.control.signals(&read);
            for action in self.control.act(&signals, &read, &mut self.service) {
                self.obey(action);
            }
            self.accept(&read);
            for fd in read.iter() {
                self.serve_client(fd, Connection::receive);
            }
            for fd in write.iter() {
                self.serve_client(fd, Connection::flush);
            }
            self.wake();
            self.control.print_changes(&mut self.service);
        }
        Ok(())
    }

    /// Waits in select until a descriptor is ready or the first deadline has come.
    fn wait(&mut self, others: &mut FdSet) -> Result<(), Error> {
        self.service.trace.waiting();
        self.service.trace.journal.restore_prompt();
        others.clear();
        let now = self.service.now.monotonic;
        let deadline = earliest([
            self.control.watch(others, now),
            self.listener.as_mut().and_then(|listener| listener.watch(others, now)),
            self.timers.first(),
        ]);
        self.watch.wait(others, deadline)?;
        self.service.tick();
        Ok(())
    }

    /// Accepts who is waiting.
    fn accept(&mut self, ready: &FdSet) {
        for _ in 0..ACCEPTS_PER_TURN {
            let Some(listener) = self.listener.as_mut() else {
                return;
            };
            if !listener.is_ready(ready) {
                return;
            }
            match listener.accept(SOCK_NONBLOCK, &mut self.service) {
                Ok(Some((socket, peer))) => self.admit(socket, peer),
                Ok(None) => return,
                Err(error) => self.fail(&error),
            }
        }
    }

    /// Takes a client in, if there is room.
    fn admit(&mut self, socket: OwnedFd, peer: SocketAddr) {
        let fd = socket.as_raw_fd();
        let service = &mut self.service;
        let connection = match self.control.clients.room_for(peer) {
            Ok(()) => {
                service.trace.connected(peer);
                let row = Row { peer, since: service.now, pid: None };
                self.control.clients.arrive(fd, row);
                Connection::new(socket, peer, service.now, service)
            }
            Err(limit) => {
                service.trace.journal.warn(Warning::Full, &Line::Full { limit, peer });
                let notice = Notice::Full(limit);
                let connection = Connection::refused(socket, peer, notice, service);
                if self.open - self.control.clients.count() >= MOST {
                    return;
                }
                connection
            }
        };
        if self.slots.len() <= fd as usize {
            self.slots.resize_with(fd as usize + 1, || None);
        }
        let interest = connection.interest();
        self.watch.insert(&connection, interest);
        self.slots[fd as usize] = Some(Slot { connection, interest, timer: None });
        self.open += 1;
        self.update(fd);
    }

    /// Does one thing for the client of `fd`, if `fd` is a client's.
    fn serve_client(&mut self, fd: RawFd, what: fn(&mut Connection, &mut Service)) {
        if let Some(Some(slot)) = self.slots.get_mut(fd as usize) {
            what(&mut slot.connection, &mut self.service);
            self.update(fd);
        }
    }

    /// Works out anew what a connection waits for; drops it, and so closes it, if it is over.
    fn update(&mut self, fd: RawFd) {
        let Some(Some(slot)) = self.slots.get_mut(fd as usize) else {
            return;
        };
        if slot.connection.is_closed() {
            self.watch.remove(&slot.connection);
            self.timers.clear(fd, slot.timer);
            self.control.clients.leave(fd);
            self.open -= 1;
            self.slots[fd as usize] = None;
            return;
        }
        let interest = slot.connection.interest();
        if interest != slot.interest {
            slot.interest = interest;
            self.watch.update(&slot.connection, interest);
        }
        let deadline = slot.connection.deadline(&self.service);
        slot.timer = self.timers.set(fd, slot.timer, deadline);
    }

    /// Wakes the connections whose time had come when select returned: reading goes on with the clock,
    /// and among many there would always be one more.
    fn wake(&mut self) {
        let now = self.service.now.monotonic;
        while let Some(fd) = self.timers.expired(now) {
            let Some(Some(slot)) = self.slots.get_mut(fd as usize) else {
                continue;
            };
            slot.timer = None;
            // Its last bytes may have come unseen: not silence, then.
            if slot.interest.read && self.watch.is_partial() {
                slot.connection.receive(&mut self.service);
            }
            if !slot.connection.is_closed() {
                slot.connection.wake(&mut self.service);
            }
            self.update(fd);
        }
    }

    fn obey(&mut self, action: Action) {
        match action {
            Action::Ask | Action::Resume => {}
            Action::Wait => self.listener = None,
            Action::Close => {
                self.listener = None;
                for fd in 0..self.slots.len() {
                    self.serve_client(fd as RawFd, Connection::close);
                }
            }
            Action::Force => {
                let left = self.control.clients.count();
                self.service.trace.journal.error(&Line::Forced(left));
                for fd in 0..self.slots.len() {
                    self.serve_client(fd as RawFd, Connection::cut);
                }
            }
        }
    }

    /// The listener is of no use any more: says so, and closes.
    fn fail(&mut self, error: &Error) {
        self.failed = true;
        self.service.trace.journal.error(&Line::Failed(error));
        if let Some(action) = self.control.terminate(&mut self.service) {
            self.obey(action);
        }
    }

    fn leave(&mut self) -> Outcome {
        self.service.trace.journal.event(&Line::Finished(self.control.clients.served()));
        if self.failed || self.control.is_forced() { Outcome::Failed } else { Outcome::Done }
    }
}
