//! The lanes of the picture: one per task that does something; if there are too many, those that are alike share
//! one, which says how many they are.

use super::alike::{self, Group};
use super::limits::Limits;
use super::order;
use super::strands;
use crate::trace::model::channel::ChannelKind;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::story::Story;
use crate::trace::model::task::{Part, Task};

/// A lane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// The index of its task; if it is shared, of a task like those in it that has a lane of its own.
    pub task: usize,
    /// How many tasks it stands for that are not drawn; 0: only its own, which is drawn.
    pub others: usize,
    /// Whether they are alike.
    pub is_alike: bool,
    /// The index of the process that its task is a thread or a child of.
    pub family: usize,
}

/// Which lane each task has.
#[derive(Clone, Debug, Default)]
pub struct Lanes {
    /// From left to right.
    pub all: Vec<Lane>,
    /// The lane of each task. None: it does nothing that is drawn.
    of: Vec<Option<usize>>,
}

impl Lanes {
    /// The lane that a task is drawn in, or that stands for it.
    #[must_use]
    pub fn of(&self, task: usize) -> Option<usize> {
        self.of.get(task).copied().flatten()
    }

    /// The lane that a task has to itself.
    #[must_use]
    pub fn own(&self, task: usize) -> Option<usize> {
        self.of(task).filter(|&lane| !self.is_shared(lane))
    }

    /// Whether a lane stands for several tasks.
    #[must_use]
    pub fn is_shared(&self, lane: usize) -> bool {
        self.all[lane].others > 0
    }

    /// How many tasks of the story have no lane.
    #[must_use]
    pub fn left_out(&self, story: &Story) -> usize {
        let told = (0..self.of.len()).filter(|&task| story.tells_task(task));
        told.filter(|&task| self.of[task].is_none()).count()
    }

    /// A lane for each task, in order of appearance; if there are too many, some share one.
    #[must_use]
    pub fn of_all(story: &Story, limits: &Limits) -> Self {
        let tasks: Vec<_> = (0..story.tasks.len()).filter(|&task| story.tells_task(task)).collect();
        Self::of_those(story, &tasks, limits)
    }

    /// The lanes of the picture.
    #[must_use]
    pub fn of_picture(story: &Story, limits: &Limits) -> Self {
        let mut this = Self::of_those(story, &busy(story, limits), limits);
        this.arrange(story);
        this
    }

    fn of_those(story: &Story, tasks: &[usize], limits: &Limits) -> Self {
        let mut this = Self { all: Vec::new(), of: vec![None; story.tasks.len()] };
        for Group { tasks, is_alike, shown } in alike::groups(story, tasks, limits) {
            for &task in &tasks[..shown] {
                this.add(story, task, &[task], false);
            }
            if shown < tasks.len() {
                let example = tasks[shown.saturating_sub(1)];
                this.add(story, example, &tasks[shown..], is_alike);
            }
        }
        this
    }

    fn add(&mut self, story: &Story, task: usize, tasks: &[usize], is_alike: bool) {
        for &task in tasks {
            self.of[task] = Some(self.all.len());
        }
        let others = if tasks == [task] { 0 } else { tasks.len() };
        self.all.push(Lane { task, others, is_alike, family: alike::family(story, tasks[0]) });
    }

    /// Puts the lanes in order.
    fn arrange(&mut self, story: &Story) {
        let mut arrows = vec![vec![0; self.all.len()]; self.all.len()];
        let mut join = |a: usize, b: usize| {
            if let Some((a, b)) =
                self.of(story.steps[a].task).zip(self.of(b)).filter(|(a, b)| a != b)
            {
                // The first few arrows show which lanes belong together.
                arrows[a][b] = MANY.min(arrows[a][b] + 1);
                arrows[b][a] = arrows[a][b];
            }
        };
        for arrow in &story.arrows {
            join(arrow.from, story.steps[arrow.to].task);
        }
        for (index, step) in story.steps.iter().enumerate() {
            if let Some(other) = step.other.filter(|_| step.meaning.makes_task()) {
                join(index, other);
            }
        }
        // A shared lane is next to that of the task that is like them.
        for (lane, told) in self.all.iter().enumerate().filter(|(_, lane)| lane.others > 0) {
            if let Some(like) = self.own(told.task) {
                arrows[lane][like] += MANY;
                arrows[like][lane] += MANY;
            }
        }
        let families: Vec<_> = self.all.iter().map(|lane| lane.family).collect();
        let order = order::shortest(&arrows, &families);
        let mut place = vec![0; order.len()];
        order.iter().enumerate().for_each(|(to, &from)| place[from] = to);
        self.all = order.iter().map(|&lane| self.all[lane].clone()).collect();
        self.of.iter_mut().flatten().for_each(|lane| *lane = place[*lane]);
    }
}

/// More arrows than this between two lanes bring them no closer.
const MANY: usize = 8;

/// The participants of a conversation, and the tasks that made them; only those that use sockets, if there are too
/// many with pipes. Without any, all tasks that do something.
fn busy(story: &Story, limits: &Limits) -> Vec<usize> {
    let takes_part = |(task, told): (usize, &Task)| {
        story.tells_task(task)
            && (told.about.is_some() || (told.part == Part::Server && told.leader == task))
    };
    let mut busy: Vec<_> = story.tasks.iter().enumerate().map(takes_part).collect();
    for step in story.steps.iter().filter(|step| strands::is_mark(story, step)) {
        use Meaning::{Interrupt, Kill, OtherSignal, Terminate};
        busy[step.task] |= matches!(step.meaning, Interrupt | Terminate | OtherSignal | Kill);
    }
    if !busy.contains(&true) {
        let marks = story.steps.iter().filter(|step| strands::is_mark(story, step));
        marks.for_each(|step| busy[step.task] = true);
    }
    let mut through_sockets = vec![false; busy.len()];
    for channel in story.channels.iter().filter(|channel| channel.kind != ChannelKind::Pipe) {
        let tasks = channel.ends.iter().flat_map(|end| &end.tasks);
        tasks.for_each(|&task| through_sockets[task] = busy[task]);
    }
    let are_many = busy.iter().filter(|busy| **busy).count() > limits.lanes;
    if are_many && through_sockets.contains(&true) {
        busy = through_sockets;
    }
    let parents = (0..busy.len()).filter(|&task| busy[task]);
    let parents: Vec<_> = parents.filter_map(|task| story.tasks[task].parent).collect();
    parents.into_iter().for_each(|parent| busy[parent] = true);
    (0..busy.len()).filter(|&task| busy[task] && story.tells_task(task)).collect()
}
