//! Nothing listens on the port, and the kernel picks this very port for the client's own end: it
//! connects to itself, and would talk to itself.

use super::namespaces::in_its_own_network;
use super::own_server::failure;
use crate::support::{Process, Program};
use std::fs;

/// The only port that the kernel may pick.
const PORT: &str = "40000";

#[test]
fn it_is_refused() {
    in_its_own_network(|| {
        let range = format!("{PORT} {PORT}");
        fs::write("/proc/sys/net/ipv4/ip_local_port_range", range).expect("it is ours");
        let modes = [
            &["-m", "hola"][..],
            &["-m", "hola", "-c", "2"],
            &["--parts"],
            &["--once", "-m", "hola"],
            &[],
        ];
        // Several times: a connection in TIME_WAIT would keep the next one from the port.
        for _ in 0..10 {
            for host in ["127.0.0.1", "0.0.0.0"] {
                for args in modes {
                    let args = [args, &["--timeout", "5", host, PORT]].concat();
                    let said = failure(&Process::spawn(Program::Client.command(&args)));
                    let expected = format!("connect ('{host}', {PORT}): ECONNREFUSED: ");
                    assert!(said.starts_with(&expected), "{args:?}: {said}");
                }
            }
        }
    });
}
