//! What goes into channels and comes out, step by step.

use super::channel::{Channel, ChannelEnd, ChannelKind, Name};
use super::ledger::Change;
use super::life::MOMENT;
use super::meaning::{Meaning, On};
use super::story::{self, Listener, Story};
use super::task::EndRef;
use std::collections::HashSet;

/// Steps which show that a connect has succeeded.
const SHOWS: [Meaning; 5] =
    [Meaning::ConnectDone, Meaning::Send, Meaning::Recv, Meaning::RecvEnd, Meaning::Peek];

/// What each step changes, with the number of steps done by then.
pub(super) fn entries(story: &Story) -> Vec<(u32, Change)> {
    let mut entries = Vec::new();
    let mut whole = whole_datagrams(story).into_iter().peekable();
    // Connects in progress in the background, which a later step on the same end shows to have succeeded.
    let mut under_way: HashSet<EndRef> = HashSet::new();
    for (index, step) in story.steps.iter().enumerate() {
        let after = index as u32 + 1;
        if step.meaning == Meaning::Pipe {
            for on in story.ready(step) {
                if let On::End(end) = *on {
                    entries.push((after, Change::Made { end: end.into() }));
                }
            }
        }
        let Some(end) = step.end else { continue };
        if step.meaning == Meaning::Connect {
            if story.call(step).errno().is_some() {
                under_way.insert(end);
                continue;
            }
            // A blocking connect is in the queue when it returns, or shortly before.
            let done = story.steps.partition_point(|other| other.time() <= step.until) as u32;
            let after = if step.took() < MOMENT { after } else { done.max(after) };
            entries.push((after, Change::Made { end: end.into() }));
        } else if SHOWS.contains(&step.meaning) && under_way.remove(&end) {
            entries.push((after, Change::Made { end: end.into() }));
        }
        match (step.meaning, step.bytes) {
            (Meaning::Accept, _) => entries.push((after, Change::Made { end: end.into() })),
            (Meaning::Send, Some(bytes)) => {
                entries.push((after, Change::Sent { end: end.into(), bytes }));
            }
            (Meaning::Recv, Some(bytes)) => {
                let is_datagram = story.channels[end.channel].is_of_messages();
                let datagram = whole.next_if(|&(to, _)| to == index).map(|(_, bytes)| bytes);
                let bytes = if is_datagram { datagram.unwrap_or(0) } else { bytes };
                entries.push((after, Change::Received { end: end.peer().into(), bytes }));
            }
            _ => {}
        }
    }
    entries
}

/// The datagrams received, with the number of bytes sent: what did not fit is gone too.
fn whole_datagrams(story: &Story) -> Vec<(usize, u32)> {
    let arrows = story.arrows.iter().filter(|arrow| arrow.kind == story::ArrowKind::Data);
    let datagrams = arrows.filter(|arrow| {
        let end = story.steps[arrow.to].end;
        end.is_some_and(|end| story.channels[end.channel].is_of_messages())
    });
    datagrams.map(|arrow| (arrow.to, story.steps[arrow.from].bytes.unwrap_or(0))).collect()
}

/// Of each channel, whether the log shows everything that its first end sends and the second receives, and the
/// other way round.
pub(super) fn known(story: &Story) -> Vec<[bool; 2]> {
    let missing = &story.missing;
    if missing.apart > 0 || missing.coarse > 1 || missing.io_uring {
        return vec![[false; 2]; story.channels.len()];
    }
    // Tasks with untraced children: those may send and receive too.
    let untraced = story.tasks.iter().filter(|task| !task.is_traced);
    let parents = untraced.filter_map(|task| task.parent.map(|parent| story.tasks[parent].leader));
    let parents: HashSet<_> = parents.collect();
    let mut made = vec![[false; 2]; story.channels.len()];
    for (_, change) in &story.ledger.entries {
        if let Change::Made { end } = *change {
            let EndRef { channel, end } = end.into();
            made[channel][end] = true;
        }
    }
    let each = story.channels.iter().zip(made).map(|(channel, made)| {
        let all_seen = |end: &ChannelEnd| {
            end.tasks.iter().all(|&task| !parents.contains(&story.tasks[task].leader))
        };
        let [one, other] = &channel.ends;
        let is_seen = match channel.kind {
            ChannelKind::Datagram => !one.tasks.is_empty() && !other.tasks.is_empty(),
            // A connection not yet accepted holds what was sent.
            _ if made == [true, false] && other.tasks.is_empty() => {
                listener(story, channel).is_some()
            }
            _ => made == [true; 2],
        };
        let is_seen = is_seen && all_seen(one) && all_seen(other);
        channel.is_lost.map(|is_lost| is_seen && !is_lost)
    });
    each.collect()
}

/// The listener that has accepted a channel, or will: no other has its address.
pub(super) fn listener(story: &Story, channel: &Channel) -> Option<usize> {
    let own = &channel.ends[1].name;
    let may_be = |listener: &Listener| {
        listener.kind == channel.kind && *own != Name::Unknown && listener.name.may_be(own)
    };
    let all = story.listeners.iter().enumerate();
    let mut all = all.filter(|(_, listener)| may_be(listener)).map(|(index, _)| index);
    channel.listener.or_else(|| all.next().filter(|_| all.next().is_none()))
}
