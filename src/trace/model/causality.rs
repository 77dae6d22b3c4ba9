//! What leads to what. The steps are processed in the order of time, so that nothing causes what came before it:
//! bytes leave a channel in the order in which they entered it, and what only one side shows causes nothing.

use super::meaning::{Meaning, On};
use super::moves::asks_for_none;
use super::story::{Arrow, ArrowKind, Step, Story};
use super::task::EndRef;
use std::collections::{HashMap, VecDeque};

/// One direction of a channel: what one end sends to the other.
#[derive(Clone, Debug, Default)]
struct Flow {
    /// The sends not fully received, each with its first byte and the one after its last.
    sent: VecDeque<(usize, u64, u64)>,
    /// All bytes sent, and all received.
    last: u64,
    received: u64,
    /// The last send of urgent data, whose last byte is received by itself.
    urgent: Option<usize>,
    /// The bytes received are not those shown to be sent: nothing more can be said.
    is_lost: bool,
    /// The step that ended the sending, and the step that closed the end.
    ended: Option<usize>,
    closed: Option<usize>,
    /// The receiver has shut down reading.
    is_refused: bool,
}

/// How many datagrams can be in flight.
const ON_THE_WAY: usize = 64;

struct Causality<'s> {
    story: &'s Story,
    /// Of each channel, the direction from its first end and that from its second.
    ways: Vec<[Flow; 2]>,
    connects: HashMap<usize, usize>,
    /// Closed pipes that tell all children.
    told: HashMap<usize, usize>,
    /// How each task has ended.
    ends: HashMap<usize, usize>,
    /// Signals sent and not delivered, by sender, receiver and name.
    signals: HashMap<(usize, usize, String), VecDeque<usize>>,
    arrows: Vec<Arrow>,
}

/// Every arrow of the story, and which directions of its channels are lost. `ended`: the steps that end what an
/// end sends.
#[must_use]
pub(super) fn all(story: &Story, mut ended: Vec<(usize, EndRef)>) -> (Vec<Arrow>, Vec<[bool; 2]>) {
    let mut causality = Causality {
        story,
        ways: vec![[Flow::default(), Flow::default()]; story.channels.len()],
        connects: HashMap::new(),
        told: HashMap::new(),
        ends: HashMap::new(),
        signals: HashMap::new(),
        arrows: Vec::new(),
    };
    ended.sort_by_key(|&(step, _)| step);
    let mut ended = ended.into_iter().peekable();
    for (index, step) in story.steps.iter().enumerate() {
        while let Some((_, end)) = ended.next_if(|&(at, _)| at == index) {
            causality.end(index, end);
        }
        match step.end {
            Some(end) => causality.on_channel(index, step, end),
            None => causality.between_tasks(index, step),
        }
    }
    causality.arrows.sort_unstable_by_key(|arrow| (arrow.to, arrow.from));
    causality.arrows.dedup();
    let lost = causality.ways.iter().map(|ways| [ways[0].is_lost, ways[1].is_lost]);
    (causality.arrows, lost.collect())
}

impl Causality<'_> {
    fn arrow(&mut self, from: Option<usize>, to: usize, kind: ArrowKind) {
        let task = |step: usize| self.story.steps[step].task;
        if let Some(from) = from.filter(|&from| task(from) != task(to)) {
            self.arrows.push(Arrow { from, to, kind });
        }
    }

    fn way(&mut self, from: EndRef) -> &mut Flow {
        &mut self.ways[from.channel][from.end]
    }

    /// An end sends no more.
    fn end(&mut self, index: usize, end: EndRef) {
        let step = &self.story.steps[index];
        let how = self.story.call(step);
        let is_shut = step.meaning == Meaning::Shutdown;
        let way = self.way(end);
        way.ended.get_or_insert(index);
        if !is_shut {
            way.closed.get_or_insert(index);
        }
        if is_shut && how.arg(1) == "SHUT_RDWR" {
            self.way(end.peer()).is_refused = true;
        }
    }

    fn on_channel(&mut self, index: usize, step: &Step, end: EndRef) {
        match step.meaning {
            Meaning::Connect => drop(self.connects.insert(end.channel, index)),
            Meaning::Accept => {
                let from = self.connects.get(&end.channel).copied();
                self.arrow(from, index, ArrowKind::Connect);
            }
            Meaning::Send => self.send(index, step, end),
            Meaning::Recv if self.story.channels[end.channel].is_of_messages() => {
                self.datagram(index, step, end.peer());
            }
            Meaning::Recv => self.recv(index, step, end.peer()),
            Meaning::RecvEnd => {
                let way = self.way(end.peer());
                let from = way.ended.filter(|_| !way.is_refused);
                self.arrow(from, index, ArrowKind::End);
            }
            Meaning::Reset if self.way(end).ended.is_none() => {
                let from = self.way(end.peer()).closed;
                self.arrow(from, index, ArrowKind::Reset);
            }
            Meaning::ShutdownRead => self.way(end.peer()).is_refused = true,
            Meaning::TellAll => drop(self.told.entry(end.channel).or_insert(index)),
            _ => {}
        }
    }

    fn send(&mut self, index: usize, step: &Step, end: EndRef) {
        let is_urgent = self.is_urgent(step);
        let is_message = self.story.channels[end.channel].is_of_messages();
        let way = self.way(end);
        match step.bytes {
            Some(bytes) => {
                let start = way.last;
                // The last byte of urgent data is not part of the stream.
                way.last += u64::from(bytes) - u64::from(is_urgent && bytes > 0);
                way.urgent = if is_urgent { Some(index) } else { way.urgent };
                way.sent.push_back((index, start, way.last));
                if is_message && way.sent.len() > ON_THE_WAY {
                    way.sent.pop_front();
                }
            }
            None => way.is_lost = true,
        }
    }

    fn is_urgent(&self, step: &Step) -> bool {
        self.story.raw(step).any(|line| line.contains("MSG_OOB"))
    }

    /// Bytes arrive in the order in which they were sent: the counts tell which send fed which
    /// recv.
    fn recv(&mut self, index: usize, step: &Step, from: EndRef) {
        let story = self.story;
        let is_urgent = self.is_urgent(step);
        let way = self.way(from);
        if is_urgent {
            let sent = way.urgent.take();
            self.arrow(sent, index, ArrowKind::Data);
            return;
        }
        let (first, Some(bytes)) = (way.received, step.bytes) else {
            way.is_lost = true;
            return;
        };
        let end = first + u64::from(bytes);
        way.received = end;
        way.is_lost |= end > way.last;
        let data = story.data(step);
        let mut causes = Vec::new();
        while let Some(&(sent, start, stop)) = way.sent.front()
            && start < end
            && !way.is_lost
        {
            let others = story.data(&story.steps[sent]).first((stop - start) as usize);
            way.is_lost |=
                !data.agrees(start.saturating_sub(first), &others, first.saturating_sub(start));
            causes.push(sent);
            if stop > end {
                break;
            }
            way.sent.pop_front();
        }
        if !way.is_lost {
            causes.into_iter().for_each(|sent| self.arrow(Some(sent), index, ArrowKind::Data));
        }
    }

    /// A datagram arrives whole or not at all, and may overtake another. What does not fit is gone.
    fn datagram(&mut self, index: usize, step: &Step, from: EndRef) {
        let story = self.story;
        let data = story.data(step);
        // Only an empty one leaves room for more, and nothing in it.
        let is_empty = step.bytes == Some(0) && !asks_for_none(&story.call(step));
        let way = self.way(from);
        let at = way.sent.iter().position(|&(sent, start, stop)| {
            let others = story.data(&story.steps[sent]).first((stop - start) as usize);
            let length = stop - start;
            let fits = step.bytes.is_some_and(|bytes| u64::from(bytes) <= length);
            fits && (length == 0 || !is_empty) && data.agrees(0, &others, 0)
        });
        let sent = at.and_then(|at| way.sent.remove(at)).map(|(sent, ..)| sent);
        // A task that sends to itself says nothing either.
        let task = |step: usize| story.steps[step].task;
        way.is_lost |= sent.is_none_or(|sent| task(sent) == task(index));
        self.arrow(sent, index, ArrowKind::Data);
    }

    fn between_tasks(&mut self, index: usize, step: &Step) {
        match (step.meaning, step.other) {
            (Meaning::Exit | Meaning::Killed, _) => drop(self.ends.insert(step.task, index)),
            (Meaning::Kill, Some(other)) => {
                let call = self.story.call(step);
                let signal = call.args().find(|arg| arg.starts_with("SIG")).unwrap_or_default();
                let key = (step.task, other, signal.to_owned());
                self.signals.entry(key).or_default().push_back(index);
            }
            (Meaning::Wait, Some(other)) => {
                self.arrow(self.ends.get(&other).copied(), index, ArrowKind::Reap);
            }
            (Meaning::ChildEnded, Some(other)) => {
                self.arrow(self.ends.get(&other).copied(), index, ArrowKind::Signal);
            }
            (
                Meaning::Interrupt | Meaning::Terminate | Meaning::Continue | Meaning::OtherSignal,
                Some(other),
            ) => {
                let key = (other, step.task, self.story.call(step).name().to_owned());
                let from = self.signals.get_mut(&key).and_then(VecDeque::pop_front);
                self.arrow(from, index, ArrowKind::Signal);
            }
            (Meaning::Told, _) => {
                for on in self.story.ready(step) {
                    if let On::End(end) = on {
                        self.arrow(self.told.get(&end.channel).copied(), index, ArrowKind::End);
                    }
                }
            }
            _ => {}
        }
    }
}
