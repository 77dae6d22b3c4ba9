//! The logs, new ones, and the story so far.

use crate::net::Error;
use crate::trace::choice::Choice;
use crate::trace::logs;
use crate::trace::model::interpret::Interpreter;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::story::{Step, Story};
use crate::trace::read::follow::Follower;
use crate::trace::read::record::Record;
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// After this long without a line, check whether anything still writes to the logs.
const QUIET: Duration = Duration::from_secs(1);

/// Watches logs, and directories of logs.
pub(super) struct Watch {
    dirs: Vec<PathBuf>,
    /// Which part of them is shown.
    choice: Choice,
    follower: Follower,
    interpreter: Interpreter,
    story: Story,
    /// The steps that have been returned.
    given: HashSet<StepKey>,
    /// The calls in progress when the story was last made: processes, and lines where they begin; and their
    /// steps.
    begun: Vec<(i32, u64)>,
    running: Vec<usize>,
    /// When something was last new, or last checked whether anything still writes.
    quiet_since: Instant,
}

/// The identity of a step, whatever the order: its task, its line, which step of that line.
type StepKey = (usize, u32, u32);

/// The story so far, and what is new in it.
pub(super) struct LiveFrame<'w> {
    pub story: &'w Story,
    /// The steps that have not been returned before, in order.
    pub new: Vec<usize>,
    /// The calls in progress: the last one of each task that is in one.
    pub running: &'w [usize],
    /// What time it is now.
    pub now: u64,
    /// Whether nothing more will come.
    pub is_over: bool,
}

impl Watch {
    /// Starts with these.
    ///
    /// # Errors
    ///
    /// A log or a directory that cannot be read.
    pub fn of(paths: &[PathBuf], choice: &Choice) -> Result<Self, Error> {
        let (dirs, logs): (Vec<_>, Vec<_>) = paths.iter().cloned().partition(|path| path.is_dir());
        let mut follower = Follower::default();
        for log in logs {
            follower.add(&log)?;
        }
        Ok(Self {
            dirs,
            choice: choice.clone(),
            follower,
            interpreter: Interpreter::default(),
            story: Story::default(),
            given: HashSet::new(),
            begun: Vec::new(),
            running: Vec::new(),
            quiet_since: Instant::now(),
        })
    }

    /// Reads what there is by now.
    ///
    /// # Errors
    ///
    /// A log or a directory that cannot be read.
    pub fn look(&mut self) -> Result<LiveFrame<'_>, Error> {
        for dir in &self.dirs {
            let failed = |error: io::Error| Error::new("read", dir.display(), error);
            for log in logs::in_directory(dir).map_err(failed)? {
                if !self.follower.has(&log) {
                    self.follower.add(&log)?;
                }
            }
        }
        let records = self.follower.look()?;
        for record in &records {
            self.interpreter.add(record);
        }
        let running = self.follower.running();
        let begun: Vec<_> = running.iter().map(|record| (record.pid, record.line)).collect();
        let mut new = Vec::new();
        if !records.is_empty() || begun != self.begun {
            self.tell(&running);
            self.begun = begun;
            self.quiet_since = Instant::now();
            new = self.sort();
        }
        let is_over = records.is_empty() && (self.follower.is_over() || self.is_abandoned());
        if is_over {
            // Their end will never be known.
            new.append(&mut self.running);
        }
        let (story, running, now) = (&self.story, &self.running[..], self.follower.now());
        Ok(LiveFrame { story, new, running, now, is_over })
    }

    /// Makes the story, with the calls in progress.
    fn tell(&mut self, running: &[Record]) {
        let mut interpreter = self.interpreter.clone();
        for record in running {
            interpreter.add(record);
        }
        self.story = interpreter.finish().only(&self.choice, (0, u64::MAX));
        self.story.missing.untimed = self.follower.untimed();
    }

    /// Finds the steps in progress, and returns those that are new.
    fn sort(&mut self) -> Vec<usize> {
        let story = &self.story;
        let mut new = Vec::new();
        let mut last: HashMap<usize, (u32, u32)> = HashMap::new();
        self.running.clear();
        let goes_on =
            |step: &Step| self.begun.contains(&(story.tasks[step.task].pid, step.line.into()));
        for (index, step) in story.steps.iter().enumerate() {
            if goes_on(step) {
                self.running.push(index);
                continue;
            }
            // Handlers set one after the other are one step, which is complete once there is another.
            let is_whole = step.meaning != Meaning::CatchSignals
                || story.steps[index + 1..]
                    .iter()
                    .any(|later| later.task == step.task && !goes_on(later));
            let (line, number) = last.entry(step.task).or_default();
            *number = if *line == step.line { *number + 1 } else { 0 };
            *line = step.line;
            if is_whole && self.given.insert((step.task, step.line, *number)) {
                new.push(index);
            }
        }
        new
    }

    /// Whether nothing writes to any of the logs any more.
    fn is_abandoned(&mut self) -> bool {
        let mut logs = self.follower.paths().peekable();
        if logs.peek().is_none() || self.quiet_since.elapsed() < QUIET {
            return false;
        }
        self.quiet_since = Instant::now();
        logs.all(logs::is_abandoned)
    }
}
