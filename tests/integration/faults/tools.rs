//! Tools that provoke the faults, and what /proc says about the victims.

use super::server_end::is_left_unread;
use crate::support::processor_time;
pub(crate) use crate::support::state;
use crate::support::{Conn, DEADLINE, Process, Program, Server, eventually, have, within};
use enchufe::sys::{self, AF_INET, SOCK_STREAM, SocketAddr, sockopt};
use nix::sys::resource::{Resource, getrlimit, rlim_t, setrlimit};
use nix::sys::signal::Signal;
use nix::unistd::Pid;
use std::fs;
use std::io::{ErrorKind, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Quiet: what is printed is not what these tests are about.
pub(crate) const QUIET: [&str; 2] = ["-q", "--no-greeting"];

/// How many descriptors a child holds: 0-2, its client, and its ends of the two pipes that join it to its
/// parent.
pub(crate) const CHILD: usize = 6;

/// Held by tests that take thousands of descriptors, or a whole processor: one at a time.
pub(crate) fn one_at_a_time() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A server under strace, which tampers with its system calls as `inject` says (see strace(1)).
/// `None`, with a message, without strace.
pub(crate) fn tampered(program: Program, inject: &str, args: &[&str]) -> Option<Server> {
    have("strace").then(|| Server::of(Process::spawn(strace(program, inject, args))))
}

/// What [`tampered`] runs. With -DD strace is neither the server's parent nor in its group: pid,
/// group and children are as without it. It ends when they do.
pub(crate) fn strace(program: Program, inject: &str, args: &[&str]) -> Command {
    tampering(&Server::command(program, args), inject)
}

/// The same for any program.
pub(crate) fn tampering(command: &Command, inject: &str) -> Command {
    let mut strace = Command::new("strace");
    let calls = inject.split(':').next().expect("the calls");
    strace.args(["-f", "-DD", "-qqq", "-o", "/dev/null", "-e", "signal=none"]);
    strace.args(["-e", &format!("trace={calls}"), "-e", &format!("inject={inject}")]);
    within(strace, command)
}

/// Connects from this address of the loopback.
pub(crate) fn connect_from(ip: Ipv4Addr, server: &Server) -> Conn {
    connect_from_to(ip, server.addr)
}

/// The same, to any listener.
pub(crate) fn connect_from_to(ip: Ipv4Addr, addr: SocketAddr) -> Conn {
    let socket = sys::socket(AF_INET, SOCK_STREAM, 0).expect("a socket");
    sys::bind(&socket, &SocketAddr::from((ip, 0))).expect("an address of the loopback");
    sys::connect(&socket, &addr).expect("the server accepts");
    TcpStream::from(socket).into()
}

/// Closes with a reset.
pub(crate) fn reset(conn: Conn) {
    sockopt::set_linger(conn.stream(), Some(Duration::ZERO)).expect("an option");
    drop(conn);
}

/// Sends and never reads, until nothing more fits and the server has stopped reading, because its own
/// replies are not read; or until the server closes. Returns how much was sent.
pub(crate) fn stuff(conn: &Conn, bytes: &[u8]) -> usize {
    let mut stream = conn.stream();
    stream.set_nonblocking(true).expect("an option");
    let mut sent = 0;
    let deadline = Instant::now() + 3 * DEADLINE;
    loop {
        // A server that reads on and on must fail the test, not hang it.
        assert!(Instant::now() < deadline, "it reads on and on: {sent} bytes");
        match stream.write(bytes) {
            Ok(count) => sent += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() != ErrorKind::WouldBlock => break,
            Err(_) if is_left_unread(conn) => break,
            Err(_) => sleep(Duration::from_millis(20)),
        }
    }
    stream.set_nonblocking(false).expect("an option");
    sent
}

/// Connects this many clients, no faster than the server accepts: a queue that overflows costs a
/// client a second. The last of each 500, and the last of all, have been answered.
pub(crate) fn connect_many(server: &Server, clients: usize) -> Vec<Conn> {
    let mut conns: Vec<Conn> = Vec::new();
    while conns.len() < clients {
        let more = (clients - conns.len()).min(500);
        conns.extend((0..more).map(|_| server.connect()));
        conns.last_mut().expect("a client").ask("Hola\n");
    }
    conns
}

/// Limits a process, from outside, to this many more descriptors than it has.
pub(crate) fn leave_descriptors(pid: Pid, more: usize) {
    // The limit is on their numbers, not on how many there are.
    let taken: Vec<_> = all_descriptors(pid).into_iter().map(|(number, _)| number).collect();
    let limit = (0..).filter(|number| !taken.contains(number)).nth(more).expect("a number");
    // The soft limit only: not even root can always raise the hard one again.
    let args = [format!("--pid={pid}"), format!("--nofile={limit}:")];
    let status = Command::new("prlimit").args(args).status().expect("prlimit runs");
    assert!(status.success(), "prlimit");
}

/// Raises the descriptor limit of this process; returns whether that was enough: skipped if not,
/// except in CI.
pub(crate) fn have_descriptors(needed: usize) -> bool {
    let needed = needed as rlim_t;
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    let raised = hard.max(needed);
    let enough = soft >= needed
        || setrlimit(Resource::RLIMIT_NOFILE, raised, raised).is_ok()
        || (hard >= needed && setrlimit(Resource::RLIMIT_NOFILE, hard, hard).is_ok());
    assert!(enough || std::env::var_os("CI").is_none(), "this test needs {needed} descriptors");
    if !enough {
        println!("skipped: no {needed} descriptors");
    }
    enough
}

/// Its descriptors, in order, except those past standard error that this process has too: the tests
/// were started with them open, and they are inherited.
pub(crate) fn descriptors(pid: Pid) -> Vec<(u32, String)> {
    let ours = all_descriptors(Pid::this());
    let inherited = |of: &(u32, String)| of.0 > 2 && ours.contains(of) && !is_closed_on_exec(of.0);
    let mut found = all_descriptors(pid);
    found.retain(|descriptor| !inherited(descriptor));
    found
}

/// Whether a descriptor of this process is close-on-exec; other tests open and close descriptors
/// meanwhile.
fn is_closed_on_exec(number: u32) -> bool {
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{number}")).unwrap_or_default();
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| i32::from_str_radix(flags.trim(), 8).ok());
    flags.is_none_or(|flags| flags & libc::O_CLOEXEC != 0)
}

fn all_descriptors(pid: Pid) -> Vec<(u32, String)> {
    let entries = fs::read_dir(format!("/proc/{pid}/fd")).expect("the process is there");
    let mut found: Vec<_> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let number = path.file_name()?.to_str()?.parse().ok()?;
            Some((number, fs::read_link(&path).ok()?.to_string_lossy().into_owned()))
        })
        .collect();
    found.sort();
    found
}

/// Asserts that a process that has nothing to do uses no processor time.
pub(crate) fn assert_does_not_spin(pid: Pid) {
    let (start, before) = (Instant::now(), processor_time(pid));
    sleep(Duration::from_secs(2)); // what it uses meanwhile is what is measured
    let used = processor_time(pid) - before;
    assert!(used <= start.elapsed() / 20, "{used:?} of processor in {:?}", start.elapsed());
}

/// Its peak resident memory, in KiB; 0 if it has ended.
pub(crate) fn peak_memory(pid: Pid) -> usize {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or(0, |line| line.trim().trim_end_matches(" kB").parse().expect("a number"))
}

/// Stops a process, and waits until it has.
pub(crate) fn stop(server: &Server) {
    server.signal(Signal::SIGSTOP);
    eventually("it has stopped", || state(server.pid()) == Some('T'));
}

/// Asks for the table until it says that this many clients are connected.
pub(crate) fn await_clients(server: &mut Server, clients: usize) {
    let end = format!("clientes conectados: {clients}");
    eventually(&end, || {
        server.signal(Signal::SIGUSR1);
        server.stdout.expect_line("clientes conectados: ").ends_with(&end)
    });
}

/// Asserts that it serves a new client, and ends as it should when told to.
pub(crate) fn assert_well(server: &mut Server) {
    server.connect().ask("Hola\n");
    let warned = server.stderr.so_far();
    assert!(!warned.contains("panicked"), "{warned}");
    server.signal(Signal::SIGTERM);
    server.assert_gone(0);
}
