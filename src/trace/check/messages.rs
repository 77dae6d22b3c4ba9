//! Messages: where one ends. All rules need the logs of both sides.

use super::facts::{Facts, after, before};
use super::turns::{LongWaits, deadlock};
use super::{Fault, Mistake, found};
use crate::trace::model::calls::Does;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::task::EndRef;

pub(super) fn rules(facts: &Facts<'_>) -> Vec<Fault> {
    let waits = LongWaits::of(facts);
    let channels = 0..facts.story.channels.len();
    let told = channels.filter_map(|channel| {
        let [one, other] = [0, 1].map(|end| EndRef { channel, end });
        let both =
            [one, other].iter().all(|&end| !facts.on(end).is_empty() && facts.is_stream(end));
        if !both {
            return None;
        }
        let server = if facts.is_accepted(one) { one } else { other };
        let stream = Exchange::of(facts, server);
        let in_vain = waits.in_vain(facts, server.peer());
        let taken = stream.and_then(|stream| {
            let joined = in_vain.and_then(|wait| stream.joined(facts, wait));
            joined.or_else(|| stream.split(facts))
        });
        taken.or_else(|| deadlock(facts, &waits, server.peer()))
    });
    told.collect()
}

/// Bytes that one call has moved, by their places in the whole stream.
#[derive(Clone, Copy, Debug)]
struct Chunk {
    step: usize,
    start: u64,
    end: u64,
}

impl Chunk {
    fn size(self) -> u64 {
        self.end - self.start
    }
}

/// What a server receives from one client, and what it answers.
struct Exchange {
    server: EndRef,
    sent: Vec<Chunk>,
    received: Vec<Chunk>,
    replies: Vec<Chunk>,
}

impl Exchange {
    fn of(facts: &Facts<'_>, server: EndRef) -> Option<Self> {
        let pieces = |end: EndRef, meaning: Meaning| {
            let mut place = 0;
            let all = facts.on(end).iter().filter(|&&step| facts.step(step).meaning == meaning);
            all.map(|&step| {
                let start = place;
                place += u64::from(facts.step(step).bytes?);
                Some(Chunk { step, start, end: place })
            })
            .collect::<Option<Vec<_>>>()
        };
        let sent = pieces(server.peer(), Meaning::Send)?;
        let received = pieces(server, Meaning::Recv)?;
        let replies = pieces(server, Meaning::Send)?;
        let is_whole = received.last().map_or(0, |piece| piece.end)
            <= sent.last().map_or(0, |piece| piece.end);
        is_whole.then_some(Self { server, sent, received, replies })
    }

    /// The answers after the received chunk with this number, before the next one.
    fn answers(&self, place: usize) -> &[Chunk] {
        let from = self.replies.partition_point(|reply| reply.step < self.received[place].step);
        let next = self.received.get(place + 1).map_or(usize::MAX, |next| next.step);
        let until = self.replies.partition_point(|reply| reply.step < next);
        &self.replies[from..until]
    }

    /// Whether the received chunk with this number is one that was sent, and has one answer.
    fn is_plain(&self, place: usize) -> bool {
        let own = self.received[place];
        let sent = self.sent_with(own.start);
        let is_one = sent.is_some_and(|sent| (sent.start, sent.end) == (own.start, own.end));
        is_one && self.answers(place).len() == 1
    }

    /// The sent chunk that has the byte at this place.
    fn sent_with(&self, byte: u64) -> Option<Chunk> {
        let place = self.sent.partition_point(|sent| sent.end <= byte);
        self.sent.get(place).copied().filter(|sent| sent.start <= byte)
    }

    fn bytes(facts: &Facts<'_>, piece: Chunk) -> Vec<u8> {
        facts.story.data(facts.step(piece.step)).bytes()
    }

    /// All its bytes, unless strace has cut them.
    fn whole(facts: &Facts<'_>, piece: Chunk) -> Option<Vec<u8>> {
        Some(Self::bytes(facts, piece)).filter(|bytes| bytes.len() as u64 == piece.size())
    }

    /// Whether it ends in a line end, as far as is known.
    fn is_line(facts: &Facts<'_>, piece: Chunk) -> bool {
        Self::whole(facts, piece).is_some_and(|bytes| bytes.ends_with(b"\n"))
    }

    /// Whether the client receives nothing between two of its steps.
    fn is_one_turn(&self, facts: &Facts<'_>, from: usize, to: usize) -> bool {
        let between = before(after(facts.on(self.server.peer()), from), to);
        !between.iter().any(|&step| facts.step(step).meaning == Meaning::Recv)
    }

    /// Several messages in one recv, and one answer: the client waits for the others in vain.
    fn joined(&self, facts: &Facts<'_>, wait: usize) -> Option<Fault> {
        let mut all = 0..self.received.len();
        let plain: Vec<_> = all.clone().filter(|&place| self.is_plain(place)).collect();
        let (step, count) = all.find_map(|place| {
            let own = self.received[place];
            let from = self.sent.partition_point(|sent| sent.end <= own.start);
            let until = self.sent.partition_point(|sent| sent.end <= own.end);
            let whole = &self.sent[from..until];
            let ([first, .., last], [answer]) = (whole, self.answers(place)) else { return None };
            let is_turn = self.is_one_turn(facts, first.step, last.step)
                && self.is_last_turn(facts, last.step, answer.step, wait);
            let is_one = || {
                Self::is_wrapped(facts, own, *answer)
                    || match *plain {
                        [] => Self::are_lines(facts, whole, *answer),
                        [first, ..] => {
                            self.are_like(facts, first, whole)
                                && self.is_short(facts, first, whole, *answer)
                        }
                    }
            };
            let is_told = is_turn && !Self::is_echo(facts, own, *answer) && is_one();
            is_told.then_some((own.step, whole.len()))
        })?;
        let fd = facts.acts[step].fd;
        let [server, client] = [step, wait].map(|step| facts.who(facts.step(step).task));
        Some(found(
            Mistake::OneMessage,
            step,
            format!(
                "{client} envió {count} mensajes, que un solo recv({fd}) de {server} junta; contesta una vez, y \
                 {client} espera en vano las demás respuestas"
            ),
            format!(
                "{client} sent {count} messages, which a single recv({fd}) of {server} joins; it answers once, and \
                 {client} waits in vain for the other answers"
            ),
        ))
    }

    /// Whether the client has sent nothing more before it waits, and the server is waiting for more
    /// too.
    fn is_last_turn(&self, facts: &Facts<'_>, sent: usize, answer: usize, wait: usize) -> bool {
        let later = after(&facts.of_task[facts.step(answer).task], answer);
        let is_done = later
            .iter()
            .any(|&step| facts.is_wait(step) || facts.does(step, &[Does::Receives, Does::Accepts]));
        let more = self.sent.last().is_some_and(|last| last.step > sent);
        wait > answer && is_done && !more
    }

    /// Whether several sends are messages: each is like the one that was received and answered by itself.
    fn are_like(&self, facts: &Facts<'_>, plain: usize, whole: &[Chunk]) -> bool {
        let Some(asked) = Self::whole(facts, self.received[plain]) else { return false };
        let end = asked.last().filter(|byte| b"\n\0".contains(byte));
        let is_like = |sent: &Chunk| {
            Self::whole(facts, *sent).is_some_and(|sent| {
                sent.len() == asked.len() || (end.is_some() && sent.last() == end)
            })
        };
        whole.iter().all(is_like)
    }

    /// Whether an answer to several messages is too short to be an answer to each.
    fn is_short(&self, facts: &Facts<'_>, plain: usize, whole: &[Chunk], answer: Chunk) -> bool {
        let [usual, said] = [self.answers(plain)[0], answer].map(|piece| Self::whole(facts, piece));
        let (Some(usual), Some(said)) = (usual, said) else { return false };
        let count = whole.len();
        lines(&usual) > 0 && lines(&said) < count && said.len() < usual.len() * count
    }

    /// Whether an answer to several messages quotes everything received inside it, as one.
    fn is_wrapped(facts: &Facts<'_>, own: Chunk, answer: Chunk) -> bool {
        let [asked, said] = [own, answer].map(|piece| Self::whole(facts, piece));
        let (Some(asked), Some(said)) = (asked, said) else { return false };
        let asked = asked.trim_ascii();
        said.len() > asked.len()
            && !said.starts_with(asked)
            && said.windows(asked.len().max(1)).any(|part| part == asked)
    }

    /// Whether the answer to several lines is one line.
    fn are_lines(facts: &Facts<'_>, whole: &[Chunk], answer: Chunk) -> bool {
        Self::whole(facts, answer).is_some_and(|said| lines(&said) == 1)
            && whole.iter().all(|&sent| Self::is_line(facts, sent))
    }

    /// Whether the answer is what was received.
    fn is_echo(facts: &Facts<'_>, own: Chunk, answer: Chunk) -> bool {
        let [asked, said] = [own, answer].map(|piece| Self::bytes(facts, piece));
        let both = asked.len().min(said.len());
        own.size() == answer.size() && asked[..both] == said[..both]
    }

    /// One message in several recvs, with an answer to each.
    fn split(&self, facts: &Facts<'_>) -> Option<Fault> {
        // If lines are messages, and their ends are known.
        let first_line = (0..self.received.len())
            .find(|&place| self.is_plain(place) && Self::is_line(facts, self.received[place]));
        let place = (1..self.received.len()).map(|place| place - 1).find(|&place| {
            let in_lines = first_line.is_some_and(|first| first < place);
            let own = self.received[place];
            let is_part = self.is_cut(facts, own) || (in_lines && self.is_half(facts, own));
            is_part && self.is_answered(facts, place)
        })?;
        let step = self.received[place].step;
        let fd = facts.acts[step].fd;
        let server = facts.who(facts.step(step).task);
        Some(found(
            Mistake::OneMessage,
            step,
            format!(
                "recv({fd}) da a {server} una parte de un mensaje; contesta como si fuera entero, y otra vez al resto"
            ),
            format!(
                "recv({fd}) gives {server} part of a message; it answers as if that were all, and again when the \
                 rest comes"
            ),
        ))
    }

    /// Whether this chunk and the next one are answered in the same form. Bytes echoed as they came, in chunks of
    /// any size, are not answers.
    fn is_answered(&self, facts: &Facts<'_>, place: usize) -> bool {
        let [own, next] = [self.received[place], self.received[place + 1]];
        let [one, other] = [place, place + 1].map(|place| self.answers(place).first().copied());
        let (Some(one), Some(other)) = (one, other) else { return false };
        let [asked, said, again] = [own, one, other].map(|piece| Self::bytes(facts, piece));
        let both = asked.len().min(said.len());
        let is_echo = asked[..both] == said[..both]
            || (one.size() == own.size() && other.size() == next.size());
        !is_echo && said.len().min(again.len()) >= 3 && said[..3] == again[..3]
    }

    /// Whether a received chunk ends inside a sent chunk that is no more than one message.
    fn is_cut(&self, facts: &Facts<'_>, own: Chunk) -> bool {
        let Some(sent) = self.sent_with(own.end).filter(|sent| sent.start < own.end) else {
            return false;
        };
        let Some(all) = Self::whole(facts, sent) else { return false };
        !all.strip_suffix(b"\n").unwrap_or(&all).contains(&b'\n')
    }

    /// Whether a received chunk ends inside a line whose rest is sent in the same turn.
    fn is_half(&self, facts: &Facts<'_>, own: Chunk) -> bool {
        let last = self.sent.partition_point(|sent| sent.end < own.end);
        let Some([last, next]) = self.sent.get(last..last + 2) else { return false };
        let ends_open =
            |piece: Chunk| Self::whole(facts, piece).is_some_and(|bytes| !bytes.ends_with(b"\n"));
        last.end == own.end
            && self.is_one_turn(facts, last.step, next.step)
            && ends_open(own)
            && Self::is_line(facts, *next)
    }
}

fn lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte == b'\n').count()
}
