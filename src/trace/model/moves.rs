//! Calls that move bytes.

use super::address::{ShownFile, descriptor, shown, sockaddr};
use super::calls::Does;
use super::channel::{Carries, Name};
use super::data;
use super::files::{File, FileKind};
use super::interpret::{CurrentCall, Interpreter};
use super::meaning::Meaning;
use super::story::Step;
use super::task::EndRef;
use crate::trace::read::call::Call;

impl Interpreter {
    pub(super) fn transfer(&mut self, now: &CurrentCall<'_>, does: Does) {
        let is_sent = does != Does::Receives;
        let Some((_, file)) = self.look(now, now.call.arg(0)) else {
            if now.call.errno() == Some("EBADF") {
                self.tell(now, Meaning::Failed);
            }
            return;
        };
        // No data arrives: it says what has become of what was sent.
        if !is_sent && flags(now.call).contains("MSG_ERRQUEUE") {
            self.tell_on(now, Meaning::AskError, file);
            return;
        }
        match &self.files.file(file).what {
            FileKind::Datagrams(_) => self.datagrams(now, file, is_sent),
            FileKind::Standard(_) => self.standard(now, is_sent),
            FileKind::End(_) | FileKind::Connecting(_) | FileKind::Pipe(_) => {
                self.bytes(now, file, is_sent);
            }
            _ => {}
        }
    }

    /// Bytes through a channel.
    fn bytes(&mut self, now: &CurrentCall<'_>, file: usize, is_sent: bool) {
        if let File { what: FileKind::Connecting(known), is_undecided: true, .. } =
            self.files.file(file)
            && now.call.errno().is_some_and(is_no_connection)
        {
            let what = FileKind::Socket(known.names[0].clone());
            let file = self.files.file_mut(file);
            (file.what, file.is_undecided) = (what, false);
            self.tell(now, Meaning::Failed);
            return;
        }
        let Some(end) = self.end_used(file, now.task, is_sent) else { return };
        self.files.file_mut(file).is_undecided = false;
        if now.call.errno().is_none() {
            self.book.hold(end, now.task);
            self.rights(now, end, is_sent);
        }
        let meaning = match meaning(now, is_sent) {
            Meaning::RecvEnd if self.is_empty_message(end, peeks(now.call)) => taken(now.call),
            meaning => meaning,
        };
        let parts = match now.call.name() {
            // What these return is how many messages there are, not how many bytes.
            "sendmmsg" | "recvmmsg" if now.call.errno().is_none() => data::lengths(now.call),
            _ => vec![moved(now)],
        };
        let is_of_packets = self.book.channels[end.channel].carries == Carries::Messages;
        if meaning == Meaning::Send && is_of_packets {
            for _ in parts.iter().filter(|part| **part == Some(0)) {
                self.empty_message(now, end.peer());
            }
        }
        let meaning =
            if self.lives[now.task].is_ours { self.ours(now, meaning, end) } else { Some(meaning) };
        let Some(meaning) = meaning else { return };
        let mut step =
            Step { end: Some(end), ..self.step(now.task, meaning, now.at, now.until, now.line) };
        let flags = ["MSG_DONTWAIT", "RWF_NOWAIT"];
        let asks_not_to = now.call.args().any(|arg| flags.iter().any(|flag| arg.contains(flag)));
        step.can_wait &= !asks_not_to && !self.files.file(file).is_nonblocking;
        for (part, bytes) in (0..).zip(parts) {
            self.push(Step { part, bytes, ..step.clone() }, now.raw);
        }
    }

    /// An empty message is sent to an end. A recv that waited for it may have returned before the send has.
    fn empty_message(&mut self, now: &CurrentCall<'_>, to: EndRef) {
        let steps = &self.story.steps;
        let later = steps.iter().rev().take_while(|step| step.until >= now.at).count();
        for place in steps.len() - later..steps.len() {
            let step = &self.story.steps[place];
            if (step.meaning, step.end) == (Meaning::RecvEnd, Some(to)) {
                let meaning = taken(&self.story.call(step));
                self.story.steps[place].meaning = meaning;
                if meaning == Meaning::Recv {
                    return;
                }
            }
        }
        *self.empty.entry(to).or_default() += 1;
    }

    /// Whether 0 bytes are a message that is empty, and not the end.
    fn is_empty_message(&mut self, end: EndRef, peeks: bool) -> bool {
        match self.book.channels[end.channel].carries {
            Carries::Bytes => false,
            Carries::Datagrams => true,
            Carries::Messages => {
                let sent = self.empty.get_mut(&end).filter(|sent| **sent > 0);
                sent.map(|sent| *sent -= u32::from(!peeks)).is_some()
            }
        }
    }

    /// Standard input and output, if they are not channels.
    fn standard(&mut self, now: &CurrentCall<'_>, is_sent: bool) {
        let meaning = match meaning(now, is_sent) {
            Meaning::RecvNothing | Meaning::SendNothing => return,
            Meaning::Send => Meaning::Print,
            Meaning::Recv | Meaning::RecvEnd => Meaning::Input,
            meaning => meaning,
        };
        let step =
            Step { bytes: moved(now), ..self.step(now.task, meaning, now.at, now.until, now.line) };
        self.push(step, now.raw);
    }

    /// Datagrams: each has its own address, and a call may move several.
    fn datagrams(&mut self, now: &CurrentCall<'_>, file: usize, is_sent: bool) {
        let meaning = match meaning(now, is_sent) {
            Meaning::RecvEnd => Meaning::Recv,
            meaning => meaning,
        };
        let blank = self.step(now.task, meaning, now.at, now.until, now.line);
        if !matches!(meaning, Meaning::Send | Meaning::Recv | Meaning::Peek) {
            self.push(blank, now.raw);
            return;
        }
        for (part, message) in data::messages(now.call).into_iter().enumerate() {
            let File { what: FileKind::Datagrams(socket), is_nonblocking, .. } =
                self.files.file_mut(file)
            else {
                return;
            };
            let named = sockaddr(message.address);
            let peer = if named == Name::Unknown { socket.names[1].clone() } else { named };
            let own = &socket.names[0];
            let mut ends = socket.ends.values();
            let known = match (socket.ends.get(&peer), ends.next(), ends.next()) {
                (Some(known), ..) => Some(known),
                // The log does not say where it comes from; there is only one peer.
                (None, one, None) if peer == Name::Unknown => one,
                _ => None,
            };
            let known = known.copied().filter(|end| self.book.may_be(*end, own, &peer));
            let end = match known {
                Some(end) => self.book.locate(end, own, &peer),
                None => self.book.datagrams(own, &peer, is_sent),
            };
            socket.ends.insert(peer, end);
            let step = Step {
                end: Some(end),
                part: part as u32,
                bytes: message.length.and_then(|length| length.try_into().ok()),
                can_wait: blank.can_wait && !*is_nonblocking,
                ..blank.clone()
            };
            self.book.hold(end, now.task);
            self.story.tasks[now.task].about.get_or_insert(end);
            self.push(step, now.raw);
            self.rights(now, end, is_sent);
        }
    }

    /// From one descriptor to another inside the kernel: two steps.
    pub(super) fn splice(&mut self, now: &CurrentCall<'_>) {
        for (arg, is_sent) in [(0, false), (2, true)] {
            let Some((_, file)) = self.look(now, now.call.arg(arg)) else { continue };
            let Some(end) = self.end_used(file, now.task, is_sent) else { continue };
            self.book.hold(end, now.task);
            // The log does not say which of the two is not ready, or has failed.
            if now.call.errno().is_some() {
                self.tell_of(now, Meaning::Failed, end);
                return;
            }
            if is_sent && now.call.value == Some(0) {
                continue;
            }
            let meaning = meaning(now, is_sent);
            let step = self.step(now.task, meaning, now.at, now.until, now.line);
            self.push(Step { end: Some(end), bytes: moved(now), ..step }, now.raw);
        }
    }

    /// The end of a channel that an open file is for a task that sends, or receives.
    fn end_used(&mut self, file: usize, task: usize, is_sent: bool) -> Option<EndRef> {
        if let &FileKind::Pipe(channel) = &self.files.file(file).what {
            let end = EndRef { channel, end: usize::from(!is_sent) };
            self.files.file_mut(file).what = FileKind::End(end);
            self.open.insert(end, file);
        }
        self.end_of(file, task)
    }
}

/// What a call that moves bytes means, going by the call alone.
fn meaning(now: &CurrentCall<'_>, is_sent: bool) -> Meaning {
    match (now.call.errno(), now.call.value) {
        (Some("EAGAIN" | "EWOULDBLOCK"), _) => {
            if is_sent {
                Meaning::SendNothing
            } else {
                Meaning::RecvNothing
            }
        }
        (Some("ECONNRESET" | "EPIPE"), _) => Meaning::Reset,
        _ if now.is_interrupted() => Meaning::Blocked,
        (Some(_), _) => Meaning::Failed,
        _ if is_sent => Meaning::Send,
        (_, Some(0)) if !asks_for_none(now.call) => Meaning::RecvEnd,
        _ => taken(now.call),
    }
}

/// What it means to receive bytes, or a message.
fn taken(call: &Call) -> Meaning {
    if peeks(call) { Meaning::Peek } else { Meaning::Recv }
}

/// Whether what a call receives stays where it is.
fn peeks(call: &Call) -> bool {
    call.args().any(|arg| arg.contains("MSG_PEEK") && !arg.starts_with('"'))
}

/// Whether a connect that was under way has failed.
fn is_no_connection(errno: &str) -> bool {
    matches!(errno, "ECONNREFUSED" | "ETIMEDOUT" | "EHOSTUNREACH" | "ENETUNREACH")
}

/// Whether it asks for no bytes: getting none is then no end of file.
pub(super) fn asks_for_none(call: &Call) -> bool {
    matches!(call.name(), "read" | "recv" | "recvfrom") && call.arg(2) == "0"
}

fn moved(now: &CurrentCall<'_>) -> Option<u32> {
    now.value().and_then(|value| value.try_into().ok())
}

/// The flags that a call receives with.
fn flags(call: &Call) -> &str {
    call.arg(if call.name() == "recvmsg" { 2 } else { 3 })
}

/// Whether the bytes that a call takes from a TCP connection are thrown away.
pub(super) fn throws_away(call: &Call) -> bool {
    call.name().starts_with("recv") && flags(call).contains("MSG_TRUNC")
}

/// The file that a sendfile takes its bytes from, as strace shows it.
#[must_use]
pub fn source(arg: &str) -> Option<&str> {
    match shown(descriptor(arg)?.1?) {
        ShownFile::Plain(path) => Some(path.split('<').next().unwrap_or(path)),
        _ => None,
    }
}
