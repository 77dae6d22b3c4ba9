//! What must never be printed: a client's control bytes, mixed lines, colour that is not on a
//! terminal.

use crate::support::{Process, Program, Server};

/// Whether there is an escape sequence that sets a colour or a style.
fn has_colour(text: &str) -> bool {
    text.split("\x1b[").skip(1).any(|rest| {
        rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';').starts_with('m')
    })
}

fn hostile_bytes_are_escaped(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    conn.send(b"\x1b]0;malo\x07\x1b[2J\x1b[31m\x9b31m\xc2\x9b1m\x08\x7f\r\x00\n");
    conn.reply();
    let shown = r"b'\x1b]0;malo\x07\x1b[2J\x1b[31m\x9b31m\xc2\x9b1m\x08\x7f\r\x00\n'";
    server.stdout.expect(&format!("recibido {shown} "));
    conn.send(b"\x1bc\xe2\x80\xae");
    conn.half_close();
    conn.rest();
    let all = server.stop();
    for char in all.chars() {
        let harmless = char == '\n' || !char.is_control();
        assert!(harmless && char != '\u{fffd}', "{char:?} in {all:?}");
    }
    assert!(!all.contains('\u{202e}'), "{all:?}");
}

fn no_colour_on_a_pipe(program: Program) {
    let mut command = Server::command(program, &[]);
    command.env("TERM", "xterm-256color");
    let mut server = Server::of(Process::spawn(command));
    drop(server.connect());
    server.expect_clients(1);
    server.expect_clients(0);
    assert!(!server.stop().contains('\x1b'));
}

/// What a server shows of one client on a terminal.
fn on_terminal(program: Program, no_color: Option<&str>) -> String {
    let mut command = Server::command(program, &[]);
    if let Some(value) = no_color {
        command.env("NO_COLOR", value);
    }
    let mut server = Server::of(Process::spawn_on_terminal(&command));
    drop(server.connect());
    server.expect_clients(1);
    server.expect_clients(0);
    server.stop()
}

fn colour_on_a_terminal_unless_no_color(program: Program) {
    assert!(has_colour(&on_terminal(program, None)));
    assert!(!has_colour(&on_terminal(program, Some("1"))));
}

fn lines_never_mix(program: Program) {
    const MESSAGES: usize = 20;
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut conns = server.connect_all(30);
    let text = "x".repeat(300);
    for conn in &mut conns {
        conn.send(format!("{text}\n").repeat(MESSAGES));
        conn.half_close();
    }
    for conn in &mut conns {
        conn.rest();
    }
    let names: Vec<_> = conns.iter().map(|conn| conn.name()).collect();
    drop(conns);
    server.expect_clients(0);
    let all = server.stop();
    let lines: Vec<_> = all.lines().collect();
    for name in names {
        let line = match program {
            Program::Fork => format!("recibido b'{text}\\n' del cliente: {name}"),
            _ => format!("  recibido b'{text}\\n' desde {name}"),
        };
        let whole = lines.iter().filter(|&&it| it == line).count();
        assert_eq!(whole, MESSAGES);
    }
}

on_both_servers!(
    hostile_bytes_are_escaped,
    no_colour_on_a_pipe,
    colour_on_a_terminal_unless_no_color,
    lines_never_mix,
);
