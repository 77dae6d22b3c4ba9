//! A program under strace: its start, its end, and what it leaves behind.

use crate::case::Case;
use crate::log::Log;
use crate::support::{self, Process, Program, group_members};
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::WaitStatus;
use nix::unistd::Pid;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

pub(crate) const CTRL_C: &str = "\x03";

/// How long to wait for something that need not come.
pub(crate) const MOMENT: Duration = Duration::from_millis(400);

/// More processor time than any conversation takes.
const BUSY: Duration = Duration::from_secs(1);

/// A lasting fault that is met more often per second than this is met in a loop that does not wait.
const MOST_HITS: f32 = 300.0;

/// What to run: a case, or the same conversation without a fault.
pub(crate) struct Run<'a> {
    pub(crate) case: Option<&'a Case>,
    /// How long a step may take.
    pub(crate) patience: Duration,
}

/// A program that runs under strace.
pub(crate) struct Tracee {
    process: Process,
    started: Instant,
    log: PathBuf,
    /// How much of the screen has been seen.
    seen: usize,
    /// What is wrong so far.
    pub(crate) problems: Vec<String>,
}

/// How it ended, and everything that it left.
pub(crate) struct End {
    pub(crate) status: WaitStatus,
    pub(crate) screen: String,
    pub(crate) errors: String,
    pub(crate) log: Log,
    pub(crate) problems: Vec<String>,
}

impl Tracee {
    /// Starts `program`: on a terminal, except for standard error; or with its output on pipes, and no
    /// input.
    pub(crate) fn start(run: &Run<'_>, program: Program, args: &[&str], terminal: bool) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let (us, next) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let name = format!("torture-{us}-{next}.log");
        let log = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
        let mut strace = Command::new("strace");
        // With -DD strace is neither the program's parent nor in its group.
        strace.args(["-f", "-DD", "-qqq", "-yy", "-o"]).arg(&log);
        if let Some(case) = run.case {
            // The data sent and received tell which client a child serves.
            let more = if program == Program::Fork { ",sendto,recvfrom" } else { "" };
            strace.args(["-e", &format!("trace={}{more}", case.call)]);
            strace.args(["-e", &format!("inject={}", case.inject())]);
            // With this it is faster, and delivers no signal.
            strace.args(case.signal().is_none().then_some("--seccomp-bpf"));
        }
        let strace = support::within(strace, &program.command(args));
        let process = if terminal {
            Process::spawn_with_stderr_apart(&strace)
        } else {
            Process::spawn(strace)
        };
        Self { process, started: Instant::now(), log, seen: 0, problems: Vec::new() }
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.process.status() != WaitStatus::StillAlive
    }

    pub(crate) fn ends_within(&self, limit: Duration) -> bool {
        comes_true(limit, || self.has_ended())
    }

    /// Types these keys, if it is still alive.
    pub(crate) fn type_keys(&mut self, keys: &str) {
        self.seen = self.process.stdout.so_far().len();
        let _ = self.process.try_keys(keys);
    }

    pub(crate) fn signal(&self, signal: Signal) {
        // Its pid stays its own until it is reaped, which is not here.
        let _ = kill(self.process.pid(), signal);
    }

    /// Waits until it shows this, after what it had shown when keys were last typed, or ends.
    pub(crate) fn shows_within(&self, limit: Duration, text: &str) -> bool {
        let screen = || self.process.stdout.so_far();
        let shows = || screen().get(self.seen..).is_some_and(|shown| shown.contains(text));
        comes_true(limit, || shows() || self.has_ended()) && shows()
    }

    /// Waits until all its processes are asleep at every look: one that spins is not, however little
    /// processor time it gets.
    pub(crate) fn rests_within(&self, limit: Duration, looks: usize) -> bool {
        let mut asleep = 0;
        comes_true(limit, || {
            let members = group_members(self.process.pid());
            let all_do = members.into_iter().all(|pid| is_in(pid, &['S', 'Z']));
            asleep = if all_do { asleep + 1 } else { 0 };
            sleep(Duration::from_millis(5));
            asleep > looks || self.has_ended()
        })
    }

    /// Waits for its end, with ever stronger signals; returns what is left of it.
    pub(crate) fn finish(mut self, run: &Run<'_>) -> End {
        let pid = self.process.pid();
        for wrong in ["it did not leave", "it did not leave at SIGTERM", "it hangs"] {
            if self.ends_within(run.patience) {
                break;
            }
            self.problems.push(wrong.into());
            self.signal(Signal::SIGTERM);
        }
        // A wait that was not made leaves zombies.
        let reaps = run.case.is_none_or(|case| case.call != "wait4" || case.passes());
        let is_left = |&child: &Pid| child != pid && (reaps || !is_in(child, &['Z']));
        let left = || group_members(pid).iter().filter(|child| is_left(child)).count();
        if self.has_ended() && !comes_true(Duration::from_secs(1), || left() == 0) {
            self.problems.push(format!("processes left: {}", left()));
        }
        if processor_time(pid) > BUSY {
            self.problems.push("it spins: a second of processor time".into());
        }
        // Any process left would keep the output open, and strace keeps it until its log is written.
        let _ = killpg(pid, Signal::SIGKILL);
        let (errors, screen) = (self.process.stderr.all(), self.process.stdout.all());
        let log = Log::read(&self.log);
        let _ = fs::remove_file(&self.log);
        let lasted = self.started.elapsed().as_secs_f32().max(1.0);
        let hits = run.case.map_or(0, |case| log.hits(case).len());
        if hits as f32 / lasted > MOST_HITS {
            self.problems.push(format!("it spins: more than {MOST_HITS} such calls a second"));
        }
        let words = ["panicked", "fatal runtime error", "memory allocation of"];
        let said = words.into_iter().filter(|word| (screen.clone() + &errors).contains(word));
        self.problems.extend(said.map(String::from));
        End { status: self.process.ended(), screen, errors, log, problems: self.problems }
    }
}

impl End {
    /// Whether the fault has met a call and, if it is a signal, has been delivered.
    pub(crate) fn is_reached(&self, case: &Case) -> bool {
        let has_come = |signal| self.log.text().contains(&format!("--- {signal} "));
        !self.log.hits(case).is_empty() && case.signal().is_none_or(has_come)
    }

    /// How many lines on standard error say that the case's call has failed, and why.
    pub(crate) fn said(&self, case: &Case) -> usize {
        let names = case.row().map_or(&[][..], |row| row.names);
        let is_named = |line: &str| names.iter().any(|name| line.contains(name));
        self.errors.lines().filter(|line| line.contains(&case.what) && is_named(line)).count()
    }

    pub(crate) fn says(&self, case: &Case) -> bool {
        self.said(case) > 0
    }

    /// Its exit code, `None` for a signal that it has not `caught`; or what is wrong with that. With exit
    /// code 1 it must have said why, or named the call and the error.
    pub(crate) fn exit(
        &self,
        case: &Case,
        caught: bool,
        is_explained: bool,
    ) -> Result<Option<i32>, String> {
        match self.status {
            WaitStatus::Exited(_, 0) => Ok(Some(0)),
            WaitStatus::Exited(_, 1) if case.passes() => Err("exit 1".into()),
            WaitStatus::Exited(_, 1) if is_explained || case.mutes() || self.says(case) => {
                Ok(Some(1))
            }
            WaitStatus::Exited(_, 1) => {
                Err("exit 1, and no line names the call and the error".into())
            }
            WaitStatus::Signaled(_, signal, _) if case.signal() == Some(signal) && !caught => {
                Ok(None)
            }
            WaitStatus::Signaled(_, signal, _) => Err(format!("{signal} ended it")),
            status => Err(format!("{status:?}")),
        }
    }

    /// All of it, for people.
    pub(crate) fn show(&self) -> String {
        let (log, Self { status, screen, errors, .. }) = (self.log.text(), self);
        format!("{log}\n--- screen\n{screen}\n--- standard error\n{errors}\n--- {status:?}")
    }
}

/// The processor time that it and its children have used.
fn processor_time(pid: Pid) -> Duration {
    let fields = stat(pid).unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(4).filter_map(|it| it.parse::<u64>().ok());
    Duration::from_millis(10 * ticks.sum::<u64>())
}

/// Whether it is in one of these states, or has gone.
fn is_in(pid: Pid, states: &[char]) -> bool {
    stat(pid).is_none_or(|fields| fields.starts_with(states))
}

/// The fields of /proc/PID/stat after the name: the first is its state.
fn stat(pid: Pid) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(") ")?.1.to_owned())
}

/// Whether it becomes true in time.
fn comes_true(limit: Duration, mut ready: impl FnMut() -> bool) -> bool {
    let deadline = Instant::now() + limit;
    while !ready() {
        if Instant::now() >= deadline {
            return false;
        }
        sleep(Duration::from_millis(2));
    }
    true
}
