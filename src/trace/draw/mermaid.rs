//! The story as a Mermaid sequence diagram: what the picture shows, folded in the same way, for a Markdown
//! page.

use crate::screen::Lang;
use crate::trace::layout::geometry::Geometry;
use crate::trace::layout::items::ItemKind;
use crate::trace::layout::labels::{Bar, CaptionOn};
use crate::trace::layout::links::Link;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::story::{ArrowKind, Story};
use crate::trace::words::{more, names, show, summary};
use std::fmt::{self, Display, Formatter, Write};

/// Data longer than this is shortened.
const LONG: usize = 40;

/// Writes the diagram.
///
/// # Errors
///
/// Only those of `out`.
pub fn write(story: &Story, geometry: &Geometry, lang: Lang, out: &mut impl Write) -> fmt::Result {
    writeln!(out, "sequenceDiagram")?;
    writeln!(out, "    title {}", Safe(&summary::title(story, lang)))?;
    for (index, lane) in geometry.lanes.all.iter().enumerate() {
        let name = names::task(story, lane.task, lang);
        let name = match lane.others {
            0 => name,
            others => more::tasks(others, lane.is_alike.then_some(name.as_str()), lang).join(" "),
        };
        writeln!(out, "    participant L{index} as {}", Safe(&name))?;
    }
    for (index, item) in geometry.items.all.iter().enumerate() {
        for bar in geometry.labels.bars.iter().filter(|bar| bar.below == Some(index)) {
            wait(bar, out)?;
        }
        match item.what {
            ItemKind::Mark(step) => mark(story, geometry, (index, step), lang, out)?,
            ItemKind::More(told) => {
                let words = more::words(&geometry.mores[told], lang);
                if let (Some(first), Some(last)) = (item.lanes.first(), item.lanes.last()) {
                    let over = if first == last { String::new() } else { format!(",L{last}") };
                    writeln!(out, "    Note over L{first}{over}: {}", Safe(&words))?;
                }
            }
        }
    }
    let last = geometry.labels.bars.iter().filter(|bar| bar.below.is_none());
    last.into_iter().try_for_each(|bar| wait(bar, out))
}

/// What a task waits in.
fn wait(bar: &Bar, out: &mut impl Write) -> fmt::Result {
    let text = if bar.label.text.is_empty() { "…" } else { &bar.label.text };
    writeln!(out, "    Note over L{}: {}", bar.lane, Safe(text))
}

/// A call: the arrows to it, or a note if it has no arrows in either direction.
fn mark(
    story: &Story,
    geometry: &Geometry,
    (index, step): (usize, usize),
    lang: Lang,
    out: &mut impl Write,
) -> fmt::Result {
    let label = show::label(story, &story.steps[step], lang);
    let lane = |item: usize| geometry.items.all[item].lanes.first().copied();
    let links = &geometry.links;
    let mut is_alone = true;
    for (at, link) in links.all.iter().enumerate() {
        is_alone &= link.from != index && link.to != index;
        if let (true, Some(from), Some(to)) = (link.to == index, lane(link.from), lane(index)) {
            let sent = &story.steps[story.arrows[link.arrow].from];
            let sent = match story.arrows[link.arrow].kind {
                ArrowKind::Connect => show::label(story, sent, lang),
                _ => show::quote(&story.data(sent), LONG),
            };
            let text = said(geometry, at).filter(|_| story.steps[step].meaning != Meaning::Accept);
            let text = text.or(Some(sent)).filter(|text| !text.is_empty());
            let text = text.unwrap_or_else(|| label.clone());
            writeln!(out, "    L{from}{}L{to}: {}", arrow(story, link), Safe(&text))?;
        }
    }
    for stub in links.stubs.iter().filter(|stub| stub.item == index) {
        is_alone = false;
        let Some(own) = lane(index) else { continue };
        let (from, to) = if stub.is_out { (own, stub.lane) } else { (stub.lane, own) };
        let text = &geometry.labels.items[index].text;
        let text = if text.is_empty() { &label } else { text };
        writeln!(out, "    L{from}->>L{to}: {}", Safe(text))?;
    }
    let born = links.born_of(index);
    if let (Some(child), Some(own)) = (born, lane(index)) {
        return writeln!(out, "    L{own}->>L{child}: {}", Safe(&label));
    }
    match (is_alone, lane(index)) {
        (true, Some(own)) => writeln!(out, "    Note over L{own}: {}", Safe(&label)),
        _ => Ok(()),
    }
}

/// The picture's text on a link.
fn said(geometry: &Geometry, link: usize) -> Option<String> {
    let caption =
        geometry.labels.captions.iter().find(|caption| caption.on == CaptionOn::Link(link));
    caption.map(|caption| caption.text.clone()).filter(|text| !text.is_empty())
}

fn arrow(story: &Story, link: &Link) -> &'static str {
    match story.arrows[link.arrow].kind {
        ArrowKind::Connect | ArrowKind::Data => "->>",
        ArrowKind::End | ArrowKind::Signal | ArrowKind::Reap => "-->>",
        ArrowKind::Reset => "-x",
    }
}

/// Text that Mermaid takes literally: anything but letters, digits and spaces becomes a character code.
struct Safe<'a>(&'a str);

impl Display for Safe<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            match char {
                'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' => f.write_char(char)?,
                // Mermaid uses ß in its own encoding of codes.
                'À'..='ſ' if !matches!(char, 'ß' | '×' | '÷') => f.write_char(char)?,
                '“' | '”' | '…' | '↵' | '.' | '(' | ')' | '/' => f.write_char(char)?,
                // Characters that change the direction of text, or are invisible.
                '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}' => f.write_char('…')?,
                _ if char.is_control() => f.write_char('…')?,
                _ => write!(f, "#{};", char as u32)?,
            }
        }
        Ok(())
    }
}
