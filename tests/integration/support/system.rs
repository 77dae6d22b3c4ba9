//! The state of the system: processes, listening ports, installed programs.

use enchufe::sys::{self, AF_INET, SOCK_STREAM, SocketAddr, sockopt};
use nix::unistd::Pid;
use std::fs;
use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;
use std::process::Command;
use std::time::Duration;

/// The processes of a group, zombies too.
pub(crate) fn group_members(group: Pid) -> Vec<Pid> {
    let entries = fs::read_dir("/proc").expect("/proc");
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(|&pid: &i32| {
        // STATE PPID PGRP ...
        let fields = stat(Pid::from_raw(pid)).unwrap_or_default();
        fields.split_whitespace().nth(2) == Some(&group.to_string())
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

/// Whether anything listens on this TCP port of the loopback, checked without connecting.
pub(crate) fn is_listening(port: u16) -> bool {
    const LISTEN: &str = "0A";
    let port = format!(":{port:04X}");
    ["/proc/net/tcp", "/proc/net/tcp6"].into_iter().any(|path| {
        let table = fs::read_to_string(path).unwrap_or_default();
        table.lines().any(|line| {
            let mut columns = line.split_whitespace().skip(1);
            let local = columns.next().unwrap_or_default();
            local.ends_with(&port) && columns.nth(1) == Some(LISTEN)
        })
    })
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
