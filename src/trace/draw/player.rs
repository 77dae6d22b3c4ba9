//! The player of the page: how things stand after each step that is drawn. The page holds only what changes from
//! one to the next.

use super::escape::Escaped;
use super::json::Json;
use crate::screen::Lang;
use crate::trace::layout::geometry::Geometry;
use crate::trace::layout::items::ItemKind;
use crate::trace::layout::more;
use crate::trace::model::state::{Descriptors, Flight, Open, State};
use crate::trace::model::story::Story;
use crate::trace::model::task::EndRef;
use crate::trace::words::{more as counted, names, show, stands};
use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write};

/// A table with more descriptors than this shows the lowest and the highest.
const DESCRIPTORS: usize = 16;

/// More channels than this are counted.
const CHANNELS: usize = 10;

/// A step that is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The key of its figure.
    pub key: String,
    /// What happens.
    pub words: String,
    /// How many steps of the story are done by then.
    pub done: usize,
}

/// A place on the page: which box, from 0, and which of its rows.
pub type Place = (usize, i64);

/// The steps that are drawn, in the order of the picture. At a count, those of its steps are done that are over when
/// the next drawn step begins.
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

/// The boxes: one per process, whose threads share its descriptors; then the listeners; then the
/// channels.
#[derive(Debug)]
pub struct Boxes {
    /// The tasks, indexes.
    pub tasks: Vec<usize>,
}

impl Boxes {
    /// The boxes of the lanes that are drawn.
    #[must_use]
    pub fn of(story: &Story, geometry: &Geometry) -> Self {
        let mut tasks = Vec::new();
        for (lane, told) in geometry.lanes.all.iter().enumerate() {
            let leader = story.tasks[told.task].leader;
            if !geometry.lanes.is_shared(lane) && !tasks.contains(&leader) {
                tasks.push(leader);
            }
        }
        Self { tasks }
    }

    /// What is shown in this state.
    #[must_use]
    pub fn show(&self, story: &Story, state: &State<'_>, lang: Lang) -> BTreeMap<Place, String> {
        let mut shown = BTreeMap::new();
        for (place, &task) in self.tasks.iter().enumerate() {
            descriptors(story, state.descriptors(task), lang, |row, words| {
                shown.insert((place, row), words);
            });
        }
        let open = state.open();
        let queues = self.tasks.len();
        for (listener, words) in queue(story, state, &open, lang) {
            shown.insert((queues, listener), words);
        }
        for (row, words) in flights(story, state, &open, lang) {
            shown.insert((queues + 1, row), words);
        }
        shown
    }
}

/// The rows of a table; -1 is a remark on the whole.
fn descriptors(story: &Story, told: Descriptors<'_>, lang: Lang, mut row: impl FnMut(i64, String)) {
    let in_words = |es: &str, en: &str| (if lang == Lang::Es { es } else { en }).to_owned();
    let (all, is_whole) = match told {
        Descriptors::None => return,
        Descriptors::LetGo => {
            return row(
                -1,
                in_words(
                    "strace ya no lo sigue: no se sabe",
                    "strace follows it no more: not known",
                ),
            );
        }
        Descriptors::Table { all, is_whole } => (all, is_whole),
    };
    if !is_whole {
        row(
            -1,
            in_words(
                "lo abierto antes del registro no se sabe",
                "what was open before the log is not known",
            ),
        );
    } else if all.is_empty() {
        row(-1, "—".into());
    }
    let count = all.len();
    for (index, (number, stands)) in all.into_iter().enumerate() {
        let half = DESCRIPTORS / 2;
        if count <= DESCRIPTORS || index < half || index >= count - half {
            row(i64::from(number), stands::words(story, stands, lang));
        } else if index == half {
            row(i64::from(number), counted::others(count - DESCRIPTORS, lang));
        }
    }
}

/// The listeners that are open, each with how many wait for it.
fn queue(story: &Story, state: &State<'_>, open: &Open, lang: Lang) -> Vec<(i64, String)> {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for (_, listener) in state.pending() {
        if let Some(listener) = listener {
            *counts.entry(listener).or_default() += 1;
        }
    }
    let mut listeners: Vec<_> = open.listeners.iter().copied().collect();
    listeners.sort_unstable();
    let rows = listeners.into_iter().take(CHANNELS).map(|listener| {
        let told = &story.listeners[listener];
        let name = names::task(story, told.task, lang);
        let count = counts.get(&listener).copied().unwrap_or(0);
        // Clients from outside the log may be waiting too.
        let least = if is_outside(story, listener) { "≥ " } else { "" };
        (listener as i64, format!("{name}, {}: {least}{count}", told.name))
    });
    rows.collect()
}

/// Whether a task outside the log has connected to a listener.
fn is_outside(story: &Story, listener: usize) -> bool {
    let mut own = story.channels.iter().filter(|channel| channel.listener == Some(listener));
    own.any(|channel| channel.ends[0].tasks.is_empty())
}

/// What is in flight through the open channels, those with something in flight first.
fn flights(story: &Story, state: &State<'_>, open: &Open, lang: Lang) -> Vec<(i64, String)> {
    let mut all: Vec<(bool, usize, [Flight; 2])> = Vec::new();
    for (index, channel) in story.channels.iter().enumerate() {
        let ends = [0, 1].map(|end| EndRef { channel: index, end });
        if channel.known.is_some() || !channel.is_used() || !state.is_made(index) {
            continue;
        }
        let flights = ends.map(|end| state.flight(end, open));
        let is_lost = flights.iter().any(|flight| matches!(flight, Flight::Lost(_)));
        if is_lost || ends.iter().any(|end| open.ends.contains(end)) {
            let is_empty = flights.iter().all(|flight| *flight == Flight::Bytes(0));
            all.push((is_empty, index, flights));
        }
    }
    let count = all.len();
    if count > CHANNELS {
        all.sort_unstable_by_key(|&(is_empty, index, _)| (is_empty, index));
    }
    let mut rows = Vec::new();
    for (_, index, flights) in all.into_iter().take(CHANNELS) {
        let names = [1, 0].map(|end| names::peer(story, EndRef { channel: index, end }, lang));
        for (way, flight) in flights.into_iter().enumerate() {
            if way == 0 || story.channels[index].is_two_way {
                let (from, to) = (&names[way], &names[1 - way]);
                let row = index as i64 * 2 + way as i64;
                rows.push((row, format!("{from} → {to}: {}", bytes(flight, lang))));
            }
        }
    }
    if count > CHANNELS {
        rows.push((i64::MAX >> 12, counted::others(count - CHANNELS, lang)));
    }
    rows
}

fn bytes(flight: Flight, lang: Lang) -> String {
    match (flight, lang) {
        (Flight::Bytes(bytes), _) => bytes.to_string(),
        (Flight::Lost(bytes), Lang::Es) => format!("{bytes}, que ya nadie recibirá"),
        (Flight::Lost(bytes), Lang::En) => format!("{bytes}, which nobody will receive"),
        (Flight::Unknown, _) => "?".into(),
    }
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
    boxes_of(story, &boxes, lang, out)?;
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
            "Paso % de #", "# pasos: → para empezar"],
        Lang::En => ["Step by step", "first (Home)", "back (←)", "forward (→)", "last (End)", "step",
            "Step % of #", "# steps: → to begin"],
    };
    let all = steps.to_string();
    writeln!(
        out,
        "<section id=\"player\" aria-label=\"{player}\" hidden>\n<div id=\"controls\">\n\
         <button type=\"button\" data-to=\"first\" aria-label=\"{first}\" title=\"{first}\">⇤</button>\n\
         <button type=\"button\" data-to=\"back\" aria-label=\"{back}\" title=\"{back}\">←</button>\n\
         <input type=\"range\" id=\"slider\" min=\"0\" max=\"{stops}\" value=\"0\" aria-label=\"{slider}\">\n\
         <button type=\"button\" data-to=\"forward\" aria-label=\"{forward}\" title=\"{forward}\">→</button>\n\
         <button type=\"button\" data-to=\"last\" aria-label=\"{last}\" title=\"{last}\">⇥</button>\n\
         <output id=\"now\" for=\"slider\" data-step=\"{}\" data-whole=\"{}\"></output>\n</div>",
        step.replace('#', &all),
        whole.replace('#', &all),
    )
}

fn boxes_of(story: &Story, boxes: &Boxes, lang: Lang, out: &mut impl Write) -> fmt::Result {
    let [state, queue, flight] = match lang {
        Lang::Es => [
            "Descriptores, colas y bytes en camino tras este paso",
            "En cola: conectados y sin aceptar",
            "Bytes en camino: enviados y sin recibir",
        ],
        Lang::En => [
            "Descriptors, queues and bytes on their way after this step",
            "Queued: connected and not accepted",
            "On their way: bytes sent and not received",
        ],
    };
    writeln!(
        out,
        "<div id=\"state\" tabindex=\"0\" role=\"region\" aria-label=\"{state}\" hidden>"
    )?;
    for &task in &boxes.tasks {
        let (name, pid) = (names::task(story, task, lang), story.tasks[task].pid);
        let pid = if pid > 0 { format!(" <small>{pid}</small>") } else { String::new() };
        writeln!(out, "<div class=\"box\"><h2>{}{pid}</h2><dl></dl></div>", Escaped(&name))?;
    }
    for title in [queue, flight] {
        writeln!(out, "<div class=\"box\"><h2>{title}</h2><ul></ul></div>")?;
    }
    writeln!(out, "</div>")
}
