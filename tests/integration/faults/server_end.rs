//! What the kernel reports about the server's end of a connection.

use super::tools::state;
use crate::support::Conn;
use nix::unistd::Pid;
use std::fs;

/// A row of /proc/net/tcp.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerEnd {
    /// How many bytes have arrived, and not been received.
    pub(crate) unread: usize,
    /// Which timer runs (1: something is to be acknowledged; 2: keepalive), and when it fires, in hundredths
    /// of a second.
    pub(crate) timer: (u32, u32),
    inode: u64,
}

impl ServerEnd {
    /// The server's end of this connection; `None` once it is closed.
    pub(crate) fn of(conn: &Conn) -> Option<Self> {
        let (client, server) = (conn.stream().local_addr().ok()?, conn.stream().peer_addr().ok()?);
        let table = fs::read_to_string("/proc/net/tcp").expect("/proc");
        // LOCAL REMOTE STATE TX:RX TIMER:WHEN RETRANSMITS UID TIMEOUT INODE ..., in hexadecimal but for
        // the last ones; the table can be long.
        let ports = format!(":{:04X} 0100007F:{:04X} ", server.port(), client.port());
        let row = table.split_once(&ports)?.1;
        let columns: Vec<_> = row.split_whitespace().take(7).collect();
        let pair = |column: &str| {
            let (first, second) = column.split_once(':').expect("two numbers");
            [first, second].map(|hex| u32::from_str_radix(hex, 16).expect("a number"))
        };
        let ([_, unread], timer) = (pair(columns[1]), pair(columns[2]));
        let inode = columns[6].parse().expect("a number");
        Some(Self { unread: unread as usize, timer: timer.into(), inode })
    }

    /// The server's process that has it open.
    pub(crate) fn owner(&self) -> Option<Pid> {
        let processes = fs::read_dir("/proc").expect("/proc");
        let mut pids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        let socket = format!("socket:[{}]", self.inode);
        let owns = |pid: &i32| {
            // Other processes may have very many descriptors. Under an emulator the name is the
            // emulator's.
            let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            let is_server = ["enchufe-", "qemu-"].iter().any(|start| name.starts_with(start));
            let open = fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten();
            let mut files = open.filter_map(|fd| fs::read_link(fd.ok()?.path()).ok());
            is_server && files.any(|file| file.as_os_str() == socket.as_str())
        };
        pids.find(owns).map(Pid::from_raw)
    }
}

/// Whether the server leaves input on this connection unread: some has arrived, and the process that has the
/// connection open sleeps.
pub(crate) fn is_left_unread(conn: &Conn) -> bool {
    let owner = || ServerEnd::of(conn).filter(|end| end.unread > 0)?.owner();
    // Input wakes a process that waits for it, at once. Who has it open is looked up again: the parent of a
    // fork server has it too, until its child does, and then sleeps while the child reads.
    owner().is_some_and(|pid| state(pid) == Some('S') && owner() == Some(pid))
}
