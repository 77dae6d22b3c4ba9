//! A part of a story: what was chosen.

use super::channel::{Channel, Name};
use super::meaning::Meaning;
use super::story::{Step, Story};
use crate::trace::choice::Choice;
use std::collections::BTreeSet;

/// Of each task and each channel, whether a chosen step is about it.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    tasks: Vec<bool>,
    channels: Vec<bool>,
}

impl Story {
    /// Whether only some of the steps were chosen.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.told.is_some()
    }

    /// Whether any chosen step is this task's.
    #[must_use]
    pub fn tells_task(&self, task: usize) -> bool {
        self.told.as_ref().is_none_or(|told| told.tasks[task])
    }

    /// Whether any chosen step is about this channel.
    #[must_use]
    pub fn tells_channel(&self, channel: usize) -> bool {
        self.told.as_ref().is_none_or(|told| told.channels[channel])
    }

    /// The chosen steps in that window of time, and what leads from one to another.
    #[must_use]
    pub fn only(mut self, choice: &Choice, (from, to): (u64, u64)) -> Self {
        if *choice == Choice::default() && (from, to) == (0, u64::MAX) {
            return self;
        }
        let of_port = self.of_ports(&choice.ports);
        let is_chosen = |step: &Step| {
            let task = &self.tasks[step.task];
            let pids = [task.pid, self.tasks[task.leader].pid];
            let is_of_pid =
                choice.pids.is_empty() || pids.iter().any(|pid| choice.pids.contains(pid));
            let is_of_port = of_port.as_ref().is_none_or(|(channels, tasks)| match step.end {
                Some(end) => channels.contains(&end.channel),
                None => tasks.contains(&step.task),
            });
            step.until >= from && step.at <= to && is_of_pid && is_of_port
        };
        let mut places = vec![None; self.steps.len()];
        let kept: Vec<_> =
            (0..self.steps.len()).filter(|&step| is_chosen(&self.steps[step])).collect();
        for (place, &step) in kept.iter().enumerate() {
            places[step] = Some(place);
        }
        // A change with a step that is left out moves to the next step that is kept.
        for (after, _) in self.ledger.entries.iter_mut().filter(|(after, _)| *after > 0) {
            *after = kept.partition_point(|&step| step + 1 < *after as usize) as u32 + 1;
        }
        self.steps = kept.into_iter().map(|step| self.steps[step].clone()).collect();
        self.steps.iter_mut().filter(|step| step.until > to).for_each(Step::go_on);
        let mut told = Told {
            tasks: vec![false; self.tasks.len()],
            channels: vec![false; self.channels.len()],
        };
        for step in &self.steps {
            told.tasks[step.task] = true;
            if let Some(end) = step.end {
                told.channels[end.channel] = true;
            }
        }
        self.told = Some(told);
        self.findings.retain_mut(|finding| {
            let place = places[finding.step];
            finding.step = place.unwrap_or(finding.step);
            place.is_some()
        });
        self.arrows.retain_mut(|arrow| match (places[arrow.from], places[arrow.to]) {
            (Some(from), Some(to)) => {
                (arrow.from, arrow.to) = (from, to);
                true
            }
            _ => false,
        });
        self
    }

    /// The channels of some ports, and the tasks that hold them or listen there. `None`: all.
    fn of_ports(&self, ports: &[u16]) -> Option<(BTreeSet<usize>, BTreeSet<usize>)> {
        if ports.is_empty() {
            return None;
        }
        let has = |name: &Name| matches!(name, Name::Inet(addr) if ports.contains(&addr.port()));
        let is_meant = |channel: &Channel| channel.ends.iter().any(|end| has(&end.name));
        let mut channels = BTreeSet::new();
        let listeners = self.listeners.iter().filter(|listener| has(&listener.name));
        let mut tasks: BTreeSet<_> = listeners.map(|listener| listener.task).collect();
        for (index, channel) in
            self.channels.iter().enumerate().filter(|(_, channel)| is_meant(channel))
        {
            channels.insert(index);
            tasks.extend(channel.ends.iter().flat_map(|end| &end.tasks));
        }
        Some((channels, tasks))
    }
}

impl Step {
    /// A call that has not returned by the end of what is told: it waits, like one that is unfinished at the end of a
    /// log.
    fn go_on(&mut self) {
        use Meaning::{Accept, Blocked, Input, Peek, Recv, RecvEnd, Reset, Select, Told, Wait};
        match self.meaning {
            Told => self.meaning = Select,
            Accept | Recv | Peek | RecvEnd | Reset | Wait | Input => {
                (self.meaning, self.bytes) = (Blocked, None);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::model::meaning::Level;
    use crate::trace::model::story::Arrow;
    use crate::trace::tests::{FORK, story};

    const ALL: (u64, u64) = (0, u64::MAX);

    #[test]
    fn what_has_not_returned_by_then_waits() {
        let whole = story(FORK);
        let interrupt = whole.steps.iter().find(|step| step.meaning == Meaning::Interrupt);
        let to = interrupt.expect("a Ctrl-C").at - 1;
        let is_told = |story: &Story| story.steps.iter().any(|it| it.meaning == Meaning::Told);
        let choice =
            Choice { to: Some(crate::trace::choice::Moment::Since(to)), ..Choice::default() };
        assert!(is_told(&whole));
        let part = whole.only(&choice, (0, to));
        let late = part.steps.iter().filter(|step| step.until > to);
        assert!(late.clone().count() >= 2 && !is_told(&part), "{:?}", part.steps);
        assert!(
            late.into_iter().all(|step| step.meaning.level() == Level::Wait),
            "{:?}",
            part.steps
        );
    }

    #[test]
    fn processes_are_chosen() {
        let whole = story(FORK);
        let server = whole.tasks[0].pid;
        let choice = Choice { pids: vec![server], ..Choice::default() };
        let server = whole.clone().only(&choice, ALL);
        assert!(!server.steps.is_empty() && server.steps.iter().all(|step| step.task == 0));
        assert!(server.arrows.is_empty());
        assert!(whole.clone().only(&Choice { pids: vec![1], ..choice }, ALL).steps.is_empty());
        assert_eq!(whole.clone().only(&Choice::default(), ALL).arrows, whole.arrows);
    }

    #[test]
    fn ports_are_chosen() {
        let whole = story(FORK);
        let port = |channel: usize, end: usize| match &whole.channels[channel].ends[end].name {
            Name::Inet(addr) => Some(addr.port()),
            _ => None,
        };
        let (channel, client) = (0..whole.channels.len())
            .find_map(|channel| Some((channel, port(channel, 0)?)))
            .expect("a connection");
        let choice = Choice { ports: vec![client], ..Choice::default() };
        let told = whole.clone().only(&choice, ALL);
        assert!(told.steps.len() < whole.steps.len() && !told.arrows.is_empty());
        assert!(told.steps.iter().all(|step| step.end.is_none_or(|end| end.channel == channel)));
        // Arrows join the same steps as before.
        let lines = |story: &Story, arrow: &Arrow| {
            [arrow.from, arrow.to].map(|step| story.steps[step].line)
        };
        let all: Vec<_> = whole.arrows.iter().map(|arrow| lines(&whole, arrow)).collect();
        assert!(told.arrows.iter().all(|arrow| all.contains(&lines(&told, arrow))));
        // All channels have the server's port.
        let server = port(channel, 1).expect("an address");
        let told = whole.clone().only(&Choice { ports: vec![server], ..choice }, ALL);
        let connections = whole
            .steps
            .iter()
            .filter(|step| step.end.is_some_and(|end| port(end.channel, 0).is_some()));
        assert!(told.steps.len() >= connections.count());
    }

    #[test]
    fn times_are_chosen() {
        let whole = story(FORK);
        let (from, to) = (100_000, 200_000);
        let told = whole.clone().only(&Choice::default(), (from, to));
        assert!(told.steps.iter().all(|step| step.until >= from && step.at <= to));
        // A task that waits all the time is kept.
        assert!(told.steps.iter().any(|step| step.at < from));
        assert!(!told.arrows.is_empty() && told.arrows.len() < whole.arrows.len());
    }
}
