//! Calls on descriptors of any kind: opened, duplicated, controlled, closed.

use super::calls::Does;
use super::epoll::InterestList;
use super::files::{File, FileKind, Slot};
use super::interpret::{CurrentCall, Interpreter};
use super::meaning::Meaning;
use super::story::Step;
use super::task::EndRef;
use crate::trace::profile;

impl Interpreter {
    pub(super) fn opens(&mut self, now: &CurrentCall<'_>, does: Does) {
        if profile::is_ours(&self.story.tasks[now.task].program)
            && let Some(meaning) = profile::aside(now.call)
        {
            self.tell(now, meaning);
        }
        let Some(number) = now.made() else { return };
        let what = match does {
            Does::MakesEpoll => FileKind::Epoll(Box::<InterestList>::default()),
            _ if now.call.name() == "pidfd_getfd" => FileKind::Unknown,
            _ => FileKind::Plain("".into()),
        };
        // Standard output opened again: what is written there is printed.
        let what = match what {
            FileKind::Plain(_)
                if self.lives[now.task].is_ours
                    && now.call.arg(1).starts_with("\"/proc/self/fd/") =>
            {
                FileKind::Standard(1)
            }
            what => what,
        };
        let closes = now.call.args().any(|arg| arg.contains("CLOEXEC"));
        self.place(now, number, what, closes);
        if does == Does::MakesEpoll {
            self.tell(now, Meaning::EpollSet);
        } else if now.call.name() == "pidfd_getfd" {
            self.learn_result(now);
        }
    }

    pub(super) fn duplicate(&mut self, now: &CurrentCall<'_>) {
        let closes = now.call.arg(2).contains("O_CLOEXEC");
        self.copy(now, closes);
    }

    /// One more descriptor for an open file.
    fn copy(&mut self, now: &CurrentCall<'_>, closes_on_exec: bool) {
        let Some((number, file)) = self.look(now, now.call.arg(0)) else { return };
        let Some(copy) = now.made().filter(|&copy| copy != number) else { return };
        let before = self.files.slot(now.task, copy).map(|slot| slot.file);
        let slot = Slot { file, closes_on_exec, since: now.until };
        let closed = self.files.put(now.task, copy, slot);
        let is_socket =
            self.is_socket(file) || matches!(self.files.file(file).what, FileKind::End(_));
        let step =
            (is_socket || closed.is_some()).then(|| self.tell_on(now, Meaning::Duplicate, file));
        if before != Some(file) {
            self.closed(closed, step);
        }
    }

    pub(super) fn control(&mut self, now: &CurrentCall<'_>) {
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

    pub(super) fn ioctl(&mut self, now: &CurrentCall<'_>) {
        let Some((number, file)) = self.look(now, now.call.arg(0)) else { return };
        match now.call.arg(1) {
            "FIOCLEX" => self.files.set_close_on_exec(now.task, number, true),
            "FIONCLEX" => self.files.set_close_on_exec(now.task, number, false),
            "FIONBIO" => self.set_blocking(now, file, now.call.arg(2) == "[0]"),
            "FIONREAD" if self.is_socket(file) => {
                let is_ours = self.lives[now.task].is_ours;
                self.tell_on(
                    now,
                    if is_ours { Meaning::Unanswered } else { Meaning::Arrived },
                    file,
                );
            }
            _ if self.lives[now.task].is_ours => {
                if let Some(meaning) = profile::aside(now.call) {
                    self.tell(now, meaning);
                }
            }
            _ => {}
        }
    }

    fn set_blocking(&mut self, now: &CurrentCall<'_>, file: usize, blocks: bool) {
        if now.call.value == Some(0) {
            self.files.file_mut(file).is_nonblocking = !blocks;
        }
        if self.is_socket(file) {
            self.tell_on(now, Meaning::NonBlocking, file);
        }
    }

    pub(super) fn close(&mut self, now: &CurrentCall<'_>) {
        // EBADF closes nothing; after any other error it is still closed.
        if let Some((number, _)) =
            self.look(now, now.call.arg(0)).filter(|_| now.call.errno() != Some("EBADF"))
        {
            self.close_one(now, number);
        }
    }

    pub(super) fn close_range(&mut self, now: &CurrentCall<'_>) {
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

    fn close_one(&mut self, now: &CurrentCall<'_>, number: i32) {
        let Some(slot) = self.files.slot(now.task, number) else { return };
        if matches!(
            self.files.file(slot.file),
            File { what: FileKind::Connecting(_), is_undecided: false, .. }
        ) {
            self.connected(slot.file, None);
        }
        let file = self.files.file(slot.file);
        let (is_last, is_found) = (file.count == 1, file.is_found);
        let is_child = self.lives[now.task].is_copy;
        let (meaning, end) = match file.what {
            FileKind::Listener(_) if is_last => (Meaning::CloseListener, None),
            FileKind::Listener(_) if is_child => (Meaning::CloseInherited, None),
            FileKind::Listener(_) => (Meaning::CloseCopy, None),
            FileKind::End(end) if !is_last => (Meaning::CloseCopy, Some(end)),
            FileKind::End(end) if is_found => (Meaning::CloseOne, Some(end)),
            FileKind::End(end) => (Meaning::Close, Some(end)),
            FileKind::Socket(_) | FileKind::Connecting(_) | FileKind::Datagrams(_) => {
                (Meaning::CloseOne, None)
            }
            _ => {
                self.files.close(now.task, number);
                return;
            }
        };
        let meaning = match end {
            Some(end) if self.lives[now.task].is_ours => self.ours(now, meaning, end),
            _ => Some(meaning),
        };
        let step = meaning.map(|meaning| {
            let step = Step { end, ..self.step_of(now, meaning) };
            self.push(step, now.raw)
        });
        if let Some(step) = step.filter(|_| self.is_only_unseen(slot.file)) {
            self.unsure.entry(self.files.file(slot.file).id).or_default().push(step);
        }
        let closed = self.files.close(now.task, number);
        self.closed(closed, step);
    }

    /// Whether all other descriptors for this file are in processes that the log has not shown yet.
    fn is_only_unseen(&self, file: usize) -> bool {
        let File { count, unseen, .. } = *self.files.file(file);
        count > 1 && count - 1 <= unseen
    }

    /// If the log never shows those processes, it is not known whether they still had it.
    pub(super) fn finish_closes(&mut self) {
        for &step in self.unsure.values().flatten() {
            let meaning = &mut self.story.steps[step].meaning;
            if *meaning == Meaning::CloseCopy {
                *meaning = Meaning::CloseOne;
            }
        }
    }

    /// What a call of ours means on an end of our pipes; `None` hides it.
    pub(super) fn ours(
        &mut self,
        now: &CurrentCall<'_>,
        meaning: Meaning,
        end: EndRef,
    ) -> Option<Meaning> {
        let pipe = self.book.channels[end.channel].known.map(|pipe| (pipe, end.end));
        let life = &mut self.lives[now.task];
        let meaning = profile::meaning(now.call, meaning, pipe, life.is_copy)?;
        // Once the children are told, what becomes of the pipe is not shown.
        let again = meaning == Meaning::TellAll && std::mem::replace(&mut life.has_told, true);
        (!again).then_some(meaning)
    }
}
