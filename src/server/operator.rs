//! The operator: signals, what is typed, the question. What the operator wants becomes an [`Action`],
//! for the loop to carry out.

mod policy;

pub use policy::Action;

use super::clients::Clients;
use super::options::OnExit;
use super::{BACK_OFF, Pause, earliest};
use crate::clock::Now;
use crate::net::Error;
use crate::repr::Bytes;
use crate::screen::keyboard::{Keyboard, Typed};
use crate::screen::{Line, Screen};
use crate::sys::{self, Errno, FdSet, Noted, Signals};
use nix::sys::signal::{SigSet, Signal};
use policy::{Answer, OperatorEvent, Policy};
use std::mem;
use std::time::{Duration, Instant};

/// The signals that a server catches.
const CAUGHT: [Signal; 7] = [
    Signal::SIGINT,
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGQUIT,
    Signal::SIGUSR1,
    Signal::SIGCHLD,
    Signal::SIGCONT,
];

/// A terminal that belongs to another process, or cannot be read, is left alone for this long. While the
/// question is open, this is how often the terminal is checked to be still ours.
const BACKGROUND: Duration = Duration::from_secs(1);

/// If input is not a terminal, this many lines that are no answer end the question.
const MOST_UNCLEAR: usize = 3;

/// The operator's signals and keyboard.
#[derive(Debug)]
pub struct Operator {
    // Dropped before the signals: none ends the program before the terminal is restored.
    keyboard: Keyboard,
    signals: Signals,
    /// The self-pipe cannot be read. Without it a signal still interrupts select, unless it comes
    /// just before.
    deaf: Pause,
    /// The keyboard's input has ended.
    is_gone: bool,
    /// The keyboard is left alone.
    pause: Pause,
    unclear: usize,
    policy: Policy,
}

impl Operator {
    /// Catches the signals, and takes over a terminal's keyboard.
    ///
    /// # Errors
    ///
    /// No descriptor for the self-pipe, or no handlers.
    pub fn new(on_exit: OnExit, grace: Duration, screen: &Screen) -> Result<Self, Error> {
        let mut keyboard = Keyboard::shown_on(screen);
        let stops = keyboard.can_edit().then_some(Signal::SIGTSTP);
        let caught: Vec<_> = CAUGHT.into_iter().chain(stops).collect();
        let signals = Signals::catch(&caught).map_err(Error::of_catch)?;
        keyboard.edit();
        let policy = Policy::new(on_exit, grace);
        let (deaf, pause, is_gone) = Default::default();
        Ok(Self { signals, deaf, keyboard, is_gone, pause, unclear: 0, policy })
    }

    /// In a forked child, which has no operator: its signals.
    #[must_use]
    pub fn into_noted(self) -> Noted {
        if self.keyboard.can_edit() {
            // Ctrl-Z stops the children too.
            let _ = sys::reset(Signal::SIGTSTP);
        }
        // The terminal is the parent's: its mode is not restored.
        mem::forget(self.keyboard);
        self.signals.into_noted()
    }

    /// At the end: restores the terminal, but keeps the handlers, so that one more Ctrl-C does not change how
    /// the server ends.
    pub fn finish(self) {
        mem::forget(self.signals);
    }

    /// Adds what it watches to the set; returns the time at which to call [`act`](Self::act) anyway.
    pub fn watch(&mut self, read: &mut FdSet, now: Instant) -> Option<Instant> {
        let deaf = self.deaf.end(now);
        read.set(&self.signals, deaf.is_none());
        let pause = self.pause.end(now);
        if self.listens() && !self.is_gone && pause.is_none() {
            read.insert(&self.keyboard);
        }
        // Nothing reports that the terminal is no longer ours.
        let asks = self.policy.is_asking() && self.keyboard.is_terminal();
        let looks = asks.then_some(now + BACKGROUND);
        earliest([deaf, pause, self.policy.deadline(), looks])
    }

    /// A terminal is always read. Other input is read only for an answer: the next line answers the next
    /// question.
    fn listens(&self) -> bool {
        self.policy.is_asking() || self.keyboard.is_terminal()
    }

    /// Whether a signal is pending.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.signals.has_come()
    }

    /// Takes the pending signals.
    #[must_use]
    pub fn signals(&mut self, ready: &FdSet, now: Instant) -> SigSet {
        let woken = ready.contains(&self.signals);
        if !woken && !self.signals.has_come() {
            return SigSet::empty();
        }
        let signals = self.signals.take();
        if woken && signals == SigSet::empty() {
            self.deaf.last_until(now + BACK_OFF);
        }
        signals
    }

    /// Acts on `signals`, on what has been typed and on the time. Returns what is left for the loop to
    /// do; to be called once its table is up to date.
    pub fn act(
        &mut self,
        signals: &SigSet,
        ready: &FdSet,
        clients: &Clients,
        screen: &mut Screen,
        now: &Now,
    ) -> Vec<Action> {
        let has_come = |signal| signals.contains(signal);
        let mut actions = Vec::new();
        if has_come(Signal::SIGTSTP) {
            screen.give_way(Signal::SIGTSTP, &mut self.keyboard);
        }
        if has_come(Signal::SIGCONT) {
            self.keyboard.edit();
            screen.restore();
        }
        if has_come(Signal::SIGUSR1) {
            clients.print(screen, now);
        }
        let count = clients.count();
        if has_come(Signal::SIGINT) {
            let event = self.interrupt();
            actions.extend(self.on(event, count, screen, now.monotonic));
        }
        if [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGQUIT].into_iter().any(has_come) {
            actions.extend(self.terminate(count, screen, now.monotonic));
        }
        if ready.contains(&self.keyboard) {
            self.read(screen, now.monotonic);
        }
        while self.listens()
            && let Some(typed) = self.keyboard.take()
        {
            let event = self.heed(typed, clients, screen, now);
            let action = event.and_then(|event| self.on(event, count, screen, now.monotonic));
            if action == Some(Action::Close) {
                // Anything typed after the answer was meant for the same question.
                self.keyboard.forget();
            }
            actions.extend(action);
        }
        screen.typing(&mut self.keyboard);
        if self.policy.is_asking() && self.keyboard.is_in_background() {
            actions.extend(self.on(OperatorEvent::InputEnded, count, screen, now.monotonic));
        }
        actions.extend(self.policy.wake(count, now.monotonic));
        actions
    }

    /// Leaves, as by SIGTERM.
    pub fn terminate(
        &mut self,
        clients: usize,
        screen: &mut Screen,
        now: Instant,
    ) -> Option<Action> {
        self.on(OperatorEvent::Terminate, clients, screen, now)
    }

    /// The number of clients has changed: the question is asked again with it. Without clients nothing
    /// is left to ask.
    pub fn count_changed(
        &mut self,
        count: usize,
        screen: &mut Screen,
        now: Instant,
    ) -> Option<Action> {
        match count {
            _ if !self.policy.is_asking() => None,
            0 => self.terminate(0, screen, now),
            count => {
                screen.ask_again(&Line::Question { count });
                None
            }
        }
    }

    /// Whether the server is to leave once its clients have left.
    #[must_use]
    pub fn is_leaving(&self) -> bool {
        self.policy.is_leaving()
    }

    /// Whether clients are being closed: a new one only gets answers to what has arrived.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.policy.deadline().is_some() || self.policy.is_forced()
    }

    /// Whether the time for closing is over.
    #[must_use]
    pub fn is_late(&self, now: Instant) -> bool {
        self.policy.is_forced() || self.policy.deadline().is_some_and(|deadline| deadline <= now)
    }

    /// Whether clients had to be cut off.
    #[must_use]
    pub fn is_forced(&self) -> bool {
        self.policy.is_forced()
    }

    fn read(&mut self, screen: &mut Screen, now: Instant) {
        if self.keyboard.is_in_background() {
            return self.pause.last_until(now + BACKGROUND);
        }
        // A shell may have changed the terminal's mode meanwhile.
        self.keyboard.edit();
        let Err(errno) = self.keyboard.read() else { return };
        let error = Error::new("read", "stdin", errno);
        if let Errno::EIO | Errno::ENXIO | Errno::EISDIR | Errno::EINVAL | Errno::EBADF = errno {
            screen.say(&Line::NoInput { error: &error });
            self.keyboard.give_up();
        } else {
            screen.warn_of(&error, now);
            self.pause.last_until(now + BACKGROUND);
        }
    }

    /// Handles what has been typed: a command, done at once, or an event for the policy.
    fn heed(
        &mut self,
        typed: Typed,
        clients: &Clients,
        screen: &mut Screen,
        now: &Now,
    ) -> Option<OperatorEvent> {
        let asking = self.policy.is_asking();
        let line = match typed {
            Typed::Line(line) => line,
            Typed::EndOfFile if asking => return Some(OperatorEvent::InputEnded),
            Typed::EndOfFile => {
                screen.say(&Line::HowToLeave);
                return None;
            }
            Typed::Gone => {
                self.is_gone = true;
                return Some(OperatorEvent::InputEnded);
            }
        };
        screen.typed(&line, &self.keyboard);
        let line = String::from_utf8_lossy(&line);
        match line.trim().to_lowercase().as_str() {
            "clientes" | "clients" => clients.print(screen, now),
            "ayuda" | "help" | "?" => screen.say(&Line::Commands),
            "salir" | "quit" | "exit" => return Some(self.interrupt()),
            _ if asking => return Some(self.answer(&line)),
            "" => {}
            _ => screen.say(&Line::UnknownCommand { typed: Bytes(line.as_bytes()) }),
        }
        (asking && self.was_no_answer()).then_some(OperatorEvent::InputEnded)
    }

    fn answer(&mut self, line: &str) -> OperatorEvent {
        let answer = Answer::parse(line);
        if answer != Answer::Unclear {
            self.unclear = 0;
        } else if self.was_no_answer() {
            return OperatorEvent::InputEnded;
        }
        OperatorEvent::Answer(answer)
    }

    /// A line was no answer; returns whether to give up asking.
    fn was_no_answer(&mut self) -> bool {
        self.unclear += 1;
        self.unclear >= MOST_UNCLEAR && !self.keyboard.is_terminal()
    }

    fn interrupt(&self) -> OperatorEvent {
        OperatorEvent::Interrupt { can_ask: !self.keyboard.is_in_background() }
    }

    fn on(
        &mut self,
        event: OperatorEvent,
        count: usize,
        screen: &mut Screen,
        now: Instant,
    ) -> Option<Action> {
        let was_asking = self.policy.is_asking();
        let action = self.policy.on(event, count, now)?;
        screen.withdraw_question();
        match (was_asking, self.policy.is_asking()) {
            (false, true) => self.keyboard.begin_answer(),
            (true, false) => self.keyboard.end_answer(),
            _ => {}
        }
        match action {
            Action::Ask => screen.ask(&Line::Question { count }),
            Action::Resume => screen.event(&Line::Resumed),
            Action::Wait => screen.event(&Line::WaitingFor { count }),
            Action::Close if count == 0 => screen.event(&Line::Closing),
            Action::Close => screen.event(&Line::ClosingAll { count }),
            Action::Force | Action::Abandon => {}
        }
        Some(action)
    }
}
