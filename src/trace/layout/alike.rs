//! Which tasks are alike. If there are too many for a lane each, the first few of those that are alike have one, and
//! the others share one.

use super::limits::Limits;
use super::repeats;
use super::strands;
use crate::trace::model::channel::ChannelKind;
use crate::trace::model::story::Story;
use crate::trace::model::task::{Called, Part, Task};
use std::collections::BTreeMap;

/// Tasks that share a lane, except the first ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The indexes of the tasks.
    pub tasks: Vec<usize>,
    /// Whether they are alike.
    pub is_alike: bool,
    /// How many of them have a lane to themselves.
    pub shown: usize,
}

impl Group {
    fn lanes(&self) -> usize {
        self.shown + usize::from(self.shown < self.tasks.len())
    }
}

/// The participants, in groups.
#[must_use]
pub fn groups(story: &Story, tasks: &[usize], limits: &Limits) -> Vec<Group> {
    if tasks.len() <= limits.lanes {
        let alone = |&task: &usize| Group { tasks: vec![task], is_alike: true, shown: 1 };
        return tasks.iter().map(alone).collect();
    }
    let marks = marks(story);
    // Tasks that do the same are alike; if that leaves too many groups, those of the same part.
    let kind = |task: usize| {
        let told = &story.tasks[task];
        let parent = told.parent.map(|parent| ancestor(story, parent, |_| true));
        (told.part as u32, told.leader == task, told.program.as_str(), parent)
    };
    let lanes = |groups: &[Group]| groups.iter().map(Group::lanes).sum::<usize>();
    let mut groups = by(tasks, |task| (kind(task), repeats::shape(&marks[task])));
    groups.iter_mut().for_each(|group| group.fold(true, limits.alike));
    if lanes(&groups) > limits.lanes {
        groups = by(tasks, kind);
        groups.iter_mut().for_each(|group| group.fold(false, limits.alike));
    }
    if lanes(&groups) > limits.lanes {
        let mut tasks = tasks.to_vec();
        tasks.sort_by_key(|&task| std::cmp::Reverse(marks[task].len()));
        tasks[..limits.lanes - 1].sort_unstable();
        groups = vec![Group { tasks, is_alike: false, shown: limits.lanes - 1 }];
    }
    bring_together(story, &mut groups);
    groups
}

impl Group {
    fn fold(&mut self, is_alike: bool, most: usize) {
        let all = self.tasks.len();
        self.shown = if all <= most + 1 { all } else { most };
        self.is_alike = is_alike;
    }
}

/// Tasks in groups, in the order of each group's first task.
fn by<K: Ord>(tasks: &[usize], key: impl Fn(usize) -> K) -> Vec<Group> {
    let mut index = BTreeMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for &task in tasks {
        let group = *index.entry(key(task)).or_insert_with(|| {
            groups.push(Group { tasks: Vec::new(), is_alike: true, shown: 0 });
            groups.len() - 1
        });
        groups[group].tasks.push(task);
    }
    groups
}

/// From each group, shows those that talk to tasks already shown: a client together with the child that serves it.
fn bring_together(story: &Story, groups: &mut [Group]) {
    let mut is_shown = vec![false; story.tasks.len()];
    let mut meets = vec![false; story.tasks.len()];
    for group in groups {
        group.tasks.sort_by_key(|&task| !meets[task]);
        if group.shown == group.tasks.len() {
            continue;
        }
        group.tasks[..group.shown].iter().for_each(|&task| is_shown[task] = true);
        for channel in &story.channels {
            let [a, b] = &channel.ends;
            for (some, others) in [(a, b), (b, a)] {
                if some.tasks.iter().any(|&task| is_shown[task]) {
                    others.tasks.iter().for_each(|&task| meets[task] = true);
                }
            }
        }
    }
}

/// What each task does with its channels, by kind: with pipes only if it has nothing else.
fn marks(story: &Story) -> Vec<Vec<u32>> {
    let none = || vec![Vec::new(); story.tasks.len()];
    let mut marks = [none(), none()];
    for step in story.steps.iter().filter(|step| strands::is_mark(story, step)) {
        if let Some(end) = step.end {
            let is_pipe = story.channels[end.channel].kind == ChannelKind::Pipe;
            marks[usize::from(is_pipe)][step.task].push(strands::symbol(story, step));
        }
    }
    let [sockets, pipes] = marks;
    let own = sockets.into_iter().zip(pipes);
    own.map(|(sockets, pipes)| if sockets.is_empty() { pipes } else { sockets }).collect()
}

/// The oldest ancestor of a task that runs the same program.
#[must_use]
pub fn family(story: &Story, task: usize) -> usize {
    ancestor(story, task, |task| task.part == Part::Child || task.called == Called::Child)
}

/// The process of a task, then that of its parent, for as long as `goes_on` is true.
fn ancestor(story: &Story, task: usize, goes_on: impl Fn(&Task) -> bool) -> usize {
    let mut found = story.tasks[task].leader;
    // No more steps than there are tasks, whatever the log.
    for _ in 0..story.tasks.len() {
        match story.tasks[found].parent.filter(|_| goes_on(&story.tasks[found])) {
            Some(parent) => found = story.tasks[parent].leader,
            None => break,
        }
    }
    found
}
