//! A real HAProxy, and a real nginx, in front of three servers: two with select, one that forks.

use crate::faults::tools::connect_from_to;
use crate::support::{
    Conn, Log, Process, Program, Reply, Server, eventually, have, is_listening, reserved_port,
    uninterrupted,
};
use nix::sys::signal::{Signal, killpg};
use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Debian's path.
const NGINX_STREAM: &str = "/usr/lib/nginx/modules/ngx_stream_module.so";

const SERVERS: [Program; 3] = [Program::Select, Program::Select, Program::Fork];

/// A running load balancer, and its address.
struct Balancer {
    addr: SocketAddr,
    configuration: PathBuf,
    _process: Process,
}

impl Balancer {
    /// Writes its configuration, with the port to listen on; starts it; waits until it listens.
    fn start(name: &str, configuration: impl FnOnce(u16) -> String, command: &[&str]) -> Self {
        let (port, _reserved) = reserved_port();
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.{port}.conf"));
        fs::write(&path, configuration(port)).expect("a file");
        let mut process = Command::new(command[0]);
        process.args(&command[1..]).arg(&path).current_dir(env!("CARGO_TARGET_TMPDIR"));
        let process = Process::spawn(process);
        eventually(&format!("{name} listens"), || is_listening(port));
        Self { addr: (Ipv4Addr::LOCALHOST, port).into(), configuration: path, _process: process }
    }

    /// HAProxy with a line for each server, which says how to treat it. `None`, with a message, without HAProxy.
    fn haproxy(
        name: &str,
        checks: &str,
        servers: &[&Server],
        how: impl Fn(usize) -> String,
    ) -> Option<Self> {
        let configuration = |port| {
            let mut lines = vec![
                "defaults".to_owned(),
                "mode tcp\n timeout connect 10s\n timeout check 10s\n timeout client 1m\n timeout server 1m".into(),
                "option redispatch 1\n retries 3".into(),
                format!("listen all\n bind 127.0.0.1:{port}\n balance roundrobin\n {checks}"),
            ];
            let server = |(nth, server): (usize, &&Server)| {
                format!("server s{nth} {} {}", server.addr, how(nth))
            };
            lines.extend(servers.iter().enumerate().map(server));
            lines.join("\n ") + "\n"
        };
        have("haproxy").then(|| Self::start(name, configuration, &["haproxy", "-db", "-f"]))
    }

    /// nginx, which speaks version 1. `None`, with a message, without nginx or the module that this
    /// needs.
    fn nginx(servers: &[&Server]) -> Option<Self> {
        let configuration = |port| {
            let servers: String =
                servers.iter().map(|server| format!("server {}; ", server.addr)).collect();
            format!(
                "load_module {NGINX_STREAM};\n\
                 daemon off;\nmaster_process off;\npid nginx.{port}.conf.pid;\n\
                 events {{ worker_connections 500; }}\n\
                 stream {{\n upstream all {{ {servers} }}\n\
                 server {{ listen 127.0.0.1:{port}; proxy_pass all; proxy_protocol on; }}\n}}\n"
            )
        };
        let is_there = have("nginx") && Path::new(NGINX_STREAM).exists();
        assert!(is_there || std::env::var_os("CI").is_none(), "this test needs {NGINX_STREAM}");
        let command = ["nginx", "-e", "stderr", "-p", ".", "-c"];
        is_there.then(|| Self::start("nginx", configuration, &command))
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        // nginx writes its pid as well.
        for path in [self.configuration.clone(), self.configuration.with_extension("conf.pid")] {
            let _ = fs::remove_file(path);
        }
    }
}

/// Connects from 127.0.0.LAST.
fn client(last: u8, addr: SocketAddr) -> Conn {
    connect_from_to(Ipv4Addr::new(127, 0, 0, last), addr)
}

fn servers(args: &[&str]) -> [Server; 3] {
    SERVERS.map(|program| {
        Server::start(program, &[&["--no-greeting", "--proxy", "127.0.0.1"], args].concat())
    })
}

/// The clients in the table of a server, as shown.
fn table(server: &mut Server) -> BTreeSet<String> {
    server.signal(Signal::SIGUSR1);
    let count = server.stdout.expect_line("clientes conectados: ");
    let count = count.rsplit(' ').next().and_then(|count| count.parse().ok()).expect("a number");
    let row = |_| {
        server.stdout.expect_line("desde").split("  desde").next().unwrap_or("").trim().to_owned()
    };
    (0..count).map(row).collect()
}

/// Clients come from eight addresses: the servers show them, each with its own address, and no
/// others.
fn own_addresses(balancer: &Balancer, servers: &mut [Server]) {
    let mut conns: Vec<_> = (2..10).chain(2..10).map(|last| client(last, balancer.addr)).collect();
    for conn in &mut conns {
        conn.ask("Hola\n");
    }
    let expected: BTreeSet<_> = conns.iter().map(Conn::name).collect();
    let shown: BTreeSet<_> = servers.iter_mut().flat_map(table).collect();
    assert_eq!(shown, expected);
}

/// One of the servers is killed while clients come and go: its clients lose their connection, and are served
/// by the others when they come again.
fn one_is_killed(balancer: &Balancer, servers: &[Server]) {
    const CLIENTS: u8 = 8;
    let (served, lost) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let total = || served.load(Ordering::Relaxed);
    let (served, lost, addr) = (&served, &lost, balancer.addr);
    thread::scope(|scope| {
        for last in 2..2 + CLIENTS {
            scope.spawn(move || {
                for _ in 0..100 {
                    let is_served = converse(&client(last, addr));
                    if is_served { served } else { lost }.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        eventually("they are served", || total() > 50);
        killpg(servers[0].pid(), Signal::SIGKILL).expect("it is there");
    });
    // At most one connection of each, when that server was killed, and another that it had not accepted.
    let lost = lost.load(Ordering::Relaxed);
    assert!(lost <= 2 * usize::from(CLIENTS), "{lost}");
    for conn in (2..10).map(|last| client(last, balancer.addr)).collect::<Vec<_>>() {
        assert!(converse(&conn), "all are served by those that are left");
    }
}

/// Whether three messages are answered; otherwise the connection has been lost.
fn converse(conn: &Conn) -> bool {
    let mut buffer = [0; 100];
    for _ in 0..3 {
        let mut receive = || uninterrupted(|| conn.stream().read(&mut buffer));
        let reply = conn.stream().write_all(b"Hola\n").and_then(|()| receive());
        match reply {
            Ok(0) => return false,
            Ok(count) => {
                _ = Reply::parse(str::from_utf8(&buffer[..count]).expect("text").trim_end())
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("no reply"),
            Err(_) => return false,
        }
    }
    true
}

const V1: &str = "send-proxy";
const V2: &str = "send-proxy-v2 proxy-v2-options crc32c check inter 200ms fall 5";

#[test]
fn haproxy_says_who_the_clients_are() {
    for (name, how) in [("haproxy-v1", V1), ("haproxy-v2", V2)] {
        let mut servers = servers(&["-q"]);
        let Some(balancer) = Balancer::haproxy(name, "", &servers.each_ref(), |_| how.into())
        else {
            return;
        };
        own_addresses(&balancer, &mut servers);
        for server in servers {
            assert_eq!(server.stderr.so_far(), "");
            server.stop();
        }
    }
}

#[test]
fn nginx_says_who_the_clients_are() {
    let mut servers = servers(&["-q"]);
    let Some(balancer) = Balancer::nginx(&servers.each_ref()) else { return };
    own_addresses(&balancer, &mut servers);
    one_is_killed(&balancer, &servers);
}

#[test]
fn behind_haproxy_one_is_killed() {
    let servers = servers(&["-q"]);
    let Some(balancer) = Balancer::haproxy("haproxy-kill", "", &servers.each_ref(), |_| V2.into())
    else {
        return;
    };
    one_is_killed(&balancer, &servers);
}

/// The limit per address is one of clients, not of the load balancer's address.
#[test]
fn behind_haproxy_each_address_has_its_limit() {
    let servers = servers(&["-q", "--max-per-ip", "2"]);
    for (nth, server) in servers.iter().enumerate() {
        let name = format!("haproxy-limit-{nth}");
        let Some(balancer) = Balancer::haproxy(&name, "", &[server], |_| V2.into()) else { return };
        let mut conns: Vec<_> = [2, 3, 2, 3, 4].map(|last| client(last, balancer.addr)).into();
        for conn in &mut conns {
            conn.ask("Hola\n");
        }
        for last in [2, 3] {
            assert_eq!(client(last, balancer.addr).line(), "Servidor: completo, 2 clientes\n");
        }
        client(4, balancer.addr).ask("Hola\n");
    }
}

/// Hundreds of checks, which send something and expect an answer: no line, no place; and the server
/// counts as up.
fn checks_of_haproxy_are_not_seen(program: Program) {
    if !(have("strace") && have("haproxy")) {
        return;
    }
    let args = ["--max-clients", "1", "--lang", "es", "--proxy", "127.0.0.1"];
    let name = format!("haproxy-{}", program.name());
    let (traced, log) = Log::of(&Server::command(program, &args), &name, "accept4");
    let mut server = Server::of(Process::spawn(traced));
    // As the fork server greets, and the select server does not.
    let checks = match program {
        Program::Fork => "option tcp-check\n tcp-check expect string Servidor:",
        _ => "option tcp-check\n tcp-check send hola\\n\n tcp-check expect string secs",
    };
    // On a busy machine some are late; were they all refused, it would be down long before it is asked.
    let how = |_| "send-proxy-v2 check inter 10ms fall 50".to_owned();
    let balancer = Balancer::haproxy(&name, checks, &[&server], how).expect("there is HAProxy");
    let accepted = || log.count("sin_addr");
    eventually("hundreds are accepted", || accepted() > 200);
    let mut conn = client(2, balancer.addr);
    conn.send("Hola\n");
    conn.until(" secs\n");
    server.expect_clients(1);
    let before = accepted();
    eventually("and more", || accepted() > before + 20);
    let name = conn.name();
    drop(conn);
    server.expect_clients(0);
    assert_eq!(server.stderr.so_far(), "");
    let shown = server.stop();
    assert_eq!(shown.matches("('127.0.0.1', ").count(), 1, "where it listens: {shown}");
    assert!(shown.contains(&format!("  {name}")), "{shown}");
    assert!(shown.ends_with("servidor finalizado: 1 cliente atendido\n"), "{shown}");
}

on_both_servers!(checks_of_haproxy_are_not_seen);
