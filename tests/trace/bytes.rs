//! Payload: bytes, some of them not shown by the log.

use std::fmt;

/// Bytes, with `None` for each that is not shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<Option<u8>>);

impl Bytes {
    /// `"GET /\r\n"...+9 "ok"`
    pub fn parse(text: &str) -> Self {
        let mut bytes = Vec::new();
        let mut rest = text.chars();
        let mut is_inside = false;
        while let Some(char) = rest.next() {
            match char {
                '"' => {
                    is_inside = !is_inside;
                    if let Some(after) =
                        (!is_inside).then(|| rest.as_str().strip_prefix("...+")).flatten()
                    {
                        let digits = after.chars().take_while(char::is_ascii_digit).count();
                        let count: usize = after[..digits].parse().expect("a number");
                        bytes.extend(std::iter::repeat_n(None, count));
                        rest = after[digits..].chars();
                    }
                }
                '\\' if is_inside => bytes.push(Some(escaped(&mut rest))),
                char if is_inside => {
                    bytes.extend(char.encode_utf8(&mut [0; 4]).bytes().map(Some));
                }
                _ => {}
            }
        }
        Self(bytes)
    }

    /// What both together show of the same bytes.
    pub fn merge(one: &[Option<u8>], other: &[Option<u8>]) -> Self {
        Self(one.iter().zip(other).map(|(one, other)| one.or(*other)).collect())
    }
}

fn escaped(rest: &mut std::str::Chars<'_>) -> u8 {
    match rest.next() {
        Some('n') => b'\n',
        Some('r') => b'\r',
        Some('t') => b'\t',
        Some('x') => {
            let digits: String = rest.by_ref().take(2).collect();
            u8::from_str_radix(&digits, 16).expect("two digits")
        }
        Some(char) => char as u8,
        None => b'\\',
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<u8> = self.0.iter().map(|byte| byte.unwrap_or(b'?')).collect();
        let cut = self.0.iter().filter(|byte| byte.is_none()).count();
        write!(out, "{:?} ({cut} not shown)", String::from_utf8_lossy(&shown))
    }
}
