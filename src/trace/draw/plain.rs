//! The story as text: one line per step. It folds like the picture, with more room.

use super::findings;
use crate::screen::Lang;
use crate::trace::layout::arrivals::{LONG_WAIT, causes, waited};
use crate::trace::layout::cells;
use crate::trace::layout::fold;
use crate::trace::layout::lanes::Lanes;
use crate::trace::layout::limits::TEXT;
use crate::trace::layout::more::More;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::story::{ArrowKind, Step, Story};
use crate::trace::words::time::{at, seconds};
use crate::trace::words::{explain, more, names, show};
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// Longer calls push what follows to the right.
const CALL_WIDTH: usize = 72;

/// Writes the story.
///
/// # Errors
///
/// Only those of `out`.
pub fn write(story: &Story, lang: Lang, out: &mut impl Write) -> fmt::Result {
    let lanes = Lanes::of_all(story, &TEXT);
    let folded = fold::fold(story, &lanes, &TEXT, |_| true);
    heading(story, &lanes, lang, out)?;
    findings::write(story, lang, out)?;
    let ends = ends(story, &folded.shown);
    let shown = || folded.shown.iter().map(|&index| (index, &story.steps[index]));
    let calls: Vec<_> = shown().map(|(_, step)| show::call(story, step, lang)).collect();
    let lengths = calls.iter().map(|call| cells::count(call));
    let call_width = lengths.max().unwrap_or(0).min(CALL_WIDTH);
    let tasks = (0..story.tasks.len()).filter(|&task| story.tells_task(task));
    let name_width = tasks.map(|task| cells::count(&names::task(story, task, lang))).max();
    let name_width = name_width.unwrap_or(0);
    let digits = story.steps.len().to_string().len();
    let mut mores = folded.mores.iter().peekable();
    for ((index, _), call) in shown().zip(&calls) {
        while let Some(more) = mores.next_if(|more| more.first < index) {
            writeln!(out, "{:digits$} {}", "", counted(story, &lanes, more, name_width, lang))?;
        }
        writeln!(
            out,
            "{:digits$} {}",
            index + 1,
            line(story, (index, call), ends.get(&index).copied(), (name_width, call_width), lang)
        )?;
    }
    mores.try_for_each(|more| {
        writeln!(out, "{:digits$} {}", "", counted(story, &lanes, more, name_width, lang))
    })
}

/// A step and its call, in columns of these widths.
fn line(
    story: &Story,
    (index, call): (usize, &str),
    end: Option<usize>,
    (name_width, call_width): (usize, usize),
    lang: Lang,
) -> String {
    let step = &story.steps[index];
    let line = format!(
        "{}  {}  {}  {}{}",
        when(story, step, lang),
        padded(&names::task(story, step.task, lang), name_width),
        padded(call, call_width),
        findings::mark(story, index, lang),
        remark(story, index, end, lang),
    );
    line.trim_end().into()
}

/// Writes steps one by one, as they come: later ones may need wider columns.
#[derive(Debug)]
pub(in crate::trace) struct Liner {
    lang: Lang,
    widths: (usize, usize),
}

impl Liner {
    pub(in crate::trace) fn new(lang: Lang) -> Self {
        Self { lang, widths: (8, 32) }
    }

    /// A step of the story.
    pub(in crate::trace) fn line(&mut self, story: &Story, index: usize) -> String {
        let (step, lang) = (&story.steps[index], self.lang);
        let call = show::call(story, step, lang);
        let name = cells::count(&names::task(story, step.task, lang));
        self.widths.0 = self.widths.0.max(name);
        self.widths.1 = self.widths.1.max(cells::count(&call).min(CALL_WIDTH));
        let from = causes(story, index).iter().rfind(|arrow| arrow.kind != ArrowKind::Signal);
        line(story, (index, &call), from.map(|arrow| arrow.from), self.widths, lang)
    }
}

/// In seconds; empty without times.
fn when(story: &Story, step: &Step, lang: Lang) -> String {
    at(story, step.time(), 6, lang).map_or(String::new(), |time| format!("{time:>9}"))
}

/// A text with spaces up to its column's width.
fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(cells::count(text))))
}

/// How many are left out, and until when.
fn counted(story: &Story, lanes: &Lanes, told: &More, name_width: usize, lang: Lang) -> String {
    let (first, last) = (&story.steps[told.first], &story.steps[told.last]);
    let own = told.lanes.iter().filter(|&&lane| !lanes.is_shared(lane));
    let names = own.map(|&lane| names::task(story, lanes.all[lane].task, lang));
    let names: Vec<_> = names.collect();
    let who = if names.len() > FEW { String::new() } else { names.join(", ") };
    let line = format!(
        "{}  {}  {}: {}",
        when(story, first, lang),
        padded("", name_width),
        more::words(told, lang),
        more::calls(told.steps, lang),
    );
    let until = match lang {
        Lang::Es => "hasta",
        Lang::En => "until",
    };
    let until = match when(story, last, lang).trim() {
        "" => String::new(),
        time => format!(", {until} {time}"),
    };
    let who = if who.is_empty() { who } else { format!(" ({who})") };
    line + &until + &who
}

/// More tasks than this are not named.
const FEW: usize = 4;

fn heading(story: &Story, lanes: &Lanes, lang: Lang, out: &mut impl Write) -> fmt::Result {
    let steps = more::counted(story.steps.len(), [["paso", "pasos"], ["step", "steps"]], lang);
    let lines = more::counted(story.lines, [["línea", "líneas"], ["line", "lines"]], lang);
    match lang {
        Lang::Es => writeln!(
            out,
            "{steps} de {lines} de strace. Hora: segundos desde el comienzo; la \
             de una llamada que espera, al volver."
        )?,
        Lang::En => writeln!(
            out,
            "{steps} out of {lines} of strace. Time: seconds since the start; of a \
             call that waits, when it returned."
        )?,
    }
    for note in story.missing.words(lang) {
        writeln!(out, "{note}")?;
    }
    for (index, lane) in lanes.all.iter().enumerate() {
        let (name, task) = (names::task(story, lane.task, lang), &story.tasks[lane.task]);
        if lanes.is_shared(index) {
            let like = lane.is_alike.then_some(name.as_str());
            writeln!(out, "  {}", more::tasks(lane.others, like, lang).join(" "))?;
            continue;
        }
        // The log may have neither.
        match (task.program.as_str(), task.pid) {
            ("", _) => writeln!(out, "  {name}")?,
            (program, ..=0) => writeln!(out, "  {name}: {program}")?,
            (program, pid) => writeln!(out, "  {name}: {program} (pid {pid})")?,
        }
    }
    writeln!(out)
}

/// For each shown step that data or a connection comes to or goes from, the step at the other end.
#[must_use]
pub fn ends(story: &Story, shown: &[usize]) -> BTreeMap<usize, usize> {
    let arrows = story.arrows.iter().filter(|arrow| arrow.kind != ArrowKind::Signal);
    let ends = arrows.flat_map(|arrow| [(arrow.from, arrow.to), (arrow.to, arrow.from)]);
    ends.filter(|(step, _)| shown.binary_search(step).is_ok()).collect()
}

/// What a step is for, how long it waited, and whom it is about.
#[must_use]
pub fn remark(story: &Story, index: usize, end: Option<usize>, lang: Lang) -> String {
    let step = &story.steps[index];
    let mut remark = explain::words(story, step, lang).into_owned();
    if let Some(other) = about(story, step, end, lang) {
        remark = format!("{other}: {remark}");
    }
    if story.missing.untimed == 0 && step.took() >= LONG_WAIT && waited(story, index) {
        let waited = match lang {
            Lang::Es => "esperó",
            Lang::En => "waited",
        };
        // Writing to a String cannot fail.
        let _ = write!(remark, " [{waited} {} s]", seconds(step.took(), 6, lang));
    }
    remark
}

/// Whom it is from or to.
fn about(story: &Story, step: &Step, end: Option<usize>, lang: Lang) -> Option<String> {
    let (from, to) = match lang {
        Lang::Es => ("de", "a"),
        Lang::En => ("from", "to"),
    };
    let name = |task: usize| names::task(story, task, lang);
    let direction = match step.meaning {
        Meaning::Send | Meaning::Connect => to,
        Meaning::Recv | Meaning::Peek | Meaning::RecvEnd | Meaning::Accept => from,
        Meaning::Fork | Meaning::Thread | Meaning::Kill | Meaning::Wait => {
            return step.other.map(name);
        }
        Meaning::Interrupt
        | Meaning::Terminate
        | Meaning::ChildEnded
        | Meaning::ChildChanged
        | Meaning::Continue => {
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
