//! Calls that wait for descriptors: what for, and what was ready.

use super::address::descriptors;
use super::calls::Does;
use super::files::FileKind;
use super::interpret::{CurrentCall, Interpreter};
use super::meaning::{Meaning, On};
use crate::trace::profile;

/// How many descriptors of a set are named; the others are counted.
const NAMED: usize = 16;

/// In microseconds: a wait that found nothing in less time than this was not asked to wait.
const NO_WAIT: u64 = 1000;

impl Interpreter {
    pub(super) fn wait_for(&mut self, now: &CurrentCall<'_>, does: Does) {
        let (awaited, ready) = match does {
            Does::Selects => self.select(now),
            Does::Polls => self.poll(now),
            _ => self.epoll(now),
        };
        // A program begins with a poll of its standard descriptors.
        let nobody =
            |on: &On| matches!(on, On::Input | On::Output | On::Keyboard | On::Screen | On::Other);
        if does == Does::Polls && awaited.iter().flatten().all(nobody) && !awaited[0].is_empty() {
            return;
        }
        let mut step = self.step_of(now, Meaning::Select);
        if step.meaning == Meaning::Blocked {
            step.meaning = Meaning::Select;
        }
        let limit = limit(now, does);
        let is_ours = self.lives[now.task].is_ours;
        if step.meaning == Meaning::Select {
            let ends = |on: &On| match on {
                On::End(end) => Some(*end),
                _ => None,
            };
            let is_connecting = |on: &On| match on {
                On::Socket => true,
                On::End(end) => {
                    let file = self.open.get(end).map(|file| self.files.file(*file));
                    file.is_some_and(|file| file.is_undecided)
                }
                _ => false,
            };
            let [read, write] = &awaited;
            if read.is_empty() && !write.is_empty() && write.iter().all(is_connecting) {
                step.meaning = Meaning::ConnectWait;
                step.end = write.iter().find_map(ends);
            } else if is_ours {
                let channels = &self.book.channels;
                step.meaning = profile::waits(read, limit.is_some(), &ready, |on| {
                    ends(on).and_then(|end| channels[end.channel].known)
                });
                if let Some(meaning) = profile::meaning(now.call, step.meaning, None, false) {
                    step.meaning = meaning;
                }
            }
            let is_look =
                limit == Some(true) || (now.call.value == Some(0) && now.until - now.at < NO_WAIT);
            if step.meaning == Meaning::Select && is_look && now.call.value == Some(0) {
                step.meaning = Meaning::Look;
            }
        }
        step.can_wait = step.meaning.can_wait() && limit != Some(true);
        let [read, write] = awaited;
        step.sets = [read, write, ready].map(|set| self.set(capped(set)));
        self.push(step, now.raw);
    }

    /// `pselect6(6, [3<…> 5<…>], NULL, NULL, {tv_sec=…}, NULL) = 1 (in [3], left …)`
    fn select(&mut self, now: &CurrentCall<'_>) -> ([Vec<On>; 2], Vec<On>) {
        let awaited = [1, 2].map(|arg| self.all_on(now, now.call.arg(arg)));
        // After the number; in brackets, one set after the other.
        let result = now.call.result();
        let ready = result.split(['[', ']']).skip(1).step_by(2).collect::<Vec<_>>().join(" ");
        let ready = self.all_on(now, &ready);
        (awaited, ready)
    }

    /// `poll([{fd=5<…>, events=POLLIN}, …], 2, -1) = 1 ([{fd=5, revents=POLLIN}])`
    fn poll(&mut self, now: &CurrentCall<'_>) -> ([Vec<On>; 2], Vec<On>) {
        let mut awaited = [Vec::new(), Vec::new()];
        for one in now.call.arg(0).split("{fd=").skip(1) {
            let (fd, events) = one.split_once(", events=").unwrap_or((one, ""));
            let events = events.split('}').next().unwrap_or_default();
            // The kernel skips the former, and checks the latter only for errors.
            if fd.starts_with('-') || events == "0" {
                continue;
            }
            let on = self.on(now, fd);
            if events.contains("POLLOUT") {
                awaited[1].push(on);
            }
            if !events.contains("POLLOUT") || events.contains("POLLIN") {
                awaited[0].push(on);
            }
        }
        let ready = now.call.result().split("{fd=").skip(1);
        let ready: Vec<_> = ready.filter_map(|one| one.split(", revents=").next()).collect();
        (awaited, ready.into_iter().map(|fd| self.on(now, fd)).collect())
    }

    /// `epoll_wait(5<…>, [{events=EPOLLIN, data={u32=3, u64=3}}], 64, -1) = 1`
    fn epoll(&mut self, now: &CurrentCall<'_>) -> ([Vec<On>; 2], Vec<On>) {
        let mut awaited = [Vec::new(), Vec::new()];
        let Some((_, file)) = self.look(now, now.call.arg(0)) else {
            return (awaited, Vec::new());
        };
        let FileKind::Epoll(epoll) = &self.files.file(file).what else {
            return (awaited, Vec::new());
        };
        for (number, asks, since) in epoll.watched() {
            if awaited[0].len().max(awaited[1].len()) == NAMED {
                let named = awaited[0].len();
                awaited[0].push(On::More(epoll.len() - named));
                break;
            }
            let slot = self.files.slot(now.task, number);
            if let Some(slot) = slot.filter(|slot| slot.since <= since) {
                let on = self.what_on(now, slot.file);
                for (awaited, _) in awaited.iter_mut().zip(asks).filter(|(_, asks)| *asks) {
                    awaited.push(on);
                }
            }
        }
        // What was added before the log began is not known.
        if self.files.file(file).is_found && awaited != [[], []] {
            awaited[0].push(On::Other);
        }
        let ready = epoll.ready(now.call.arg(1)).into_iter().filter_map(|number| {
            let slot = self.files.slot(now.task, number)?;
            Some(self.what_on(now, slot.file))
        });
        let ready = ready.collect();
        (awaited, ready)
    }

    pub(super) fn epoll_control(&mut self, now: &CurrentCall<'_>) {
        let Some((_, file)) = self.look(now, now.call.arg(0)) else { return };
        let watched = self.look(now, now.call.arg(2));
        if now.call.value == Some(0)
            && let Some((number, _)) = watched
            && let FileKind::Epoll(epoll) = &mut self.files.file_mut(file).what
        {
            epoll.control(now.call.arg(1), number, now.call.arg(3), now.until);
        }
        let mut step = self.step_of(now, Meaning::EpollSet);
        step.sets[2] = match watched {
            Some((_, file)) => {
                let on = self.what_on(now, file);
                self.set(vec![on])
            }
            None => 0,
        };
        self.push(step, now.raw);
    }

    fn all_on(&mut self, now: &CurrentCall<'_>, list: &str) -> Vec<On> {
        let texts = descriptors(list).into_iter().map(|(number, text)| match text {
            Some(text) => format!("{number}<{text}>"),
            None => number.to_string(),
        });
        texts.map(|text| self.on(now, &text)).collect()
    }

    fn on(&mut self, now: &CurrentCall<'_>, fd: &str) -> On {
        self.look(now, fd).map_or(On::Other, |(_, file)| self.what_on(now, file))
    }

    pub(super) fn set_of(&mut self, now: &CurrentCall<'_>, files: &[usize]) -> u32 {
        let all = files.iter().map(|&file| self.what_on(now, file)).collect();
        self.set(all)
    }

    fn what_on(&self, now: &CurrentCall<'_>, file: usize) -> On {
        let is_ours = self.lives[now.task].is_ours;
        match self.files.file(file).what {
            FileKind::Standard(0) if is_ours => On::Keyboard,
            FileKind::Standard(_) if is_ours => On::Screen,
            FileKind::Standard(0) => On::Input,
            FileKind::Standard(_) => On::Output,
            FileKind::Socket(_) | FileKind::Connecting(_) => On::Socket,
            FileKind::Listener(listener) => On::Listener(listener),
            FileKind::End(end) => On::End(end),
            FileKind::Datagrams(_) => On::Datagrams,
            FileKind::Epoll(_) => On::Epoll,
            FileKind::Plain(_) | FileKind::Unknown | FileKind::Pipe(_) => On::Other,
        }
    }
}

/// The named ones, and how many more there are.
fn capped(mut set: Vec<On>) -> Vec<On> {
    if set.len() > NAMED + 1 {
        let more = set.len() - NAMED;
        set.truncate(NAMED);
        set.push(On::More(more));
    }
    set
}

/// Whether a wait has a timeout, and whether that is zero.
fn limit(now: &CurrentCall<'_>, does: Does) -> Option<bool> {
    let arg = now.call.arg(match (does, now.call.name()) {
        (Does::Selects, _) => 4,
        (Does::Polls, _) => 2,
        _ => 3,
    });
    match arg {
        "NULL" | "-1" | "" => None,
        "0" => Some(true),
        arg => Some(
            arg.starts_with("{tv_sec=0, tv_nsec=0}") || arg.starts_with("{tv_sec=0, tv_usec=0}"),
        ),
    }
}
