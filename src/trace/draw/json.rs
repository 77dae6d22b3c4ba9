//! The story for other programs: one JSON object per line. `docs/trace-json.md` says what each field
//! is.

use crate::screen::Lang;
use crate::trace::model::channel::{ChannelKind, Name, Side};
use crate::trace::model::finding::Finding;
use crate::trace::model::meaning::On;
use crate::trace::model::story::{ArrowKind, Step, Story};
use crate::trace::model::task::{EndRef, Part};
use crate::trace::words::explain;
use std::fmt::{self, Display, Formatter, Write as _};
use std::io::{self, Write};

/// Writes the story, a line at a time.
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
    for task in 0..story.tasks.len() {
        writeln!(out, "{}", self::task(story, task))?;
    }
    for listener in 0..story.listeners.len() {
        writeln!(out, "{}", self::listener(story, listener))?;
    }
    for channel in 0..story.channels.len() {
        writeln!(out, "{}", self::channel(story, channel))?;
    }
    // The arrows to a step come right after it.
    let mut arrows = story.arrows.iter().enumerate().peekable();
    for (index, step) in story.steps.iter().enumerate() {
        writeln!(out, "{}", self::step(story, index, step, lang))?;
        while let Some((id, arrow)) = arrows.next_if(|(_, arrow)| arrow.to <= index) {
            let object = Object::of("arrow").number("id", id + 1);
            let object = object.number("from", arrow.from + 1).number("to", arrow.to + 1);
            writeln!(out, "{}", object.text("kind", of_arrow(arrow.kind)))?;
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
        .text("kind", of_channel(told.kind))
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
        .text("kind", of_channel(told.kind))
        .field("two_way", told.is_two_way)
        .maybe("listener", listener)
        .list("ends", ends)
}

fn step(story: &Story, index: usize, step: &Step, lang: Lang) -> Object {
    let call = story.call(step);
    let mut object = Object::of("step")
        .number("id", index + 1)
        .number("task", step.task + 1)
        .text("topic", &meaning(step))
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
        other => object.text("other", &format!("{other:?}").to_lowercase()),
    }
}

/// `RecvEnd` as `recv_end`.
fn meaning(step: &Step) -> String {
    let mut name = String::new();
    for char in format!("{:?}", step.meaning).chars() {
        if char.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(char.to_ascii_lowercase());
    }
    name
}

fn of_channel(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Tcp => "tcp",
        ChannelKind::Unix => "unix",
        ChannelKind::Datagram => "datagram",
        ChannelKind::Pipe => "pipe",
    }
}

fn of_arrow(kind: ArrowKind) -> &'static str {
    match kind {
        ArrowKind::Connect => "connect",
        ArrowKind::Data => "data",
        ArrowKind::End => "end",
        ArrowKind::Signal => "signal",
        ArrowKind::Reap => "reap",
        ArrowKind::Reset => "reset",
    }
}

/// An object, field by field.
struct Object(String);

impl Object {
    fn new() -> Self {
        Self(String::new())
    }

    fn of(kind: &str) -> Self {
        Self::new().text("type", kind)
    }

    fn field(mut self, name: &str, value: impl Display) -> Self {
        let comma = if self.0.is_empty() { "" } else { "," };
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{comma}\"{name}\":{value}");
        self
    }

    fn number(self, name: &str, value: impl TryInto<u64, Error: fmt::Debug>) -> Self {
        self.field(name, value.try_into().unwrap_or(u64::MAX))
    }

    fn text(self, name: &str, text: &str) -> Self {
        self.field(name, Json(text))
    }

    fn maybe(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    fn name(self, field: &str, name: &Name) -> Self {
        match name {
            Name::Unknown => self,
            Name::Inode(inode) => self.field("inode", inode),
            name => self.text(field, &name.to_string()),
        }
    }

    fn list(self, name: &str, all: impl Iterator<Item = impl Display>) -> Self {
        let mut list = String::from("[");
        for (index, one) in all.enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let _ = write!(list, "{comma}{one}");
        }
        self.field(name, list + "]")
    }
}

impl Display for Object {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}}}", self.0)
    }
}

/// A text as a JSON string. Also safe in a script: it has no `<`.
pub(super) struct Json<'a>(pub &'a str);

impl Display for Json<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for char in self.0.chars() {
            match char {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\t' => f.write_str("\\t")?,
                '\r' => f.write_str("\\r")?,
                // Control characters of all kinds: none reaches a terminal.
                '\0'..='\x1f' | '\x7f'..='\u{9f}' | '<' | '\u{2028}' | '\u{2029}' => {
                    write!(f, "\\u{:04x}", char as u32)?;
                }
                char => f.write_char(char)?,
            }
        }
        f.write_char('"')
    }
}

/// Bytes in hexadecimal digits, as a JSON string.
struct Hex<'a>(&'a [u8]);

impl Display for Hex<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn any_text_is_a_json_string() {
        for (text, json) in [
            ("", r#""""#),
            ("a\"b\\c\n\r\t", r#""a\"b\\c\n\r\t""#),
            ("\0\x1b\x7f\u{85}</script>", r#""\u0000\u001b\u007f\u0085\u003c/script>""#),
            ("año 😀", r#""año 😀""#),
        ] {
            assert_eq!(Json(text).to_string(), json);
        }
    }
}
