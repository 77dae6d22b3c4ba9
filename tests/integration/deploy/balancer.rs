//! HAProxy and nginx accept the page's configuration, and its two commands do what it says.

use super::{PAGES, blocks, path, scratch, succeeds, text};
use crate::faults::tools::connect_from_to;
use crate::support::{Process, Program, eventually, have, is_listening, reserved_port};
use nix::sys::signal::{Signal, kill, killpg};
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn haproxy_takes_the_configuration() {
    if have("haproxy") {
        let said = succeeds(Command::new("haproxy").arg("-c").arg("-f").arg(path("haproxy.cfg")));
        // Nothing else: no warning.
        assert_eq!(said.trim(), "Configuration file is valid");
    }
}

#[test]
fn nginx_takes_the_pages() {
    let module = "/usr/lib/nginx/modules/ngx_stream_module.so";
    if !have("nginx") || !Path::new(module).exists() {
        return;
    }
    for page in PAGES {
        let block = &blocks(page, "nginx")[0];
        let start = format!("load_module {module};\npid pid;\nerror_log stderr;\nevents {{}}\n");
        let file = scratch("nginx", &format!("{page}.conf"), &(start + block));
        let dir = file.parent().expect("a directory");
        let mut nginx = Command::new("nginx");
        nginx.args(["-t", "-e", "stderr", "-p"]).arg(dir).arg("-c").arg(&file);
        assert!(succeeds(&mut nginx).contains("test is successful"));
    }
}

#[test]
fn the_pages_two_commands() {
    let Some(Page { mut servers, haproxy, front }) = Page::start("commands") else { return };
    for from in 2..=9 {
        let own = Ipv4Addr::new(127, 0, 0, from);
        ask(own, front);
        // The table has its own address; three servers write to one output.
        servers.stdout.expect(&format!("('{own}', "));
    }
    // Each server had some clients, and nothing else: no check has left a line.
    let said = servers.stdout.so_far();
    assert!(!said.contains("desde: ('127.0.0.1', "), "{said}");
    assert_eq!(servers.stderr.so_far(), "");
    for process in [&haproxy, &servers] {
        killpg(process.pid(), Signal::SIGTERM).expect("it is there");
        let _ = process.ended();
        eventually("all of it ends", || process.children().is_empty());
    }
}

/// The kernel still accepts for a stopped server. HAProxy notices, and sends it no clients.
#[test]
fn a_server_that_hangs_gets_nobody() {
    let Some(Page { servers, mut haproxy, front }) = Page::start("hangs") else { return };
    ask(Ipv4Addr::LOCALHOST, front);
    let hangs = servers.children()[0];
    kill(hangs, Signal::SIGSTOP).expect("it is there");
    haproxy.stderr.expect("is DOWN");
    for _ in 0..6 {
        ask(Ipv4Addr::LOCALHOST, front);
    }
    kill(hangs, Signal::SIGCONT).expect("it is there");
    haproxy.stderr.expect("is UP");
}

/// What the page's two commands start.
struct Page {
    servers: Process,
    haproxy: Process,
    /// Where clients connect.
    front: u16,
}

impl Page {
    fn start(test: &str) -> Option<Self> {
        if !have("haproxy") {
            return None;
        }
        let reserved: [_; 4] = std::array::from_fn(|_| reserved_port());
        let ports = [6667, 10_001, 10_002, 10_003].into_iter().zip(&reserved);
        let elsewhere = |text: String| {
            ports.clone().fold(text, |text, (port, (free, _))| {
                text.replace(&port.to_string(), &free.to_string())
            })
        };
        let config = scratch(test, "haproxy.cfg", &elsewhere(text("haproxy.cfg")));
        let commands = elsewhere(blocks(PAGES[0], "sh")[0].clone())
            .replace("docs/deploy/haproxy.cfg", &config.to_string_lossy());
        let lines: Vec<_> = commands.lines().collect();
        let [servers, haproxy] = lines[..] else { panic!("{commands}") };
        let servers = run(servers);
        for (port, _) in &reserved[1..] {
            eventually("a server listens", || is_listening(*port));
        }
        let haproxy = run(haproxy);
        let front = reserved[0].0;
        eventually("HAProxy listens", || is_listening(front));
        Some(Self { servers, haproxy, front })
    }
}

/// One message from this address, and the reply.
fn ask(own: Ipv4Addr, front: u16) {
    let mut conn = connect_from_to(own, (Ipv4Addr::LOCALHOST, front).into());
    conn.send("Hola\n");
    let _ = conn.reply();
}

/// A line of the page, with the programs that were built.
fn run(line: &str) -> Process {
    let built = Program::Select.command(&[]);
    let dir = Path::new(built.get_program()).parent().expect("a directory");
    let path = std::env::var("PATH").expect("a path");
    let mut bash = Command::new("bash");
    bash.args(["-c", &format!("{line}\nwait")]).stdin(Stdio::null());
    bash.env("PATH", format!("{}:{path}", dir.display())).env("LANG", "es_ES.UTF-8");
    Process::spawn(bash)
}
