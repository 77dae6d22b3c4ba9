//! The state of the system: processes, listening ports, installed programs.

use enchufe::sys::{self, AF_INET, SOCK_STREAM, SocketAddr, sockopt};
use nix::unistd::Pid;
use std::fs;
use std::io::Write;
use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The processes of a group, zombies too.
pub(crate) fn group_members(group: Pid) -> Vec<Pid> {
    processes(2, group)
}

/// The processes of which this field of /proc/PID/stat, counted from the state on, is this.
fn processes(field: usize, value: Pid) -> Vec<Pid> {
    let entries = fs::read_dir("/proc").expect("/proc");
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|&pid: &i32| {
        // STATE PPID PGRP SESSION ...
        let fields = stat(Pid::from_raw(pid)).unwrap_or_default();
        fields.split_whitespace().nth(field) == Some(&value.to_string())
    })
    .map(Pid::from_raw)
    .collect()
}

/// Its state, as ps(1) shows it: `T` stopped, `t` stopped by a tracer, `Z` a zombie.
pub(crate) fn state(pid: Pid) -> Option<char> {
    stat(pid).and_then(|fields| fields.chars().next())
}

/// The process group that has its terminal.
pub(crate) fn foreground(pid: Pid) -> Pid {
    let fields = stat(pid).expect("the process is there");
    let group = fields.split_whitespace().nth(5).expect("a field");
    Pid::from_raw(group.parse().expect("a process group"))
}

/// The modes of its terminal.
pub(crate) fn terminal_modes(pid: Pid) -> String {
    let terminal = format!("/proc/{pid}/fd/0");
    let output = Command::new("stty").args(["-F", &terminal, "-g"]).output().expect("stty runs");
    String::from_utf8(output.stdout).expect("figures")
}

/// The processor time it has used.
pub(crate) fn processor_time(pid: Pid) -> Duration {
    // utime and stime, in ticks of 10 ms, as Linux reports them.
    let stat = stat(pid).expect("the process is there");
    let ticks = stat.split_whitespace().skip(11).take(2).map(|n| n.parse::<u64>().expect("ticks"));
    Duration::from_millis(10 * ticks.sum::<u64>())
}

/// The fields of /proc/PID/stat after the name, which may contain anything.
fn stat(pid: Pid) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(") ")?.1.to_owned())
}

/// Whether anything listens on this TCP port, checked without connecting: for a port that is kept from others,
/// see [`reserved_port`].
pub(crate) fn is_listening(port: u16) -> bool {
    listeners().iter().any(|(local, _)| local.ends_with(&format!(":{port:04X}")))
}

/// The listening TCP sockets that a process holds; or, if it has started what listens, its group and session.
/// Another process may take a port as soon as it is free, but never gets the same inode.
pub(crate) fn listeners_of(pid: Pid) -> Vec<String> {
    let listeners: Vec<_> = listeners().into_iter().map(|(_, socket)| socket).collect();
    let of = |pid: &Pid| -> Vec<String> {
        let fds = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten();
        let links = fds.filter_map(|fd| {
            fs::read_link(fd.ok()?.path()).ok()?.into_os_string().into_string().ok()
        });
        links.filter(|link| listeners.contains(link)).collect()
    };
    let held = of(&pid);
    let others = || [processes(2, pid), processes(3, pid)].concat();
    if held.is_empty() { others().iter().flat_map(of).collect() } else { held }
}

/// Whether any of these sockets still listens.
pub(crate) fn any_listens(sockets: &[String]) -> bool {
    listeners().iter().any(|(_, socket)| sockets.contains(socket))
}

/// The listening TCP sockets of this thread's network: the local address, and what a descriptor links to.
fn listeners() -> Vec<(String, String)> {
    const LISTEN: &str = "0A";
    let tables = ["tcp", "tcp6"].map(|name| {
        // Without IPv6 there is no second one.
        fs::read_to_string(format!("/proc/thread-self/net/{name}")).unwrap_or_default()
    });
    let rows = tables.concat();
    rows.lines()
        .map(|row| row.split_whitespace().collect())
        .filter(|fields: &Vec<_>| fields.get(3) == Some(&LISTEN))
        .map(|fields| (fields[1].to_owned(), format!("socket:[{}]", fields[9])))
        .collect()
}

/// A port that nothing listens on while the socket is kept, except a server of the test, on any IPv4
/// address.
pub(crate) fn reserved_port() -> (u16, OwnedFd) {
    let socket = sys::socket(AF_INET, SOCK_STREAM, 0).expect("a socket");
    sockopt::set_reuseaddr(&socket, true).expect("an option");
    let any = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    sys::bind(&socket, &any).expect("a free port");
    let port = enchufe::net::own_address(&socket).expect("an address").port();
    (port, socket)
}

/// Writes a program that a test will run. Another process writes it: what is open for writing in this one is
/// for a moment also open in all that other tests start, and until then nobody can execute it (`ETXTBSY`).
pub(crate) fn write_program(path: &Path, text: &str) {
    let mut install = Command::new("install");
    install.args(["-m", "755", "/dev/stdin"]).arg(path).stdin(Stdio::piped());
    let mut install = install.spawn().expect("install starts");
    let mut stdin = install.stdin.take().expect("a pipe");
    stdin.write_all(text.as_bytes()).expect("it reads");
    drop(stdin);
    assert!(install.wait().expect("our child").success(), "{path:?}");
}

/// Whether a program is installed. If not, its test is skipped, except in CI, which installs it.
pub(crate) fn have(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|dir| dir.join(program).is_file());
    assert!(
        found || std::env::var_os("CI").is_none(),
        "{program} is not installed, and this test needs it"
    );
    if !found {
        println!("skipped: no {program}");
    }
    found
}
