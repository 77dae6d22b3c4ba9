//! Calls on sockets that move no bytes: made, bound, connected, accepted, shut down.

use super::address::{ShownFile, between, descriptors, shown, sockaddr};
use super::calls::{Does, is_of_streams_or_datagrams};
use super::channel::{Carries, ChannelKind, Name};
use super::files::FileKind;
use super::interpret::{CurrentCall, Interpreter};
use super::meaning::Meaning;
use super::story::Step;
use super::task::EndRef;
use crate::trace::profile;

impl Interpreter {
    pub(super) fn socket(&mut self, now: &CurrentCall<'_>) {
        let [family, kind] = [now.call.arg(0), now.call.arg(1)];
        let is_known = ["AF_INET", "AF_INET6", "AF_UNIX", "AF_LOCAL"].contains(&family);
        let what = match kind {
            _ if !is_known => FileKind::Plain("socket".into()),
            _ if kind.contains("SOCK_DGRAM") && is_of_streams_or_datagrams(now.call.arg(2)) => {
                FileKind::Datagrams(Box::default())
            }
            _ if kind.contains("SOCK_STREAM") || kind.contains("SOCK_SEQPACKET") => {
                FileKind::Socket(Name::Unknown)
            }
            _ => FileKind::Plain("socket".into()),
        };
        if is_known {
            self.tell(now, Meaning::Socket);
        }
        if let Some(number) = now.made() {
            let file = self.place(now, number, what, kind.contains("SOCK_CLOEXEC"));
            let made = self.files.file_mut(file);
            made.is_nonblocking = kind.contains("SOCK_NONBLOCK");
            made.is_of_packets = kind.contains("SOCK_SEQPACKET");
            self.learn_result(now);
        }
    }

    /// A pipe or a socketpair: both ends of a channel at once.
    pub(super) fn pair(&mut self, now: &CurrentCall<'_>, does: Does) {
        let is_pipe = does == Does::MakesPipe;
        let flags = now.call.arg(1);
        let made = descriptors(now.call.arg(if is_pipe { 0 } else { 3 }));
        let ([(one, first), (other, _)], Some(0)) = (made.as_slice(), now.call.value) else {
            return;
        };
        let names = match first.map(shown) {
            Some(ShownFile::Pipe(inode)) => [Name::Inode(inode), Name::Inode(inode)],
            Some(ShownFile::Pair(_, local, peer, _)) => [local, peer],
            _ => [Name::Unknown, Name::Unknown],
        };
        let channel = self.book.pair(names);
        // A pipe's first descriptor is read from; the first end of a channel is the one written to.
        let numbers = if is_pipe { [*other, *one] } else { [*one, *other] };
        let ends = [0, 1].map(|end| EndRef { channel, end });
        for (number, end) in numbers.into_iter().zip(ends) {
            let is_closing = flags.contains("O_CLOEXEC") || flags.contains("SOCK_CLOEXEC");
            let file = self.place(now, number, FileKind::End(end), is_closing);
            self.files.file_mut(file).is_nonblocking = flags.contains("NONBLOCK");
            self.book.hold(end, now.task);
            self.open.insert(end, file);
        }
        self.book.channels[channel].is_two_way = !is_pipe;
        self.book.channels[channel].carries = match now.call.arg(1) {
            kind if kind.contains("SOCK_DGRAM") => Carries::Datagrams,
            kind if kind.contains("SOCK_SEQPACKET") => Carries::Messages,
            _ => Carries::Bytes,
        };
        let life = &mut self.lives[now.task];
        if is_pipe && life.is_ours {
            let known = profile::pipe(flags, &life.pipes);
            life.pipes.push(known);
            self.book.channels[channel].known = Some(known);
        }
        let mut step = self.step_of(now, Meaning::Pipe);
        step.sets[2] = self.set(ends.into_iter().rev().map(super::meaning::On::End).collect());
        let step = self.push(step, now.raw);
        self.lives[now.task].last_pipe = Some(step);
    }

    pub(super) fn bind(&mut self, now: &CurrentCall<'_>) {
        let Some(file) = self.look_at_socket(now) else { return };
        let name = sockaddr(now.call.arg(1)).given();
        if now.call.value == Some(0) {
            match &mut self.files.file_mut(file).what {
                FileKind::Socket(own) => *own = name,
                FileKind::Datagrams(socket) => socket.names[0] = name,
                _ => {}
            }
        }
        if self.is_socket(file) {
            self.tell(now, Meaning::Bind);
        }
    }

    pub(super) fn listen(&mut self, now: &CurrentCall<'_>) {
        let Some(file) = self.look_at_socket(now) else { return };
        if now.call.value == Some(0) {
            self.listens(now, file);
        }
        if self.is_socket(file) {
            self.tell(now, Meaning::Listen);
        }
    }

    pub(super) fn name(&mut self, now: &CurrentCall<'_>, does: Does) {
        let Some(file) = self.look_at_socket(now) else { return };
        let name = sockaddr(now.call.arg(1)).given();
        let is_own = does == Does::OwnName;
        if now.call.value == Some(0) {
            match &mut self.files.file_mut(file).what {
                FileKind::Socket(own) if is_own => *own = name,
                FileKind::Datagrams(socket) => socket.names[usize::from(!is_own)] = name,
                FileKind::Connecting(known) => known.names[usize::from(!is_own)] = name,
                &mut FileKind::Listener(listener) => self.story.listeners[listener].name = name,
                &mut FileKind::End(end) => {
                    let at = if is_own { end } else { end.peer() };
                    let mut names = [Name::Unknown, Name::Unknown];
                    names[at.end] = name;
                    self.book.rename(end.channel, names);
                }
                _ => {}
            }
        }
        if self.is_socket(file) {
            self.tell_on(now, if is_own { Meaning::OwnName } else { Meaning::PeerName }, file);
        }
    }

    pub(super) fn option(&mut self, now: &CurrentCall<'_>, does: Does) {
        let Some(file) = self.look_at_socket(now) else { return };
        if !self.is_socket(file) {
            return;
        }
        let meaning = match (does, now.call.arg(2)) {
            (Does::GetsOption, "SO_ERROR") => {
                let is_undecided = &mut self.files.file_mut(file).is_undecided;
                if std::mem::take(is_undecided) { Meaning::ConnectDone } else { Meaning::AskError }
            }
            (Does::GetsOption, _) => Meaning::GetOption,
            (_, "SO_REUSEADDR") => Meaning::ReuseAddr,
            (_, "TCP_NODELAY") => Meaning::NoDelay,
            (_, "SO_KEEPALIVE" | "TCP_KEEPIDLE" | "TCP_KEEPINTVL" | "TCP_KEEPCNT") => {
                Meaning::KeepAlive
            }
            _ => Meaning::SetOption,
        };
        if meaning == Meaning::ConnectDone
            && let FileKind::Connecting(known) = &self.files.file(file).what
        {
            let own = known.names[0].clone();
            let end = match between(now.call.arg(3), "[", "]") {
                Some("0") => self.connected(file, None),
                _ => {
                    self.files.file_mut(file).what = FileKind::Socket(own);
                    None
                }
            };
            let step = Step { end, ..self.step_of(now, meaning) };
            self.push(step, now.raw);
            return;
        }
        self.tell_on(now, meaning, file);
    }

    pub(super) fn shut_down(&mut self, now: &CurrentCall<'_>) {
        let Some(file) = self.look_at_socket(now) else { return };
        let Some(end) = self.end_of(file, now.task) else {
            if self.is_socket(file) {
                self.tell(now, Meaning::ShutdownRead);
            }
            return;
        };
        self.book.hold(end, now.task);
        if now.call.arg(1) == "SHUT_RD" || now.call.errno().is_some() {
            self.tell_of(now, Meaning::ShutdownRead, end);
        } else {
            let step = self.tell_of(now, Meaning::Shutdown, end);
            self.ended.push((end, step));
        }
    }

    /// Adds a step about an open file.
    pub(super) fn tell_on(
        &mut self,
        now: &CurrentCall<'_>,
        meaning: Meaning,
        file: usize,
    ) -> usize {
        let end = match self.files.file(file).what {
            FileKind::End(end) => Some(end),
            _ => None,
        };
        let ours =
            self.lives[now.task].is_ours.then(|| profile::meaning(now.call, meaning, None, false));
        let step = Step { end, ..self.step_of(now, ours.flatten().unwrap_or(meaning)) };
        self.push(step, now.raw)
    }

    /// Whether an open file is a socket, other than one of a socketpair.
    pub(super) fn is_socket(&self, file: usize) -> bool {
        use FileKind::{Connecting, Datagrams, End, Listener, Socket};
        match &self.files.file(file).what {
            End(end) => self.book.channels[end.channel].kind != ChannelKind::Pipe,
            what => matches!(what, Socket(_) | Connecting(_) | Listener(_) | Datagrams(_)),
        }
    }
}
