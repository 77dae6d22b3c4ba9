//! What descriptors stand for: followed from call to call, and put right wherever strace shows something else.

use super::address::{Shown, descriptor, descriptors, shown};
use super::calls::Does;
use super::channel::{Kind, Name, Side};
use super::epoll::Epoll;
use super::files::{Datagrams, File, Slot, What};
use super::story::Step;
use super::task::EndRef;
use super::teller::{Now, Teller};
use super::topic::Topic;
use crate::trace::profile;

impl Teller {
    /// The open file that an argument stands for, with its descriptor.
    pub(super) fn look(&mut self, now: &Now<'_>, arg: &str) -> Option<(i32, usize)> {
        let (number, text) = descriptor(arg)?;
        let slot = self.files.slot(now.task, number);
        let Some(seen) = text.map(shown) else {
            if slot.is_none() && (0..=2).contains(&number) {
                return Some((number, self.place(now, number, What::Standard(number), false)));
            }
            return slot.map(|slot| (number, slot.file));
        };
        if let Some(slot) = slot {
            if self.agrees(slot.file, &seen) {
                self.learn(slot.file, &seen);
                return Some((number, slot.file));
            }
            // Another thread has closed it and got the number again, while this call went on.
            if slot.since > now.at {
                return self.still_open(&seen).map(|file| (number, file));
            }
        }
        let file = match (slot, &seen) {
            // A pipe from outside the log, too.
            (None, Shown::Plain(_) | Shown::Pipe(_)) if (0..=2).contains(&number) => {
                self.files.create(What::Standard(number))
            }
            _ => self.found(&seen),
        };
        self.put(now, number, file, false);
        Some((number, file))
    }

    /// The same of a call that is made on sockets alone: one of which nothing is known is one, too.
    pub(super) fn look_at_socket(&mut self, now: &Now<'_>) -> Option<usize> {
        let arg = now.call.arg(0);
        if let Some((_, file)) = self.look(now, arg) {
            return Some(file);
        }
        let file = self.place(now, descriptor(arg)?.0, What::Unknown, false);
        self.files.file_mut(file).is_found = true;
        Some(file)
    }

    /// Whether an open file can be what strace shows.
    fn agrees(&self, file: usize, seen: &Shown<'_>) -> bool {
        let file = self.files.file(file);
        let is_stream = |kind: &Kind| matches!(kind, Kind::Tcp | Kind::Unix);
        match (&file.what, seen) {
            (What::Unknown, _)
            | (What::Standard(_), Shown::Plain(_) | Shown::Pipe(_))
            | (What::Epoll(_), Shown::Epoll) => true,
            (What::Plain(known), Shown::Plain(text)) => **known == **text || *known == "".into(),
            (What::Plain(known), Shown::Socket(..)) => **known == *"socket",
            (What::Plain(known), Shown::Pipe(_)) => **known == *"pipe",
            (What::End(end), Shown::Pipe(inode)) => {
                let name = Name::Inode(*inode);
                self.book.may_be(*end, &name, &name)
            }
            (What::Pipe(channel), Shown::Pipe(inode)) => {
                self.book.channels[*channel].ends[0].name == Name::Inode(*inode)
            }
            (What::Plain(_) | What::Standard(_) | What::Epoll(_) | What::Pipe(_), _) => false,
            (_, Shown::Socket(_, inode)) => file.inode.is_none_or(|known| known == *inode),
            (What::End(end), Shown::Pair(_, local, peer, _)) => self.book.may_be(*end, local, peer),
            (What::Socket(_), Shown::Pair(kind, ..)) => is_stream(kind),
            (What::Connecting(known), Shown::Pair(kind, local, peer, _)) => {
                is_stream(kind) && known.names[0].may_be(local) && known.names[1].may_be(peer)
            }
            (What::Datagrams(socket), Shown::Pair(kind, name, ..) | Shown::Bound(kind, name)) => {
                *kind != Kind::Tcp && socket.names[0].may_be(name)
            }
            (What::Socket(own), Shown::Bound(kind, name)) => is_stream(kind) && own.may_be(name),
            (What::Listener(listener), Shown::Bound(_, name)) => {
                self.story.listeners[*listener].name.may_be(name)
            }
            _ => false,
        }
    }

    /// Takes on what strace shows of an open file that agrees with it.
    fn learn(&mut self, file: usize, seen: &Shown<'_>) {
        if let Shown::Socket(_, inode) = seen {
            self.files.file_mut(file).inode = Some(*inode);
        }
        if matches!(self.files.file(file).what, What::Unknown) {
            let what = self.what(seen);
            self.files.file_mut(file).what = what;
        }
        match (&mut self.files.file_mut(file).what, seen) {
            (What::Socket(_) | What::Connecting(_), Shown::Pair(kind, local, peer, path)) => {
                let names = [local.clone(), peer.clone()];
                if let (Some(end), Some(path)) = (self.connected(file, Some((*kind, names))), path)
                {
                    self.book.call(end, path);
                }
            }
            (What::Socket(own), Shown::Bound(_, name)) => own.learn(name),
            (What::Datagrams(socket), Shown::Bound(_, name)) => socket.names[0].learn(name),
            (What::Datagrams(socket), Shown::Pair(_, local, peer, _)) => {
                socket.names[0].learn(local);
                // An inode says less than the path that connect was called with.
                if socket.names[1].worth() <= peer.worth() {
                    socket.names[1].clone_from(peer);
                }
            }
            (&mut What::Listener(listener), Shown::Bound(_, name)) => {
                self.story.listeners[listener].name.learn(name);
            }
            (&mut What::End(end), Shown::Pair(_, local, peer, _)) => {
                let mut names = [local.clone(), peer.clone()];
                if end.end == 1 {
                    names.reverse();
                }
                self.book.rename(end.channel, names);
            }
            _ => {}
        }
    }

    /// What strace shows, as something that was open before the log says so.
    fn what(&mut self, seen: &Shown<'_>) -> What {
        match seen {
            Shown::Plain(text) => What::Plain((*text).into()),
            Shown::Epoll => What::Epoll(Box::default()),
            // One from outside the log leads out of it.
            Shown::Pipe(inode) => {
                self.book.pipe(*inode).map_or_else(|| What::Plain("pipe".into()), What::Pipe)
            }
            Shown::Socket(Some(Kind::Tcp | Kind::Unix), _) => What::Socket(Name::Unknown),
            Shown::Socket(Some(Kind::Datagram), _) => What::Datagrams(Box::default()),
            Shown::Socket(..) => What::Unknown,
            Shown::Bound(Kind::Datagram, name) => datagrams([name.clone(), Name::Unknown]),
            Shown::Bound(_, name) => What::Socket(name.clone()),
            Shown::Pair(Kind::Datagram, local, peer, _) => datagrams([local.clone(), peer.clone()]),
            Shown::Pair(kind, local, peer, path) => {
                let listens = |name: &Name| {
                    let own = self.story.listeners.iter();
                    let port = |name: &Name| matches!(name, Name::Inet(_));
                    port(name) && own.rev().take(64).any(|listener| listener.name.may_be(name))
                };
                let side = match (listens(local), listens(peer)) {
                    (true, false) => Side::Accepted,
                    (false, true) => Side::Connected,
                    _ => Side::Neither,
                };
                let end = self.book.found(*kind, local.clone(), peer.clone(), side);
                if let Some(path) = path {
                    self.book.call(end, path);
                }
                What::End(end)
            }
        }
    }

    /// An open file that strace shows, and of which it was not seen how it came to be.
    fn found(&mut self, seen: &Shown<'_>) -> usize {
        let what = self.what(seen);
        let end = match what {
            What::End(end) => Some(end),
            _ => None,
        };
        if let Some(&file) = end.and_then(|end| self.open.get(&end)) {
            return file;
        }
        let file = self.files.create(what);
        let created = self.files.file_mut(file);
        created.is_found = true;
        if let Shown::Socket(_, inode) = seen {
            created.inode = Some(*inode);
        }
        if let Some(end) = end {
            self.open.insert(end, file);
        }
        file
    }

    /// The open file that strace shows, if it is open.
    fn still_open(&self, seen: &Shown<'_>) -> Option<usize> {
        let Shown::Pair(kind, local, peer, _) = seen else { return None };
        self.open.get(&self.book.find(*kind, local, peer)?).copied()
    }

    /// The end of a channel that an open file is to a task: of what is being connected and of a pipe, as it is used.
    pub(super) fn end_of(&mut self, file: usize, task: usize) -> Option<EndRef> {
        match self.files.file(file).what {
            What::End(end) => Some(end),
            What::Connecting(_) => self.connected(file, None),
            _ => None,
        }
        .inspect(|end| {
            self.story.tasks[task].about.get_or_insert(*end);
        })
    }

    /// Makes a descriptor stand for something new.
    pub(super) fn place(
        &mut self,
        now: &Now<'_>,
        number: i32,
        what: What,
        closes_on_exec: bool,
    ) -> usize {
        let file = self.files.create(what);
        self.put(now, number, file, closes_on_exec);
        file
    }

    /// Makes a descriptor stand for an open file.
    fn put(&mut self, now: &Now<'_>, number: i32, file: usize, closes_on_exec: bool) {
        let slot = Slot { file, closes_on_exec, since: now.until };
        let before = self.files.put(now.task, number, slot);
        // How it was closed is not in the log.
        self.closed(before, None);
    }

    /// Whatever a call returns is what strace shows it to be.
    pub(super) fn learn_result(&mut self, now: &Now<'_>) {
        let result = now.call.result();
        if now.call.value.is_some_and(|value| value >= 0) && result.contains('<') {
            let end = result.rfind('>').map_or(result.len(), |end| end + 1);
            self.look(now, &result[..end]);
        }
    }

    pub(super) fn opens(&mut self, now: &Now<'_>, does: Does) {
        if profile::is_ours(&self.story.tasks[now.task].program)
            && let Some(topic) = profile::aside(now.call)
        {
            self.tell(now, topic);
        }
        let Some(number) = now.made() else { return };
        let what = match does {
            Does::MakesEpoll => What::Epoll(Box::<Epoll>::default()),
            _ if now.call.name() == "pidfd_getfd" => What::Unknown,
            _ => What::Plain("".into()),
        };
        // Anew, the screen: what is written there is printed.
        let what = match what {
            What::Plain(_)
                if self.lives[now.task].is_ours
                    && now.call.arg(1).starts_with("\"/proc/self/fd/") =>
            {
                What::Standard(1)
            }
            what => what,
        };
        let closes = now.call.args().any(|arg| arg.contains("CLOEXEC"));
        self.place(now, number, what, closes);
        if does == Does::MakesEpoll {
            self.tell(now, Topic::EpollSet);
        } else if now.call.name() == "pidfd_getfd" {
            self.learn_result(now);
        }
    }

    pub(super) fn duplicate(&mut self, now: &Now<'_>) {
        let closes = now.call.arg(2).contains("O_CLOEXEC");
        self.copy(now, closes);
    }

    /// One descriptor more for an open file.
    fn copy(&mut self, now: &Now<'_>, closes_on_exec: bool) {
        let Some((number, file)) = self.look(now, now.call.arg(0)) else { return };
        let Some(copy) = now.made().filter(|&copy| copy != number) else { return };
        let before = self.files.slot(now.task, copy).map(|slot| slot.file);
        let slot = Slot { file, closes_on_exec, since: now.until };
        let closed = self.files.put(now.task, copy, slot);
        let is_socket = self.is_socket(file) || matches!(self.files.file(file).what, What::End(_));
        let step =
            (is_socket || closed.is_some()).then(|| self.tell_on(now, Topic::Duplicate, file));
        if before != Some(file) {
            self.closed(closed, step);
        }
    }

    pub(super) fn control(&mut self, now: &Now<'_>) {
        let Some((number, file)) = self.look(now, now.call.arg(0)) else { return };
        let is_set = now.call.value.is_some_and(|value| value >= 0);
        match now.call.arg(1) {
            "F_DUPFD" => self.copy(now, false),
            "F_DUPFD_CLOEXEC" => self.copy(now, true),
            "F_SETFD" if is_set => {
                let closes = now.call.arg(2).contains("FD_CLOEXEC");
                self.files.set_close_on_exec(now.task, number, closes);
            }
            "F_SETFL" => self.set_blocking(now, file, !now.call.arg(2).contains("O_NONBLOCK")),
            _ => {}
        }
    }

    pub(super) fn ioctl(&mut self, now: &Now<'_>) {
        let Some((number, file)) = self.look(now, now.call.arg(0)) else { return };
        match now.call.arg(1) {
            "FIOCLEX" => self.files.set_close_on_exec(now.task, number, true),
            "FIONCLEX" => self.files.set_close_on_exec(now.task, number, false),
            "FIONBIO" => self.set_blocking(now, file, now.call.arg(2) == "[0]"),
            "FIONREAD" if self.is_socket(file) => {
                let is_ours = self.lives[now.task].is_ours;
                self.tell_on(now, if is_ours { Topic::Unanswered } else { Topic::Arrived }, file);
            }
            _ if self.lives[now.task].is_ours => {
                if let Some(topic) = profile::aside(now.call) {
                    self.tell(now, topic);
                }
            }
            _ => {}
        }
    }

    fn set_blocking(&mut self, now: &Now<'_>, file: usize, blocks: bool) {
        if now.call.value == Some(0) {
            self.files.file_mut(file).is_nonblocking = !blocks;
        }
        if self.is_socket(file) {
            self.tell_on(now, Topic::NonBlocking, file);
        }
    }

    pub(super) fn close(&mut self, now: &Now<'_>) {
        // EBADF closes nothing; after any other error it is closed all the same.
        if let Some((number, _)) =
            self.look(now, now.call.arg(0)).filter(|_| now.call.errno() != Some("EBADF"))
        {
            self.close_one(now, number);
        }
    }

    pub(super) fn close_range(&mut self, now: &Now<'_>) {
        let bound = |arg: &str| {
            arg.parse::<u32>().ok().map(|number| i32::try_from(number).unwrap_or(i32::MAX))
        };
        let Some((from, to)) = bound(now.call.arg(0)).zip(bound(now.call.arg(1))) else { return };
        if now.call.value != Some(0) {
            return;
        }
        for number in self.files.numbers(now.task, from, to) {
            if now.call.arg(2).contains("CLOEXEC") {
                self.files.set_close_on_exec(now.task, number, true);
            } else {
                self.close_one(now, number);
            }
        }
    }

    fn close_one(&mut self, now: &Now<'_>, number: i32) {
        let Some(slot) = self.files.slot(now.task, number) else { return };
        if matches!(
            self.files.file(slot.file),
            File { what: What::Connecting(_), is_undecided: false, .. }
        ) {
            self.connected(slot.file, None);
        }
        let file = self.files.file(slot.file);
        let (is_last, is_found) = (file.count == 1, file.is_found);
        let is_child = self.lives[now.task].is_copy;
        let (topic, end) = match file.what {
            What::Listener(_) if is_last => (Topic::CloseListener, None),
            What::Listener(_) if is_child => (Topic::CloseInherited, None),
            What::Listener(_) => (Topic::CloseCopy, None),
            What::End(end) if !is_last => (Topic::CloseCopy, Some(end)),
            What::End(end) if is_found => (Topic::CloseOne, Some(end)),
            What::End(end) => (Topic::Close, Some(end)),
            What::Socket(_) | What::Connecting(_) | What::Datagrams(_) => (Topic::CloseOne, None),
            _ => {
                self.files.close(now.task, number);
                return;
            }
        };
        let topic = match end {
            Some(end) if self.lives[now.task].is_ours => self.ours(now, topic, end),
            _ => Some(topic),
        };
        let step = topic.map(|topic| {
            let step = Step { end, ..self.step_of(now, topic) };
            self.push(step, now.raw)
        });
        let closed = self.files.close(now.task, number);
        self.closed(closed, step);
    }

    /// What a call of one of ours is about, on an end of a pipe of ours; `None` for what nobody came to see.
    pub(super) fn ours(&mut self, now: &Now<'_>, topic: Topic, end: EndRef) -> Option<Topic> {
        let pipe = self.book.channels[end.channel].known.map(|pipe| (pipe, end.end));
        let life = &mut self.lives[now.task];
        let topic = profile::topic(now.call, topic, pipe, life.is_copy)?;
        // Once told, what becomes of the pipe is nobody's business.
        let again = topic == Topic::TellAll && std::mem::replace(&mut life.has_told, true);
        (!again).then_some(topic)
    }
}

impl Teller {
    /// Open files that a message hands over.
    pub(super) fn hand_over(&mut self, now: &Now<'_>, end: EndRef) {
        for (number, _) in descriptors(rights(now.call.arg(1))) {
            if let Some(slot) = self.files.slot(now.task, number) {
                self.files.in_message(slot.file, true);
                self.handed.entry(end.peer()).or_default().push_back(slot.file);
            }
        }
    }

    /// Open files that a message brings.
    pub(super) fn take_over(&mut self, now: &Now<'_>, end: EndRef) {
        let closes = now.call.arg(2).contains("MSG_CMSG_CLOEXEC");
        for (number, text) in descriptors(rights(now.call.arg(1))) {
            let handed = self.handed.get_mut(&end).and_then(std::collections::VecDeque::pop_front);
            let file = match (handed, text) {
                (Some(file), _) => file,
                (None, Some(text)) => self.found(&shown(text)),
                (None, None) => self.files.create(What::Unknown),
            };
            self.put(now, number, file, closes);
            if handed.is_some() {
                self.files.in_message(file, false);
            }
        }
    }
}

fn datagrams(names: [Name; 2]) -> What {
    What::Datagrams(Box::new(Datagrams { names, ..Datagrams::default() }))
}

/// The descriptors in a message's control data.
fn rights(message: &str) -> &str {
    let rights = message.split_once("cmsg_type=SCM_RIGHTS, cmsg_data=");
    rights.map_or("", |(_, rest)| rest.split("]}").next().unwrap_or_default())
}
