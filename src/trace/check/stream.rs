//! What goes through one connection: ends of file that are ignored, short sends, writes to a closed peer, and input
//! left unread.

use super::facts::{Errno, Facts, after, before};
use super::{Fault, Mistake, found};
use crate::trace::model::calls::Does;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::story::ArrowKind;
use crate::trace::model::task::EndRef;
use crate::trace::read::call::bytes;
use crate::trace::words::more;
use std::collections::HashMap;

/// This many ends of file in a row are no accident; a library may read twice.
const SPINNING: usize = 4;

/// recv returns 0 again and again.
pub(super) fn zeros(facts: &Facts<'_>) -> Vec<Fault> {
    let mut streaks: HashMap<(usize, EndRef), Vec<usize>> = HashMap::new();
    let mut all = Vec::new();
    for step in 0..facts.acts.len() {
        // A copy that is closed, or replaced by another, is not received from again.
        let is_over = matches!(
            facts.step(step).meaning,
            Meaning::Close | Meaning::CloseCopy | Meaning::CloseOne | Meaning::Duplicate
        );
        if !is_over && !facts.does(step, &[Does::Receives]) {
            continue;
        }
        let Some(end) = facts.step(step).end.filter(|&end| facts.is_stream(end)) else { continue };
        let streak = streaks.entry((facts.process(step), end)).or_default();
        match facts.step(step).meaning {
            Meaning::RecvEnd => streak.push(step),
            _ => all.extend(spins(facts, &std::mem::take(streak))),
        }
    }
    all.extend(streaks.values().filter_map(|streak| spins(facts, streak)));
    all
}

/// Enough of them in a row.
fn spins(facts: &Facts<'_>, streak: &[usize]) -> Option<Fault> {
    let count = streak.len();
    let step = *streak.get(1).filter(|_| count >= SPINNING)?;
    let (fd, who) = (facts.acts[step].fd, facts.who(facts.step(step).task));
    Some(found(
        Mistake::ZeroIgnored,
        step,
        format!(
            "{who} recibe 0 del descriptor {fd} {count} veces seguidas: el otro lado terminó en la primera"
        ),
        format!(
            "{who} receives 0 from descriptor {fd} {count} times in a row: the other side had ended at the first"
        ),
    ))
}

/// A send that took less than it was given, and whose rest is never sent. Needs: what was done with the socket after
/// it.
pub(super) fn short_sends(facts: &Facts<'_>) -> Vec<Fault> {
    let sends = facts.all(Does::Sends).filter_map(|step| {
        let end = facts.step(step).end.filter(|&end| facts.is_stream(end))?;
        let call = facts.call(step);
        let asked: u64 = matches!(call.name(), "write" | "send" | "sendto")
            .then(|| call.arg(2).parse().ok())??;
        let moved = u64::try_from(call.value?).ok().filter(|&moved| 0 < moved && moved < asked)?;
        is_dropped(facts, step, end, asked - moved).then(|| {
            let (fd, left) = (facts.acts[step].fd, asked - moved);
            found(
                Mistake::ShortSend,
                step,
                format!(
                    "de {asked} bytes, send({fd}) toma {moved}; el resto, {left}, no se envía nunca"
                ),
                format!(
                    "of {asked} bytes, send({fd}) takes {moved}; the rest, {left}, is never sent"
                ),
            )
        })
    });
    sends.collect()
}

/// Whether the rest of a send is not sent.
fn is_dropped(facts: &Facts<'_>, step: usize, end: EndRef, left: u64) -> bool {
    let later = after(facts.on(end), step);
    let next = later
        .iter()
        .copied()
        .find(|&index| facts.does(index, &[Does::Sends]) && facts.is_fine(index));
    let until = next.unwrap_or(facts.acts.len());
    let own = after(facts.by(facts.process(step)), step);
    let between = before(own, until);
    // It waits until it can send more.
    if between.iter().any(|&index| facts.awaits(index, end)[1]) {
        return false;
    }
    let is_gone = before(later, until).iter().any(|&index| {
        matches!(facts.step(index).meaning, Meaning::RecvEnd | Meaning::Reset | Meaning::Failed)
    });
    let Some(next) = next else {
        let is_over = |&index: &usize| {
            let meaning = facts.step(index).meaning;
            let closes = matches!(
                meaning,
                Meaning::Close | Meaning::CloseCopy | Meaning::CloseOne | Meaning::Shutdown
            );
            meaning == Meaning::Exit || (closes && facts.step(index).end == Some(end))
        };
        return !is_gone && own.iter().any(is_over);
    };
    let [this, that] = [step, next].map(|index| facts.call(index));
    let moved = this.value.and_then(|moved| usize::try_from(moved).ok()).unwrap_or(0);
    let (shown, follows) = (bytes(this.arg(1)), bytes(that.arg(1)));
    if let Some(rest) = shown.get(moved..).filter(|rest| !rest.is_empty()) {
        let both = rest.len().min(follows.len());
        return rest[..both] != follows[..both];
    }
    // Not shown: it goes on to something else, and sends more than the rest.
    let goes_on = between.iter().any(|&index| {
        facts.is_wait(index)
            || (facts.does(index, &[Does::Receives]) && facts.step(index).end == Some(end))
    });
    goes_on && !is_gone && that.arg(2).parse::<u64>().is_ok_and(|asked| asked > left)
}

/// Killed by SIGPIPE.
pub(super) fn broken_pipes(facts: &Facts<'_>) -> Vec<Fault> {
    let killed = (0..facts.acts.len()).filter(|&step| facts.step(step).meaning == Meaning::Killed);
    let told = killed.filter_map(|step| {
        let own = before(&facts.of_task[facts.step(step).task], step);
        let send =
            own.iter().rev().copied().find(|&index| facts.acts[index].errno == Errno::Pipe)?;
        let end = facts.step(send).end.filter(|&end| facts.is_stream(end))?;
        if facts.call(step).name() != "SIGPIPE" {
            return None;
        }
        let name = facts.told(send);
        let (fd, who) = (facts.acts[send].fd, facts.who(facts.step(send).task));
        let peer = facts.peer(end);
        Some(found(
            Mistake::BrokenPipe,
            send,
            format!("{peer} ya cerró; {name}({fd}) da EPIPE, y SIGPIPE mata a {who}"),
            format!("{peer} has closed; {name}({fd}) gives EPIPE, and SIGPIPE kills {who}"),
        ))
    });
    told.collect()
}

/// Closed with input left unread, so that a peer that wanted to read got a reset. Needs: both sides, with all that they
/// read.
pub(super) fn unread(facts: &Facts<'_>) -> Vec<Fault> {
    let resets = facts.story.arrows.iter().filter(|arrow| arrow.kind == ArrowKind::Reset);
    let told = resets.filter_map(|arrow| {
        let (close, reset) = (arrow.from, arrow.to);
        let peer = facts.step(reset).end?;
        let end = peer.peer();
        let is_asked = facts.on(end).iter().any(|&index| facts.call(index).arg(2) == "SO_LINGER");
        let are_read = [close, reset].iter().all(|&step| facts.recorded(facts.process(step)).reads);
        if !are_read
            || !facts.does(reset, &[Does::Receives])
            || facts.step(close).meaning == Meaning::Killed
            || is_asked
        {
            return None;
        }
        let moved = |end: EndRef, meaning: Meaning| {
            let until = if meaning == Meaning::Recv && end == peer { usize::MAX } else { close };
            let all = before(facts.on(end), until)
                .iter()
                .filter(|&&index| facts.step(index).meaning == meaning);
            all.map(|&index| facts.step(index).bytes.map(u64::from)).sum::<Option<u64>>()
        };
        let left = moved(peer, Meaning::Send)?
            .checked_sub(moved(end, Meaning::Recv)?)
            .filter(|&left| left > 0)?;
        // A client may leave when it likes, if what it has sent arrives.
        let is_lost = moved(end, Meaning::Send)? > moved(peer, Meaning::Recv)?;
        if !facts.is_accepted(end) && !is_lost {
            return None;
        }
        let (who, other) = (facts.who(facts.step(close).task), facts.who(facts.step(reset).task));
        let (fd, left) = (facts.acts[close].fd, more::bytes(left));
        let (es, en) = match facts.step(close).meaning {
            Meaning::Exit => ("termina".into(), "ends".into()),
            _ => (format!("cierra el descriptor {fd}"), format!("closes descriptor {fd}")),
        };
        Some(found(
            Mistake::Unread,
            close,
            format!("{who} {es} sin leer {left} de {other}, que recibe ECONNRESET"),
            format!("{who} {en} with {left} from {other} unread, and {other} gets ECONNRESET"),
        ))
    });
    told.collect()
}
