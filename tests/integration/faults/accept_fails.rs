//! accept fails, with each errno that it can have. strace makes it fail.

use super::tools::{QUIET, assert_well, tampered};
use crate::support::Program;

/// A failure of the connection, not of the listener: try the next.
const RETRY: [&str; 11] = [
    "EINTR",
    "EAGAIN",
    "ECONNABORTED",
    "EPROTO",
    "ENETDOWN",
    "ENOPROTOOPT",
    "EHOSTDOWN",
    "ENONET",
    "EHOSTUNREACH",
    "EOPNOTSUPP",
    "ENETUNREACH",
];

/// No room: leave the queue alone for a moment.
const BACK_OFF: [&str; 4] = ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"];

/// The listener is unusable.
const FATAL: [&str; 3] = ["EBADF", "EINVAL", "ENOTSOCK"];

fn failures_of_a_connection_are_retried(program: Program) {
    for errno in RETRY {
        let inject = format!("accept4:error={errno}:when=1..3");
        let Some(mut server) = tampered(program, &inject, &QUIET) else { return };
        server.connect().ask("Hola\n");
        assert_eq!(server.stderr.so_far(), "", "{errno} is nothing to warn of");
        assert_well(&mut server);
    }
}

fn a_lack_of_room_is_waited_out(program: Program) {
    for errno in BACK_OFF {
        let inject = format!("accept4:error={errno}:when=1..3");
        let Some(mut server) = tampered(program, &inject, &QUIET) else { return };
        server.connect().ask("Hola\n");
        let warned = server.stderr.so_far();
        assert!(warned.lines().count() == 1 && warned.contains(errno), "{warned}");
        assert_well(&mut server);
    }
}

fn a_listener_of_no_use_is_the_end(program: Program) {
    for errno in FATAL {
        if cfg!(target_env = "musl") && errno == "EINVAL" {
            // For old kernels musl then calls accept, which does not fail here.
            continue;
        }
        let inject = format!("accept4:error={errno}:when=2+");
        // accept is called until the queue is empty: the second call may be for the second client,
        // or not.
        let Some(server) = tampered(program, &inject, &QUIET) else { return };
        let mut connected = server.connect();
        assert!(connected.rest().starts_with("Servidor: cerrando, "), "it is told");
        server.assert_gone(1);
        let said = server.stderr.all();
        assert!(said.contains(&format!("accept socket de escucha: {errno}: ")), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

on_both_servers!(
    failures_of_a_connection_are_retried,
    a_lack_of_room_is_waited_out,
    a_listener_of_no_use_is_the_end,
);
