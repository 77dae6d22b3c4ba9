//! A child that cannot do its work says which call has failed, and its parent with what exit code it
//! has ended. Nobody else is harmed.

use super::provoke::attached;
use super::tools::{assert_well, tampered};
use crate::support::{Program, Server};
use std::io::{Read, Write};

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

/// prctl is a call that only a child makes. Where it does not need it, it does without.
#[test]
fn setting_up_refused() {
    let inject = "prctl:error=EPERM";
    let Some(mut server) = tampered(Program::Fork, inject, &["--no-greeting"]) else { return };
    let mut conn = server.connect();
    conn.send("SALIR\n");
    let name = conn.name();
    // A child that fails may leave its client with a reset.
    let mut reply = String::new();
    let _ = conn.stream().read_to_string(&mut reply);
    drop(conn);
    let line = server.stdout.expect_line("hijo ");
    if !reply.ends_with(" secs\n") {
        assert!(line.ends_with(&format!("{name} con código de salida 1")), "{line}");
        let said = server.stderr.expect_line("EPERM");
        assert!(said.contains("prctl"), "it names the call: {said}");
    }
    assert_well(&mut server);
}
