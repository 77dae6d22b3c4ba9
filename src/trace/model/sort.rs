//! The order of the steps.

use super::meaning::Meaning;
use super::story::Story;

impl Story {
    /// Sorts the steps by when they are done, and removes those that are aside. Returns where each is now.
    pub(super) fn sort(&mut self) -> impl Fn(usize) -> Option<usize> + use<> {
        let kept: Vec<_> = self.steps.iter().map(|step| step.meaning != Meaning::Aside).collect();
        self.steps.retain(|step| step.meaning != Meaning::Aside);
        let mut order: Vec<_> = (0..self.steps.len() as u32).collect();
        // Whole seconds say less than the order of the lines, which is kept.
        let is_fine = self.steps.iter().any(|step| !step.until.is_multiple_of(1_000_000));
        if is_fine {
            let ranks = self.ranks();
            order.sort_by_key(|&step| (self.steps[step as usize].time(), ranks[step as usize]));
        } else {
            order.sort_by_key(|&step| self.steps[step as usize].time());
        }
        let mut place = vec![0_u32; order.len()];
        order.iter().zip(0..).for_each(|(&old, new)| place[old as usize] = new);
        // In place: the steps take most of the memory.
        let mut goes_to = std::mem::take(&mut order);
        goes_to.copy_from_slice(&place);
        for at in 0..goes_to.len() {
            while goes_to[at] as usize != at {
                let to = goes_to[at] as usize;
                self.steps.swap(at, to);
                goes_to.swap(at, to);
            }
        }
        let mut places = place.into_iter();
        let of: Vec<_> =
            kept.into_iter().map(|is_kept| if is_kept { places.next() } else { None }).collect();
        move |step| of[step].map(|place| place as usize)
    }

    /// The order of steps at the same time. A cause comes before a wait, except one that its own task does next. A send
    /// or an end comes right after what its task did before: another task may see it before the call returns.
    fn ranks(&self) -> Vec<(bool, u32)> {
        let mut next_cause = vec![u64::MAX; self.tasks.len()];
        let mut ranks: Vec<_> = (0..self.steps.len() as u32).map(|step| (false, step)).collect();
        for (rank, step) in ranks.iter_mut().zip(&self.steps).rev() {
            rank.0 = step.meaning.can_wait() && next_cause[step.task] != step.time();
            if !rank.0 {
                next_cause[step.task] = step.time();
            }
        }
        let mut last = vec![(u64::MAX, (false, 0)); self.tasks.len()];
        for (rank, step) in ranks.iter_mut().zip(&self.steps) {
            let (time, before) = last[step.task];
            let is_seen =
                matches!(step.meaning, Meaning::Send | Meaning::Shutdown | Meaning::Close);
            if is_seen && time == step.time() {
                *rank = before;
            }
            last[step.task] = (step.time(), *rank);
        }
        ranks
    }
}
