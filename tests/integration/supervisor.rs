//! A supervisor, systemd or another, that opens the listening sockets, wants to be told how things are
//! going, and starts the server anew.

mod activation;
mod notify;
mod restart;

use crate::support::within;
use std::os::fd::OwnedFd;
use std::process::Command;

/// `command`, which is passed this as descriptor 3, and told so; a variable that is set already stays.
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
