//! The logs, those that come to be, and the story as far as it has come.

use crate::net::Error;
use crate::trace::choice::Choice;
use crate::trace::logs;
use crate::trace::model::story::{Step, Story};
use crate::trace::model::teller::Teller;
use crate::trace::model::topic::Topic;
use crate::trace::read::follow::Follower;
use std::collections::HashSet;
use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// After as long without a line it is asked whether anybody still writes to the logs.
const QUIET: Duration = Duration::from_secs(1);

/// Watches logs, and directories of logs.
pub(super) struct Watch {
    dirs: Vec<PathBuf>,
    /// What of them is told.
    choice: Choice,
    follower: Follower,
    teller: Teller,
    story: Story,
    /// The steps that have been given.
    given: HashSet<Key>,
    /// The calls begun when the story was last told: processes, and lines where they begin.
    running: Vec<(i32, u64)>,
    /// When something was last new.
    changed: Instant,
}

/// Which step it is, in whatever order they are: its task, its line, which part of it, and what it is about.
type Key = (usize, u64, u32, Topic);

/// The story so far, and what is new in it.
pub(super) struct Frame<'w> {
    pub story: &'w Story,
    /// The steps that have not been given before, in order.
    pub new: Vec<usize>,
    /// The calls that have begun and not ended: the last one of each task that is in one.
    pub running: Vec<usize>,
    /// What time it is now.
    pub now: u64,
    /// Whether nothing more will come.
    pub is_over: bool,
}

impl Watch {
    /// Begins with these.
    ///
    /// # Errors
    ///
    /// One that cannot be read.
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
            teller: Teller::default(),
            story: Story::default(),
            given: HashSet::new(),
            running: Vec::new(),
            changed: Instant::now(),
        })
    }

    /// Looks what there is by now.
    ///
    /// # Errors
    ///
    /// A log or a directory that cannot be read.
    pub fn look(&mut self) -> Result<Frame<'_>, Error> {
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
            self.teller.add(record);
        }
        let running = self.follower.running();
        let begun: Vec<_> = running.iter().map(|record| (record.pid, record.line)).collect();
        if !records.is_empty() || begun != self.running {
            let mut teller = self.teller.clone();
            for record in &running {
                teller.add(record);
            }
            self.story = teller.finish().only(&self.choice, (0, u64::MAX));
            self.story.missing.untimed = self.follower.untimed();
            self.running = begun;
            self.changed = Instant::now();
        }
        let (story, now) = (&self.story, self.follower.now());
        let is_running =
            |step: &Step| self.running.contains(&(story.tasks[step.task].pid, step.line));
        let mut frame = Frame { story, new: Vec::new(), running: Vec::new(), now, is_over: false };
        for (index, step) in story.steps.iter().enumerate() {
            if is_running(step) {
                frame.running.push(index);
            } else if self.given.insert((step.task, step.line, step.part, step.topic)) {
                frame.new.push(index);
            }
        }
        frame.is_over = records.is_empty() && (self.follower.is_over() || self.is_abandoned());
        Ok(frame)
    }

    /// Whether nobody writes to any of the logs any more.
    fn is_abandoned(&self) -> bool {
        let mut logs = self.follower.paths().peekable();
        logs.peek().is_some() && self.changed.elapsed() >= QUIET && logs.all(logs::is_abandoned)
    }
}
