//! The picture in a page that tells more: hovering over a call shows strace's line, what it is for,
//! and which function made it. One file, no network.

use super::escape::Escaped;
use super::picture::Details;
use super::svg::{self, seconds};
use crate::screen::Lang;
use crate::trace::layout::geometry::Geometry;
use crate::trace::layout::lay_out;
use crate::trace::model::story::{Step, Story};
use crate::trace::words::explain;
use crate::trace::words::names;
use crate::trace::words::origin;
use crate::trace::words::show;
use crate::trace::words::summary;
use std::fmt::{self, Write};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// A picture that is higher than this is scrolled, not made to fit.
const ONE_SCREEN: f64 = 1250.0;

/// Writes the page.
///
/// # Errors
///
/// Only those of `out`.
pub fn write(story: &Story, lang: Lang, out: &mut impl Write) -> fmt::Result {
    let geometry = lay_out(story, lang);
    let (code, hint) = match lang {
        Lang::Es => ("es", "Pase el ratón (o el tabulador) por las llamadas y las esperas."),
        Lang::En => ("en", "Move the mouse (or the Tab key) over the calls and the waits."),
    };
    let title = summary::title(story, lang);
    let fit = if geometry.height <= ONE_SCREEN { "fits" } else { "scrolls" };
    write!(
        out,
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body class=\"{fit}\">\n",
        Escaped(&title)
    )?;
    svg::write(story, &geometry, lang, Details::Keys, out)?;
    writeln!(out, "<p id=\"hint\">{hint}</p>\n<div id=\"tip\" role=\"status\" hidden></div>")?;
    writeln!(out, "<div id=\"details\" hidden>")?;
    details(story, &geometry, lang, out)?;
    writeln!(out, "</div>\n<script>\n{SCRIPT}</script>\n</body>\n</html>")
}

fn details(story: &Story, geometry: &Geometry, lang: Lang, out: &mut impl Write) -> fmt::Result {
    for mark in geometry.lanes.iter().flat_map(|lane| &lane.marks) {
        writeln!(out, "<div id=\"m{}\">", mark.step)?;
        detail(story, &story.steps[mark.step], lang, out)?;
        folded(story, &mark.folded, lang, out)?;
        writeln!(out, "</div>")?;
    }
    for (index, bar) in geometry.bars.iter().enumerate() {
        writeln!(out, "<div id=\"b{index}\">")?;
        for &step in &bar.waits {
            detail(story, &story.steps[step], lang, out)?;
        }
        writeln!(out, "</div>")?;
    }
    Ok(())
}

/// All about a step.
fn detail(story: &Story, step: &Step, lang: Lang, out: &mut impl Write) -> fmt::Result {
    let task = &story.tasks[step.task];
    let call = story.call(step);
    let (took, made) = match lang {
        Lang::Es => ("tardó", "la hace"),
        Lang::En => ("took", "made by"),
    };
    writeln!(
        out,
        "<h2>{}</h2>\n<p class=\"when\">{}, {} s, {took} {} ms</p>\n<p>{}</p>",
        Escaped(&show::call(story, step, lang)),
        Escaped(&names::task(story, step.task, lang)),
        seconds(step.at),
        milliseconds(step.took()),
        Escaped(&explain::words(story, step, lang))
    )?;
    let masked = call.arg(5).contains("sigmask");
    writeln!(out, "<dl>")?;
    if let Some(origin) = origin::of(step.topic, task.part, masked) {
        writeln!(out, "<dt>C</dt><dd><code>{}</code></dd>", Escaped(origin.c))?;
        // Another program's calls are made by functions of its own.
        if task.program.starts_with("enchufe-") {
            writeln!(
                out,
                "<dt>{made}</dt><dd><code>{}</code> <span>{}</span></dd>",
                Escaped(origin.ours),
                Escaped(origin.file)
            )?;
        }
    }
    for raw in story.raw(step) {
        writeln!(out, "<dt>strace</dt><dd><code>{}</code></dd>", Escaped(raw))?;
    }
    writeln!(out, "</dl>")
}

/// The calls that the picture leaves out, with the mark that they belong to.
fn folded(story: &Story, steps: &[usize], lang: Lang, out: &mut impl Write) -> fmt::Result {
    if steps.is_empty() {
        return Ok(());
    }
    let heading = match lang {
        Lang::Es => "y también",
        Lang::En => "and also",
    };
    writeln!(out, "<h3>{heading}</h3>\n<ul>")?;
    for &step in steps {
        let step = &story.steps[step];
        writeln!(
            out,
            "<li><code>{}</code> {}</li>",
            Escaped(&show::call(story, step, lang)),
            Escaped(&explain::words(story, step, lang))
        )?;
    }
    writeln!(out, "</ul>")
}

/// `52.359`.
fn milliseconds(micros: u64) -> String {
    format!("{}.{:03}", micros / 1000, micros % 1000)
}
