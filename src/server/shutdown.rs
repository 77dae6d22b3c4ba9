//! When and how a server leaves: pure policy. Events and the time in, what to do out.

use super::options::OnExit;
use std::time::{Duration, Instant};

/// Clients are told before they are cut off, however short the grace period.
const LEAST_GRACE: Duration = Duration::from_millis(100);

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// SIGINT, or `salir` typed; whether the operator can be asked now.
    Interrupt {
        /// Not from the background of a terminal.
        can_ask: bool,
    },
    /// SIGTERM or SIGHUP.
    Terminate,
    /// The operator answered the question.
    Answer(Answer),
    /// The operator's input has ended.
    InputEnded,
}

/// An answer to "close the connected clients?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Close them.
    Yes,
    /// Wait until they have left.
    No,
    /// Go on as before.
    Cancel,
    /// Something else.
    Unclear,
}

impl Answer {
    /// Reads what was typed, in either language.
    #[must_use]
    pub fn parse(typed: &str) -> Self {
        match typed.trim().to_lowercase().as_str() {
            "s" | "si" | "sí" | "y" | "yes" => Self::Yes,
            "n" | "no" => Self::No,
            "c" | "cancelar" | "cancel" => Self::Cancel,
            _ => Self::Unclear,
        }
    }
}

/// What the server does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Ask the operator whether to close the clients.
    Ask,
    /// Go on as before.
    Resume,
    /// Stop listening; serve the connected clients until the last one leaves.
    Wait,
    /// Stop listening; tell the clients and close them.
    Close,
    /// Cut off those that are left.
    Force,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Serving,
    Asking,
    Waiting,
    Closing { deadline: Instant },
    Forced,
}

/// The state of leaving.
#[derive(Debug)]
pub struct Shutdown {
    phase: Phase,
    on_exit: OnExit,
    grace: Duration,
}

impl Shutdown {
    /// A server that serves.
    #[must_use]
    pub fn new(on_exit: OnExit, grace: Duration) -> Self {
        let grace = grace.max(LEAST_GRACE);
        Self { phase: Phase::Serving, on_exit, grace }
    }

    /// What to do about `event`, with so many clients connected.
    pub fn on(&mut self, event: Event, clients: usize, now: Instant) -> Option<Action> {
        match (self.phase, event) {
            (Phase::Serving, Event::Interrupt { .. }) if clients == 0 => self.close(now),
            (Phase::Serving, Event::Interrupt { can_ask }) => match self.on_exit {
                OnExit::Ask if can_ask => self.enter(Phase::Asking, Action::Ask),
                OnExit::Ask | OnExit::Close => self.close(now),
                OnExit::Wait => self.enter(Phase::Waiting, Action::Wait),
            },
            (Phase::Asking, Event::Answer(answer)) => match answer {
                Answer::Yes => self.close(now),
                Answer::No => self.enter(Phase::Waiting, Action::Wait),
                Answer::Cancel => self.enter(Phase::Serving, Action::Resume),
                Answer::Unclear => Some(Action::Ask),
            },
            (Phase::Asking, Event::InputEnded | Event::Interrupt { .. })
            | (Phase::Waiting, Event::Interrupt { .. })
            | (Phase::Serving | Phase::Asking | Phase::Waiting, Event::Terminate) => {
                self.close(now)
            }
            (Phase::Closing { .. }, Event::Interrupt { .. }) => {
                self.enter(Phase::Forced, Action::Force)
            }
            (_, Event::Answer(_) | Event::InputEnded | Event::Terminate)
            | (Phase::Forced, Event::Interrupt { .. }) => None,
        }
    }

    /// Time has passed: with clients left at the end of the grace period, force.
    pub fn wake(&mut self, clients: usize, now: Instant) -> Option<Action> {
        let due = self.deadline().is_some_and(|deadline| deadline <= now);
        if due && clients > 0 { self.enter(Phase::Forced, Action::Force) } else { None }
    }

    /// When to call [`wake`](Self::wake).
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::Closing { deadline } => Some(deadline),
            _ => None,
        }
    }

    /// Whether the question stands.
    #[must_use]
    pub fn is_asking(&self) -> bool {
        self.phase == Phase::Asking
    }

    /// Whether the server is done. When the last client leaves there is nothing left to ask.
    #[must_use]
    pub fn is_over(&self, clients: usize) -> bool {
        clients == 0 && self.phase != Phase::Serving
    }

    /// Whether clients had to be cut off.
    #[must_use]
    pub fn is_forced(&self) -> bool {
        self.phase == Phase::Forced
    }

    fn close(&mut self, now: Instant) -> Option<Action> {
        self.enter(Phase::Closing { deadline: now + self.grace }, Action::Close)
    }

    fn enter(&mut self, phase: Phase, action: Action) -> Option<Action> {
        self.phase = phase;
        Some(action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(5);
    const CTRL_C: Event = Event::Interrupt { can_ask: true };

    fn asked() -> (Shutdown, Instant) {
        let (mut shutdown, now) = (Shutdown::new(OnExit::Ask, GRACE), Instant::now());
        assert_eq!(shutdown.on(CTRL_C, 2, now), Some(Action::Ask));
        (shutdown, now)
    }

    #[test]
    fn each_answer_has_its_action() {
        let cases = [
            (Event::Answer(Answer::Yes), Action::Close),
            (Event::Answer(Answer::No), Action::Wait),
            (Event::Answer(Answer::Cancel), Action::Resume),
            (Event::Answer(Answer::Unclear), Action::Ask),
            (Event::InputEnded, Action::Close),
            (Event::Terminate, Action::Close),
            (CTRL_C, Action::Close),
        ];
        for (event, action) in cases {
            let (mut shutdown, now) = asked();
            assert_eq!(shutdown.on(event, 2, now), Some(action), "{event:?}");
            assert_eq!(shutdown.is_asking(), action == Action::Ask);
        }
    }

    #[test]
    fn nothing_is_asked_when_nobody_is_there_or_nobody_can_answer() {
        let now = Instant::now();
        let mut shutdown = Shutdown::new(OnExit::Ask, GRACE);
        assert_eq!(shutdown.on(CTRL_C, 0, now), Some(Action::Close));
        assert!(shutdown.is_over(0));
        let mut shutdown = Shutdown::new(OnExit::Ask, GRACE);
        let background = Event::Interrupt { can_ask: false };
        assert_eq!(shutdown.on(background, 2, now), Some(Action::Close));
    }

    #[test]
    fn an_answer_nobody_asked_for_does_nothing() {
        let mut shutdown = Shutdown::new(OnExit::Ask, GRACE);
        let now = Instant::now();
        assert_eq!(shutdown.on(Event::Answer(Answer::Yes), 2, now), None);
        assert_eq!(shutdown.on(Event::InputEnded, 2, now), None);
        assert!(!shutdown.is_over(0));
    }

    #[test]
    fn closing_is_forced_by_time_or_by_another_interrupt() {
        let (mut shutdown, now) = asked();
        shutdown.on(Event::Answer(Answer::Yes), 2, now);
        assert_eq!(shutdown.deadline(), Some(now + GRACE));
        assert_eq!(shutdown.wake(2, now), None);
        assert_eq!(shutdown.wake(0, now + GRACE), None);
        assert_eq!(shutdown.wake(2, now + GRACE), Some(Action::Force));
        assert!(shutdown.is_forced());

        let (mut shutdown, now) = asked();
        shutdown.on(Event::Answer(Answer::No), 2, now);
        assert_eq!(shutdown.on(CTRL_C, 2, now), Some(Action::Close));
        assert_eq!(shutdown.on(CTRL_C, 2, now), Some(Action::Force));
        assert_eq!(shutdown.on(CTRL_C, 2, now), None);
    }
}
