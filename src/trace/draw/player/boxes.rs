//! The boxes of the player: the descriptors of each process, the queues of the listeners, the bytes on their way.

use crate::screen::Lang;
use crate::trace::draw::escape::Escaped;
use crate::trace::layout::geometry::Geometry;
use crate::trace::model::state::{Descriptors, Flight, Open, State};
use crate::trace::model::story::Story;
use crate::trace::model::task::EndRef;
use crate::trace::words::{more as counted, names, stands};
use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write};

/// A table with more descriptors than this shows the lowest and the highest.
const DESCRIPTORS: usize = 16;

/// More channels than this are counted.
const CHANNELS: usize = 10;

/// A place on the page: which box, from 0, and which of its rows.
pub type Place = (usize, i64);

/// The boxes: one for each process, whose threads share its descriptors; then one for the listeners and one for the
/// channels.
#[derive(Debug)]
pub struct Boxes {
    /// The indexes of the processes.
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

    /// Writes them, empty.
    pub(super) fn write(&self, story: &Story, lang: Lang, out: &mut impl Write) -> fmt::Result {
        let [state, queue, flight] = match lang {
            Lang::Es => [
                "Descriptores, colas y bytes en camino tras este paso",
                "En cola: conectados, aún sin aceptar",
                "Bytes en camino: enviados, aún sin recibir",
            ],
            Lang::En => [
                "Descriptors, queues and bytes on their way after this step",
                "In the queue: connected, not yet accepted",
                "Bytes on their way: sent, not yet received",
            ],
        };
        writeln!(
            out,
            "<div id=\"state\" tabindex=\"0\" role=\"region\" aria-label=\"{state}\" hidden>"
        )?;
        for &task in &self.tasks {
            let (name, pid) = (names::task(story, task, lang), story.tasks[task].pid);
            let pid = if pid > 0 { format!(" <small>{pid}</small>") } else { String::new() };
            writeln!(out, "<div class=\"box\"><h2>{}{pid}</h2><dl></dl></div>", Escaped(&name))?;
        }
        for title in [queue, flight] {
            writeln!(out, "<div class=\"box\"><h2>{title}</h2><ul></ul></div>")?;
        }
        writeln!(out, "</div>")
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
                    "strace ya no lo sigue: no se sabe qué tiene abierto",
                    "strace no longer follows it: what it has open is not known",
                ),
            );
        }
        Descriptors::Table { all, is_whole } => (all, is_whole),
    };
    if !is_whole {
        row(
            -1,
            in_words(
                "no se sabe qué tenía abierto antes del registro",
                "what it had open before the log began is not known",
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
        (Flight::Lost(bytes), Lang::En) => format!("{bytes}, which nobody will receive any more"),
        (Flight::Unknown, _) => "?".into(),
    }
}
