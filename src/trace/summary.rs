//! What the picture shows, in a sentence: who waits, and in which call.

use super::cast::Role;
use super::geometry::Geometry;
use super::show::c_name;
use super::story::Story;
use crate::text::Lang;
use std::collections::BTreeMap;

/// `enchufe-fork: one process per client`.
#[must_use]
pub fn title(story: &Story, lang: Lang) -> String {
    let children = count(story, Role::Child);
    let server = story.processes.iter().find(|p| p.role == Role::Server);
    let words = match (server, children, lang) {
        (None, _, Lang::Es) => "los clientes",
        (None, _, Lang::En) => "the clients",
        (Some(_), 0, Lang::Es) => "un solo proceso para todos los clientes",
        (Some(_), 0, Lang::En) => "a single process for all clients",
        (Some(_), _, Lang::Es) => "un proceso por cliente",
        (Some(_), _, Lang::En) => "one process per client",
    };
    match server.or(story.processes.first()) {
        Some(process) if !process.program.is_empty() => format!("{}: {words}", process.program),
        _ => words.into(),
    }
}

/// How many processes the server is, and where each waits.
#[must_use]
pub fn sentence(story: &Story, geometry: &Geometry, lang: Lang) -> String {
    let mut waits = Vec::new();
    for (index, process) in story.processes.iter().enumerate() {
        let lane = geometry.links.lane_of(index).map(|lane| &geometry.lanes[lane]);
        let Some(lane) = lane.filter(|_| process.role != Role::Client) else {
            continue;
        };
        let marks = lane.marks.iter().flat_map(|mark| &mark.waits);
        let mut took: BTreeMap<&str, u64> = BTreeMap::new();
        for &step in marks.chain(&lane.waits) {
            let step = &story.steps[step];
            *took.entry(c_name(&step.call.name)).or_default() += step.took();
        }
        if let Some((call, _)) = took.into_iter().max_by_key(|(_, took)| *took) {
            waits.push((process.name(lang), call));
        }
    }
    let processes = count(story, Role::Server) + count(story, Role::Child);
    let sentence = match (processes, waits.as_slice(), lang) {
        (1, [(_, call)], Lang::Es) => {
            format!("El servidor es 1 proceso, que espera a todos a la vez, en {call}.")
        }
        (1, [(_, call)], Lang::En) => {
            format!("The server is 1 process, which waits for everybody at once, in {call}.")
        }
        (2.., waits, _) => several(processes, waits, lang),
        _ => String::new(),
    };
    let left_out = story.processes.len().saturating_sub(geometry.lanes.len());
    match (left_out, lang) {
        (0, _) => sentence,
        (_, Lang::Es) => format!("{sentence} (Otros {left_out} procesos, en trace.txt.)"),
        (_, Lang::En) => format!("{sentence} ({left_out} more processes: see trace.txt.)"),
    }
}

fn several(processes: usize, waits: &[(String, &str)], lang: Lang) -> String {
    let (words, inside) = match lang {
        Lang::Es => ("procesos, y cada uno espera por su cuenta", "en"),
        Lang::En => ("processes, and each waits by itself", "in"),
    };
    let subject = match lang {
        Lang::Es => "El servidor son",
        Lang::En => "The server is",
    };
    let waits: Vec<_> =
        waits.iter().map(|(name, call)| format!("{name}, {inside} {call}")).collect();
    if waits.is_empty() || waits.len() > MOST {
        return format!("{subject} {processes} {words}.");
    }
    format!("{subject} {processes} {words}: {}.", waits.join("; "))
}

/// More processes than this are not listed.
const MOST: usize = 5;

fn count(story: &Story, role: Role) -> usize {
    story.processes.iter().filter(|p| p.role == role).count()
}
