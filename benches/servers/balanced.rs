//! Servers behind HAProxy, configured as in `docs/deploy/haproxy.cfg`.

use crate::peers::Peer;
use crate::process::{Port, Server};
use std::fs;
use std::net::SocketAddr;
use std::path::Path;

/// Servers, and the HAProxy in front of them.
#[derive(Debug)]
pub struct Balanced {
    // Dropped first.
    haproxy: Option<Server>,
    servers: Vec<Server>,
}

impl Balanced {
    /// Starts as many as the peer says.
    pub fn start(peer: &Peer) -> Result<Self, String> {
        let start = |_| Server::start(&peer.command, peer.port);
        let servers: Vec<_> = (0..peer.behind.max(1)).map(start).collect::<Result<_, _>>()?;
        let haproxy = if peer.behind > 0 { Some(haproxy(&servers)?) } else { None };
        Ok(Self { haproxy, servers })
    }

    /// Where clients connect.
    pub fn addr(&self) -> SocketAddr {
        self.haproxy.as_ref().unwrap_or(&self.servers[0]).addr
    }

    /// CPU seconds used so far: by all servers, and by HAProxy.
    pub fn cpu(&self) -> [f64; 2] {
        let sum = |servers: &[Server]| servers.iter().map(Server::cpu).sum();
        [sum(&self.servers), sum(self.haproxy.as_slice())]
    }

    /// As [`Server::wait_for_children`].
    pub fn wait_for_children(&self) {
        self.servers.iter().for_each(Server::wait_for_children);
    }
}

/// HAProxy in front of these, with the configuration that we ship, except for the ports and the number of
/// servers.
fn haproxy(servers: &[Server]) -> Result<Server, String> {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/deploy/haproxy.cfg");
    let fail = |path: &Path, error| format!("{}: {error}", path.display());
    let text = fs::read_to_string(&shipped).map_err(|error| fail(&shipped, error))?;
    let mut own = String::new();
    for line in text.lines().filter(|line| !line.starts_with("    server ")) {
        own += &line.replace("127.0.0.1:6667", "127.0.0.1:\"$LISTEN\"");
        own += "\n";
    }
    for (number, server) in (1..).zip(servers) {
        own += &format!("    server s{number} {}\n", server.addr);
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("haproxy.cfg");
    fs::write(&path, own).map_err(|error| fail(&path, error))?;
    let command = ["env", "LISTEN=PORT", "haproxy", "-db", "-f", &path.to_string_lossy()];
    Server::start(&command.map(str::to_owned), Port::Given)
}
