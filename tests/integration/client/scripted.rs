//! The client with `-m`, and its other flags.

use super::{lines, printed, run};
use crate::support::{Program, Server};
use std::time::{Duration, Instant};

const GREETING: &str = "Servidor: Conectado con cliente";

fn it_leaves_by_itself_after_the_last_reply(program: Program) {
    let server = Server::start(program, &["--greeting"]);
    let mut shown = lines(&printed(&server, &["-m", "uno", "--message", "dos"]));
    // The greeting may come a little later than on the coursework's screen.
    let greeted = shown.iter().position(|line| line == GREETING);
    shown.remove(greeted.expect("a greeting"));
    let expected = [
        format!("conectando a 127.0.0.1 puerto {}", server.port()),
        "Paso: 0".into(),
        "enviando b'uno\\n'".into(),
        "recibiendo b'REPLY\\n'".into(),
        "Paso: 1".into(),
        "enviando b'dos\\n'".into(),
        "recibiendo b'REPLY\\n'".into(),
        "Paso: 2".into(),
        "enviando b'SALIR\\n'".into(),
        "recibiendo b'N secs\\n'".into(),
        "Paso: 3".into(),
        "Tiempo que estuvo el cliente conectado al servidor: N secs".into(),
        "cerrando socket".into(),
    ];
    assert_eq!(shown, expected);
}

/// The messages that the server prints, without their clients.
fn received(server: Server) -> Vec<String> {
    let shown = server.stop();
    let messages = shown.lines().filter_map(|line| {
        let (_, rest) = line.split_once("recibido ")?;
        let (message, _) = rest.rsplit_once(" de")?;
        Some(message.to_owned())
    });
    messages.collect()
}

fn messages_go_out_as_lines(program: Program) {
    let server = Server::start(program, &[]);
    printed(&server, &["-m", "uno", "-m", "año nuevo", "-m", ""]);
    let expected = [r"b'uno\n'", r"b'a\xc3\xb1o nuevo\n'", r"b'\n'", r"b'SALIR\n'"];
    assert_eq!(received(server), expected);
}

fn raw_they_do_not(program: Program) {
    let server = Server::start(program, &[]);
    let shown = lines(&printed(&server, &["--raw", "-m", "uno", "-m", "dos"]));
    for line in ["enviando b'uno'", "recibiendo b'REPLY'", "enviando b'dos'"] {
        assert!(shown.iter().any(|it| it == line), "{shown:?}");
    }
    assert_eq!(received(server), ["b'uno'", "b'dos'", "b'SALIR'"]);
}

fn salir_is_not_said_twice(program: Program) {
    let server = Server::start(program, &[]);
    printed(&server, &["-m", "uno", "-m", "SALIR"]);
    assert_eq!(received(server), [r"b'uno\n'", r"b'SALIR\n'"]);
}

fn the_list_may_be_repeated(program: Program) {
    let server = Server::start(program, &[]);
    let shown = printed(&server, &["--repeat", "3", "-m", "a", "-m", "b"]);
    // A counter: a line says which round this is.
    for count in ["1", "2", "3"] {
        let said = shown.lines().any(|line| {
            let mut words = line.split_whitespace();
            words.any(|word| word == count) && !line.starts_with("Paso")
        });
        assert!(said, "no {count} in {shown}");
    }
    let mut expected = [r"b'a\n'", r"b'b\n'"].repeat(3);
    expected.push(r"b'SALIR\n'");
    assert_eq!(received(server), expected);
}

fn delay_is_waited_between_messages(program: Program) {
    let server = Server::start(program, &[]);
    let start = Instant::now();
    let args = ["--delay", "400", "-m", "a", "-m", "b", "-m", "c"];
    printed(&server, &args);
    assert!(start.elapsed() >= Duration::from_millis(800));
}

fn several_sockets_send_every_message(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    let args = ["-c", "3", "-m", "uno", "-m", "dos"];
    let shown = lines(&printed(&server, &args));
    let closing = shown.iter();
    let names: Vec<_> = closing.filter_map(|line| line.strip_prefix("cerrando socket ")).collect();
    assert_eq!(names.len(), 3, "{shown:?}");
    server.expect_clients(3);
    server.expect_clients(0);
    for name in names {
        let about_it = shown.iter().filter_map(|line| line.strip_prefix(name));
        let expected = [
            ": enviando b'uno\\n'",
            ": recibido b'REPLY\\n'",
            ": enviando b'dos\\n'",
            ": recibido b'REPLY\\n'",
            ": enviando b'SALIR\\n'",
            ": recibido b'N secs\\n'",
            ": Tiempo que estuvo el cliente conectado al servidor: N secs",
        ];
        assert_eq!(about_it.collect::<Vec<_>>(), expected);
        assert!(server.stdout.so_far().contains(name), "no {name} at the server");
    }
}

fn a_hundred_sockets_are_served(program: Program) {
    let server = Server::start(program, &["-q"]);
    let shown = lines(&printed(&server, &["-c", "100", "-m", "Hola"]));
    let replies = shown.iter().filter(|line| line.ends_with(": recibido b'REPLY\\n'"));
    assert_eq!(replies.count(), 100);
}

fn quiet_it_says_less(program: Program) {
    let server = Server::start(program, &[]);
    let shown = printed(&server, &["-q", "-m", "uno"]);
    for event in ["conectando", "Paso", "enviando", "cerrando socket"] {
        assert!(!shown.contains(event), "{shown}");
    }
}

fn it_speaks_english_if_asked(program: Program) {
    let server = Server::start(program, &["--greeting"]);
    let shown = printed(&server, &["--lang", "en", "-m", "uno"]);
    for spanish in ["conectando", "Paso", "enviando", "Tiempo", "cerrando"] {
        assert!(!shown.contains(spanish), "{shown}");
    }
    assert!(shown.contains(GREETING), "as it came: {shown}");
}

fn localhost_is_found(program: Program) {
    let server = Server::start(program, &[]);
    let args = ["-m", "uno", "localhost", &server.port()];
    let client = crate::support::Process::spawn(Program::Client.command(&args));
    assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
    let first = format!("conectando a localhost puerto {}\n", server.port());
    assert!(client.stdout.all().starts_with(&first));
}

fn salir_waits_for_a_slow_reply(program: Program) {
    let server = Server::start(program, &["--delay", "700"]);
    let client = run(&server, &["-m", "uno"]);
    assert_eq!(client.exit_code(), 0, "{}", client.stderr.so_far());
}

on_both_servers!(
    it_leaves_by_itself_after_the_last_reply,
    messages_go_out_as_lines,
    raw_they_do_not,
    salir_is_not_said_twice,
    the_list_may_be_repeated,
    delay_is_waited_between_messages,
    several_sockets_send_every_message,
    a_hundred_sockets_are_served,
    quiet_it_says_less,
    it_speaks_english_if_asked,
    localhost_is_found,
    salir_waits_for_a_slow_reply,
);
