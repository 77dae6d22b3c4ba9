//! What the picture shows, in a sentence: who waits, and in which call.

use super::names;
use super::show::{c_name, waiting};
use crate::screen::Lang;
use crate::trace::model::story::{Step, Story};
use crate::trace::model::task::Part;

/// `enchufe-fork: one process per client`.
#[must_use]
pub fn title(story: &Story, lang: Lang) -> String {
    let children = count(story, Part::Child);
    let server = story.tasks.iter().find(|p| p.part == Part::Server);
    let words = match (server, children, lang) {
        (None, _, Lang::Es) => "los clientes",
        (None, _, Lang::En) => "the clients",
        (Some(_), 0, Lang::Es) => "un solo proceso para todos los clientes",
        (Some(_), 0, Lang::En) => "a single process for all clients",
        (Some(_), _, Lang::Es) => "un proceso por cliente",
        (Some(_), _, Lang::En) => "one process per client",
    };
    match server.or(story.tasks.first()) {
        Some(task) if !task.program.is_empty() => format!("{}: {words}", task.program),
        _ => words.into(),
    }
}

/// How many processes the server is, and where each waits: the waits that are drawn.
#[must_use]
pub fn sentence(story: &Story, waits: &[&Step], left_out: usize, lang: Lang) -> String {
    // The longest of each process that is the server.
    let mut longest: Vec<Option<&Step>> = vec![None; story.tasks.len()];
    for &step in waits.iter().filter(|step| story.tasks[step.task].part != Part::Client) {
        let known = &mut longest[step.task];
        if known.is_none_or(|known| known.took() <= step.took()) {
            *known = Some(step);
        }
    }
    let waits: Vec<_> = longest.into_iter().flatten().collect();
    let processes = count(story, Part::Server) + count(story, Part::Child);
    let sentence = match (processes, waits.as_slice(), lang) {
        (1, [wait], Lang::Es) => {
            let call = story.call(wait);
            let call = call.name();
            format!("El servidor es 1 proceso, que espera a todos a la vez, en {}.", c_name(call))
        }
        (1, [wait], Lang::En) => {
            let call = story.call(wait);
            let call = call.name();
            format!(
                "The server is 1 process, which waits for everybody at once, in {}.",
                c_name(call)
            )
        }
        (2.., waits, _) => several(story, processes, waits, lang),
        _ => String::new(),
    };
    match (left_out, lang) {
        (0, _) => sentence,
        (_, Lang::Es) => format!("{sentence} (Otros {left_out} procesos, en trace.txt.)"),
        (_, Lang::En) => format!("{sentence} ({left_out} more processes: see trace.txt.)"),
    }
}

fn several(story: &Story, processes: usize, waits: &[&Step], lang: Lang) -> String {
    let (subject, words) = match lang {
        Lang::Es => ("El servidor son", "procesos, y cada uno espera por su cuenta"),
        Lang::En => ("The server is", "processes, and each waits by itself"),
    };
    let named = waits.iter().map(|step| {
        let name = names::task(story, step.task, lang);
        format!("{name} ({})", waiting(story, step, lang))
    });
    let waits: Vec<_> = named.collect();
    if waits.is_empty() || waits.len() > MOST {
        return format!("{subject} {processes} {words}.");
    }
    format!("{subject} {processes} {words}: {}.", waits.join(", "))
}

/// More processes than this are not listed.
const MOST: usize = 5;

fn count(story: &Story, part: Part) -> usize {
    story.tasks.iter().filter(|p| p.part == part).count()
}
