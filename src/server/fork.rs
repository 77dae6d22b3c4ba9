//! The concurrent server: the parent accepts and forks, each child serves one client.

use super::arrivals::Arrival;
use super::bind::Wanted;
use super::child::{self, Child};
use super::client::Client;
use super::common::Common;
use super::connection::ServerConnection;
use super::listener::ACCEPTS_PER_TURN;
use super::operator::Action;
use super::options::ServerOptions;
use super::supervisor::Supervisor;
use super::{BACK_OFF, MOST_UNLISTED, Pause, earliest, wait};
use crate::cli::Outcome;
use crate::limits::make_room_for;
use crate::net::Error;
use crate::protocol::reply::Notice;
use crate::reason::{Both, Why};
use crate::repr::{Peer, SignalName};
use crate::screen::{Line, Screen, Warning};
use crate::sys::{self, Errno, FdSet, Fork, O_NONBLOCK, WNOHANG};
use nix::sys::signal::{SigSet, SigmaskHow, Signal, kill};
use nix::unistd::Pid;
use std::collections::VecDeque;
use std::mem;
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Instant;

struct Parent<'r> {
    common: Common<'r>,
    pipes: Pipes,
    /// Reading the children's lines, or reaping, has failed.
    pause: Pause,
    /// Zombies may be left to reap.
    is_behind: bool,
    /// Served here and not in the table: clients that are turned away, and health checks.
    unlisted: VecDeque<Client<'r>>,
    most_unlisted: usize,
}

/// Descriptors that the parent has and the select server does not: the ends of two pipes.
const PIPES: usize = 4;

/// What is read from, or waited for.
const CHILDREN: Both = Both { es: "hijos", en: "children" };

/// The pipes between the parent and all its children.
struct Pipes {
    /// One byte, which nobody reads, tells all children to close their clients. So does the end of
    /// file when the parent is gone.
    open: Option<OwnedFd>,
    closing: OwnedFd,
    /// The children's lines.
    lines: OwnedFd,
    lines_in: OwnedFd,
}

/// A client, in the child that was forked for it.
struct Forked {
    arrival: Arrival,
    mask: SigSet,
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
    let others = PIPES + wanted.count() + notify.iter().len();
    let room = make_room_for(MOST_UNLISTED + options.most_pending(), others);
    let most_pending = options.most_pending().min(room / 2);
    let most_unlisted = room - most_pending;
    // Allocated now: it must not grow when there is no memory.
    let unlisted = VecDeque::with_capacity(most_unlisted + 1);
    let pipes = Pipes::new().map_err(|errno| Error::new("pipe2", CHILDREN, errno))?;
    let common = Common::open(options, screen, options.max_clients, most_pending, wanted, notify)?;
    let (pause, is_behind) = Default::default();
    let mut parent = Parent { common, pipes, pause, is_behind, unlisted, most_unlisted };
    match parent.serve() {
        None => Ok(parent.common.finish()),
        Some(client) => parent.into_child(client),
    }
}

impl<'r> Parent<'r> {
    /// The parent's loop. It returns when the server is done; and at once in each forked child, with
    /// the child's client.
    fn serve(&mut self) -> Option<Forked> {
        let (mut read, mut write) = (FdSet::new(), FdSet::new());
        while !self.common.is_over(self.unlisted.iter().any(|client| !client.is_check)) {
            let common = self.common.watch(&mut read, &mut write);
            let pause = self.pause.end(self.common.clock.now.monotonic);
            read.set(&self.pipes.lines, pause.is_none());
            let deadline = earliest([common, pause, self.watch_unlisted(&mut read, &mut write)]);
            let waited = wait(&mut read, &mut write, deadline, None);
            self.common.waited(waited);

            // Signals before accepts: a busy server hears Ctrl-C too.
            let signals = self.common.signals(&read);
            if read.contains(&self.pipes.lines) {
                self.print_lines();
            }
            let is_again =
                self.is_behind && self.pause.end(self.common.clock.now.monotonic).is_none();
            if signals.contains(Signal::SIGCHLD) || is_again {
                self.reap();
            }
            for action in self.common.actions(&signals, &read) {
                self.obey(action);
            }
            if let Some(client) = self.accept(&mut read) {
                return Some(client);
            }
            self.serve_unlisted(&read);
            self.common.print_changes();
        }
        None
    }

    /// Accepts the waiting clients and forks for each; in a child, returns its client.
    fn accept(&mut self, ready: &mut FdSet) -> Option<Forked> {
        for _ in 0..ACCEPTS_PER_TURN {
            let arrival = self.common.accept(ready, 0)?;
            if let Some(client) = self.admit(arrival) {
                return Some(client);
            }
        }
        None
    }

    /// Forks for a client, if there is room. The parent's copy of its socket is closed.
    fn admit(&mut self, arrival: Arrival) -> Option<Forked> {
        let peer = Peer(arrival.peer);
        if let Err(notice) = self.common.admit(&arrival) {
            self.refuse(arrival, notice);
            return None;
        }
        if arrival.is_check {
            self.serve_check(arrival);
            return None;
        }
        self.common.screen.event(&Line::ClientConnected { peer });
        // Signals stay blocked in the child, except in its pselect.
        let mut mask = SigSet::empty();
        if let Ok(unblocked) = SigSet::all().thread_swap_mask(SigmaskHow::SIG_BLOCK) {
            mask = unblocked;
        }
        match sys::fork() {
            Ok(Fork::Child) => return Some(Forked { arrival, mask }),
            Ok(Fork::Parent(pid)) => self.common.arrived(pid.as_raw(), &arrival, Some(pid)),
            Err(errno) => {
                let (line, now) = (Line::NoFork { errno: Why(errno), peer }, self.common.clock.now);
                self.common.screen.warn(Warning::NoFork, &line, now.monotonic);
                self.refuse(arrival, Notice::NoResources);
            }
        }
        let _ = mask.thread_set_mask();
        None
    }

    /// In a child: closes whatever else the parent has open, and serves the client. Most memory is not
    /// freed: that would write to pages, and each page that the child writes to is copied.
    fn into_child(self, forked: Forked) -> ! {
        let Self { common, pipes, mut unlisted, .. } = self;
        let Pipes { open, closing, lines, lines_in } = pipes;
        drop((open, lines));
        unlisted.clear();
        mem::forget(unlisted);
        let rules = common.rules;
        let (screen, clock, signals) = common.into_child(lines_in);
        let Forked { arrival, mask } = forked;
        let connection = ServerConnection::new(rules, arrival.since, clock.now.monotonic);
        let client = Client::new(arrival, connection);
        child::serve(Child { client, parent: closing, screen, clock, signals, mask }, rules.grace)
    }

    fn obey(&mut self, action: Action) {
        match action {
            Action::Close => {
                self.pipes.tell_children();
                // A stopped child would not notice.
                self.signal_children(Signal::SIGCONT);
                let Common { screen, clock, .. } = &mut self.common;
                for check in self.unlisted.iter_mut().filter(|client| client.is_check) {
                    check.close(&mut [0; 1024], clock, screen);
                }
            }
            Action::Force => self.signal_children(Signal::SIGKILL),
            Action::Abandon => {
                let Common { clients, screen, .. } = &mut self.common;
                for (pid, row) in clients.rows() {
                    let (pid, peer) = (Pid::from_raw(pid), Peer(row.peer));
                    screen.say(&Line::NotEnded { pid, peer });
                }
                clients.clear();
            }
            Action::Ask | Action::Resume | Action::Wait => {}
        }
    }

    fn signal_children(&self, signal: Signal) {
        for (pid, _) in self.common.clients.rows() {
            // A child that has just ended is a zombie until it is reaped: no other process can have
            // its pid.
            let _ = kill(Pid::from_raw(pid), signal);
        }
    }

    /// Prints the children's lines.
    fn print_lines(&mut self) {
        let mut buffer = [0; 1 << 14];
        // As much as the pipe can hold; what is written meanwhile is for the next turn.
        for _ in 0..4 {
            match sys::read(&self.pipes.lines, &mut buffer) {
                Ok(count @ 1..) => self.common.screen.take_over(&buffer[..count]),
                Ok(0) | Err(Errno::EAGAIN) => return,
                Err(errno) => {
                    let now = self.common.clock.now.monotonic;
                    self.common.screen.warn_of(&Error::new("read", CHILDREN, errno), now);
                    return self.pause.last_until(now + BACK_OFF);
                }
            }
        }
    }

    /// Reaps the children that have ended (several exits can share one SIGCHLD), after printing their
    /// lines.
    fn reap(&mut self) {
        self.is_behind = false;
        loop {
            match sys::waitpid(None, WNOHANG) {
                Ok(Some((pid, status))) => {
                    if !self.common.screen.is_quiet() || !status.success() {
                        self.print_lines();
                    }
                    self.remove_child(pid, status);
                }
                Ok(None) | Err(Errno::ECHILD) => return,
                Err(errno) => {
                    let now = self.common.clock.now.monotonic;
                    self.common.screen.warn_of(&Error::new("waitpid", CHILDREN, errno), now);
                    self.is_behind = true;
                    return self.pause.last_until(now + BACK_OFF);
                }
            }
        }
    }

    fn remove_child(&mut self, pid: Pid, status: ExitStatus) {
        if let Some(row) = self.common.clients.leave(pid.as_raw()) {
            let peer = Peer(row.peer);
            let line = match (status.signal(), status.code()) {
                (Some(signal), _) => Line::ReapedBySignal { pid, peer, signal: SignalName(signal) },
                (None, Some(code @ 1..)) => Line::ReapedWithCode { pid, peer, code },
                _ => Line::Reaped { pid, peer },
            };
            self.common.screen.event(&line);
        }
    }

    fn refuse(&mut self, arrival: Arrival, notice: Notice) {
        let connection =
            ServerConnection::refused(self.common.rules, notice, self.common.clock.now);
        self.serve_here(Client::new(arrival, connection));
    }

    fn serve_check(&mut self, arrival: Arrival) {
        let is_closing = self.common.is_closing();
        let Common { rules, screen, clock, .. } = &mut self.common;
        let connection = ServerConnection::new(rules, arrival.since, clock.now.monotonic);
        let mut check = Client::new(arrival, connection);
        if is_closing {
            check.close(&mut [0; 1024], clock, screen);
        }
        self.serve_here(check);
    }

    /// Serves a connection without a child.
    fn serve_here(&mut self, mut client: Client<'r>) {
        let Common { screen, clock, .. } = &mut self.common;
        client.send(&mut [0; 1024], clock, screen);
        self.unlisted.push_back(client);
        // Under a flood the oldest are closed without their notice.
        if self.unlisted.len() > self.most_unlisted {
            self.unlisted.pop_front();
        }
    }

    fn watch_unlisted(&self, read: &mut FdSet, write: &mut FdSet) -> Option<Instant> {
        self.unlisted.iter().for_each(|client| client.watch(read, write));
        self.unlisted.iter().filter_map(Client::deadline).min()
    }

    fn serve_unlisted(&mut self, read: &FdSet) {
        let Common { screen, clock, .. } = &mut self.common;
        let mut buffer = [0; 1024];
        self.unlisted.retain_mut(|client| {
            if read.contains(&client.socket) {
                client.receive(&mut buffer, clock, screen);
            }
            client.wake(&mut buffer, clock, screen);
            !client.connection.is_closed()
        });
    }
}

impl Pipes {
    fn new() -> Result<Self, Errno> {
        let (closing, open) = sys::pipe(0)?;
        let (lines, lines_in) = sys::pipe(O_NONBLOCK)?;
        Ok(Self { open: Some(open), closing, lines, lines_in })
    }

    /// Writes a byte. Closing the pipe instead would tell nobody until every child has closed its own copy of
    /// this end, and a child may hang before it does.
    fn tell_children(&mut self) {
        self.open = self.open.take().filter(|open| sys::write(open, b"\n") == Ok(1));
    }
}
