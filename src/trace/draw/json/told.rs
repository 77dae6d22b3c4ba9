//! Which tasks and channels the written steps are about.

use crate::trace::model::meaning::On;
use crate::trace::model::story::Story;
use crate::trace::model::task::EndRef;
use std::collections::BTreeSet;

/// The indexes of all that is referred to.
#[derive(Clone, Debug, Default)]
pub(super) struct Mentioned {
    pub tasks: BTreeSet<usize>,
    pub listeners: BTreeSet<usize>,
    pub channels: BTreeSet<usize>,
}

impl Mentioned {
    pub fn of(story: &Story) -> Self {
        let mut this = Self {
            tasks: (0..story.tasks.len()).filter(|&task| story.tells_task(task)).collect(),
            channels: (0..story.channels.len()).filter(|&it| story.tells_channel(it)).collect(),
            listeners: BTreeSet::new(),
        };
        for step in &story.steps {
            this.tasks.extend(step.other);
            for on in story.awaited(step).into_iter().chain([story.ready(step)]).flatten() {
                match *on {
                    On::Listener(listener) => drop(this.listeners.insert(listener)),
                    On::End(EndRef { channel, .. }) => drop(this.channels.insert(channel)),
                    _ => {}
                }
            }
        }
        for (listener, told) in story.listeners.iter().enumerate() {
            if this.tasks.contains(&told.task) {
                this.listeners.insert(listener);
            }
        }
        for &channel in &this.channels {
            let channel = &story.channels[channel];
            this.listeners.extend(channel.listener);
            this.tasks.extend(channel.ends.iter().flat_map(|end| &end.tasks));
        }
        this.tasks.extend(this.listeners.iter().map(|&listener| story.listeners[listener].task));
        // Their processes, and those that made them.
        let mut new: Vec<_> = this.tasks.iter().copied().collect();
        while let Some(task) = new.pop() {
            let told = &story.tasks[task];
            let others = told.parent.into_iter().chain([told.leader]);
            new.extend(others.filter(|&other| this.tasks.insert(other)));
        }
        this
    }
}
