//! A supervisor, such as systemd, that opens the listening sockets, is notified of the server's state,
//! and restarts the server.

mod activation;
mod notify;
mod restart;

use crate::support::within;
use std::os::fd::OwnedFd;
use std::process::Command;

/// `command`, with this as descriptor 3 and the variables that say so; variables that are set already
/// stay.
fn activated(command: &Command, listener: impl Into<OwnedFd>) -> Command {
    const PASS: &str = r#"
        export LISTEN_PID="${LISTEN_PID-$$}" LISTEN_FDS="${LISTEN_FDS-1}"
        exec "$@" 3<&0 </dev/null"#;
    let mut sh = Command::new("sh");
    sh.args(["-c", PASS, "sh"]);
    let mut sh = within(sh, command);
    sh.stdin(listener.into());
    sh
}
