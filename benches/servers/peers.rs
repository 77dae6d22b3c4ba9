//! The servers compared: ours, their C twins, and others that this machine has.

use crate::process::{Port, is_installed};
use std::path::Path;
use std::process::Command;

// The names of those that the targets are about.
pub const FORK: &str = "enchufe-fork";
pub const C_FORK: &str = "C fork server";
/// The same, linked statically, and the time zone read before it forks.
pub const C_FORK_STATIC: &str = "static C fork server";
pub const SOCAT: &str = "socat fork";
pub const PYTHON: &str = "python ForkingTCPServer";
const NCAT: &str = "ncat -k -e cat";
pub const SELECT: &str = "enchufe-select";
pub const C_SELECT: &str = "C select server";
/// The same without epoll.
pub const PLAIN: &str = "enchufe --plain-select";
pub const C_EPOLL: &str = "C epoll loop";
pub const EPOLL: &str = "libevent epoll";

/// A server to measure.
#[derive(Clone, Debug)]
pub struct Peer {
    pub name: &'static str,
    /// What it answers: the date and time, or an echo, which is less work.
    pub answers: &'static str,
    pub command: Vec<String>,
    pub port: Port,
    /// The most connections it can hold.
    pub most: usize,
    /// It is given less to do, to take about the same time.
    pub slow: bool,
    /// What a client sends first.
    pub header: &'static [u8],
    /// How many of it are behind HAProxy; 0: a single one, without HAProxy.
    pub behind: usize,
}

const PYTHON_FORK: &str = r#"
import socketserver, sys, time
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        connected = time.monotonic()
        for line in self.rfile:
            self.wfile.write(time.strftime("%d/%m/%Y %H:%M:%S ").encode()
                             + b"%d secs\n" % (time.monotonic() - connected))
class Server(socketserver.ForkingTCPServer):
    allow_reuse_address, request_queue_size, max_children = True, 1024, 1000
Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"#;

const PYTHON_SELECTOR: &str = r#"
import selectors, socket, sys, time
selector = getattr(selectors, sys.argv[2])()
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=1024)
selector.register(listener, selectors.EVENT_READ)
while True:
    for key, _ in selector.select():
        if key.fileobj is listener:
            client, _ = listener.accept()
            selector.register(client, selectors.EVENT_READ, time.monotonic())
            continue
        data = key.fileobj.recv(4096)
        if not data:
            selector.unregister(key.fileobj)
            key.fileobj.close()
            continue
        reply = time.strftime("%d/%m/%Y %H:%M:%S ").encode()
        reply += b"%d secs\n" % (time.monotonic() - key.data)
        key.fileobj.sendall(reply * data.count(b"\n"))
"#;

/// The fork servers of this machine, ours first and its twin second.
pub fn fork_servers(notes: &mut Vec<String>) -> Vec<Peer> {
    let mut peers = vec![
        ours(FORK, program(FORK), &["--no-greeting"]),
        twin(C_FORK, "fork_server.c", &[], notes),
        twin(C_FORK_STATIC, "fork_server.c", &["-static", "-DTZSET"], notes),
        python(PYTHON, PYTHON_FORK),
    ];
    let address = "TCP-LISTEN:PORT,bind=127.0.0.1,reuseaddr,backlog=1024,fork";
    peers.push(installed(SOCAT, &["socat", address, "PIPE"]));
    let command = ["tcpserver", "-HRl0", "-c1000", "127.0.0.1", "PORT", "cat"];
    peers.push(installed("tcpserver + cat", &command));
    let command = ["ncat", "-lk", "-m1000", "127.0.0.1", "PORT", "-e", "/bin/cat"];
    peers.push(installed(NCAT, &command));
    let found = present(peers, notes);
    if found.iter().any(|peer| peer.name == NCAT) {
        notes.push(format!("{NCAT}: the CPU of cat, which it does not wait for"));
    }
    found
}

/// The select servers of this machine, and those on epoll, ours first.
pub fn select_servers(notes: &mut Vec<String>) -> Vec<Peer> {
    let mut peers = vec![
        ours(SELECT, program(SELECT), &[]),
        ours(PLAIN, program(SELECT), &["--plain-select"]).map(|peer| Peer { slow: true, ..peer }),
        twin(C_SELECT, "select_server.c", &[], notes).map(|peer| Peer { most: 1000, ..peer }),
        twin(C_EPOLL, "epoll_server.c", &[], notes),
    ];
    for (name, selector, most) in [
        ("python SelectSelector", "SelectSelector", 1000),
        ("python EpollSelector", "EpollSelector", usize::MAX),
    ] {
        peers.push(python(name, PYTHON_SELECTOR).map(|mut peer| {
            peer.command.push(selector.to_owned());
            Peer { most, ..peer }
        }));
    }
    if Path::new("/usr/include/event2/event.h").exists() {
        for (name, method) in [(EPOLL, "epoll"), ("libevent select", "select")] {
            let peer = twin(name, "libevent_server.c", &["-levent"], notes).map(|mut peer| {
                peer.command.push(method.to_owned());
                Peer { most: if method == "select" { 1000 } else { usize::MAX }, ..peer }
            });
            peers.push(peer);
        }
    } else {
        notes.push("libevent: not installed (libevent-dev), not measured".to_owned());
    }
    present(peers, notes)
}

/// The path of one of ours.
pub fn program(name: &str) -> &'static str {
    if name == FORK {
        env!("CARGO_BIN_EXE_enchufe-fork")
    } else {
        env!("CARGO_BIN_EXE_enchufe-select")
    }
}

/// One of ours by itself, and behind HAProxy.
pub fn balanced(name: &str, notes: &mut Vec<String>) -> Vec<Peer> {
    let mut peers = vec![ours("direct", program(name), &["--no-greeting"])];
    if is_installed("haproxy") {
        let names = ["HAProxy, 1 server", "HAProxy, 2 servers", "HAProxy, 3 servers"];
        for (behind, title) in (1..).zip(names) {
            let peer = ours(title, program(name), &["--no-greeting", "--proxy", LOOPBACK]);
            peers.push(peer.map(|peer| Peer { behind, ..peer }));
        }
    } else {
        notes.push(format!("{name} behind HAProxy: haproxy not installed, not measured"));
    }
    peers.into_iter().flatten().collect()
}

/// One of ours, with and without a PROXY header from its clients.
pub fn introduced(name: &str) -> Vec<Peer> {
    let without = ours("no header", program(name), &["--no-greeting"]);
    let headers = [("PROXY, version 1", VERSION_1), ("PROXY, version 2", VERSION_2)];
    let with = headers.map(|(title, header)| {
        let peer = ours(title, program(name), &["--no-greeting", "--proxy", LOOPBACK]);
        peer.map(|peer| Peer { header, ..peer })
    });
    [without].into_iter().chain(with).flatten().collect()
}

const LOOPBACK: &str = "127.0.0.0/8";
const VERSION_1: &[u8] = b"PROXY TCP4 127.0.0.2 127.0.0.1 40112 10000\r\n";
const VERSION_2: &[u8] =
    b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\x7f\0\0\x02\x7f\0\0\x01\x9c\xb0\x27\x10";

/// One that answers with the time, fast.
fn peer(name: &'static str, command: Vec<String>, port: Port) -> Peer {
    let (most, slow, header, behind) = (usize::MAX, false, &[][..], 0);
    Peer { name, answers: "time", command, port, most, slow, header, behind }
}

fn ours(name: &'static str, path: &str, more: &[&str]) -> Option<Peer> {
    let command = [&[path, "-q", "-p", "0", "--on-exit", "close"], more].concat();
    Some(peer(name, owned(&command), Port::Printed))
}

/// A C server of tests/c, compiled on the spot.
fn twin(
    name: &'static str,
    source: &str,
    options: &[&str],
    notes: &mut Vec<String>,
) -> Option<Peer> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c").join(source);
    let program = source.file_stem()?.to_string_lossy().into_owned() + &options.concat();
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(program);
    let compiled = Command::new("cc")
        .args(["-O2", "-o"])
        .args([&program, &source])
        .args(options)
        .status()
        .is_ok_and(|status| status.success());
    if !compiled {
        notes.push(format!("{name}: cc -O2 {} failed, not measured", source.display()));
        return None;
    }
    let command = vec![program.to_string_lossy().into_owned(), "0".to_owned()];
    Some(peer(name, command, Port::Printed))
}

fn python(name: &'static str, script: &str) -> Option<Peer> {
    let command = owned(&["python3", "-c", script, "PORT"]);
    Some(Peer { slow: true, ..peer(name, command, Port::Given) })
}

fn installed(name: &'static str, command: &[&str]) -> Option<Peer> {
    Some(Peer { answers: "echo", slow: true, ..peer(name, owned(command), Port::Given) })
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// The peers whose program is installed; a note for each other one.
fn present(peers: Vec<Option<Peer>>, notes: &mut Vec<String>) -> Vec<Peer> {
    let mut found = Vec::new();
    for peer in peers.into_iter().flatten() {
        if is_installed(&peer.command[0]) {
            found.push(peer);
        } else {
            notes.push(format!("{}: {} not installed, not measured", peer.name, peer.command[0]));
        }
    }
    found
}
