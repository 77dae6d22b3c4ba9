//! The lines for each event, as on the coursework's screens.

use crate::support::{Conn, Process, Program, Server};
use nix::sys::signal::{Signal, kill};

/// Sends `message` without a newline and waits until the server has shown it.
fn say(conn: &mut Conn, message: &str, server: &mut Server) {
    conn.send(message);
    conn.until(" secs");
    server.stdout.expect(&format!("recibido b'{message}'"));
}

#[test]
fn the_fork_server_s_screen() {
    let mut server = Server::start(Program::Fork, &[]);
    let mut one = server.connect();
    server.expect_clients(1);
    let mut two = server.connect();
    server.expect_clients(2);
    say(&mut one, "Hola soy el cliente 1", &mut server);
    say(&mut two, "Hola soy el cliente 2", &mut server);
    say(&mut one, "SALIR", &mut server);
    let names = [one.name(), two.name()];
    drop(one);
    server.expect_clients(1);
    drop(two);
    server.expect_clients(0);
    let [one, two] = names;
    let expected = [
        "Socket Creado".into(),
        "socket bind Completado".into(),
        "socket en modo escucha - pasivo".into(),
        format!("conexion con {one}."),
        format!("conexion con {two}."),
        format!("recibido b'Hola soy el cliente 1' del cliente: {one}"),
        "enviando mensaje de vuelta al cliente".into(),
        format!("recibido b'Hola soy el cliente 2' del cliente: {two}"),
        "enviando mensaje de vuelta al cliente".into(),
        format!("recibido b'SALIR' del cliente: {one}"),
        format!("no hay mas datos {one}"),
        format!("no hay mas datos {two}"),
    ];
    // What the coursework's screen does not have is tested elsewhere.
    let ours = ["escuchando ", "clientes ", "  (", "hijo ", "cerrando", "servidor "];
    let shown = server.stop();
    let shown: Vec<_> =
        shown.lines().filter(|line| !ours.iter().any(|start| line.starts_with(start))).collect();
    assert_eq!(shown, expected);
}

#[test]
fn the_select_server_s_screen() {
    let args = ["--reply", "echo"];
    let mut server = Server::start(Program::Select, &args);
    let mut conns = server.connect_all(2);
    let parts = ["Este mensaje ", "es enviado ", "en partes."];
    for part in parts {
        for conn in &mut conns {
            conn.send(part);
        }
        for conn in &mut conns {
            conn.bytes(part.len());
        }
    }
    let names: Vec<_> = conns.iter().map(Conn::name).collect();
    drop(conns);
    server.expect_clients(0);
    let shown = server.stop();
    assert!(shown.starts_with("iniciando en 127.0.0.1 port "), "{shown}");
    for name in names {
        let mut expected = vec![format!("  conexión desde: {name}")];
        for part in parts {
            expected.push(format!("  recibido b'{part}' desde {name}"));
            expected.push(format!(" enviando b'{part}' a {name}"));
            expected.push(format!("   {name} cola vacía"));
        }
        expected.push(format!("  cerrando... {name}"));
        let about_it = shown.lines().filter(|line| line.contains(&name));
        // The rows of the table are not events.
        let events: Vec<_> = about_it.filter(|line| !line.starts_with("  (")).collect();
        assert_eq!(events, expected);
    }
    let waits = shown.matches("esperando el próximo evento\n").count();
    assert!(waits > 3, "{shown}");
}

#[test]
fn the_select_server_s_first_line() {
    // It is printed before the port, which may be taken on this machine, is bound.
    let mut process = Process::spawn(Program::Select.command(&[]));
    let first = process.stdout.expect_line("\n");
    assert_eq!(first, "iniciando en localhost port 10000");
}

fn bytes_are_shown_as_they_came(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut conn = server.connect();
    conn.send("Hola\n");
    server.stdout.expect(r"recibido b'Hola\n' ");
    conn.send("it's\r\n");
    server.stdout.expect(r#"recibido b"it's\r\n" "#);
    conn.send("año\\\t\"'\n");
    server.stdout.expect(r#"recibido b'a\xc3\xb1o\\\t"\'\n' "#);
}

fn the_last_line_counts_the_clients_served(program: Program) {
    for (clients, last) in [
        (0, "servidor finalizado: 0 clientes atendidos"),
        (1, "servidor finalizado: 1 cliente atendido"),
        (3, "servidor finalizado: 3 clientes atendidos"),
    ] {
        let mut server = Server::start(program, &[]);
        for _ in 0..clients {
            drop(server.connect());
            server.expect_clients(0);
        }
        assert_eq!(server.stop().lines().last(), Some(last));
    }
}

on_both_servers!(bytes_are_shown_as_they_came, the_last_line_counts_the_clients_served,);

#[test]
fn each_child_reaped_is_said() {
    let mut server = Server::start(Program::Fork, &[]);
    let conn = server.connect();
    server.expect_clients(1);
    let pid = server.children()[0];
    let name = conn.name();
    drop(conn);
    let line = server.stdout.expect_line("hijo ");
    assert_eq!(line, format!("hijo {pid} terminado {name}"));
}

#[test]
fn a_child_killed_is_said_with_the_signal() {
    let mut server = Server::start(Program::Fork, &["--no-greeting"]);
    let mut conns = server.connect_all(1);
    let victim = server.children()[0];
    conns.push(server.connect());
    server.expect_clients(2);
    kill(victim, Signal::SIGKILL).expect("it is there");
    let line = server.stdout.expect_line("hijo ");
    let start = format!("hijo {victim} terminado {}", conns[0].name());
    assert!(line.starts_with(&start) && line.contains("SIGKILL"), "{line}");
    server.expect_clients(1);
    conns[1].ask("Hola\n");
}

#[test]
fn the_select_server_has_no_children() {
    let mut server = Server::start(Program::Select, &[]);
    let conns = server.connect_all(3);
    assert_eq!(server.children(), []);
    drop(conns);
    assert!(!server.stop().contains("hijo"));
}
