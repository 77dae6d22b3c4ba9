//! The story as text: one line per step.

use crate::screen::Lang;
use crate::trace::layout::lanes::{LONG_WAIT, waited};
use crate::trace::model::story::{Kind, Step, Story};
use crate::trace::model::topic::Topic;
use crate::trace::words::explain;
use crate::trace::words::names;
use crate::trace::words::show;
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// Writes the story.
///
/// # Errors
///
/// Only those of `out`.
pub fn write(story: &Story, lang: Lang, out: &mut impl Write) -> fmt::Result {
    heading(story, lang, out)?;
    let ends = ends(story);
    let names: Vec<_> = (0..story.tasks.len()).map(|task| names::task(story, task, lang)).collect();
    let name_width = names.iter().map(|name| name.chars().count()).max();
    let calls: Vec<_> = story.steps.iter().map(|step| show::call(story, step, lang)).collect();
    let lengths = calls.iter().map(|call| call.chars().count());
    let call_width = lengths.max().unwrap_or(0).min(CALL_WIDTH);
    for (index, (step, call)) in story.steps.iter().zip(&calls).enumerate() {
        let line = format!(
            "{:>9}  {:name_width$}  {call:call_width$}  {}",
            seconds(step.time()),
            names[step.task],
            remark(story, index, ends.get(&index).copied(), lang),
            name_width = name_width.unwrap_or(0),
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

const CALL_WIDTH: usize = 72;

fn heading(story: &Story, lang: Lang, out: &mut impl Write) -> fmt::Result {
    let (steps, lines) = (story.steps.len(), story.lines);
    match lang {
        Lang::Es => writeln!(
            out,
            "{steps} pasos de {lines} líneas de strace. Hora: segundos desde el comienzo; la \
             de una llamada que espera, al volver."
        )?,
        Lang::En => writeln!(
            out,
            "{steps} steps out of {lines} lines of strace. Time: seconds since the start; of a \
             call that waits, when it returned."
        )?,
    }
    for (index, task) in story.tasks.iter().enumerate() {
        let (name, pid) = (names::task(story, index, lang), task.pid);
        writeln!(out, "  {name}: {} (pid {pid})", task.program)?;
    }
    writeln!(out)
}

/// The step at the other end of each step that data or a connection comes to or goes from.
fn ends(story: &Story) -> BTreeMap<usize, usize> {
    let arrows = story.arrows.iter().filter(|arrow| arrow.kind != Kind::Signal);
    arrows.flat_map(|arrow| [(arrow.from, arrow.to), (arrow.to, arrow.from)]).collect()
}

/// What a step is for, how long it waited, and who it is about.
fn remark(story: &Story, index: usize, end: Option<usize>, lang: Lang) -> String {
    let step = &story.steps[index];
    let mut remark = explain::words(story, step, lang).into_owned();
    if let Some(other) = about(story, step, end, lang) {
        remark = format!("{other}: {remark}");
    }
    if step.took() >= LONG_WAIT && waited(story, index) {
        let waited = match lang {
            Lang::Es => "esperó",
            Lang::En => "waited",
        };
        // Writing to a String cannot fail.
        let _ = write!(remark, " [{waited} {} s]", seconds(step.took()));
    }
    remark
}

/// From or to whom.
fn about(story: &Story, step: &Step, end: Option<usize>, lang: Lang) -> Option<String> {
    let (from, to) = match lang {
        Lang::Es => ("de", "a"),
        Lang::En => ("from", "to"),
    };
    let name = |task: usize| names::task(story, task, lang);
    let direction = match step.topic {
        Topic::Send | Topic::Connect => to,
        Topic::Recv | Topic::RecvEnd | Topic::Accept => from,
        Topic::Fork | Topic::Kill | Topic::Wait => return step.other.map(name),
        Topic::Interrupt | Topic::Terminate | Topic::ChildEnded | Topic::Continue => {
            return step.other.map(|other| format!("{from} {}", name(other)));
        }
        _ => return None,
    };
    // The process itself, if the log shows it: a child says more than "server".
    let who = match end {
        Some(end) => name(story.steps[end].task),
        None => names::peer(story, step.end?, lang),
    };
    Some(format!("{direction} {who}"))
}

/// `0.052426`.
#[must_use]
pub fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}
