//! Calls on sockets that move no bytes: made, bound, connected, accepted, shut down.

use super::address::{Shown, between, descriptors, shown, sockaddr};
use super::calls::Does;
use super::channel::{Kind, Name};
use super::files::{Connecting, What};
use super::story::{Listener, Step};
use super::task::EndRef;
use super::teller::{Now, Teller};
use super::topic::Topic;
use crate::trace::profile;

impl Teller {
    pub(super) fn socket(&mut self, now: &Now<'_>) {
        let [family, kind] = [now.call.arg(0), now.call.arg(1)];
        let is_known = ["AF_INET", "AF_INET6", "AF_UNIX", "AF_LOCAL"].contains(&family);
        let what = match kind {
            _ if !is_known => What::Plain("socket".into()),
            _ if kind.contains("SOCK_DGRAM") => What::Datagrams(Box::default()),
            _ if kind.contains("SOCK_STREAM") || kind.contains("SOCK_SEQPACKET") => {
                What::Socket(Name::Unknown)
            }
            _ => What::Plain("socket".into()),
        };
        if is_known {
            self.tell(now, Topic::Socket);
        }
        if let Some(number) = now.made() {
            let file = self.place(now, number, what, kind.contains("SOCK_CLOEXEC"));
            self.files.file_mut(file).is_nonblocking = kind.contains("SOCK_NONBLOCK");
            self.learn_result(now);
        }
    }

    /// A pipe or a socketpair: both ends of a channel at once.
    pub(super) fn pair(&mut self, now: &Now<'_>, does: Does) {
        let is_pipe = does == Does::MakesPipe;
        let flags = now.call.arg(1);
        let made = descriptors(now.call.arg(if is_pipe { 0 } else { 3 }));
        let ([(one, first), (other, _)], Some(0)) = (made.as_slice(), now.call.value) else {
            return;
        };
        let names = match first.map(shown) {
            Some(Shown::Pipe(inode)) => [Name::Inode(inode), Name::Inode(inode)],
            Some(Shown::Pair(_, local, peer, _)) => [local, peer],
            _ => [Name::Unknown, Name::Unknown],
        };
        let channel = self.book.pair(names);
        // Of a pipe the first is read, and what is written to is the first end of a channel.
        let numbers = if is_pipe { [*other, *one] } else { [*one, *other] };
        let ends = [0, 1].map(|end| EndRef { channel, end });
        for (number, end) in numbers.into_iter().zip(ends) {
            let is_closing = flags.contains("O_CLOEXEC") || flags.contains("SOCK_CLOEXEC");
            let file = self.place(now, number, What::End(end), is_closing);
            self.files.file_mut(file).is_nonblocking = flags.contains("NONBLOCK");
            self.book.hold(end, now.task);
            self.open.insert(end, file);
        }
        self.book.channels[channel].is_two_way = !is_pipe;
        let life = &mut self.lives[now.task];
        if is_pipe && life.is_ours {
            let known = profile::pipe(flags, &life.pipes);
            life.pipes.push(known);
            self.book.channels[channel].known = Some(known);
        }
        let mut step = self.step_of(now, Topic::Pipe);
        step.sets[2] = self.set(ends.into_iter().rev().map(super::topic::On::End).collect());
        let step = self.push(step, now.raw);
        self.lives[now.task].last_pipe = Some(step);
    }

    pub(super) fn bind(&mut self, now: &Now<'_>) {
        let Some(file) = self.look_at_socket(now) else { return };
        let name = sockaddr(now.call.arg(1));
        if now.call.value == Some(0) {
            match &mut self.files.file_mut(file).what {
                // The kernel picks a port.
                _ if matches!(&name, Name::Inet(addr) if addr.port() == 0) => {}
                What::Socket(own) => *own = name,
                What::Datagrams(socket) => socket.names[0] = name,
                _ => {}
            }
        }
        if self.is_socket(file) {
            self.tell(now, Topic::Bind);
        }
    }

    pub(super) fn listen(&mut self, now: &Now<'_>) {
        let Some(file) = self.look_at_socket(now) else { return };
        if now.call.value == Some(0) {
            self.listens(now, file);
        }
        if self.is_socket(file) {
            self.tell(now, Topic::Listen);
        }
    }

    /// The listener that an open file is, from now on or already.
    fn listens(&mut self, now: &Now<'_>, file: usize) -> usize {
        self.lives[now.task].listens = true;
        let name = match &self.files.file(file).what {
            What::Listener(known) => return *known,
            What::Socket(name) => name.clone(),
            _ => Name::Unknown,
        };
        let kind = match (&name, super::address::descriptor(now.call.arg(0))) {
            (Name::Path(_), _) => Kind::Unix,
            (_, Some((_, Some(text)))) if text.starts_with("UNIX") => Kind::Unix,
            _ => Kind::Tcp,
        };
        let listener = self.listener(Listener { task: now.task, name, kind });
        self.files.file_mut(file).what = What::Listener(listener);
        listener
    }

    pub(super) fn accept(&mut self, now: &Now<'_>) {
        let Some(file) = self.look_at_socket(now) else { return };
        let Some(number) = now.made() else {
            let topic = match now.call.errno() {
                Some("EAGAIN") => Topic::AcceptNobody,
                _ => Topic::Accept,
            };
            let mut step = self.step_of(now, topic);
            if topic == Topic::AcceptNobody {
                step.topic = topic;
            }
            step.can_wait &= !self.files.file(file).is_nonblocking;
            step.sets[0] = self.set_of(now, &[file]);
            self.push(step, now.raw);
            return;
        };
        let listener = self.listens(now, file);
        let Listener { name: own, mut kind, .. } = self.story.listeners[listener].clone();
        let peer = sockaddr(now.call.arg(1));
        let mut names = [peer, own];
        let mut path = None;
        if let Some((_, Some(text))) = super::address::descriptor(first_word(now.call.result()))
            && let Shown::Pair(shown, local, peer, at) = shown(text)
        {
            names = [peer, local];
            kind = shown;
            path = at;
        }
        let end = self.book.join(kind, 1, names);
        self.book.channels[end.channel].listener = Some(listener);
        if let Some(path) = path {
            self.book.call(end, &path);
        }
        let flags = now.call.arg(3);
        let waits = !self.files.file(file).is_nonblocking;
        let file = self.place(now, number, What::End(end), flags.contains("SOCK_CLOEXEC"));
        self.files.file_mut(file).is_nonblocking = flags.contains("SOCK_NONBLOCK");
        self.made_end(end, file, now.task);
        let step = Step { end: Some(end), ..self.step_of(now, Topic::Accept) };
        self.push(Step { can_wait: waits, ..step }, now.raw);
    }

    pub(super) fn connect(&mut self, now: &Now<'_>) {
        let Some(file) = self.look_at_socket(now) else { return };
        let peer = sockaddr(now.call.arg(1));
        let is_begun = now.call.value == Some(0) || now.call.errno() == Some("EINPROGRESS");
        match &mut self.files.file_mut(file).what {
            What::Datagrams(socket) => {
                if is_begun {
                    socket.names[1] = peer;
                }
                self.tell(now, Topic::SetPeer);
            }
            What::Socket(own) => {
                let names = [own.clone(), peer];
                let mut step = self.step_of(now, Topic::Connect);
                if is_begun {
                    step.topic = Topic::Connect;
                }
                let step = self.push(step, now.raw);
                self.lives[now.task].connects = true;
                self.files.file_mut(file).is_undecided = now.call.value != Some(0);
                if is_begun {
                    let connecting = Connecting { names, step, task: now.task };
                    self.files.file_mut(file).what = What::Connecting(Box::new(connecting));
                    // Where strace shows addresses, the next call on it will show both.
                    let is_shown =
                        now.call.arg(0).contains('<') && !now.call.arg(0).contains("<socket:");
                    if !is_shown {
                        self.connected(file, None);
                    }
                }
            }
            // Again, to know how it ended.
            What::Connecting(_) | What::End(_) => {
                self.tell(now, Topic::Connect);
            }
            _ => {}
        }
    }

    /// A connect has come about: the open file is an end of a channel from now on.
    pub(super) fn connected(
        &mut self,
        file: usize,
        shown: Option<(Kind, [Name; 2])>,
    ) -> Option<EndRef> {
        let end = match std::mem::take(&mut self.files.file_mut(file).what) {
            What::Connecting(known) => self.join(*known, shown),
            _ => {
                let (kind, names) = shown?;
                self.book.join(kind, 0, names)
            }
        };
        self.files.file_mut(file).what = What::End(end);
        self.open.insert(end, file);
        Some(end)
    }

    /// The end of a channel that a connect has made.
    pub(super) fn join(&mut self, known: Connecting, shown: Option<(Kind, [Name; 2])>) -> EndRef {
        let is_unix = matches!(known.names[1], Name::Path(_));
        let kind = if is_unix { Kind::Unix } else { Kind::Tcp };
        let (kind, names) = shown.unwrap_or_else(|| (kind, known.names.clone()));
        let end = self.book.join(kind, 0, names);
        self.book.rename(end.channel, known.names);
        self.story.steps[known.step].end = Some(end);
        self.book.hold(end, known.task);
        self.story.tasks[known.task].about.get_or_insert(end);
        end
    }

    /// What was being connected when the log ended.
    pub(super) fn finish_connects(&mut self) {
        for file in self.files.connecting() {
            self.connected(file, None);
        }
    }

    /// A task has made an end of a channel, which is that open file.
    fn made_end(&mut self, end: EndRef, file: usize, task: usize) {
        self.book.hold(end, task);
        self.open.insert(end, file);
        self.story.tasks[task].about.get_or_insert(end);
    }

    pub(super) fn name(&mut self, now: &Now<'_>, does: Does) {
        let Some(file) = self.look_at_socket(now) else { return };
        let name = sockaddr(now.call.arg(1));
        let is_own = does == Does::OwnName;
        if now.call.value == Some(0) {
            match &mut self.files.file_mut(file).what {
                What::Socket(own) if is_own => *own = name,
                What::Datagrams(socket) => socket.names[usize::from(!is_own)] = name,
                What::Connecting(known) => known.names[usize::from(!is_own)] = name,
                &mut What::Listener(listener) => self.story.listeners[listener].name = name,
                &mut What::End(end) => {
                    let at = if is_own { end } else { end.peer() };
                    let mut names = [Name::Unknown, Name::Unknown];
                    names[at.end] = name;
                    self.book.rename(end.channel, names);
                }
                _ => {}
            }
        }
        if self.is_socket(file) {
            self.tell_on(now, if is_own { Topic::OwnName } else { Topic::PeerName }, file);
        }
    }

    pub(super) fn option(&mut self, now: &Now<'_>, does: Does) {
        let Some(file) = self.look_at_socket(now) else { return };
        if !self.is_socket(file) {
            return;
        }
        let topic = match (does, now.call.arg(2)) {
            (Does::GetsOption, "SO_ERROR") => {
                let is_undecided = &mut self.files.file_mut(file).is_undecided;
                if std::mem::take(is_undecided) { Topic::ConnectDone } else { Topic::AskError }
            }
            (Does::GetsOption, _) => Topic::GetOption,
            (_, "SO_REUSEADDR") => Topic::ReuseAddr,
            (_, "TCP_NODELAY") => Topic::NoDelay,
            (_, "SO_KEEPALIVE" | "TCP_KEEPIDLE" | "TCP_KEEPINTVL" | "TCP_KEEPCNT") => {
                Topic::KeepAlive
            }
            _ => Topic::SetOption,
        };
        if topic == Topic::ConnectDone
            && let What::Connecting(known) = &self.files.file(file).what
        {
            let own = known.names[0].clone();
            let end = match between(now.call.arg(3), "[", "]") {
                Some("0") => self.connected(file, None),
                _ => {
                    self.files.file_mut(file).what = What::Socket(own);
                    None
                }
            };
            let step = Step { end, ..self.step_of(now, topic) };
            self.push(step, now.raw);
            return;
        }
        self.tell_on(now, topic, file);
    }

    pub(super) fn shut_down(&mut self, now: &Now<'_>) {
        let Some(file) = self.look_at_socket(now) else { return };
        let Some(end) = self.end_of(file, now.task) else {
            if self.is_socket(file) {
                self.tell(now, Topic::ShutdownRead);
            }
            return;
        };
        self.book.hold(end, now.task);
        if now.call.arg(1) == "SHUT_RD" || now.call.errno().is_some() {
            self.tell_of(now, Topic::ShutdownRead, end);
        } else {
            let step = self.tell_of(now, Topic::Shutdown, end);
            self.ended.push((end, step));
        }
    }

    /// A step that is about what an open file is.
    pub(super) fn tell_on(&mut self, now: &Now<'_>, topic: Topic, file: usize) -> usize {
        let end = match self.files.file(file).what {
            What::End(end) => Some(end),
            _ => None,
        };
        let ours =
            self.lives[now.task].is_ours.then(|| profile::topic(now.call, topic, None, false));
        let step = Step { end, ..self.step_of(now, ours.flatten().unwrap_or(topic)) };
        self.push(step, now.raw)
    }

    /// Whether an open file is a socket that matters.
    pub(super) fn is_socket(&self, file: usize) -> bool {
        use What::{Connecting, Datagrams, End, Listener, Socket};
        match &self.files.file(file).what {
            End(end) => self.book.channels[end.channel].kind != Kind::Pipe,
            what => matches!(what, Socket(_) | Connecting(_) | Listener(_) | Datagrams(_)),
        }
    }
}

fn first_word(text: &str) -> &str {
    // What strace shows of a path may have spaces; a socket's addresses have none.
    text.split(' ').next().unwrap_or_default()
}
