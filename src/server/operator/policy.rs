//! When and how a server leaves, without its signals and keyboard.

use crate::server::options::OnExit;
use std::time::{Duration, Instant};

/// Clients are told before they are cut off, however short the grace period.
const LEAST_GRACE: Duration = Duration::from_millis(100);

/// A killed child ends at once, unless it hangs in the kernel or a tracer holds it.
const END: Duration = Duration::from_secs(1);

/// What the server is to do.
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
    /// Wait no longer for children that have been killed.
    Abandon,
}

/// What happened, for the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OperatorEvent {
    /// SIGINT, or `salir` typed; whether the operator can be asked: a background process cannot
    /// ask.
    Interrupt { can_ask: bool },
    /// SIGTERM, SIGHUP or SIGQUIT.
    Terminate,
    /// The operator answered the question.
    Answer(Answer),
    /// The operator's input has ended.
    InputEnded,
}

/// An answer to "close the connected clients?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
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
    pub(super) fn parse(typed: &str) -> Self {
        match typed.trim().to_lowercase().as_str() {
            "s" | "si" | "sí" | "y" | "yes" => Self::Yes,
            "n" | "no" => Self::No,
            "c" | "cancelar" | "cancel" => Self::Cancel,
            _ => Self::Unclear,
        }
    }
}

/// When and how a server leaves: events and time in, actions out.
#[derive(Debug)]
pub(super) struct Policy {
    phase: Phase,
    on_exit: OnExit,
    grace: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Serving,
    Asking,
    Waiting,
    Closing { deadline: Instant },
    Forced { deadline: Instant },
    Abandoned,
}

impl Policy {
    pub(super) fn new(on_exit: OnExit, grace: Duration) -> Self {
        Self { phase: Phase::Serving, on_exit, grace: grace.max(LEAST_GRACE) }
    }

    /// What to do about `event`, with so many clients connected.
    pub(super) fn on(
        &mut self,
        event: OperatorEvent,
        clients: usize,
        now: Instant,
    ) -> Option<Action> {
        match (self.phase, event) {
            (Phase::Serving, OperatorEvent::Interrupt { .. }) if clients == 0 => self.close(now),
            (Phase::Serving, OperatorEvent::Interrupt { can_ask }) => match self.on_exit {
                OnExit::Ask if can_ask => self.enter(Phase::Asking, Action::Ask),
                OnExit::Ask | OnExit::Close => self.close(now),
                OnExit::Wait => self.enter(Phase::Waiting, Action::Wait),
            },
            (Phase::Asking, OperatorEvent::Answer(answer)) => match answer {
                Answer::Yes => self.close(now),
                Answer::No => self.enter(Phase::Waiting, Action::Wait),
                Answer::Cancel => self.enter(Phase::Serving, Action::Resume),
                Answer::Unclear => Some(Action::Ask),
            },
            (Phase::Asking, OperatorEvent::InputEnded | OperatorEvent::Interrupt { .. })
            | (Phase::Waiting, OperatorEvent::Interrupt { .. })
            | (Phase::Serving | Phase::Asking | Phase::Waiting, OperatorEvent::Terminate) => {
                self.close(now)
            }
            // With no clients left it is as good as over: nobody to cut off.
            (Phase::Closing { .. }, OperatorEvent::Interrupt { .. }) if clients > 0 => {
                self.force(now)
            }
            (
                _,
                OperatorEvent::Answer(_) | OperatorEvent::InputEnded | OperatorEvent::Terminate,
            )
            | (
                Phase::Closing { .. } | Phase::Forced { .. } | Phase::Abandoned,
                OperatorEvent::Interrupt { .. },
            ) => None,
        }
    }

    /// Time has passed. If clients are left at the end of the grace period, cut them off; if children
    /// are left a while after that, abandon them.
    pub(super) fn wake(&mut self, clients: usize, now: Instant) -> Option<Action> {
        match self.phase {
            Phase::Closing { deadline } if deadline <= now && clients > 0 => self.force(now),
            Phase::Forced { deadline } if deadline <= now && clients > 0 => {
                self.enter(Phase::Abandoned, Action::Abandon)
            }
            _ => None,
        }
    }

    /// When to call [`wake`](Self::wake).
    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::Closing { deadline } | Phase::Forced { deadline } => Some(deadline),
            _ => None,
        }
    }

    pub(super) fn is_asking(&self) -> bool {
        self.phase == Phase::Asking
    }

    pub(super) fn is_leaving(&self) -> bool {
        self.phase != Phase::Serving
    }

    pub(super) fn is_forced(&self) -> bool {
        matches!(self.phase, Phase::Forced { .. } | Phase::Abandoned)
    }

    fn close(&mut self, now: Instant) -> Option<Action> {
        self.enter(Phase::Closing { deadline: now + self.grace }, Action::Close)
    }

    fn force(&mut self, now: Instant) -> Option<Action> {
        self.enter(Phase::Forced { deadline: now + END }, Action::Force)
    }

    fn enter(&mut self, phase: Phase, action: Action) -> Option<Action> {
        self.phase = phase;
        Some(action)
    }
}

#[cfg(test)]
mod tests;
