//! The line that is typed at a terminal: its keys, and what becomes of it.

use super::{DOWN, LEFT, PROMPT, UP, asking, await_last, command, lines, message};
use crate::support::{Process, Program, Screen, Server};
use std::net::TcpListener;

#[test]
fn keys_edit_it() {
    let (mut client, socket) = asking();
    for (keys, sent) in [
        (format!("ac{LEFT}b\x1b[C!"), "abc!"),
        (format!("ñ€{LEFT}{LEFT}x"), "xñ€"),
        (format!("ñ€{LEFT}x{LEFT}{LEFT}\x1b[3~"), "x€"),
        (format!("ñ€{LEFT}\x7f"), "€"),
        ("ola\x1bOHH\x1b[F!".into(), "Hola!"),
        ("ola\x1b[1~H\x1b[4~!".into(), "Hola!"),
        ("ola\x1b[7~H\x1b[8~!".into(), "Hola!"),
        ("xHola\x01\x04\x05!\x02\x06".into(), "Hola!"),
        ("no\x15uno dos\x17tres".into(), "uno tres"),
        (format!("uno dos{LEFT}{LEFT}{LEFT}{LEFT}\x0b"), "uno"),
        ("a\x08\x1b[15~\x1bOPb\tc".into(), "b\tc"),
    ] {
        client.type_line(&keys);
        let got = message(&socket);
        assert_eq!(String::from_utf8_lossy(&got), format!("{sent}\n"), "{keys:?}");
    }
}

#[test]
fn earlier_lines_come_back() {
    let (mut client, socket) = asking();
    for line in ["uno", "dos", "dos", ""] {
        client.type_line(line);
        message(&socket);
    }
    client.stdout.expect("Paso: 4");
    for (keys, line) in [("tr", "tr"), (UP, "dos"), (UP, "uno"), ("!", "uno!"), (DOWN, "dos")] {
        client.type_keys(keys);
        await_last(&client, &format!("{PROMPT}{line}"));
    }
    client.type_line(&format!("{DOWN}es"));
    assert_eq!(message(&socket), b"tres\n");
    client.type_line("\x10\x10\x10");
    assert_eq!(message(&socket), b"uno\n", "as it was sent");
}

/// Each is sent after the reply to the one before; what follows the last is left to be finished.
fn pasted_lines_are_messages(program: Program) {
    let server = Server::start(program, &["--no-greeting"]);
    let mut client = Process::spawn_on_terminal(&command(server.addr.port(), &[]));
    client.stdout.expect(PROMPT);
    client.type_keys("\x1b[200~uno\ndos\ntres\x1b[201~");
    client.stdout.expect("Paso: 2");
    await_last(&client, &format!("{PROMPT}tres"));
    client.type_line(".");
    client.stdout.expect("Paso: 3");
    client.stdout.expect(PROMPT);
    client.type_keys("\x04");
    assert_eq!(client.exit_code(), 0);
    let shown = lines(Screen::of(&client.stdout.all()).lines().join("\n").trim_end());
    let mut expected =
        vec![format!("conectando a 127.0.0.1 puerto {}", server.port()), "Paso: 0".into()];
    for (step, message) in ["uno", "dos", "tres."].into_iter().enumerate() {
        expected.push(format!("{PROMPT}{message}"));
        expected.push(format!("enviando b'{message}\\n'"));
        expected.push("recibiendo b'REPLY\\n'".into());
        expected.push(format!("Paso: {}", step + 1));
    }
    // At the end of file the prompt goes.
    expected.extend(
        [
            "enviando b'SALIR\\n'",
            "recibiendo b'N secs\\n'",
            "Paso: 4",
            "Tiempo que estuvo el cliente conectado al servidor: N secs",
            "cerrando socket",
        ]
        .map(str::to_owned),
    );
    assert_eq!(shown, expected);
}

on_both_servers!(pasted_lines_are_messages);

/// A terminal that edits its line itself cuts it at 4095 bytes.
#[test]
fn a_long_line_is_sent_whole() {
    let (mut client, socket) = asking();
    let line = "0123456789".repeat(1000);
    client.type_line(&line);
    assert_eq!(message(&socket), format!("{line}\n").as_bytes());
}

#[test]
fn the_one_message_too() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let mut client = Process::spawn_on_terminal(&command(port, &["--once"]));
    let (socket, _) = listener.accept().expect("the client");
    client.stdout.expect("Ingrese mensaje: ");
    client.type_line(&format!("Hla{LEFT}{LEFT}o"));
    assert_eq!(message(&socket), b"Hola\n");
    drop(socket);
    assert_eq!(client.exit_code(), 0);
    let screen = Screen::of(&client.stdout.all());
    assert!(screen.lines().contains(&"Ingrese mensaje: Hola".to_owned()), "{screen:#?}");
}
