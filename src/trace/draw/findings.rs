//! The findings: as text, and as a list on the page.

use super::escape::Escaped;
use crate::screen::Lang;
use crate::trace::model::finding::Finding;
use crate::trace::model::story::Story;
use crate::trace::words::time::seconds;
use crate::trace::words::{names, show};
use std::fmt::{self, Write};

/// Writes the findings as a list for the page, each with a link to its step.
///
/// # Errors
///
/// Only those of `out`.
pub(super) fn write_list(story: &Story, lang: Lang, out: &mut impl Write) -> fmt::Result {
    if story.findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section id=\"findings\">")?;
    for finding in &story.findings {
        let Finding { mistake, .. } = finding;
        let [why, mend] = reasons(lang);
        writeln!(out, "<details><summary>{}</summary>", Escaped(&name(finding, lang)))?;
        let place = place(story, finding, lang);
        let number = finding.step + 1;
        writeln!(out, "<p><a href=\"#step={number}\">{}</a></p>", Escaped(&place))?;
        writeln!(out, "<p>{}</p>", Escaped(finding.reason.of(lang)))?;
        for (what, said) in [(why, mistake.why(lang)), (mend, mistake.mend(lang))] {
            writeln!(out, "<p><b>{what}:</b> {}</p>", Escaped(said))?;
        }
        writeln!(out, "</details>")?;
    }
    writeln!(out, "</section>")
}

/// Writes each finding: what it is, where, and what to do about it.
///
/// # Errors
///
/// Only those of `out`.
pub fn write(story: &Story, lang: Lang, out: &mut impl Write) -> fmt::Result {
    for finding in &story.findings {
        let Finding { mistake, .. } = finding;
        let [why, mend] = reasons(lang);
        writeln!(out, "{}", name(finding, lang))?;
        writeln!(out, "  {}", place(story, finding, lang))?;
        writeln!(out, "  {}", finding.reason.of(lang))?;
        writeln!(out, "  {why}: {}", mistake.why(lang))?;
        writeln!(out, "  {mend}: {}\n", mistake.mend(lang))?;
    }
    Ok(())
}

/// `mistake 3: the parent does not close the accepted socket (2 times)`
#[must_use]
pub fn name(finding: &Finding, lang: Lang) -> String {
    let Finding { mistake, times, .. } = finding;
    let again = match (times, lang) {
        (1, _) => String::new(),
        (_, Lang::Es) => format!(" ({times} veces)"),
        (_, Lang::En) => format!(" ({times} times)"),
    };
    format!("{} {}: {}{again}", word(lang), mistake.number(), mistake.name(lang))
}

/// The words before why a mistake matters, and before how to correct it.
fn reasons(lang: Lang) -> [&'static str; 2] {
    match lang {
        Lang::Es => ["por qué importa", "remedio"],
        Lang::En => ["why it matters", "remedy"],
    }
}

/// The prefix of a step's text, if there is a mistake in it: `(mistake 3) `.
#[must_use]
pub fn mark(story: &Story, step: usize, lang: Lang) -> String {
    let found = story.findings.iter().filter(|finding| finding.step == step);
    let numbers: Vec<_> = found.map(|finding| finding.mistake.number().to_string()).collect();
    match numbers.as_slice() {
        [] => String::new(),
        _ => format!("({} {}) ", word(lang), numbers.join(", ")),
    }
}

fn word(lang: Lang) -> &'static str {
    match lang {
        Lang::Es => "error",
        Lang::En => "mistake",
    }
}

/// `step 17, 0.648437 s, server: fork() = 25659`
#[must_use]
pub fn place(story: &Story, finding: &Finding, lang: Lang) -> String {
    let step = &story.steps[finding.step];
    let word = match lang {
        Lang::Es => "paso",
        Lang::En => "step",
    };
    let time = match story.missing.untimed {
        0 => format!(", {} s", seconds(step.time(), 6, lang)),
        _ => String::new(),
    };
    let (number, who) = (finding.step + 1, names::task(story, step.task, lang));
    format!("{word} {number}{time}, {who}: {}", show::call(story, step, lang))
}
