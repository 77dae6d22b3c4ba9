//! A child that cannot do its work prints which call has failed, and its parent prints its exit
//! code. No other client is harmed.

use super::provoke::{attached, attached_to};
use super::tools::assert_well;
use crate::support::{Program, Server};
use nix::sys::signal::Signal;
use std::io::Write;

/// strace makes its next wait fail. (A message without its newline, so that it waits for silence.)
#[test]
fn waiting_refused() {
    let mut server = Server::start(Program::Fork, &["--no-greeting"]);
    let conns = server.connect_all(1);
    let child = server.children()[0];
    let inject = "select,pselect6:error=EINVAL:when=1";
    let Some(_strace) = attached(child, inject) else { return };
    // It may have failed already.
    let _ = conns[0].stream().write_all(b"y sin newline");
    let line = server.stdout.expect_line("hijo ");
    let name = conns[0].name();
    assert_eq!(line, format!("hijo {child} terminado {name} con código de salida 1"));
    let said = server.stderr.expect_line("EINVAL");
    assert!(said.contains("select"), "it names the call: {said}");
    assert!(!said.contains("panicked"), "{said}");
    drop(conns);
    assert_well(&mut server);
}

/// The wait goes on failing: the child cannot do its work, but it can tell its client and end.
#[test]
fn waiting_refused_for_ever() {
    let mut server = Server::start(Program::Fork, &["--no-greeting"]);
    let mut conns = server.connect_all(1);
    let child = server.children()[0];
    let Some(_strace) = attached(child, "select,pselect6:error=EDOM") else { return };
    let _ = conns[0].stream().write_all(b"y sin newline");
    let said = server.stderr.expect_line("EDOM");
    assert!(said.starts_with(&format!("pselect {}: ", conns[0].name())), "{said}");
    assert!(conns[0].rest().contains("Servidor: cerrando, "));
    let line = server.stdout.expect_line(&format!("hijo {child} "));
    assert!(line.ends_with("con código de salida 1"), "{line}");
    assert_well(&mut server);
}

/// Before that it needs no call that could fail: it has its parent's handlers and mask.
#[test]
fn setting_up_refused() {
    let server = Server::start(Program::Fork, &["--no-greeting"]);
    server.connect().ask("Hola\n");
    let inject = "rt_sigaction,rt_sigprocmask,prctl:error=EPERM";
    let Some(_strace) = attached_to(server.pid(), inject, &["--follow-forks"]) else { return };
    let mut conn = server.connect();
    conn.ask("Hola\n");
    server.signal(Signal::SIGTERM);
    assert!(conn.rest().starts_with("Servidor: cerrando, "));
    server.assert_gone(0);
}
