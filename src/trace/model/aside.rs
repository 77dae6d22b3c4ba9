//! What is no part of the conversation: a program that has another one find out about a name (see
//! [`resolve`](crate::resolve)).

use super::cast::forked;
use crate::trace::read::call::Call;
use crate::trace::read::record::{Event, Record};
use std::borrow::Cow;

/// The records without those of programs that were run for their answer, and without what was done about
/// each: from the pipe for the answer until it is reaped.
#[must_use]
pub fn left_out(records: &[Record]) -> Cow<'_, [Record]> {
    let mut kept = vec![true; records.len()];
    for (at, &Record { pid, ref event, .. }) in records.iter().enumerate() {
        let Some(other) = spawned(event) else {
            continue;
        };
        let reaped = other.to_string();
        let from = (0..at).rev().find(|&index| made(&records[index], pid, "pipe2").is_some());
        let to = (at..records.len()).find(|&index| {
            made(&records[index], pid, "wait4").is_some_and(|call| call.arg(0) == reaped)
        });
        let aside = from.unwrap_or(at)..=to.unwrap_or(at);
        for (index, (kept, record)) in kept.iter_mut().zip(records).enumerate() {
            let is_own = record.pid == pid && aside.contains(&index);
            *kept &= !is_own && record.pid != other;
        }
    }
    if !kept.contains(&false) {
        return Cow::Borrowed(records);
    }
    records.iter().zip(kept).filter(|(_, kept)| *kept).map(|(record, _)| record.clone()).collect()
}

/// The process that this call makes to run another program. posix_spawn(3) makes it so, and fork does not.
fn spawned(event: &Event) -> Option<i32> {
    let Event::Call(call) = event else {
        return None;
    };
    let is_spawn = call.args().any(|arg| arg.contains("CLONE_VFORK"));
    forked(call).filter(|_| is_spawn)
}

/// The call, if it is this process's and has this name.
fn made<'r>(record: &'r Record, pid: i32, name: &str) -> Option<&'r Call> {
    match &record.event {
        Event::Call(call) if record.pid == pid && call.name() == name => Some(call),
        _ => None,
    }
}
