//! What a call does, judging by earlier calls on the same descriptor.

use crate::trace::model::address::descriptor;
use crate::trace::model::channel::ChannelKind;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::story::{Step, Story};

/// How many earlier steps are searched for its descriptor.
const BACK: usize = 4096;

/// The steps before one, the last first.
fn before<'s>(story: &'s Story, step: &Step) -> impl Iterator<Item = &'s Step> {
    let place = story.steps.partition_point(|other| other.time() < step.time());
    story.steps[..place].iter().rev().take(BACK)
}

/// Whether a socket is a datagram socket, according to strace or to the call that made it.
pub(super) fn is_datagrams(story: &Story, step: &Step) -> bool {
    let call = story.call(step);
    let Some((fd, shown)) = descriptor(call.arg(0)) else { return false };
    if let Some(shown) = shown.filter(|shown| shown.starts_with("UDP") || shown.starts_with("TCP"))
    {
        return shown.starts_with("UDP");
    }
    let process = |step: &Step| story.tasks[step.task].leader;
    let mut made = before(story, step)
        .filter(|other| other.meaning == Meaning::Socket && process(other) == process(step))
        .map(|other| story.call(other));
    made.find(|made| made.value == Some(fd.into()))
        .is_some_and(|made| made.arg(1).contains("SOCK_DGRAM"))
}

/// Whether a close resets its connection: SO_LINGER, with a time of 0.
pub(super) fn is_reset(story: &Story, step: &Step) -> bool {
    let is_tcp = step.end.is_some_and(|end| story.channels[end.channel].kind == ChannelKind::Tcp);
    let mut set = before(story, step)
        .filter(|other| is_tcp && other.meaning == Meaning::SetOption && other.end == step.end)
        .map(|other| story.call(other))
        .filter(|call| call.arg(2) == "SO_LINGER");
    set.next().is_some_and(|call| {
        let value = call.arg(3);
        !value.contains("l_onoff=0") && value.contains("l_linger=0")
    })
}

/// Whether it is one thread that has ended, not its process.
pub(super) fn is_thread_gone(story: &Story, step: &Step) -> bool {
    story.tasks[step.task].leader != step.task && story.call(step).name() != "exit_group"
}
