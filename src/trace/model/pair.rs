//! What leads to what: the client's calls paired with the server's, the parent's with the child's.

use super::story::{Arrow, Kind, Step, Story};
use super::task::EndRef;
use super::topic::Topic;
use std::collections::BTreeMap;

/// Every arrow of the story.
#[must_use]
pub fn all(story: &Story) -> Vec<Arrow> {
    let mut about = vec![[Vec::new(), Vec::new()]; story.channels.len()];
    for (index, step) in story.steps.iter().enumerate() {
        if let Some(EndRef { channel, end }) = step.end {
            about[channel][end].push((index, step));
        }
    }
    let mut arrows = Vec::new();
    for [client, server] in about {
        connect(&client, &server, &mut arrows);
        data(story, &client, &server, &mut arrows);
        data(story, &server, &client, &mut arrows);
    }
    closing(story, &mut arrows);
    signals(story, &mut arrows);
    arrows.sort_by_key(|arrow| (arrow.to, arrow.from));
    arrows
}

/// What one side of a connection does, with the index of each step.
type Steps<'a> = [(usize, &'a Step)];

fn connect(client: &Steps<'_>, server: &Steps<'_>, arrows: &mut Vec<Arrow>) {
    let find = |steps: &Steps<'_>, topic| {
        let step = steps.iter().find(|(_, step)| step.topic == topic);
        step.map(|(index, _)| *index)
    };
    if let Some((from, to)) = find(client, Topic::Connect).zip(find(server, Topic::Accept)) {
        arrows.push(Arrow { from, to, kind: Kind::Connect });
    }
}

/// Bytes arrive in the order in which they were sent: the counts say which send fed which recv.
fn data(story: &Story, sender: &Steps<'_>, receiver: &Steps<'_>, arrows: &mut Vec<Arrow>) {
    let mut sends = stretches(story, sender, Topic::Send).into_iter().peekable();
    for (to, from_byte, to_byte) in stretches(story, receiver, Topic::Recv) {
        while let Some(&(from, start, end)) = sends.peek() {
            if start >= to_byte {
                break;
            }
            if end > from_byte {
                arrows.push(Arrow { from, to, kind: Kind::Data });
            }
            if end > to_byte {
                break;
            }
            sends.next();
        }
    }
    for &(to, step) in receiver.iter().filter(|(_, step)| step.topic == Topic::RecvEnd) {
        if let Some(from) = end(sender, step.until) {
            arrows.push(Arrow { from, to, kind: Kind::End });
        }
    }
}

/// The steps of a topic, each with its first byte of the stream and the one after its last.
fn stretches(story: &Story, steps: &Steps<'_>, topic: Topic) -> Vec<(usize, u64, u64)> {
    let mut position = 0_u64;
    let mut all = Vec::new();
    for (index, step) in steps.iter().filter(|(_, step)| step.topic == topic) {
        let moved = story.call(step).value.and_then(|n| u64::try_from(n).ok());
        let end = position.saturating_add(moved.unwrap_or(0));
        all.push((*index, position, end));
        position = end;
    }
    all
}

/// The step that told the other side, by that time, that no more is sent.
fn end(sender: &Steps<'_>, until: u64) -> Option<usize> {
    let told = |topic| {
        let mut steps = sender.iter().filter(|(_, step)| step.at <= until);
        steps.find(|(_, step)| step.topic == topic).map(|(index, _)| *index)
    };
    told(Topic::Shutdown).or_else(|| told(Topic::Close))
}

/// A parent writes into the pipe or closes it, and its children see that.
fn closing(story: &Story, arrows: &mut Vec<Arrow>) {
    let steps = || story.steps.iter().enumerate();
    if let Some((from, _)) = steps().find(|(_, step)| step.topic == Topic::TellAll) {
        let told = steps().filter(|(_, step)| step.topic == Topic::Told);
        arrows.extend(told.map(|(to, _)| Arrow { from, to, kind: Kind::End }));
    }
}

fn signals(story: &Story, arrows: &mut Vec<Arrow>) {
    let steps = || story.steps.iter().enumerate();
    let is_end = |step: &Step| matches!(step.topic, Topic::Exit | Topic::Killed);
    let ends: BTreeMap<_, _> =
        steps().filter(|(_, step)| is_end(step)).map(|(index, step)| (step.task, index)).collect();
    let mut kills: Vec<_> = steps().filter(|(_, step)| step.topic == Topic::Kill).collect();
    for (to, step) in steps() {
        let Some(other) = step.other else { continue };
        let (from, kind) = match step.topic {
            Topic::Wait => (ends.get(&other).copied(), Kind::Reap),
            Topic::ChildEnded => (ends.get(&other).copied(), Kind::Signal),
            Topic::Interrupt | Topic::Terminate | Topic::Continue | Topic::OtherSignal => {
                let kill = kills.iter().position(|(_, kill)| {
                    let goes_here = kill.task == other && kill.other == Some(step.task);
                    goes_here && story.call(kill).arg(1) == story.call(step).name()
                });
                (kill.map(|kill| kills.remove(kill).0), Kind::Signal)
            }
            _ => continue,
        };
        arrows.extend(from.map(|from| Arrow { from, to, kind }));
    }
}
