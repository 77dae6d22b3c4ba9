//! The story for other programs: one JSON object per line. `docs/trace-json.md` says what each field
//! is.

mod names;
mod object;
mod told;

pub(super) use object::Json;

use crate::screen::Lang;
use crate::trace::model::channel::Side;
use crate::trace::model::finding::Finding;
use crate::trace::model::meaning::On;
use crate::trace::model::story::{Step, Story};
use crate::trace::model::task::{EndRef, Part};
use crate::trace::words::explain;
use object::{Hex, Object};
use std::io::{self, Write};
use told::Mentioned;

/// Writes the story, line by line.
///
/// # Errors
///
/// Only those of `out`.
pub fn write(story: &Story, lang: Lang, out: &mut impl Write) -> io::Result<()> {
    let [lines, steps] = [story.lines, story.steps.len()];
    let times = if story.missing.untimed == 0 { "microseconds" } else { "none" };
    let head = Object::of("trace").number("version", 1).number("lines", lines);
    let head = head.number("steps", steps).text("times", times);
    let missing = story.missing.words(lang);
    writeln!(out, "{}", head.list("missing", missing.iter().map(|note| Json(note))))?;
    let told = Mentioned::of(story);
    for &task in &told.tasks {
        writeln!(out, "{}", self::task(story, task))?;
    }
    for &listener in &told.listeners {
        writeln!(out, "{}", self::listener(story, listener))?;
    }
    for &channel in &told.channels {
        writeln!(out, "{}", self::channel(story, channel))?;
    }
    // The arrows to a step come right after it.
    let mut arrows = story.arrows.iter().enumerate().peekable();
    for (index, step) in story.steps.iter().enumerate() {
        writeln!(out, "{}", self::step(story, index, step, lang))?;
        while let Some((id, arrow)) = arrows.next_if(|(_, arrow)| arrow.to <= index) {
            let object = Object::of("arrow").number("id", id + 1);
            let object = object.number("from", arrow.from + 1).number("to", arrow.to + 1);
            writeln!(out, "{}", object.text("kind", names::arrow(arrow.kind)))?;
        }
    }
    story.findings.iter().try_for_each(|found| writeln!(out, "{}", finding(found, lang)))
}

fn task(story: &Story, index: usize) -> Object {
    let told = &story.tasks[index];
    let part = match told.part {
        Part::Server => "server",
        Part::Child => "child",
        Part::Client => "client",
        Part::Other => "other",
    };
    let name = crate::trace::words::names::task(story, index, Lang::En);
    let pid = Some(told.pid).filter(|&pid| pid > 0);
    let parent = told.parent.map(|parent| parent + 1);
    Object::of("task")
        .number("id", index + 1)
        .maybe("pid", pid)
        .text("name", &name)
        .text("program", &told.program)
        .text("part", part)
        .number("process", told.leader + 1)
        .maybe("parent", parent)
        .field("traced", told.is_traced)
}

fn listener(story: &Story, index: usize) -> Object {
    let told = &story.listeners[index];
    Object::of("listener")
        .number("id", index + 1)
        .number("task", told.task + 1)
        .text("kind", names::channel(told.kind))
        .name("address", &told.name)
}

fn channel(story: &Story, index: usize) -> Object {
    let told = &story.channels[index];
    let ends = told.ends.iter().map(|end| {
        let side = match end.side {
            Side::Connected => "connected",
            Side::Accepted => "accepted",
            Side::Neither => "neither",
        };
        let tasks = end.tasks.iter().map(|task| task + 1);
        let object = Object::new().text("side", side).name("address", &end.name);
        object.list("tasks", tasks)
    });
    let listener = told.listener.map(|listener| listener + 1);
    Object::of("channel")
        .number("id", index + 1)
        .text("kind", names::channel(told.kind))
        .field("two_way", told.is_two_way)
        .maybe("listener", listener)
        .list("ends", ends)
}

fn step(story: &Story, index: usize, step: &Step, lang: Lang) -> Object {
    let call = story.call(step);
    let mut object = Object::of("step")
        .number("id", index + 1)
        .number("task", step.task + 1)
        .text("topic", names::topic(step.meaning))
        .text("call", call.name())
        .number("line", step.line);
    if story.missing.untimed == 0 {
        object = object.number("at", step.at).number("until", step.until);
    }
    if let Some(end) = step.end {
        object = object.number("channel", end.channel + 1).number("end", end.end);
    }
    let other = step.other.map(|other| other + 1);
    object = object.maybe("other", other).maybe("bytes", step.bytes);
    object = object.maybe("error", call.errno().map(Json));
    let data = story.data(step);
    if !data.parts.is_empty() {
        let parts = data.parts.iter().map(|part| {
            let object = Object::new();
            let object = match std::str::from_utf8(&part.bytes) {
                Ok(text) => object.text("text", text),
                Err(_) => object.field("hex", Hex(&part.bytes)),
            };
            if part.cut > 0 { object.number("cut", part.cut) } else { object }
        });
        object = object.list("data", parts);
    }
    for (name, set) in ["reads", "writes"].iter().zip(story.awaited(step)) {
        if !set.is_empty() {
            object = object.list(name, set.iter().map(|&what| on(what)));
        }
    }
    if !story.ready(step).is_empty() {
        object = object.list("ready", story.ready(step).iter().map(|&what| on(what)));
    }
    object = object.text("means", &explain::words(story, step, lang));
    object.list("strace", story.raw(step).map(Json))
}

fn finding(found: &Finding, lang: Lang) -> Object {
    let mistake = found.mistake;
    Object::of("finding")
        .number("mistake", mistake.number())
        .number("step", found.step + 1)
        .number("times", found.times)
        .text("name", mistake.name(lang))
        .text("reason", found.reason.of(lang))
        .text("why", mistake.why(lang))
        .text("remedy", mistake.mend(lang))
}

/// What a descriptor stands for.
fn on(what: On) -> Object {
    let object = Object::new();
    match what {
        On::Listener(listener) => object.number("listener", listener + 1),
        On::End(EndRef { channel, end }) => {
            object.number("channel", channel + 1).number("end", end)
        }
        On::More(count) => object.number("more", count),
        other => object.text("other", names::other(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::choice::Choice;
    use crate::trace::tests::{FORK, story};

    fn lines(story: &Story, kind: &str) -> Vec<String> {
        let mut text = Vec::new();
        write(story, Lang::En, &mut text).expect("a Vec takes all");
        let start = format!("{{\"type\":\"{kind}\",");
        let lines = String::from_utf8(text).expect("UTF-8");
        lines.lines().filter(|line| line.starts_with(&start)).map(String::from).collect()
    }

    #[test]
    fn only_who_is_referred_to_is_listed() {
        let whole = story(FORK);
        assert_eq!(lines(&whole, "task").len(), 5);
        // A client, and through its connection the server and the child.
        let choice = Choice { pids: vec![14998], ..Choice::default() };
        let part = story(FORK).only(&choice, (0, u64::MAX));
        let tasks = lines(&part, "task");
        assert!(tasks.len() == 3 && tasks.iter().any(|task| task.contains("14998")), "{tasks:?}");
        let channels = lines(&part, "channel");
        let tcp = channels.iter().filter(|channel| channel.contains("\"kind\":\"tcp\"")).count();
        assert_eq!(tcp, 1, "{channels:?}");
    }

    #[test]
    fn the_page_lists_the_words() {
        let page = include_str!("../../../../docs/trace-json.md");
        let words = include_str!("names.rs").lines().filter_map(|line| {
            line.trim().strip_suffix("\",")?.split_once(" => \"").map(|(_, word)| word)
        });
        let missing: Vec<_> = words
            .filter(|word| *word != names::topic(crate::trace::model::meaning::Meaning::Aside))
            .filter(|word| !page.contains(&format!("`{word}`")))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
