//! fork fails. That client loses its turn; no other is affected.

use super::tools::{QUIET, assert_well, descriptors, tampered};
use crate::support::{Program, eventually};

const TOLD: &str = "Servidor: sin recursos\n";

#[test]
fn one_failure_costs_one_client() {
    let inject = "?fork,clone,clone3:error=EAGAIN:when=1";
    let Some(mut server) = tampered(Program::Fork, inject, &QUIET) else { return };
    let before = descriptors(server.pid());
    let mut first = server.connect();
    first.send("Hola\n");
    assert_eq!(first.rest(), TOLD);
    server.stderr.expect(&first.name());
    drop(first);
    eventually("its descriptor is closed", || descriptors(server.pid()) == before);
    assert_well(&mut server);
}

#[test]
fn a_hundred_failures_leave_the_connected_alone() {
    let inject = "?fork,clone,clone3:error=ENOMEM:when=2+";
    let Some(server) = tampered(Program::Fork, inject, &QUIET) else { return };
    let mut connected = server.connect();
    connected.ask("Hola\n");
    let before = descriptors(server.pid());
    let mut refused: Vec<_> = (0..100).map(|_| server.connect()).collect();
    for conn in &mut refused {
        assert_eq!(conn.rest(), TOLD);
    }
    connected.ask("Hola\n");
    drop(refused);
    eventually("their descriptors are closed", || descriptors(server.pid()) == before);
    assert_eq!(server.stderr.so_far().lines().count(), 1, "one warning for all");
    connected.ask("Hola\n");
}
