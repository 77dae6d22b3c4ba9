//! Hundreds of clients send messages while the table is printed again and again, into a pipe: every
//! line is whole. A table that long is more than a pipe takes at once.

use super::provoke::all_are_told;
use super::tools::{connect_many, have_descriptors, one_at_a_time};
use crate::support::{Program, Server};
use nix::sys::signal::Signal;

const CLIENTS: usize = 950;

const TABLES: usize = 40;

/// `#` is a number, `@` a client, `%` a date and time. Before a number and after a client there may
/// be blanks, as in a column.
const FORMS: [&str; 22] = [
    "Socket Creado",
    "socket bind Completado",
    "socket en modo escucha - pasivo",
    "iniciando en 127.0.0.1 port #",
    "escuchando en @",
    "esperando el próximo evento",
    "conexion con @.",
    "  conexión desde: @",
    r"recibido b'Hola\n' del cliente: @",
    r"  recibido b'Hola\n' desde @",
    "enviando mensaje de vuelta al cliente",
    r" enviando b'% # secs\n' a @",
    "   @ cola vacía",
    "clientes conectados: #",
    "  @ desde % # secs",
    "  @ desde % # secs  pid #",
    "… # líneas perdidas",
    "no hay mas datos @",
    "  cerrando... @",
    "hijo # terminado @",
    "cerrando los # clientes conectados",
    "servidor finalizado: # clientes atendidos",
];

/// Whether the line has exactly this form.
fn has_form(line: &str, form: &str) -> bool {
    let Some(next) = form.chars().next() else { return line.is_empty() };
    let rest = &form[next.len_utf8()..];
    match next {
        '#' => {
            let number = line.trim_start_matches(' ');
            let after = number.trim_start_matches(|char: char| char.is_ascii_digit());
            after.len() < number.len() && has_form(after, rest)
        }
        '@' => {
            let number = line.strip_prefix("('127.0.0.1', ");
            let figures = |number: &str| number.bytes().take_while(u8::is_ascii_digit).count();
            let after = number.map(|number| number.split_at(figures(number)));
            let after = after.filter(|(port, _)| port.parse::<u16>().is_ok());
            after.and_then(|(_, after)| after.strip_prefix(')')).is_some_and(|after| {
                // In a column any number of blanks follow.
                let column = after.starts_with("  ") && rest.starts_with(' ');
                has_form(if column { after.trim_start() } else { after }, &rest[column as usize..])
            })
        }
        '%' => {
            let form: Vec<u8> = b"dd/dd/dddd dd:dd:dd".to_vec();
            let is_stamp = line.len() >= form.len()
                && line.bytes().zip(&form).all(|(byte, form)| match form {
                    b'd' => byte.is_ascii_digit(),
                    _ => byte == *form,
                });
            is_stamp && has_form(&line[form.len()..], rest)
        }
        _ => line.strip_prefix(next).is_some_and(|after| has_form(after, rest)),
    }
}

fn no_line_is_torn(program: Program) {
    let _turn = one_at_a_time();
    if !have_descriptors(2000) {
        return;
    }
    let server = Server::start(program, &["--no-greeting", "--grace", "600"]);
    let mut conns = connect_many(&server, CLIENTS);
    // The pipe is full most of the time: writers have to stop in the middle.
    server.stdout.slow_down(4_000_000);
    for _ in 0..TABLES {
        server.signal(Signal::SIGUSR1);
        conns.iter_mut().for_each(|conn| conn.send("Hola\n"));
        for conn in &mut conns {
            conn.reply();
        }
    }
    server.stdout.resume();
    server.signal(Signal::SIGTERM);
    all_are_told(conns);
    server.assert_gone(0);
    let shown = server.stdout.all();
    let has_a_form = |line: &&str| FORMS.iter().any(|form| has_form(line, form));
    let torn: Vec<_> = shown.lines().filter(|line| !has_a_form(line)).collect();
    let some = &torn[..torn.len().min(5)];
    assert!(torn.is_empty(), "{} of {} lines: {some:#?}", torn.len(), shown.lines().count());
    assert!(shown.ends_with('\n'));
    // Signals that come together count as one.
    let tables = shown.matches("clientes conectados: 950\n").count();
    assert!(tables > TABLES / 4, "{tables} tables");
}

on_both_servers!(no_line_is_torn);

#[test]
fn the_forms_are_exact() {
    let has_a_form = |line| FORMS.iter().any(|form| has_form(line, form));
    for line in [
        "conexion con ('127.0.0.1', 34978).",
        "clientes conectados: 2",
        "  ('127.0.0.1', 34978)  desde 09/05/2024 14:42:28  108 secs  pid 4242",
        "  ('127.0.0.1', 978)    desde 09/05/2024 14:42:28    8 secs",
        r" enviando b'09/05/2024 14:42:28 1 secs\n' a ('127.0.0.1', 34978)",
    ] {
        assert!(has_a_form(line), "{line}");
    }
    for line in [
        "",
        "conexion con ('127.0.0.1', 34978",
        "clientes conectados: ",
        "  ('127.0.0.1', 34978)  desde 09/05/2024 14:42:28  108 secs  pid",
        "  ('127.0.0.1', 34recibido b'Hola\\n' del cliente: ('127.0.0.1', 34978)",
        "conexion con ('127.0.0.1', 34978).clientes conectados: 2",
    ] {
        assert!(!has_a_form(line), "{line}");
    }
}
