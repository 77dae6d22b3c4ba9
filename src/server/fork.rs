//! The concurrent server: the parent accepts and forks, each child serves one client.

use super::child::{self, Client};
use super::clients::Row;
use super::connection::Connection;
use super::control::Control;
use super::listener::{ACCEPTS_PER_TURN, Listener};
use super::options::Options;
use super::refused::Refused;
use super::service::Service;
use super::shutdown::Action;
use super::{earliest, wait};
use crate::cli::Outcome;
use crate::journal::Warning;
use crate::net::Error;
use crate::protocol::reply::Notice;
use crate::sys::{self, Errno, FdSet, Fork, SocketAddr, WNOHANG};
use crate::text::Line;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, kill};
use nix::unistd::{Pid, getpid};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;

struct Parent<'a> {
    pid: Pid,
    listener: Option<Listener>,
    control: Control,
    refused: Refused,
    service: &'a mut Service,
    failed: bool,
}

/// Runs the server until it is told to leave.
///
/// # Errors
///
/// It could not start, or could not go on: the call, what on, and why.
pub fn run(options: &Options) -> Result<Outcome, Error> {
    let mut service = Service::new(options);
    let control = Control::new(options, options.max_clients)?;
    let listener = Some(Listener::open(options, &mut service)?);
    let refused = Refused::default();
    let service = &mut service;
    let mut parent = Parent { pid: getpid(), listener, control, refused, service, failed: false };
    let Some(client) = parent.serve()? else {
        return Ok(parent.leave());
    };
    // In a child: whatever else the parent has open is closed. Its memory stays as and where it is,
    // since every page written is a page copied.
    let Parent { listener, refused, control, service, .. } = parent;
    drop((listener, refused));
    control.abandon();
    child::serve(client, service)
}

impl Parent<'_> {
    /// The parent's loop. It returns when the server is done, and in each forked child at once, with
    /// the client that the child is for.
    #[inline(never)] // so that a child's frames come to lie where this one was, on pages in use
    fn serve(&mut self) -> Result<Option<Client>, Error> {
        let (mut read, mut write) = (FdSet::new(), FdSet::new());
        while !self.control.is_over() {
            read.clear();
            write.clear();
            let now = self.service.now.monotonic;
            let deadline = earliest([
                self.control.watch(&mut read, now),
                self.listener.as_mut().and_then(|listener| listener.watch(&mut read, now)),
                self.refused.watch(&mut read, &mut write, self.service),
            ]);
            self.service.trace.journal.restore_prompt();
            wait(&mut read, &mut write, deadline)?;
            self.service.tick();

            // Signals before accepts: a busy server hears Ctrl-C too.
            let signals = self.control.signals(&read);
            if signals.contains(Signal::SIGCHLD) {
                self.reap();
            }
            for action in self.control.act(&signals, &read, self.service) {
                self.obey(action);
            }
            if let Some(client) = self.accept(&read) {
                return Ok(Some(client));
            }
            self.refused.turn(&read, &write, self.service);
            self.control.print_changes(self.service);
        }
        Ok(None)
    }

    /// Accepts who is waiting and forks for each; in a child, the client that it is for.
    fn accept(&mut self, ready: &FdSet) -> Option<Client> {
        for _ in 0..ACCEPTS_PER_TURN {
            let listener = self.listener.as_mut().filter(|listener| listener.is_ready(ready))?;
            match listener.accept(0, self.service) {
                Ok(Some((socket, peer))) => {
                    if let Some(client) = self.admit(socket, peer) {
                        return Some(client);
                    }
                }
                Ok(None) => return None,
                Err(error) => self.fail(&error),
            }
        }
        None
    }

    /// Forks for a client, if there is room. The parent's copy of its socket is closed.
    fn admit(&mut self, socket: OwnedFd, peer: SocketAddr) -> Option<Client> {
        let journal = &mut self.service.trace.journal;
        if let Err(limit) = self.control.clients.room_for(peer) {
            journal.warn(Warning::Full, &Line::Full { limit, peer });
            self.refuse(socket, peer, Notice::Full(limit));
            return None;
        }
        self.service.trace.connected(peer);
        let since = self.service.now;
        // No signal before the child has put its own handlers in place of the parent's.
        let mut mask = SigSet::empty();
        if let Ok(unblocked) = SigSet::all().thread_swap_mask(SigmaskHow::SIG_BLOCK) {
            mask = unblocked;
        }
        match sys::fork() {
            Ok(Fork::Child) => {
                return Some(Client { socket, peer, since, parent: self.pid, mask });
            }
            Ok(Fork::Parent(pid)) => {
                self.control.clients.arrive(pid.as_raw(), Row { peer, since, pid: Some(pid) });
            }
            Err(errno) => {
                let journal = &mut self.service.trace.journal;
                journal.warn(Warning::NoFork, &Line::NoFork { errno, peer });
                self.refuse(socket, peer, Notice::NoResources);
            }
        }
        let _ = mask.thread_set_mask();
        None
    }

    fn refuse(&mut self, socket: OwnedFd, peer: SocketAddr, notice: Notice) {
        self.refused.push(Connection::refused(socket, peer, notice, self.service));
    }

    fn obey(&mut self, action: Action) {
        match action {
            Action::Ask | Action::Resume => {}
            Action::Wait => self.listener = None,
            Action::Close => {
                self.listener = None;
                self.signal_children(Signal::SIGTERM);
            }
            Action::Force => {
                self.signal_children(Signal::SIGKILL);
                let left = self.control.clients.count();
                self.service.trace.journal.error(&Line::Forced(left));
                self.reap_all();
            }
        }
    }

    fn signal_children(&self, signal: Signal) {
        for pid in self.control.clients.keys() {
            // A child that has just ended is still there to be reaped: this cannot miss.
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }

    /// Reaps the children that have ended: several exits can be one SIGCHLD.
    fn reap(&mut self) {
        while let Ok(Some((pid, status))) = sys::waitpid(None, WNOHANG) {
            self.bury(pid, status.signal());
        }
    }

    /// Reaps every child of the table, once all have been killed.
    fn reap_all(&mut self) {
        for pid in self.control.clients.keys().map(Pid::from_raw).collect::<Vec<_>>() {
            let ended = loop {
                match sys::waitpid(Some(pid), 0) {
                    Err(Errno::EINTR) => {}
                    ended => break ended.ok().flatten(),
                }
            };
            self.bury(pid, ended.and_then(|(_, status)| status.signal()));
        }
    }

    fn bury(&mut self, pid: Pid, signal: Option<i32>) {
        if let Some(row) = self.control.clients.leave(pid.as_raw()) {
            let line = Line::Reaped { pid, peer: row.peer, signal };
            self.service.trace.journal.event(&line);
        }
    }

    /// The listener is of no use any more: says so, and closes.
    fn fail(&mut self, error: &Error) {
        self.failed = true;
        self.service.trace.journal.error(&Line::Failed(error));
        if let Some(action) = self.control.terminate(self.service) {
            self.obey(action);
        }
    }

    fn leave(&mut self) -> Outcome {
        self.service.trace.journal.event(&Line::Finished(self.control.clients.served()));
        if self.failed || self.control.is_forced() { Outcome::Failed } else { Outcome::Done }
    }
}
