use super::*;
use std::time::Instant;

fn awaiting(sent: &str) -> Inbox {
    let mut inbox = Inbox::default();
    inbox.expect(&sent.as_bytes().into());
    inbox
}

fn text(piece: ReplyPiece) -> String {
    let (kind, bytes) = match piece {
        ReplyPiece::Notice(bytes) => ('n', bytes),
        ReplyPiece::Reply(bytes) => ('r', bytes),
        ReplyPiece::Part(bytes) => ('p', bytes),
    };
    format!("{kind} {}", String::from_utf8(bytes).unwrap())
}

/// The pieces of `bytes`, received in reply to `sent`, and how many bytes are left.
fn pieces(sent: &str, bytes: &str) -> (Vec<String>, usize) {
    let mut inbox = awaiting(sent);
    inbox.push(bytes.as_bytes());
    let found = std::iter::from_fn(|| inbox.take(false).map(text)).collect();
    (found, inbox.rest().len())
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
    // An incomplete reply, and an unexpected notice.
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

/// Bytes that come at once and one by one give the same pieces.
#[test]
fn how_it_was_cut_up_does_not_matter() {
    for (sent, bytes) in [
        ("Hola\n", "Servidor: Conectado con cliente\n09/05/2024 14:44:16 108 secs\notra\nSer"),
        ("Hola", "09/05/2024 14:44:16 108 secsServidor: cerrando, 3 secs\n"),
        ("Hola", "otra cosaServidor: cerrando, 3 secs\notra"),
        ("Servidor: yo\n", "Servidor: yo\nServidor: cerrando, 3 secs\n"),
        ("uno\ndos\n", "uno y dos\ntres\n"),
    ] {
        let mut inbox = awaiting(sent);
        let mut found = Vec::new();
        for &byte in bytes.as_bytes() {
            inbox.push(&[byte]);
            found.extend(inbox.take(false).map(text));
        }
        assert_eq!((found, inbox.rest().len()), pieces(sent, bytes));
    }
}

/// Otherwise this would take hours.
#[test]
fn each_byte_is_looked_at_once() {
    const LENGTH: usize = 1 << 20;
    for message in ["Hola\n", "Hola", &"x".repeat(LENGTH)] {
        let mut inbox = awaiting(message);
        let start = Instant::now();
        for _ in 1..LENGTH {
            inbox.push(b"x");
            assert_eq!((inbox.take(false), inbox.patience().is_some()), (None, true));
            assert!(start.elapsed() < Duration::from_secs(60));
        }
    }
}

#[test]
fn a_message_on_its_way_back_is_progress() {
    let mut inbox = awaiting("Hola\n");
    for (bytes, progress) in [("H", true), ("ol", true), ("x", false), ("a\n", false)] {
        assert_eq!(inbox.push(bytes.as_bytes()), progress, "{bytes}");
    }
}

#[test]
fn more_is_waited_for_where_it_is_likely() {
    let patience = |sent, bytes: &str| {
        let mut inbox = awaiting(sent);
        inbox.push(bytes.as_bytes());
        inbox.patience()
    };
    for (sent, bytes) in [("Hola\n", "Ho"), ("Hola\n", "09/05/20"), ("SALIR\n", "14"), ("", "Serv")]
    {
        assert_eq!(patience(sent, bytes), Some(BEGUN), "{bytes}");
    }
    for (sent, bytes) in [("Hola\n", "Hola"), ("Hola\n", "HO"), ("Hola\n", "42 euros"), ("", "Ho")]
    {
        assert_eq!(patience(sent, bytes), Some(SILENCE), "{bytes}");
    }
    assert_eq!(patience("Hola\n", ""), None);
    assert_eq!(patience("Hola\n", "Servidor: Conectado"), None);
}

#[test]
fn after_the_first_newline_of_a_reply_silence_ends_none() {
    let mut inbox = awaiting("Hola\n");
    inbox.push(b"HOLA");
    assert_eq!(inbox.patience(), Some(SILENCE));
    assert_eq!(inbox.take(true), Some(ReplyPiece::Reply(b"HOLA".into())));
    // Its late newline is not the reply to the next message.
    inbox.expect(&b"otra\n"[..].into());
    inbox.push(b"\nOT");
    assert_eq!((inbox.take(false), inbox.patience()), (None, None));
    // But it is to one without a newline.
    inbox.expect(&b"otra"[..].into());
    assert_eq!(inbox.patience(), Some(SILENCE));
}

#[test]
fn the_end_of_the_connection_is_not_the_end_of_a_reply() {
    let rest = |sent, bytes: &str, late| {
        let mut inbox = awaiting(sent);
        inbox.push(bytes.as_bytes());
        inbox.take_rest(late).map(text)
    };
    assert_eq!(rest("Hola\n", "", false), None);
    assert_eq!(rest("Hola\n", "09/05", false).as_deref(), Some("p 09/05"));
    assert_eq!(rest("Hola\n", "HOLA", false).as_deref(), Some("r HOLA"));
    assert_eq!(rest("Hola\n", "HOLA", true).as_deref(), Some("p HOLA"));
    assert_eq!(rest("Hola\n", "Servidor: c", true).as_deref(), Some("n Servidor: c"));
    assert_eq!(rest("", "09/05", false).as_deref(), Some("r 09/05"));
}
