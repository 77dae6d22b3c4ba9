//! More lines than may wait for a late or slow reader: the number lost is printed, and no client is
//! kept waiting by a slow screen.

use super::provoke::speak;
use super::tools::{connect_many, have_descriptors, one_at_a_time};
use crate::support::{Process, Program, Server};
use nix::sys::signal::Signal;

/// How many bytes of lines may wait.
const MOST: usize = 1 << 20;

/// The numbers in the lines that say how many lines are lost.
fn lost(shown: &str) -> Vec<usize> {
    let number = |line: &str| {
        let number = line.strip_prefix("… ")?;
        let (number, words) = number.split_once(' ')?;
        let count = number.parse().ok()?;
        assert_eq!(words, if count == 1 { "línea perdida" } else { "líneas perdidas" });
        Some(count)
    };
    shown.lines().filter_map(number).collect()
}

/// Three times what may wait is printed while nobody reads.
fn the_number_of_lines_lost_is_said(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut conns = server.connect_all(10);
    server.stdout.stall();
    let line = format!("{}\n", "x".repeat(300));
    speak(&mut conns, 1000, &line);
    server.stdout.resume();
    server.stdout.expect_line(" perdidas");
    // Now there is room, and it goes on as before.
    conns[0].ask("¿Y ahora?\n");
    server.stdout.expect("Y ahora?");
    let before = server.stdout.so_far();
    drop(conns);
    server.expect_clients(0);
    let shown = server.stop();

    let all = 10_000;
    let received = shown.matches("recibido b'xxx").count();
    assert!(received < all, "nothing was lost");
    // For most messages two lines are printed, or four.
    let lost: usize = lost(&shown).into_iter().sum();
    assert!(lost >= all - received, "{lost} lost, {received} of {all} shown");
    // What may wait has waited, and not much more: what fits in the pipes, and what has come since.
    assert!((MOST * 9 / 10..MOST * 2).contains(&before.len()), "{} bytes", before.len());
    for line in shown.lines().filter(|line| line.contains("recibido b'xxx")) {
        assert!(line.contains(&"x".repeat(300)) && line.ends_with(')'), "not whole: {line}");
    }
}

/// Nothing is lost of what may wait.
fn nothing_is_lost_of_what_may_wait(program: Program) {
    let mut server = Server::start(program, &["--no-greeting"]);
    let mut conns = server.connect_all(10);
    server.stdout.stall();
    // Some 400 KiB, or 500.
    let line = format!("{}\n", "x".repeat(300));
    speak(&mut conns, 100, &line);
    server.stdout.resume();
    drop(conns);
    server.expect_clients(0);
    let shown = server.stop();
    assert_eq!(shown.matches("recibido b'xxx").count(), 1000);
    assert_eq!(lost(&shown), []);
}

/// A server must not blame its clients for the time that its own lines take: they all close at once
/// when told, in time for a short grace period.
fn a_slow_reader_makes_no_client_late(program: Program) {
    let _turn = one_at_a_time();
    if !have_descriptors(2500) {
        return;
    }
    let clients = if program == Program::Fork { 300 } else { 1500 };
    let command = Server::command(program, &["--no-greeting", "--grace", "1"]);
    let server = Server::of(Process::spawn(command));
    let mut conns = connect_many(&server, clients);
    server.stdout.slow_down(20_000);
    // Enough for the pipe to be full, and stay so.
    speak(&mut conns[..10], 200, "Hola\n");
    server.signal(Signal::SIGTERM);
    for mut conn in conns {
        let told = conn.rest();
        assert!(told.starts_with("Servidor: cerrando, "), "{told:?}");
    }
    server.assert_gone(0);
}

on_both_servers!(
    the_number_of_lines_lost_is_said,
    nothing_is_lost_of_what_may_wait,
    a_slow_reader_makes_no_client_late,
);
