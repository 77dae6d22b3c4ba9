//! The player of the page: how things stand after each step that is drawn. The page holds only what changes from
//! one to the next.

mod boxes;

pub use boxes::{Boxes, Place};

use super::json::Json;
use crate::screen::Lang;
use crate::trace::layout::geometry::Geometry;
use crate::trace::layout::items::ItemKind;
use crate::trace::layout::more;
use crate::trace::model::state::State;
use crate::trace::model::story::Story;
use crate::trace::words::{more as counted, names, show};
use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write};

/// A step that is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The key of its figure.
    pub key: String,
    /// What happens.
    pub words: String,
    /// How many steps of the story are done then.
    pub done: usize,
}

/// The steps that are drawn, in the order of the picture. At a count, the steps it stands for are done if they
/// are over when the next drawn step begins.
#[must_use]
pub fn stops(story: &Story, geometry: &Geometry, lang: Lang) -> Vec<Stop> {
    let items = &geometry.items.all;
    let next = |index: usize| items.get(index + 1).map_or(usize::MAX, |item| item.at);
    let stops = items.iter().enumerate().map(|(index, item)| match item.what {
        ItemKind::Mark(step) => {
            let told = &story.steps[step];
            let name = names::task(story, told.task, lang);
            let words = format!("{name}: {}", show::call(story, told, lang));
            Stop { key: format!("m{step}"), words, done: step + 1 }
        }
        ItemKind::More(told) => {
            let more: &more::More = &geometry.mores[told];
            // If the next is drawn at the same step, that step is not done.
            let done = (more.last + 1).min(next(index)).max(item.at);
            Stop { key: format!("f{told}"), words: counted::words(more, lang), done }
        }
    });
    stops.collect()
}

/// Writes the player: its controls, its boxes, and what changes in them.
///
/// # Errors
///
/// Only those of `out`.
pub(super) fn write(
    story: &Story,
    geometry: &Geometry,
    lang: Lang,
    out: &mut impl Write,
) -> fmt::Result {
    let stops = stops(story, geometry, lang);
    let boxes = Boxes::of(story, geometry);
    controls(stops.len(), story.steps.len(), lang, out)?;
    boxes.write(story, lang, out)?;
    write!(out, "</section>\n<script type=\"application/json\" id=\"changes\">\n{{\"stops\":[")?;
    let mut texts: HashMap<String, usize> = HashMap::new();
    let mut list = Vec::new();
    let mut place = |text: String| {
        *texts.entry(text).or_insert_with_key(|text| {
            list.push(text.clone());
            list.len() - 1
        })
    };
    let mut state = State::new(story);
    let mut before = BTreeMap::new();
    for (index, stop) in stops.iter().enumerate() {
        state.go(stop.done);
        let now = boxes.show(story, &state, lang);
        let comma = if index == 0 { "" } else { ",\n" };
        write!(out, "{comma}[{},{},{}", Json(&stop.key), Json(&stop.words), stop.done)?;
        for (&(boxed, row), words) in
            now.iter().filter(|(at, words)| before.get(*at) != Some(*words))
        {
            write!(out, ",{boxed},{row},{}", place(words.clone()))?;
        }
        for (boxed, row) in before.keys().filter(|at| !now.contains_key(at)) {
            write!(out, ",{boxed},{row},-1")?;
        }
        out.write_str("]")?;
        before = now;
    }
    out.write_str("],\n\"texts\":[")?;
    for (index, text) in list.iter().enumerate() {
        write!(out, "{}{}", if index == 0 { "" } else { "," }, Json(text))?;
    }
    out.write_str("],\n\"bars\":[")?;
    for (index, bar) in geometry.labels.bars.iter().enumerate() {
        let from = bar.above.map_or(0, |item| item + 1);
        let from = geometry.links.births[bar.lane].map_or(from, |birth| from.max(birth + 1));
        write!(out, "{}{from}", if index == 0 { "" } else { "," })?;
    }
    out.write_str("],\n\"heads\":[")?;
    for (lane, birth) in geometry.links.births.iter().enumerate() {
        let from = birth.map_or(0, |birth| birth + 1);
        write!(out, "{}{from}", if lane == 0 { "" } else { "," })?;
    }
    out.write_str("]}\n</script>\n")
}

/// The buttons and the slider. Hidden: without a script they do nothing.
fn controls(stops: usize, steps: usize, lang: Lang, out: &mut impl Write) -> fmt::Result {
    #[rustfmt::skip] // A table.
    let [player, first, back, forward, last, slider, step, whole] = match lang {
        Lang::Es => ["Paso a paso", "primero (Inicio)", "atrás (←)", "adelante (→)", "último (Fin)", "paso",
            "Paso % de #", "#: → para empezar"],
        Lang::En => ["Step by step", "first (Home)", "back (←)", "forward (→)", "last (End)", "step",
            "Step % of #", "#: → to begin"],
    };
    let all = counted::counted(steps, [["paso", "pasos"], ["step", "steps"]], lang);
    writeln!(
        out,
        "<section id=\"player\" aria-label=\"{player}\" hidden>\n<div id=\"controls\">\n\
         <button type=\"button\" data-to=\"first\" aria-label=\"{first}\" title=\"{first}\">⇤</button>\n\
         <button type=\"button\" data-to=\"back\" aria-label=\"{back}\" title=\"{back}\">←</button>\n\
         <input type=\"range\" id=\"slider\" min=\"0\" max=\"{stops}\" value=\"0\" aria-label=\"{slider}\">\n\
         <button type=\"button\" data-to=\"forward\" aria-label=\"{forward}\" title=\"{forward}\">→</button>\n\
         <button type=\"button\" data-to=\"last\" aria-label=\"{last}\" title=\"{last}\">⇥</button>\n\
         <output id=\"now\" for=\"slider\" data-step=\"{}\" data-whole=\"{}\"></output>\n</div>",
        step.replace('#', &steps.to_string()),
        whole.replace('#', &all),
    )
}
