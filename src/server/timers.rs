//! When to wake which connection. A connection's deadline moves with every message; its timer stays
//! until it fires, and is then set again: no work per message.

use std::collections::BTreeSet;
use std::os::fd::RawFd;
use std::time::Instant;

/// The timers, at most one per descriptor.
#[derive(Debug, Default)]
pub struct Timers(BTreeSet<(Instant, RawFd)>);

impl Timers {
    /// Sets the timer of `fd`, unless its present one, `set`, is early enough; returns the one it
    /// then has.
    pub fn set(
        &mut self,
        fd: RawFd,
        set: Option<Instant>,
        deadline: Option<Instant>,
    ) -> Option<Instant> {
        match (set, deadline) {
            (_, None) => set,
            (Some(set), Some(deadline)) if set <= deadline => Some(set),
            (_, Some(deadline)) => {
                self.clear(fd, set);
                self.0.insert((deadline, fd));
                Some(deadline)
            }
        }
    }

    /// Removes the timer of a descriptor.
    pub fn clear(&mut self, fd: RawFd, set: Option<Instant>) {
        if let Some(set) = set {
            self.0.remove(&(set, fd));
        }
    }

    /// The next timer to fire.
    #[must_use]
    pub fn first(&self) -> Option<Instant> {
        self.0.first().map(|&(at, _)| at)
    }

    /// Takes a timer that has expired by `now`.
    pub fn expired(&mut self, now: Instant) -> Option<RawFd> {
        let &(at, fd) = self.0.first()?;
        if at > now {
            return None;
        }
        self.0.pop_first();
        Some(fd)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_timer_only_moves_to_the_front() {
        let (mut timers, now) = (Timers::default(), Instant::now());
        let after = |secs| Some(now + Duration::from_secs(secs));
        assert_eq!(timers.set(7, None, None), None);
        assert_eq!(timers.set(7, None, after(5)), after(5));
        assert_eq!(timers.set(7, after(5), after(9)), after(5));
        assert_eq!(timers.set(7, after(5), after(3)), after(3));
        assert_eq!(timers.first(), after(3));
        assert_eq!(timers.expired(now), None);
        assert_eq!(timers.expired(now + Duration::from_secs(3)), Some(7));
        assert_eq!(timers.first(), None);
        timers.set(8, None, after(1));
        timers.clear(8, after(1));
        assert_eq!(timers.first(), None);
    }
}
