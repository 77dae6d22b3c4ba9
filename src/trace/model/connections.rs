//! How connections are made: connect, accept, and which belongs to which.

use super::address::{ShownFile, shown, sockaddr};
use super::book::beside;
use super::channel::{Carries, ChannelKind, Name};
use super::files::{Connecting, FileKind};
use super::interpret::{CurrentCall, Interpreter};
use super::meaning::Meaning;
use super::story::{Listener, Step};
use super::task::EndRef;

impl Interpreter {
    /// Makes an open file a listener, if it is not one already.
    pub(super) fn listens(&mut self, now: &CurrentCall<'_>, file: usize) -> usize {
        self.lives[now.task].listens = true;
        let name = match &self.files.file(file).what {
            FileKind::Listener(known) => return *known,
            FileKind::Socket(name) => name.clone(),
            _ => Name::Unknown,
        };
        let kind = match (&name, super::address::descriptor(now.call.arg(0))) {
            (Name::Path(_), _) => ChannelKind::Unix,
            (_, Some((_, Some(text)))) if text.starts_with("UNIX") => ChannelKind::Unix,
            _ => ChannelKind::Tcp,
        };
        let listener = self.listener(Listener { task: now.task, name, kind });
        self.files.file_mut(file).what = FileKind::Listener(listener);
        listener
    }

    pub(super) fn accept(&mut self, now: &CurrentCall<'_>) {
        let Some(file) = self.look_at_socket(now) else { return };
        let Some(number) = now.made() else {
            let meaning = match now.call.errno() {
                Some("EAGAIN") => Meaning::AcceptNobody,
                _ => Meaning::Accept,
            };
            let mut step = self.step_of(now, meaning);
            if meaning == Meaning::AcceptNobody {
                step.meaning = meaning;
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
            && let ShownFile::Pair(shown, local, peer, at) = shown(text)
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
        self.carries_packets(file, end);
        let file = self.place(now, number, FileKind::End(end), flags.contains("SOCK_CLOEXEC"));
        self.files.file_mut(file).is_nonblocking = flags.contains("SOCK_NONBLOCK");
        self.made_end(end, file, now.task);
        let step = Step { end: Some(end), ..self.step_of(now, Meaning::Accept) };
        self.push(Step { can_wait: waits, ..step }, now.raw);
    }

    pub(super) fn connect(&mut self, now: &CurrentCall<'_>) {
        let Some(file) = self.look_at_socket(now) else { return };
        let peer = sockaddr(now.call.arg(1));
        let is_begun = now.call.value == Some(0) || now.call.errno() == Some("EINPROGRESS");
        match &mut self.files.file_mut(file).what {
            FileKind::Datagrams(socket) => {
                if is_begun {
                    socket.names[1] = peer;
                }
                self.tell(now, Meaning::SetPeer);
            }
            FileKind::Socket(own) => {
                if asks_for_names(&peer) {
                    return self.leave_out_socket(now.task);
                }
                let names = [beside(own, &peer), peer];
                let mut step = self.step_of(now, Meaning::Connect);
                if is_begun {
                    step.meaning = Meaning::Connect;
                }
                let step = self.push(step, now.raw);
                self.lives[now.task].connects = true;
                self.files.file_mut(file).is_undecided = now.call.value != Some(0);
                if is_begun {
                    let connecting = Connecting { names, step, task: now.task };
                    self.files.file_mut(file).what = FileKind::Connecting(Box::new(connecting));
                    // If strace shows addresses, the next call on it will show both.
                    let is_shown =
                        now.call.arg(0).contains('<') && !now.call.arg(0).contains("<socket:");
                    if !is_shown {
                        self.connected(file, None);
                    }
                }
            }
            // Called again, to learn how it ended.
            FileKind::Connecting(_) | FileKind::End(_)
                if now.call.value == Some(0) && !now.call.arg(1).contains("AF_UNSPEC") =>
            {
                self.has_connected(now, file);
            }
            FileKind::Connecting(_) | FileKind::End(_) => {
                self.tell(now, Meaning::Connect);
            }
            _ => {}
        }
    }

    /// A second connect says that the first has succeeded.
    fn has_connected(&mut self, now: &CurrentCall<'_>, file: usize) {
        self.files.file_mut(file).is_undecided = false;
        if matches!(self.files.file(file).what, FileKind::Connecting(_)) {
            self.connected(file, None);
        }
        self.tell_on(now, Meaning::ConnectDone, file);
    }

    /// The C library looks for a name service daemon: the socket made for that is no part of the conversation.
    fn leave_out_socket(&mut self, task: usize) {
        let last = self.story.steps.iter_mut().rfind(|step| step.task == task);
        if let Some(socket) = last.filter(|step| step.meaning == Meaning::Socket) {
            socket.meaning = Meaning::Aside;
        }
    }

    /// A connect has succeeded: the open file is now an end of a channel.
    pub(super) fn connected(
        &mut self,
        file: usize,
        shown: Option<(ChannelKind, [Name; 2])>,
    ) -> Option<EndRef> {
        let end = match std::mem::take(&mut self.files.file_mut(file).what) {
            FileKind::Connecting(known) => self.join(*known, shown),
            _ => {
                let (kind, names) = shown?;
                self.book.join(kind, 0, names)
            }
        };
        self.files.file_mut(file).what = FileKind::End(end);
        self.open.insert(end, file);
        self.carries_packets(file, end);
        Some(end)
    }

    /// Between sockets of SOCK_SEQPACKET go messages.
    fn carries_packets(&mut self, file: usize, end: EndRef) {
        if self.files.file(file).is_of_packets {
            self.book.channels[end.channel].carries = Carries::Messages;
        }
    }

    /// The end of a channel that a connect has made.
    pub(super) fn join(
        &mut self,
        known: Connecting,
        shown: Option<(ChannelKind, [Name; 2])>,
    ) -> EndRef {
        let is_unix = matches!(known.names[1], Name::Path(_));
        let kind = if is_unix { ChannelKind::Unix } else { ChannelKind::Tcp };
        let (kind, names) = shown.unwrap_or_else(|| (kind, known.names.clone()));
        let end = self.book.join(kind, 0, names);
        self.book.rename(end.channel, known.names);
        self.story.steps[known.step].end = Some(end);
        self.book.hold(end, known.task);
        self.story.tasks[known.task].about.get_or_insert(end);
        end
    }

    /// Makes ends of the connected sockets that were not used before the log ended.
    pub(super) fn finish_connects(&mut self) {
        for file in self.files.connecting() {
            self.connected(file, None);
        }
    }

    /// Records that a task has made an end of a channel, and its open file.
    fn made_end(&mut self, end: EndRef, file: usize, task: usize) {
        self.book.hold(end, task);
        self.open.insert(end, file);
        self.story.tasks[task].about.get_or_insert(end);
    }
}

fn first_word(text: &str) -> &str {
    // A path that strace shows may have spaces; a socket's addresses have none.
    text.split(' ').next().unwrap_or_default()
}

/// Whether it is the address of nscd(8), which the C library tries before it reads files itself.
fn asks_for_names(peer: &Name) -> bool {
    matches!(peer, Name::Path(path) if path.ends_with("/nscd/socket"))
}
