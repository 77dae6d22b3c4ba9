//! A child that hangs in the kernel. Neither the other children nor the closing server wait for it longer
//! than they must.

use super::provoke::{all_are_told, attached, held_although_killed, held_at_birth};
use super::tools::assert_does_not_spin;
use crate::support::{Program, Server, eventually};
use nix::sys::signal::Signal;

/// It hangs right after fork, before it has closed its copy of the pipe that tells the children to close:
/// the others are told all the same.
#[test]
fn the_others_are_told_although_it_has_just_been_forked() {
    let args = ["--no-greeting", "--grace", "600"];
    let mut server = Server::start(Program::Fork, &args);
    let mut conns = server.connect_all(2);
    let Some(hold) = held_at_birth(server.pid()) else { return };
    conns.push(server.connect());
    server.expect_clients(3);
    server.signal(Signal::SIGTERM);
    all_are_told(conns.drain(..2).collect());
    eventually("their children have ended", || server.children().len() == 1);
    // Let go, it is told too.
    drop(hold);
    all_are_told(conns);
    server.assert_gone(0);
}

/// Killed, it does not end as far as the server can see. The server does not wait for ever.
#[test]
fn it_is_abandoned_a_second_after_it_was_killed() {
    let mut server = Server::start(Program::Fork, &["--no-greeting", "--grace", "1"]);
    let mut conns = server.connect_all(1);
    conns[0].ask("Hola\n");
    let stuck = server.children()[0];
    let Some(hold) = held_although_killed(stuck) else { return };
    conns.push(server.connect());
    server.expect_clients(2);
    server.signal(Signal::SIGTERM);
    all_are_told(conns.split_off(1));
    assert_eq!(server.exit_code(), 1);
    let said = server.stderr.all();
    let last = format!("hijo {stuck} no termina {}", conns[0].name());
    assert!(said.contains("1 cliente no cerró a tiempo") && said.contains(&last), "{said}");
    assert!(!server.is_listening());
    drop(hold);
    eventually("nothing is left", || server.children().is_empty());
}

/// waitpid fails: that is reported, and the server goes on; but the table must not be emptied then.
#[test]
fn it_cannot_be_reaped() {
    let mut server = Server::start(Program::Fork, &["--no-greeting", "--grace", "1"]);
    let mut conns = server.connect_all(2);
    let Some(_strace) = attached(server.pid(), "wait4:error=EDOM") else { return };
    drop(conns.pop());
    server.stderr.expect_line("waitpid hijos: EDOM");
    assert_does_not_spin(server.pid());
    conns[0].ask("Hola\n");
    server.signal(Signal::SIGTERM);
    all_are_told(conns);
    assert_eq!(server.exit_code(), 1);
    let said = server.stderr.all();
    assert_eq!(said.matches("no termina").count(), 2, "{said}");
}
