//! What a terminal shows of the line that is typed, also when it is long, and when others are printed meanwhile.

use super::{LEFT, PROMPT, UP, asking, await_last, message};
use crate::support::{Process, Screen, eventually};
use std::io::Write;
use std::process::Command;

const QUESTION: &str = "¿Cerrar la conexión? [s]í / [n]o:";

/// Makes the client's terminal that wide.
fn resize(client: &Process, columns: usize) {
    let terminal = format!("/proc/{}/fd/0", client.pid());
    let size = ["rows", "10", "cols", &columns.to_string()];
    let resized = Command::new("stty").arg("-F").arg(terminal).args(size).status();
    assert!(resized.expect("stty runs").success());
}

#[test]
fn a_line_wider_than_the_screen_is_wrapped() {
    let (mut client, socket) = asking();
    resize(&client, 60);
    let shown = |client: &Process| Screen::with_columns(60, &client.stdout.so_far());
    let typed = "0123456789".repeat(9);
    let whole = format!("{PROMPT}{typed}");
    let wrapped = [&whole[..60], &whole[60..120], &whole[120..]];
    let await_line = |client: &Process, last: [&str; 3], cursor: (usize, usize)| {
        eventually(&format!("{last:?}, the cursor at {cursor:?}"), || {
            let screen = shown(client);
            let mut lines = screen.lines();
            while lines.last().is_some_and(String::is_empty) {
                lines.pop();
            }
            let start = lines.len().saturating_sub(last.len());
            let (row, column) = screen.cursor();
            lines.ends_with(&last.map(str::to_owned)) && (row - start, column) == cursor
        });
    };
    client.type_keys(&typed);
    await_line(&client, wrapped, (2, whole.len() - 120));
    client.type_keys("\x01");
    await_line(&client, wrapped, (0, PROMPT.len()));
    client.type_keys(&format!("{}!", "\x06".repeat(18)));
    let more = format!("{PROMPT}{}!{}", &typed[..18], &typed[18..]);
    await_line(&client, [&more[..60], &more[60..120], &more[120..]], (1, 0));
    client.type_keys("\x7f\x05\n");
    assert_eq!(message(&socket), format!("{typed}\n").as_bytes());
    client.stdout.expect("Paso: 1");
    let lines = shown(&client).lines();
    let prompts = lines.iter().filter(|line| line.starts_with(PROMPT)).count();
    assert!(prompts <= 2, "nothing is left of what was shown before: {lines:#?}");
}

/// Some terminals wrap lines again, and some cut them off.
#[test]
fn on_a_narrower_screen_no_line_is_lost() {
    let (mut client, mut socket) = asking();
    resize(&client, 60);
    let line = format!("{PROMPT}0123456789");
    client.type_keys("0123456789");
    await_last(&client, &line);
    let before = client.stdout.so_far();
    resize(&client, 40);
    socket.write_all(b"Servidor: un aviso\n").expect("it is read");
    client.stdout.expect("Servidor: un aviso");
    client.stdout.expect(&line);
    for wraps in [true, false] {
        let mut screen = Screen::with_columns(60, &before);
        screen.narrow(40, wraps);
        screen.write(&client.stdout.so_far()[before.len()..]);
        let lines = screen.lines();
        for whole in ["Paso: 0", "Servidor: un aviso", &line[..40], &line[40..]] {
            assert!(lines.iter().any(|it| it == whole.trim_end()), "{whole}: {lines:#?}");
        }
        assert_eq!(screen.last().as_deref(), Some(&line[40..]), "{lines:#?}");
    }
}

/// More than the screen holds: what is around the cursor.
#[test]
fn of_a_line_longer_than_the_screen_the_end_is_shown() {
    let (mut client, _socket) = asking();
    resize(&client, 60);
    client.type_keys(&("0123456789".repeat(100) + "fin"));
    eventually("the end is on the last line", || {
        let screen = Screen::with_columns(60, &client.stdout.so_far());
        screen.last().is_some_and(|line| line.ends_with("789fin"))
    });
    let lines = Screen::with_columns(60, &client.stdout.so_far()).lines();
    let from = lines.iter().position(|line| line.starts_with(PROMPT)).expect("a prompt");
    assert!(lines.len() - from < 10, "{lines:#?}");
}

#[test]
fn ctrl_l_clears_the_screen() {
    let (mut client, _socket) = asking();
    client.type_keys("Hola\x0c");
    eventually("nothing but the prompt", || {
        let lines = Screen::of(&client.stdout.so_far()).lines();
        let mut lines = lines.iter().filter(|line| !line.is_empty());
        lines.next() == Some(&format!("{PROMPT}Hola")) && lines.next().is_none()
    });
}

#[test]
fn what_the_server_says_is_printed_above_it() {
    let (mut client, mut socket) = asking();
    client.type_keys(&format!("Hla{LEFT}{LEFT}"));
    await_last(&client, &format!("{PROMPT}Hla"));
    socket.write_all(b"Servidor: un aviso\n").expect("it is read");
    client.stdout.expect("Servidor: un aviso");
    await_last(&client, &format!("{PROMPT}Hla"));
    client.type_line("o");
    assert_eq!(message(&socket), b"Hola\n");
}

#[test]
fn the_question_puts_it_aside() {
    let (mut client, socket) = asking();
    client.type_keys(&format!("Hla{LEFT}{LEFT}"));
    await_last(&client, &format!("{PROMPT}Hla"));
    client.type_keys("\x03");
    await_last(&client, QUESTION);
    client.type_line("quizás");
    client.stdout.expect("quizás");
    await_last(&client, QUESTION);
    client.type_line("n");
    await_last(&client, &format!("{PROMPT}Hla"));
    client.type_line("o");
    assert_eq!(message(&socket), b"Hola\n");
    client.type_line(UP);
    assert_eq!(message(&socket), b"Hola\n", "an answer is no message");
}

/// The server takes its leave, and closes a moment later.
#[test]
fn no_prompt_is_left_when_the_server_closes() {
    let (mut client, mut socket) = asking();
    socket.write_all(b"Servidor: cerrando, 3 secs\n").expect("it is read");
    client.stdout.expect("Servidor: cerrando");
    await_last(&client, PROMPT);
    drop(socket);
    assert_eq!(client.exit_code(), 0);
    let screen = Screen::of(&client.stdout.all());
    assert_eq!(screen.last().as_deref(), Some(""), "a shell's prompt begins on a line of its own");
    let lines = screen.lines();
    assert!(!lines.iter().any(|line| line.starts_with(PROMPT.trim_end())), "{lines:#?}");
}

/// It can be read, and copied.
#[test]
fn what_was_being_typed_is_left_when_the_server_closes() {
    let (mut client, socket) = asking();
    client.type_keys(&format!("Hola{LEFT}"));
    await_last(&client, &format!("{PROMPT}Hola"));
    drop(socket);
    assert_eq!(client.exit_code(), 0);
    let screen = Screen::of(&client.stdout.all());
    assert_eq!(screen.last().as_deref(), Some(""));
    let lines = screen.lines();
    assert!(lines.contains(&format!("{PROMPT}Hola")), "{lines:#?}");
}
