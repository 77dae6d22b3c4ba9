//! JSON objects, and their parts.

use crate::trace::model::channel::Name;
use std::fmt::{self, Display, Formatter, Write as _};

/// An object, field by field.
pub(super) struct Object(String);

impl Object {
    pub fn new() -> Self {
        Self(String::new())
    }

    pub fn of(kind: &str) -> Self {
        Self::new().text("type", kind)
    }

    pub fn field(mut self, name: &str, value: impl Display) -> Self {
        let comma = if self.0.is_empty() { "" } else { "," };
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{comma}\"{name}\":{value}");
        self
    }

    pub fn number(self, name: &str, value: impl TryInto<u64, Error: fmt::Debug>) -> Self {
        self.field(name, value.try_into().unwrap_or(u64::MAX))
    }

    pub fn text(self, name: &str, text: &str) -> Self {
        self.field(name, Json(text))
    }

    pub fn maybe(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    pub fn name(self, field: &str, name: &Name) -> Self {
        match name {
            Name::Unknown => self,
            Name::Inode(inode) => self.field("inode", inode),
            name => self.text(field, &name.to_string()),
        }
    }

    pub fn list(self, name: &str, all: impl Iterator<Item = impl Display>) -> Self {
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

/// A text as JSON has it. Safe in a script, too: it has no `<`.
pub(in crate::trace::draw) struct Json<'a>(pub &'a str);

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
pub(super) struct Hex<'a>(pub &'a [u8]);

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
