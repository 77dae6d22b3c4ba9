//! Text made safe for SVG and HTML: what a client sent must never become markup.

use std::fmt::{self, Display, Formatter, Write};

/// Text as it may stand between tags or in a quoted attribute.
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(pub &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            match char {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' | '\t' => f.write_char(char)?,
                // Characters that XML does not have.
                '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                // Characters that change the direction of text, or are invisible.
                '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}' => f.write_char('\u{fffd}')?,
                _ if char.is_control() => f.write_char('\u{fffd}')?,
                _ => f.write_char(char)?,
            }
        }
        Ok(())
    }
}
