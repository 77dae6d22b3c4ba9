//! How a step comes into the story.

use super::interpret::{CurrentCall, Interpreter};
use super::meaning::{Meaning, On};
use super::story::{Listener, Step};
use super::task::EndRef;

impl Interpreter {
    pub(super) fn step(
        &self,
        task: usize,
        meaning: Meaning,
        at: u64,
        until: u64,
        line: u64,
    ) -> Step {
        Step {
            task,
            meaning,
            at,
            until,
            line: u32::try_from(line).unwrap_or(u32::MAX),
            end: None,
            other: None,
            bytes: None,
            can_wait: meaning.can_wait(),
            is_end_seen: false,
            part: 0,
            sets: [0; 3],
            raw: (0, 0),
        }
    }

    /// A step of this call.
    pub(super) fn step_of(&self, now: &CurrentCall<'_>, meaning: Meaning) -> Step {
        let meaning = match now.call.errno() {
            None => meaning,
            Some(_) if now.is_interrupted() => Meaning::Blocked,
            Some(_) => Meaning::Failed,
        };
        self.step(now.task, meaning, now.at, now.until, now.line)
    }

    /// Adds a step to the story; returns its place.
    pub(super) fn push(&mut self, mut step: Step, raw: &str) -> usize {
        let life = &mut self.lives[step.task];
        life.handlers = None;
        life.has_steps = true;
        if life.aside.is_some() {
            step.meaning = Meaning::Aside;
        }
        step.raw = self.story.keep(raw);
        self.story.steps.push(step);
        self.story.steps.len() - 1
    }

    /// Adds a step of this call.
    pub(super) fn tell(&mut self, now: &CurrentCall<'_>, meaning: Meaning) -> usize {
        self.push(self.step_of(now, meaning), now.raw)
    }

    /// Adds a step of this call that is about an end of a channel.
    pub(super) fn tell_of(
        &mut self,
        now: &CurrentCall<'_>,
        meaning: Meaning,
        end: EndRef,
    ) -> usize {
        let step = Step { end: Some(end), ..self.step_of(now, meaning) };
        self.push(step, now.raw)
    }

    /// The place of a set among the story's sets.
    pub(super) fn set(&mut self, set: Vec<On>) -> u32 {
        if set.is_empty() {
            return 0;
        }
        let known = &mut self.story.sets;
        if known.is_empty() {
            known.push(Vec::new());
        }
        *self.sets.entry(set).or_insert_with_key(|set| {
            known.push(set.clone());
            known.len() as u32 - 1
        })
    }

    /// A socket listens.
    pub(super) fn listener(&mut self, listener: Listener) -> usize {
        self.story.listeners.push(listener);
        self.story.listeners.len() - 1
    }
}
