//! Decodes a terminal's keys: bytes in, keys out.

/// A key that edits a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// A byte of a character.
    Text(u8),
    Enter,
    Left,
    Right,
    Home,
    End,
    Older,
    Newer,
    /// Erases the character before the cursor.
    Backspace,
    /// Erases the character under it.
    Delete,
    EraseWord,
    EraseToStart,
    EraseToEnd,
    /// The end of the input, or [`Delete`](Self::Delete).
    CtrlD,
    ClearScreen,
}

const ESCAPE: u8 = 0x1b;
const TAB: u8 = b'\t';

/// Decodes keys. A terminal may send several bytes for one.
#[derive(Debug, Default)]
pub(super) struct Keys {
    state: KeyState,
    /// Pasted text is coming: no key except Enter.
    is_pasted: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum KeyState {
    #[default]
    Ground,
    Escape,
    /// After `ESC [` or `ESC O`, with the first number.
    Sequence {
        number: u32,
        is_first: bool,
    },
}

impl Keys {
    /// The key that this byte completes; `None` for one that does nothing, such as F1.
    pub(super) fn key(&mut self, byte: u8) -> Option<Key> {
        let state = std::mem::take(&mut self.state);
        let key = match (state, byte) {
            (_, ESCAPE) => {
                self.state = KeyState::Escape;
                None
            }
            (_, ..=0x1f) => control(byte),
            (KeyState::Escape, b'[' | b'O') => {
                self.state = KeyState::Sequence { number: 0, is_first: true };
                None
            }
            // Alt and a letter.
            (KeyState::Escape, ..=0x7f) => None,
            (KeyState::Sequence { number, .. }, b'@'..=b'~') => return self.sequence(number, byte),
            (KeyState::Sequence { number, is_first }, ..=b'?') => {
                let is_first = is_first && byte.is_ascii_digit();
                let digit = if is_first { number * 10 + u32::from(byte - b'0') } else { number };
                self.state = KeyState::Sequence { number: digit.min(999), is_first };
                None
            }
            (_, 0x7f) => Some(Key::Backspace),
            (_, _) => Some(Key::Text(byte)),
        };
        key.filter(|key| !self.is_pasted || matches!(key, Key::Text(_) | Key::Enter))
    }

    fn sequence(&mut self, number: u32, end: u8) -> Option<Key> {
        match (number, end) {
            (200 | 201, b'~') => self.is_pasted = number == 200,
            _ if self.is_pasted => {}
            (_, b'A') => return Some(Key::Older),
            (_, b'B') => return Some(Key::Newer),
            (_, b'C') => return Some(Key::Right),
            (_, b'D') => return Some(Key::Left),
            (_, b'H') | (1 | 7, b'~') => return Some(Key::Home),
            (_, b'F') | (4 | 8, b'~') => return Some(Key::End),
            (3, b'~') => return Some(Key::Delete),
            _ => {}
        }
        None
    }
}

/// Ctrl and a letter: the letter's lowest five bits.
fn control(byte: u8) -> Option<Key> {
    Some(match byte {
        b'\n' | b'\r' => Key::Enter,
        TAB => Key::Text(TAB),
        _ => match byte | 0x40 {
            b'A' => Key::Home,
            b'B' => Key::Left,
            b'D' => Key::CtrlD,
            b'E' => Key::End,
            b'F' => Key::Right,
            b'H' => Key::Backspace,
            b'K' => Key::EraseToEnd,
            b'L' => Key::ClearScreen,
            b'N' => Key::Newer,
            b'P' => Key::Older,
            b'U' => Key::EraseToStart,
            b'W' => Key::EraseWord,
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(bytes: &[u8]) -> Vec<Key> {
        let mut keys = Keys::default();
        bytes.iter().filter_map(|&byte| keys.key(byte)).collect()
    }

    #[test]
    fn terminals_send_different_bytes_for_one_key() {
        for (key, all) in [
            (Key::Left, &["\x1b[D", "\x1bOD", "\x02", "\x1b[1;5D"][..]),
            (Key::Right, &["\x1b[C", "\x1bOC", "\x06"]),
            (Key::Older, &["\x1b[A", "\x1bOA", "\x10"]),
            (Key::Newer, &["\x1b[B", "\x1bOB", "\x0e"]),
            (Key::Home, &["\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~", "\x01"]),
            (Key::End, &["\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~", "\x05"]),
            (Key::Delete, &["\x1b[3~"]),
            (Key::Backspace, &["\x7f", "\x08"]),
            (Key::Enter, &["\n", "\r"]),
        ] {
            for bytes in all {
                assert_eq!(keys(bytes.as_bytes()), [key], "{bytes:?}");
            }
        }
    }

    #[test]
    fn others_do_nothing_and_leave_nothing_behind() {
        for bytes in
            ["\x1bx", "\x1b[15~", "\x1bOP", "\x1b[2;5~", "\x07", "\x1b\x1b", "\x1b[9999999999~"]
        {
            assert_eq!(keys(bytes.as_bytes()), [], "{bytes:?}");
        }
        let text: Vec<_> = "ñ".bytes().map(Key::Text).collect();
        assert_eq!(keys("\x1bñ".as_bytes()), text);
        assert_eq!(keys(b"\x1b[\n"), [Key::Enter]);
        assert_eq!(keys(b"\x1b\x1b[D"), [Key::Left]);
    }

    #[test]
    fn what_is_pasted_is_text() {
        let pasted = keys(b"\x1b[200~\ta\x04\x08\x1b[A\x1b[3~\nb\x1b[201~\x04");
        let [tab, a, b] = [b'\t', b'a', b'b'].map(Key::Text);
        assert_eq!(pasted, [tab, a, Key::Enter, b, Key::CtrlD]);
    }
}
