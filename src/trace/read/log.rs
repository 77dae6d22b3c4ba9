//! A log, line by line: the calls in two halves joined again, and each with its process.

use super::call::Call;
use super::line::{self, Piece};
use super::lines;
use super::notes::Notes;
use super::order::Order;
use super::record::{Event, Record, Signal};
use super::time::{Clock, Kind, Time};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A log, as far as its lines have come.
#[derive(Debug)]
pub(super) struct Log {
    file: Rc<str>,
    clock: Clock,
    /// The process of lines that name none.
    own: i32,
    own_is_known: bool,
    /// Who is alive, and the call that each has begun.
    tasks: BTreeMap<i32, Option<Half>>,
    /// Children that were made and that have done nothing yet.
    expected: BTreeSet<i32>,
    /// A line broken off, by what the program prints or strace says: the rest may be on the next one.
    broken: Option<(i32, Half)>,
    /// A call that may have waited, of which is not said how long: until the next line.
    waited: Option<Record>,
    out: Order,
    /// What it does not tell.
    pub notes: Notes,
    is_measured: bool,
    is_in_table: bool,
}

/// Half a call: when and where it began, and how.
#[derive(Debug)]
struct Half {
    at: u64,
    line: u64,
    text: String,
}

/// Calls that can take as long as others like. What others take is not worth a guess.
const CAN_WAIT: [&str; 21] = [
    "accept",
    "accept4",
    "connect",
    "read",
    "readv",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "select",
    "pselect6",
    "poll",
    "ppoll",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "wait4",
    "waitid",
    "futex",
    "nanosleep",
    "clock_nanosleep",
    "flock",
];

impl Log {
    /// `own`: the process of lines that name none, or a number less than 1 that stands for it.
    pub fn new(file: &str, own: i32) -> Self {
        Self {
            file: file.into(),
            clock: Clock::default(),
            own,
            own_is_known: false,
            tasks: BTreeMap::new(),
            expected: BTreeSet::new(),
            broken: None,
            waited: None,
            out: Order::default(),
            notes: Notes::default(),
            is_measured: false,
            is_in_table: false,
        }
    }

    /// When its first line is.
    pub fn start(&self) -> u64 {
        self.clock.start()
    }

    /// Whether its times are whole seconds.
    pub fn is_coarse(&self) -> bool {
        self.clock.is_coarse()
    }

    /// What its times are.
    pub fn times(&self) -> Kind {
        self.clock.kind
    }

    /// Children that it says there are, without showing what they do.
    pub fn unseen(&self) -> impl Iterator<Item = i32> {
        self.expected.iter().copied()
    }

    /// The process whose log it is alone.
    pub fn own(&self) -> i32 {
        self.own
    }

    /// The next thing that has happened, as far as the lines have come that tell it.
    pub fn next(&mut self) -> Option<Record> {
        self.out.pop()
    }

    /// Takes the next line.
    pub fn line(&mut self, bytes: &[u8]) {
        self.notes.lines += 1;
        let text = lines::text(bytes);
        if self.is_besides(&text) {
            return;
        }
        if self.broken.is_some() && text.starts_with([')', ',', ']', '}', ' ', '"', '=']) {
            return self.mend(&text);
        }
        let line = line::split(&text);
        match line::piece(line.rest) {
            Some(piece) => self.take(line.pid, line.time, piece),
            None => self.odd(&text, &line),
        }
    }

    /// There are no more lines, or they cannot be read. What has begun is told as it is.
    pub fn end(&mut self, error: Option<std::io::Error>) {
        self.notes.unread = error.map(|error| (Rc::clone(&self.file), error.to_string()));
        self.settle(None);
        if let Some((pid, half)) = self.broken.take() {
            self.out.end(name(&half.text));
            self.give_up(pid, half);
        }
        let tasks = std::mem::take(&mut self.tasks);
        let mut begun: Vec<_> =
            tasks.into_iter().filter_map(|(pid, half)| Some((pid, half?))).collect();
        begun.sort_by_key(|(_, half)| half.line);
        for (pid, half) in begun {
            self.out.end(name(&half.text));
            self.give_up(pid, half);
        }
    }

    /// What is no line of the log proper: an empty one, the table of -C.
    fn is_besides(&mut self, text: &str) -> bool {
        let is_rule =
            text.starts_with("---") && text.bytes().all(|byte| matches!(byte, b'-' | b' '));
        if text.starts_with("% time") || is_rule {
            self.is_in_table = true;
        } else if self.is_in_table {
            self.is_in_table = !text.ends_with(" total");
            return true;
        }
        is_rule || self.is_in_table || text.is_empty()
    }

    /// A line that is not understood by itself.
    fn odd(&mut self, text: &str, line: &line::Line<'_>) {
        // strace says something in the midst of its own line, where both go to the terminal.
        let (start, said) = match line.rest.rfind("strace: Process ") {
            Some(at) => (&line.rest[..at], line::piece(&line.rest[at..])),
            None => (line.rest, None),
        };
        if Call::begun(start).is_some() {
            self.lose_broken();
            let pid = self.who(line.pid, false);
            let at = self.clock.at(line.time, self.notes.lines);
            self.settle(Some(at));
            self.meet(pid);
            self.out.begin(name(start));
            self.broken = Some((pid, Half { at, line: self.notes.lines, text: start.into() }));
            if let Some(said) = said {
                self.take(None, None, said);
            }
            return;
        }
        // The program has printed something without a line end.
        let later = text.char_indices().skip(1).zip(text.match_indices("[pid ")).next();
        if let Some((_, (at, _))) = later.filter(|(_, (at, _))| *at > 0) {
            let line = line::split(&text[at..]);
            if let Some(piece) = line::piece(line.rest) {
                return self.take(line.pid, line.time, piece);
            }
        }
        self.notes.lose(&self.file, self.notes.lines, text);
    }

    /// Takes the rest of the line that was broken off.
    fn mend(&mut self, text: &str) {
        let Some((pid, mut half)) = self.broken.take() else { return };
        self.out.end(name(&half.text));
        half.text.push_str(text);
        match line::piece(&half.text) {
            Some(piece) => self.tell(pid, half.at, half.line, piece),
            None => self.notes.lose(&self.file, half.line, &half.text),
        }
    }

    fn take(&mut self, pid: Option<i32>, time: Option<Time>, piece: Piece<'_>) {
        match piece {
            Piece::Nothing => return,
            Piece::Attached(pid) => return self.meet(pid),
            Piece::LetGo(pid) if self.tasks.contains_key(&pid) => {
                return self.leave(pid, self.clock.last(), Event::End);
            }
            Piece::LetGo(_) => return,
            _ => {}
        }
        let pid = self.who(pid, matches!(piece, Piece::Resumed(..)));
        let at = self.clock.at(time, self.notes.lines);
        self.settle(Some(at));
        if self.broken.as_ref().is_some_and(|(broken, _)| *broken == pid) {
            self.lose_broken();
        }
        self.meet(pid);
        self.tell(pid, at, self.notes.lines, piece);
    }

    fn tell(&mut self, pid: i32, at: u64, line: u64, piece: Piece<'_>) {
        match piece {
            Piece::Call(call) => {
                self.interrupt(pid);
                self.call(pid, at, line, call);
            }
            Piece::Unfinished(text) => {
                self.interrupt(pid);
                self.out.begin(name(text));
                self.tasks.insert(pid, Some(Half { at, line, text: text.into() }));
            }
            Piece::Resumed(name, tail) => self.resume(pid, at, line, name, tail),
            Piece::Detached(text) => {
                self.interrupt(pid);
                self.give_up(pid, Half { at, line, text: text.into() });
                self.leave(pid, at, Event::End);
            }
            Piece::Signal(name, sender, raw) => {
                let signal = Signal { name: name.into(), sender, raw: raw.into() };
                self.push(pid, at, line, Event::Signal(signal));
            }
            Piece::Exited => self.leave(pid, at, Event::End),
            Piece::Killed(name, raw) => {
                let signal = Signal { name: name.into(), sender: None, raw: raw.into() };
                self.leave(pid, at, Event::Killed(signal));
            }
            Piece::Superseded(thread) => {
                // Its execve ends as that of the process whose number it takes.
                let half = self.tasks.get_mut(&thread).and_then(Option::take);
                self.leave(thread, at, Event::End);
                self.interrupt(pid);
                self.tasks.insert(pid, half);
            }
            Piece::Attached(_) | Piece::LetGo(_) | Piece::Nothing => {}
        }
    }

    /// The second half of a call.
    fn resume(&mut self, pid: i32, at: u64, line: u64, resumed: &str, tail: &str) {
        let half = self
            .tasks
            .get_mut(&pid)
            .and_then(|half| half.take_if(|half| name(&half.text) == resumed));
        let Some(mut half) = half else {
            self.interrupt(pid);
            return self.notes.lose(&self.file, line, &format!("<... {resumed} resumed>{tail}"));
        };
        self.out.end(resumed);
        half.text.push_str(tail);
        match line::piece(&half.text) {
            Some(Piece::Call(mut call)) => {
                call.took = call.took.or(Some(at.saturating_sub(half.at)));
                self.call(pid, half.at, half.line, call);
            }
            Some(piece) => self.tell(pid, half.at, half.line, piece),
            None => self.notes.lose(&self.file, half.line, &half.text),
        }
    }

    /// A call, complete.
    fn call(&mut self, pid: i32, at: u64, line: u64, call: Call) {
        self.notes.see(&call);
        self.is_measured |= call.took.is_some();
        // Every program with a C library begins with this call, and so says its number.
        let is_own = pid == self.own;
        if self.own < 1 && is_own && matches!(call.name(), "set_tid_address" | "gettid") {
            self.name_own(call.value.and_then(|pid| pid.try_into().ok()));
        }
        let pid = if is_own { self.own } else { pid };
        let can_wait =
            call.took.is_none() && call.value.is_some() && CAN_WAIT.contains(&call.name());
        let record = self.record(pid, at, line, Event::Call(call));
        if let Some(child) = record.child().filter(|child| !self.tasks.contains_key(child)) {
            self.expected.insert(child);
        }
        if can_wait && !self.is_measured && self.times() != Kind::None {
            self.waited = Some(record);
        } else {
            self.out.push(record);
        }
    }

    /// The process has gone on: what it had begun is not resumed.
    fn interrupt(&mut self, pid: i32) {
        if let Some(half) = self.tasks.get_mut(&pid).and_then(Option::take) {
            self.out.end(name(&half.text));
            self.give_up(pid, half);
        }
    }

    /// Tells a call of which there is only the beginning.
    fn give_up(&mut self, pid: i32, half: Half) {
        if let Some(call) = Call::begun(&half.text) {
            self.push(pid, half.at, half.line, Event::Call(call));
        }
    }

    /// The process ends, or is followed no more.
    fn leave(&mut self, pid: i32, at: u64, event: Event) {
        self.interrupt(pid);
        if let Some((_, half)) = self.broken.take_if(|(broken, _)| *broken == pid) {
            self.out.end(name(&half.text));
            self.give_up(pid, half);
        }
        self.push(pid, at, self.notes.lines, event);
        self.tasks.remove(&pid);
    }

    /// The line that was broken off has no rest.
    fn lose_broken(&mut self) {
        if let Some((_, half)) = self.broken.take() {
            self.out.end(name(&half.text));
            self.notes.lose(&self.file, half.line, &half.text);
        }
    }

    /// Now it is known how long a call may have waited: no longer than until now.
    fn settle(&mut self, now: Option<u64>) {
        let Some(mut record) = self.waited.take() else { return };
        if let (Some(now), Event::Call(call)) = (now, &mut record.event) {
            call.took = Some(now.saturating_sub(record.at));
            self.notes.unmeasured = true;
        }
        self.out.push(record);
    }

    /// The process of a line. strace leaves its number out while there is only one.
    fn who(&mut self, pid: Option<i32>, is_resumed: bool) -> i32 {
        let own = self.tasks.get(&self.own);
        let Some(pid) = pid else {
            let alone = self.tasks.keys().next().filter(|_| self.tasks.len() == 1);
            return alone.copied().unwrap_or(self.own);
        };
        let is_busy = own.is_some_and(|half| half.is_some() || self.broken.is_some());
        let is_new = !self.tasks.contains_key(&pid) && !self.expected.contains(&pid);
        if !self.own_is_known && own.is_some() && is_new && (is_resumed || !is_busy) {
            self.name_own(Some(pid));
        }
        pid
    }

    /// The process of lines that name none turns out to be this one.
    fn name_own(&mut self, pid: Option<i32>) {
        let Some(pid) = pid.filter(|&pid| pid > 0 && !self.own_is_known) else { return };
        self.own_is_known = true;
        if pid == self.own {
            return;
        }
        self.interrupt(pid);
        let half = self.tasks.remove(&self.own).flatten();
        self.push(self.own, self.clock.last(), self.notes.lines, Event::Named(pid));
        self.tasks.insert(pid, half);
        if let Some((broken, _)) = self.broken.as_mut().filter(|(broken, _)| *broken == self.own) {
            *broken = pid;
        }
        self.own = pid;
    }

    fn meet(&mut self, pid: i32) {
        if let Entry::Vacant(task) = self.tasks.entry(pid) {
            task.insert(None);
            if !self.expected.remove(&pid) {
                self.out.meet(pid);
            }
        }
    }

    fn push(&mut self, pid: i32, at: u64, line: u64, event: Event) {
        let record = self.record(pid, at, line, event);
        self.out.push(record);
    }

    fn record(&self, pid: i32, at: u64, line: u64, event: Event) -> Record {
        Record { pid, at, file: Rc::clone(&self.file), line, event }
    }
}

/// The name of the call that a text begins with.
fn name(text: &str) -> &str {
    text.split('(').next().unwrap_or_default()
}
