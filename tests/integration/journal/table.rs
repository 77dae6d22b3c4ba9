//! The table of connected clients.

use crate::support::{Conn, Program, Reply, Server, utc_now};
use nix::sys::signal::Signal;

/// A row, which must be ` PEER desde DATE TIME N secs` and, in the fork server, ` pid N`.
struct Row {
    peer: String,
    since: Reply,
    pid: Option<i32>,
}

impl Row {
    fn parse(line: &str) -> Self {
        let row = line.strip_prefix("  ").expect(line);
        let mut columns = row.split("  ").map(str::trim).filter(|text| !text.is_empty());
        let mut next = || columns.next().expect(line).to_owned();
        let (peer, date, secs) = (next(), next(), next());
        let date = date.strip_prefix("desde ").expect(line);
        let pid = columns.next().map(|pid| {
            let pid = pid.strip_prefix("pid ").expect(line);
            pid.parse().expect(line)
        });
        assert_eq!(columns.next(), None, "{line}");
        let since = Reply::parse(&format!("{date} {secs}"));
        Self { peer, since, pid }
    }
}

/// Waits for the whole table of this many clients.
fn table(server: &mut Server, clients: usize) -> Vec<Row> {
    server.expect_clients(clients);
    let mut row = || Row::parse(&server.stdout.expect_line("  desde "));
    (0..clients).map(|_| row()).collect()
}

fn names(conns: &[Conn]) -> Vec<String> {
    conns.iter().map(Conn::name).collect()
}

fn peers(rows: &[Row]) -> Vec<String> {
    rows.iter().map(|row| row.peer.clone()).collect()
}

fn it_is_shown_whenever_a_client_comes_or_goes(program: Program) {
    let mut server = Server::start(program, &[]);
    let mut conns = Vec::new();
    for count in 1..=3 {
        conns.push(server.connect());
        assert_eq!(peers(&table(&mut server, count)), names(&conns));
    }
    while conns.pop().is_some() {
        let left = table(&mut server, conns.len());
        assert_eq!(peers(&left), names(&conns));
    }
}

fn its_columns_are_true(program: Program) {
    let mut server = Server::start(program, &[]);
    let before = utc_now();
    let _conn = server.connect();
    let row = table(&mut server, 1).remove(0);
    assert!(before <= row.since.at && row.since.at <= utc_now());
    let child = server.children().first().map(|pid| pid.as_raw());
    assert_eq!(row.pid, child);
    assert_eq!(row.pid.is_some(), program == Program::Fork);
}

fn its_columns_are_aligned(program: Program) {
    let mut server = Server::start(program, &[]);
    let _conns = server.connect_all(2);
    let rows = [(); 2].map(|()| server.stdout.expect_line("  desde "));
    for column in ["  desde ", " secs"] {
        let [one, other] = rows.each_ref().map(|row| row.find(column));
        assert_eq!(one, other, "{rows:?}");
    }
}

fn sigusr1_shows_it(program: Program) {
    let mut server = Server::start(program, &[]);
    server.signal(Signal::SIGUSR1);
    table(&mut server, 0);
    let conns = [server.connect()];
    table(&mut server, 1);
    for _ in 0..2 {
        server.signal(Signal::SIGUSR1);
        assert_eq!(peers(&table(&mut server, 1)), names(&conns));
    }
}

fn past_twenty_clients_only_its_first_line_is_automatic(program: Program) {
    let mut server = Server::start(program, &[]);
    let conns = server.connect_all(21);
    server.signal(Signal::SIGUSR1);
    let between = server.stdout.expect("clientes conectados: 21\n");
    assert!(!between.contains("  desde "), "{between}");
    let mut row = || Row::parse(&server.stdout.expect_line("  desde ")).peer;
    let rows: Vec<_> = (0..21).map(|_| row()).collect();
    assert_eq!(rows, names(&conns));
}

on_both_servers!(
    it_is_shown_whenever_a_client_comes_or_goes,
    its_columns_are_true,
    its_columns_are_aligned,
    sigusr1_shows_it,
    past_twenty_clients_only_its_first_line_is_automatic,
);
