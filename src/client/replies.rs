//! Cuts what a server sends into notices and replies: bytes and time in, pieces out. No socket.

use crate::protocol::framing::content;
use crate::protocol::reply::NOTICE;
use std::time::Duration;

/// Silence that ends a reply without a newline.
const SILENCE: Duration = Duration::from_millis(50);

/// The same while the message is coming back: an echo that has begun will go on.
const ECHO_SILENCE: Duration = Duration::from_secs(1);

/// More than any reply: past this, what is there is taken as it is.
const LONGEST: usize = 1 << 22;

/// How a reply to a message without a newline ends.
const SECONDS: &[u8] = b" secs";

/// What the server sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Something it says unasked: `Servidor: …`.
    Notice(Vec<u8>),
    /// The reply to a message.
    Reply(Vec<u8>),
}

/// Bytes received and not yet taken.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    bytes: Vec<u8>,
}

impl Inbox {
    /// Adds bytes received.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The silence that ends what is there, if anything is; `sent` is the message that awaits a
    /// reply, empty if none does.
    pub(super) fn patience(&self, sent: &[u8]) -> Option<Duration> {
        let echoing = sent.starts_with(&self.bytes) && self.bytes.len() < content(sent).len();
        (!self.bytes.is_empty()).then_some(if echoing { ECHO_SILENCE } else { SILENCE })
    }

    /// Takes the next piece that is whole; all that is there if the server has `ended` it, by its
    /// silence or by closing.
    pub(super) fn take(&mut self, sent: &[u8], ended: bool) -> Option<Piece> {
        let is_echo = begins_with_echo(&self.bytes, sent);
        let is_notice = !is_echo && self.bytes.starts_with(NOTICE.as_bytes());
        let end = if is_echo {
            sent.len()
        } else {
            let ended = !self.bytes.is_empty() && (ended || self.bytes.len() > LONGEST);
            let awaited = !sent.is_empty() && !sent.ends_with(b"\n") && !is_notice;
            let whole = if awaited { bare_end(&self.bytes) } else { line_end(&self.bytes) };
            whole.or(ended.then_some(self.bytes.len()))?
        };
        let piece = self.bytes.drain(..end).collect();
        Some(if is_notice { Piece::Notice(piece) } else { Piece::Reply(piece) })
    }
}

/// Whether the message has come back whole, and nothing else but perhaps a notice.
fn begins_with_echo(bytes: &[u8], sent: &[u8]) -> bool {
    !sent.is_empty()
        && bytes
            .strip_prefix(sent)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(NOTICE.as_bytes()))
}

/// Where a line ends.
fn line_end(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&byte| byte == b'\n').map(|at| at + 1)
}

/// Where the reply to a message without a newline ends. A notice may follow at once.
fn bare_end(bytes: &[u8]) -> Option<usize> {
    let notice = bytes.windows(NOTICE.len()).position(|window| window == NOTICE.as_bytes());
    let reply = &bytes[..notice.unwrap_or(bytes.len())];
    line_end(reply).or((notice.is_some() || reply.ends_with(SECONDS)).then_some(reply.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces of `bytes`, come in reply to `sent`, and how many bytes are left.
    fn pieces(sent: &str, bytes: &str) -> (Vec<String>, usize) {
        let mut inbox = Inbox::default();
        inbox.push(bytes.as_bytes());
        let mut found = Vec::new();
        while let Some(piece) = inbox.take(sent.as_bytes(), false) {
            let (kind, bytes) = match piece {
                Piece::Notice(bytes) => ('n', bytes),
                Piece::Reply(bytes) => ('r', bytes),
            };
            found.push(format!("{kind} {}", String::from_utf8(bytes).unwrap()));
        }
        (found, inbox.bytes.len())
    }

    #[test]
    fn lines_are_replies_or_notices() {
        assert_eq!(
            pieces("Hola\n", "Servidor: Conectado con cliente\n09/05/2024 14:44:16 108 secs\nSer"),
            (
                vec![
                    "n Servidor: Conectado con cliente\n".into(),
                    "r 09/05/2024 14:44:16 108 secs\n".into()
                ],
                3
            )
        );
        // A reply that is not whole, and a notice that nobody was waiting for.
        assert_eq!(pieces("Hola\n", "09/05/2024 14:44:16 108 secs"), (vec![], 28));
        assert_eq!(
            pieces("", "Servidor: cerrando, 3 secs\n"),
            (vec!["n Servidor: cerrando, 3 secs\n".into()], 0)
        );
    }

    #[test]
    fn a_reply_without_a_newline_ends_in_secs_or_is_an_echo() {
        let whole = |sent, bytes: &str| {
            assert_eq!(pieces(sent, bytes), (vec![format!("r {bytes}")], 0));
        };
        whole("Hola", "09/05/2024 14:44:16 108 secs");
        whole("0", "09/05/2024 14:44:16 108 secs");
        whole("SALIR", "146 secs");
        whole("Este mensaje ", "Este mensaje ");
        whole("Servidor: yo", "Servidor: yo");
        whole("uno\ndos\n", "uno\ndos\n");
        assert_eq!(pieces("Hola", "09/05/2024 14:44:16 108 se"), (vec![], 26));
        assert_eq!(pieces("Hola", "Ho"), (vec![], 2));
    }

    #[test]
    fn a_notice_may_follow_a_reply_without_a_newline() {
        for reply in ["09/05/2024 14:44:16 108 secs", "Hola", "otra cosa"] {
            assert_eq!(
                pieces("Hola", &format!("{reply}Servidor: cerrando, 3 secs\n")),
                (vec![format!("r {reply}"), "n Servidor: cerrando, 3 secs\n".into()], 0)
            );
        }
    }

    #[test]
    fn silence_or_the_end_makes_a_piece_of_what_is_there() {
        let mut inbox = Inbox::default();
        assert_eq!(inbox.take(b"Hola\n", true), None);
        inbox.push(b"Servidor: Conectado");
        assert_eq!(inbox.take(b"", false), None);
        assert_eq!(inbox.take(b"", true), Some(Piece::Notice(b"Servidor: Conectado".into())));
        inbox.push(b"HOLA");
        assert_eq!(inbox.take(b"Hola\n", true), Some(Piece::Reply(b"HOLA".into())));
    }

    #[test]
    fn an_echo_that_has_begun_is_given_more_time() {
        let patience = |sent: &[u8], bytes: &[u8]| {
            let mut inbox = Inbox::default();
            inbox.push(bytes);
            inbox.patience(sent)
        };
        assert_eq!(patience(b"Hola\n", b""), None);
        assert_eq!(patience(b"Hola\n", b"Ho"), Some(ECHO_SILENCE));
        assert_eq!(patience(b"Hola\n", b"Hola"), Some(SILENCE));
        assert_eq!(patience(b"Hola\n", b"HO"), Some(SILENCE));
        assert_eq!(patience(b"", b"Ho"), Some(SILENCE));
    }
}
