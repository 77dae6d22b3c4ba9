//! What descriptors stand for: followed from call to call, and corrected wherever strace shows something else.

use super::address::{ShownFile, descriptor, shown};
use super::channel::{ChannelKind, Name, Side};
use super::files::{Datagrams, FileKind, Slot};
use super::interpret::{CurrentCall, Interpreter};
use super::task::EndRef;

impl Interpreter {
    /// The open file that an argument stands for, with its descriptor.
    pub(super) fn look(&mut self, now: &CurrentCall<'_>, arg: &str) -> Option<(i32, usize)> {
        let (number, text) = descriptor(arg)?;
        let slot = self.files.slot(now.task, number);
        let Some(seen) = text.map(shown) else {
            if slot.is_none() && (0..=2).contains(&number) {
                return Some((number, self.place(now, number, FileKind::Standard(number), false)));
            }
            return slot.map(|slot| (number, slot.file));
        };
        if let Some(slot) = slot {
            if self.agrees(slot.file, &seen) {
                self.learn(slot.file, &seen);
                return Some((number, slot.file));
            }
            // Another thread has closed it and reused the number during this call.
            if slot.since > now.at {
                return self.still_open(&seen).map(|file| (number, file));
            }
        }
        let file = match (slot, &seen) {
            // Also a pipe from outside the log.
            (None, ShownFile::Plain(_) | ShownFile::Pipe(_)) if (0..=2).contains(&number) => {
                self.files.create(FileKind::Standard(number))
            }
            _ => self.found(&seen),
        };
        self.put(now, number, file, false);
        Some((number, file))
    }

    /// The same for a call that is only made on sockets: a descriptor of which nothing is known is
    /// one too.
    pub(super) fn look_at_socket(&mut self, now: &CurrentCall<'_>) -> Option<usize> {
        let arg = now.call.arg(0);
        if let Some((_, file)) = self.look(now, arg) {
            return Some(file);
        }
        let file = self.place(now, descriptor(arg)?.0, FileKind::Unknown, false);
        self.files.file_mut(file).is_found = true;
        Some(file)
    }

    /// Whether an open file can be what strace shows.
    fn agrees(&self, file: usize, seen: &ShownFile<'_>) -> bool {
        let file = self.files.file(file);
        let is_stream = |kind: &ChannelKind| matches!(kind, ChannelKind::Tcp | ChannelKind::Unix);
        match (&file.what, seen) {
            (FileKind::Unknown, _)
            | (FileKind::Standard(_), ShownFile::Plain(_) | ShownFile::Pipe(_))
            | (FileKind::Epoll(_), ShownFile::Epoll) => true,
            (FileKind::Plain(known), ShownFile::Plain(text)) => {
                **known == **text || *known == "".into()
            }
            (FileKind::Plain(known), ShownFile::Socket(..)) => **known == *"socket",
            (FileKind::Plain(known), ShownFile::Pipe(_)) => **known == *"pipe",
            (FileKind::End(end), ShownFile::Pipe(inode)) => {
                let name = Name::Inode(*inode);
                self.book.may_be(*end, &name, &name)
            }
            (FileKind::Pipe(channel), ShownFile::Pipe(inode)) => {
                self.book.channels[*channel].ends[0].name == Name::Inode(*inode)
            }
            (
                FileKind::Plain(_) | FileKind::Standard(_) | FileKind::Epoll(_) | FileKind::Pipe(_),
                _,
            ) => false,
            (_, ShownFile::Socket(_, inode)) => file.inode.is_none_or(|known| known == *inode),
            (FileKind::End(end), ShownFile::Pair(_, local, peer, _)) => {
                self.book.may_be(*end, local, peer)
            }
            (FileKind::Socket(_), ShownFile::Pair(kind, ..)) => is_stream(kind),
            (FileKind::Connecting(known), ShownFile::Pair(kind, local, peer, _)) => {
                is_stream(kind) && known.names[0].may_be(local) && known.names[1].may_be(peer)
            }
            // strace may still show the address that it was bound to before it connected.
            (FileKind::Connecting(known), ShownFile::Bound(kind, name)) => {
                is_stream(kind) && known.names[0].may_be(name)
            }
            // Of an AF_UNIX socket whose peer has gone, strace shows its path alone.
            (FileKind::End(end), ShownFile::Bound(kind, name)) => {
                let is_there =
                    || self.book.has_connected_from(*end, name) || self.book.is_at(*end, name);
                is_stream(kind) && is_there()
            }
            (
                FileKind::Datagrams(socket),
                ShownFile::Pair(kind, name, ..) | ShownFile::Bound(kind, name),
            ) => *kind != ChannelKind::Tcp && socket.names[0].may_be(name),
            (FileKind::Socket(own), ShownFile::Bound(kind, name)) => {
                is_stream(kind) && own.may_be(name)
            }
            (FileKind::Listener(listener), ShownFile::Bound(_, name)) => {
                self.story.listeners[*listener].name.may_be(name)
            }
            _ => false,
        }
    }

    /// Takes over what strace shows for an open file that agrees with it.
    fn learn(&mut self, file: usize, seen: &ShownFile<'_>) {
        if let ShownFile::Socket(_, inode) = seen {
            self.files.file_mut(file).inode = Some(*inode);
        }
        if matches!(self.files.file(file).what, FileKind::Unknown) {
            let what = self.what(seen);
            self.files.file_mut(file).what = what;
        }
        match (&mut self.files.file_mut(file).what, seen) {
            (
                FileKind::Socket(_) | FileKind::Connecting(_),
                ShownFile::Pair(kind, local, peer, path),
            ) => {
                let names = [local.clone(), peer.clone()];
                if let (Some(end), Some(path)) = (self.connected(file, Some((*kind, names))), path)
                {
                    self.book.call(end, path);
                }
            }
            (FileKind::Socket(own), ShownFile::Bound(_, name)) => own.learn(name),
            (FileKind::Datagrams(socket), ShownFile::Bound(_, name)) => socket.names[0].learn(name),
            (FileKind::Datagrams(socket), ShownFile::Pair(_, local, peer, _)) => {
                socket.names[0].learn(local);
                // An inode says less than the path that connect was called with.
                if socket.names[1].worth() <= peer.worth() {
                    socket.names[1].clone_from(peer);
                }
            }
            (&mut FileKind::Listener(listener), ShownFile::Bound(_, name)) => {
                self.story.listeners[listener].name.learn(name);
            }
            (&mut FileKind::End(end), ShownFile::Pair(_, local, peer, _)) => {
                let mut names = [local.clone(), peer.clone()];
                if end.end == 1 {
                    names.reverse();
                }
                self.book.rename(end.channel, names);
            }
            _ => {}
        }
    }

    /// What strace shows, as a file that was already open.
    fn what(&mut self, seen: &ShownFile<'_>) -> FileKind {
        match seen {
            ShownFile::Plain(text) => FileKind::Plain((*text).into()),
            ShownFile::Epoll => FileKind::Epoll(Box::default()),
            // A pipe from outside the log leads out of it.
            ShownFile::Pipe(inode) => self
                .book
                .pipe(*inode)
                .map_or_else(|| FileKind::Plain("pipe".into()), FileKind::Pipe),
            ShownFile::Socket(Some(ChannelKind::Tcp | ChannelKind::Unix), _) => {
                FileKind::Socket(Name::Unknown)
            }
            ShownFile::Socket(Some(ChannelKind::Datagram), _) => {
                FileKind::Datagrams(Box::default())
            }
            ShownFile::Socket(..) => FileKind::Unknown,
            ShownFile::Bound(ChannelKind::Datagram, name) => {
                datagrams([name.clone(), Name::Unknown])
            }
            ShownFile::Bound(_, name) => FileKind::Socket(name.clone()),
            ShownFile::Pair(ChannelKind::Datagram, local, peer, _) => {
                datagrams([local.clone(), peer.clone()])
            }
            ShownFile::Pair(kind, local, peer, path) => {
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
                FileKind::End(end)
            }
        }
    }

    /// Adds an open file that strace shows, without its making in the log.
    pub(super) fn found(&mut self, seen: &ShownFile<'_>) -> usize {
        let what = self.what(seen);
        let end = match what {
            FileKind::End(end) => Some(end),
            _ => None,
        };
        if let Some(&file) = end.and_then(|end| self.open.get(&end)) {
            return file;
        }
        let file = self.files.create(what);
        let created = self.files.file_mut(file);
        created.is_found = true;
        if let ShownFile::Socket(_, inode) = seen {
            created.inode = Some(*inode);
        }
        if let Some(end) = end {
            self.open.insert(end, file);
        }
        file
    }

    /// The open file that strace shows, if it is known to be open.
    fn still_open(&self, seen: &ShownFile<'_>) -> Option<usize> {
        let ShownFile::Pair(kind, local, peer, _) = seen else { return None };
        self.open.get(&self.book.find(*kind, local, peer)?).copied()
    }

    /// The end of a channel that an open file is for a task; for a connecting socket or a pipe, decided by its use.
    pub(super) fn end_of(&mut self, file: usize, task: usize) -> Option<EndRef> {
        match self.files.file(file).what {
            FileKind::End(end) => Some(end),
            FileKind::Connecting(_) => self.connected(file, None),
            _ => None,
        }
        .inspect(|end| {
            self.story.tasks[task].about.get_or_insert(*end);
        })
    }

    /// Makes a descriptor stand for something new.
    pub(super) fn place(
        &mut self,
        now: &CurrentCall<'_>,
        number: i32,
        what: FileKind,
        closes_on_exec: bool,
    ) -> usize {
        let file = self.files.create(what);
        self.put(now, number, file, closes_on_exec);
        file
    }

    /// Makes a descriptor stand for an open file.
    pub(super) fn put(
        &mut self,
        now: &CurrentCall<'_>,
        number: i32,
        file: usize,
        closes_on_exec: bool,
    ) {
        let slot = Slot { file, closes_on_exec, since: now.until };
        let before = self.files.put(now.task, number, slot);
        // The log does not show how it was closed.
        self.closed(before, None);
    }

    /// Learns what strace shows for the descriptor that a call returns.
    pub(super) fn learn_result(&mut self, now: &CurrentCall<'_>) {
        let result = now.call.result();
        if now.call.value.is_some_and(|value| value >= 0) && result.contains('<') {
            let end = result.rfind('>').map_or(result.len(), |end| end + 1);
            self.look(now, &result[..end]);
        }
    }
}
fn datagrams(names: [Name; 2]) -> FileKind {
    FileKind::Datagrams(Box::new(Datagrams { names, ..Datagrams::default() }))
}
