//! The page's details of each call, each wait, and each count.

use super::escape::Escaped;
use crate::screen::Lang;
use crate::trace::layout::geometry::Geometry;
use crate::trace::layout::items::ItemKind;
use crate::trace::layout::more::More;
use crate::trace::model::story::{Step, Story};
use crate::trace::words::time::{at, milliseconds};
use crate::trace::words::{explain, more, names, origin, show};
use std::fmt::{self, Write};

/// How many of the calls that go with another are listed; the others are counted.
const MOST: usize = 12;

/// Writes all of it, each under the key of its figure.
pub(super) fn write(
    story: &Story,
    geometry: &Geometry,
    lang: Lang,
    out: &mut impl Write,
) -> fmt::Result {
    for item in &geometry.items.all {
        match item.what {
            ItemKind::Mark(step) => {
                writeln!(out, "<div id=\"m{step}\">")?;
                detail(story, &story.steps[step], lang, out)?;
                aside(story, &item.aside, lang, out)?;
            }
            ItemKind::More(index) => {
                writeln!(out, "<div id=\"f{index}\">")?;
                counted(story, &geometry.mores[index], lang, out)?;
            }
        }
        writeln!(out, "</div>")?;
    }
    for (index, bar) in geometry.labels.bars.iter().enumerate() {
        writeln!(out, "<div id=\"b{index}\">")?;
        for &step in bar.waits.iter().take(MOST) {
            detail(story, &story.steps[step], lang, out)?;
        }
        and_more(bar.waits.len().saturating_sub(MOST), "p", lang, out)?;
        writeln!(out, "</div>")?;
    }
    Ok(())
}

/// Everything about a step.
fn detail(story: &Story, step: &Step, lang: Lang, out: &mut impl Write) -> fmt::Result {
    let task = &story.tasks[step.task];
    let call = story.call(step);
    let (took, made) = match lang {
        Lang::Es => ("tardó", "la hace"),
        Lang::En => ("took", "made by"),
    };
    let name = names::task(story, step.task, lang);
    writeln!(out, "<h2>{}</h2>", Escaped(&show::call(story, step, lang)))?;
    write!(out, "<p class=\"when\">{}", Escaped(&name))?;
    if let Some(time) = at(story, step.at, 4, lang) {
        write!(out, ", {time} s")?;
        if story.missing.coarse == 0 {
            write!(out, ", {took} {} ms", milliseconds(step.took(), lang))?;
        }
    }
    writeln!(out, "</p>\n<p>{}</p>", Escaped(&explain::words(story, step, lang)))?;
    writeln!(out, "<dl>")?;
    if let Some(prototype) = origin::prototype(&call) {
        writeln!(out, "<dt>C</dt><dd><code>{}</code></dd>", Escaped(prototype))?;
    }
    // Another program's calls are made by its own functions.
    let ours = origin::ours(step.meaning, &call, task.part).filter(|_| task.is_ours);
    if let Some((function, file)) = ours {
        writeln!(
            out,
            "<dt>{made}</dt><dd><code>{}</code> <span>{}</span></dd>",
            Escaped(function),
            Escaped(file)
        )?;
    }
    for raw in story.raw(step).take(MOST) {
        writeln!(out, "<dt>strace</dt><dd><code>{}</code></dd>", Escaped(raw))?;
    }
    writeln!(out, "</dl>")
}

/// The calls that the picture leaves out, with the mark that they belong to.
fn aside(story: &Story, steps: &[usize], lang: Lang, out: &mut impl Write) -> fmt::Result {
    if steps.is_empty() {
        return Ok(());
    }
    let heading = match lang {
        Lang::Es => "y también",
        Lang::En => "and also",
    };
    writeln!(out, "<h3>{heading}</h3>\n<ul>")?;
    for &step in steps.iter().take(MOST) {
        let step = &story.steps[step];
        writeln!(
            out,
            "<li><code>{}</code> {}</li>",
            Escaped(&show::call(story, step, lang)),
            Escaped(&explain::words(story, step, lang))
        )?;
    }
    and_more(steps.len().saturating_sub(MOST), "li", lang, out)?;
    writeln!(out, "</ul>")
}

fn and_more(count: usize, tag: &str, lang: Lang, out: &mut impl Write) -> fmt::Result {
    if count == 0 { Ok(()) } else { writeln!(out, "<{tag}>{}</{tag}>", more::others(count, lang)) }
}

/// How much is counted, and from when to when.
fn counted(story: &Story, told: &More, lang: Lang, out: &mut impl Write) -> fmt::Result {
    let times = [told.first, told.last].map(|step| at(story, story.steps[step].time(), 4, lang));
    writeln!(out, "<h2>{}</h2>", more::words(told, lang))?;
    let calls = more::calls(told.steps, lang);
    match (times, lang) {
        ([Some(from), Some(to)], Lang::Es) => writeln!(out, "<p>{calls}, de {from} s a {to} s</p>"),
        ([Some(from), Some(to)], Lang::En) => {
            writeln!(out, "<p>{calls}, from {from} s to {to} s</p>")
        }
        _ => writeln!(out, "<p>{calls}</p>"),
    }
}
