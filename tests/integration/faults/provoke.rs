//! What several faults begin with: clients that all send, a server stopped with its children, strace
//! attached to one process.

use super::tools::{state, stuff};
use crate::support::{Conn, Process, Reply, Server, eventually, have};
use enchufe::sys::{self, AF_INET, SOCK_STREAM};
use libc::c_long;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, killpg};
use nix::sys::socket::{setsockopt, sockopt};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

/// All at once, each client sends this many lines and reads as many replies.
pub(crate) fn speak(conns: &mut [Conn], lines: usize, line: &str) {
    thread::scope(|scope| {
        for conn in conns {
            scope.spawn(move || {
                // A hundred at a time: what is in flight fits in any socket.
                for first in (0..lines).step_by(100) {
                    let count = (lines - first).min(100);
                    conn.send(line.repeat(count));
                    conn.replies(count);
                }
            });
        }
    });
}

/// A client that has hardly any room for replies: otherwise megabytes fit before the server finds that it does
/// not read them.
pub(crate) fn client_with_little_room(server: &Server) -> Conn {
    let socket = sys::socket(AF_INET, SOCK_STREAM, 0).expect("a socket");
    setsockopt(&socket, sockopt::RcvBuf, &4096).expect("an option");
    setsockopt(&socket, sockopt::TcpMaxSeg, &536).expect("an option");
    sys::connect(&socket, &server.addr).expect("the server accepts");
    TcpStream::from(socket).into()
}

/// A client that never reads its replies: closing waits for it.
pub(crate) fn client_that_does_not_read(server: &Server) -> Conn {
    let conn = client_with_little_room(server);
    assert!(stuff(&conn, &[b'\n'; 65_536]) > 65_536, "the server reads at first");
    conn
}

/// Reads everything that a client still gets: replies, and the notice that the server is closing.
/// Returns how many replies.
pub(crate) fn replies_and_notice(conn: &mut Conn) -> usize {
    let text = conn.rest();
    let (notice, replies) =
        told(&text).unwrap_or_else(|| panic!("no notice at the end of {text:?}"));
    let secs = notice.strip_suffix(" secs").and_then(|secs| secs.parse::<u64>().ok());
    assert!(secs.is_some(), "{notice:?}");
    replies.lines().map(Reply::parse).count()
}

/// Splits off what follows `Servidor: cerrando, ` in the last line.
fn told(text: &str) -> Option<(&str, &str)> {
    let lines = text.strip_suffix('\n')?;
    let start = lines.rfind('\n').map_or(0, |newline| newline + 1);
    Some((lines[start..].strip_prefix("Servidor: cerrando, ")?, &text[..start]))
}

/// All of them read to the end at the same time and close, as clients do. Returns how many replies
/// each got before its notice.
pub(crate) fn all_are_told(conns: Vec<Conn>) -> Vec<usize> {
    thread::scope(|scope| {
        let read = |mut conn| scope.spawn(move || replies_and_notice(&mut conn));
        let reading: Vec<_> = conns.into_iter().map(read).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, _>| thread.join().expect("it is told");
        reading.into_iter().map(join).collect()
    })
}

/// Stops the server and its children, and waits until they have.
pub(crate) fn stop_all(server: &Server) {
    killpg(server.pid(), Signal::SIGSTOP).expect("they are there");
    eventually("all have stopped", || {
        let mut all = server.children();
        all.push(server.pid());
        all.into_iter().all(|pid| state(pid) == Some('T'))
    });
}

/// Continues them.
pub(crate) fn continue_all(server: &Server) {
    killpg(server.pid(), Signal::SIGCONT).expect("they are there");
}

/// strace, attached to one running process, and to none that it forks; it tampers with its calls as
/// `inject` says. `None`, with a message, if that is not possible.
pub(crate) fn attached(pid: Pid, inject: &str) -> Option<Process> {
    attached_to(pid, inject, &[])
}

/// The same, with more of strace's options, such as `--trace-path`.
pub(crate) fn attached_to(pid: Pid, inject: &str, args: &[&str]) -> Option<Process> {
    if !have("strace") || !may_attach() {
        return None;
    }
    let mut strace = Command::new("strace");
    let calls = inject.split(':').next().expect("the calls");
    strace.args(["-qqq", "-e", "signal=none", "-e", &format!("trace={calls}")]);
    strace.args(["-e", &format!("inject={inject}"), &format!("--attach={pid}")]);
    strace.args(args).stdin(Stdio::null());
    let strace = Process::spawn(strace);
    // Its next call may end the process.
    let has_ended = || matches!(state(pid), None | Some('Z'));
    eventually("strace is attached", || tracer(pid) != "0" || has_ended());
    Some(strace)
}

/// Waits until strace delays one of these calls of a process: it stops the process for a moment at each
/// call that it traces, but then the process stays there. Returns what [`held_in`] returns; `None` if the
/// process sleeps in the call already: on a busy machine the delay may be over.
pub(crate) fn await_held(pid: Pid, calls: &[c_long]) -> Option<(c_long, u64)> {
    let mut held = None;
    eventually("it is held", || {
        held = held_in(pid).filter(|(call, _)| calls.contains(call));
        thread::sleep(Duration::from_millis(10));
        let sleeps = state(pid) == Some('S') && call_of(pid).is_some_and(|it| calls.contains(&it));
        (held.is_some() && held_in(pid) == held) || sleeps
    });
    held
}

/// The call in which a tracer has stopped a process, and how often it had slept by then: a process that has
/// gone on meanwhile has slept once more.
pub(crate) fn held_in(pid: Pid) -> Option<(c_long, u64)> {
    if state(pid) != Some('t') {
        return None;
    }
    let call = call_of(pid)?;
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let waits = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
    Some((call, waits.trim().parse().ok()?))
}

/// The call that a process has stopped or sleeps in.
fn call_of(pid: Pid) -> Option<c_long> {
    let call = fs::read_to_string(format!("/proc/{pid}/syscall")).ok()?;
    call.split(' ').next()?.parse().ok()
}

/// Holds this child of a server, as a debugger does: SIGCONT does not free it, only SIGKILL does.
/// Returns whether that is possible here.
pub(crate) fn held_back(child: Pid) -> bool {
    if !may_attach() {
        return false;
    }
    thread::spawn(move || {
        ptrace::attach(child).expect("it may be traced");
        // This thread sees its end before its parent does.
        while waitpid(child, Some(WaitPidFlag::__WALL)).is_ok_and(|status| status.pid().is_some()) {
        }
    });
    eventually("it is held back", || state(child) == Some('t'));
    true
}

/// Holds a child of a server as [`held_back`] does, even after it is killed: it ends, but its parent cannot
/// reap it until the returned value is dropped. So it is as if it hung in the kernel, which cannot be
/// provoked from here. `None`, with a message, if that is not possible.
pub(crate) fn held_although_killed(child: Pid) -> Option<Sender<()>> {
    if !may_attach() {
        return None;
    }
    let (hold, released) = mpsc::channel();
    thread::spawn(move || {
        ptrace::attach(child).expect("it may be traced");
        // When this thread ends, so does its hold.
        released.recv()
    });
    eventually("it is held", || state(child) == Some('t'));
    Some(hold)
}

/// Holds the next child of this server right after fork, before it has done anything, until the returned
/// value is dropped. `None`, with a message, if that is not possible.
pub(crate) fn held_at_birth(server: Pid) -> Option<Sender<()>> {
    if !may_attach() {
        return None;
    }
    let (hold, released) = mpsc::channel();
    let (is_attached, attached) = mpsc::channel();
    thread::spawn(move || {
        ptrace::seize(server, Options::PTRACE_O_TRACEFORK).expect("it may be traced");
        is_attached.send(()).expect("the test waits");
        let event = waitpid(server, Some(WaitPidFlag::__WALL));
        assert!(matches!(event, Ok(WaitStatus::PtraceEvent(..))), "{event:?}");
        // The child is traced from its first moment.
        ptrace::detach(server, None).expect("it has stopped");
        released.recv()
    });
    attached.recv().expect("it is attached");
    Some(hold)
}

/// Whether strace may attach to a process that it has not started: skipped if not, except in CI.
pub(crate) fn may_attach() -> bool {
    // Without the file nothing restricts it.
    let scope = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or("0".into());
    let may = is_root() || scope.trim() == "0";
    assert!(may || std::env::var_os("CI").is_none(), "this test needs root, or ptrace_scope 0");
    if !may {
        println!("skipped: ptrace_scope");
    }
    may
}

/// Whether the tests run as root.
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// The process that traces it, 0 if none does.
pub(crate) fn tracer(pid: Pid) -> String {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let tracer = status.lines().find_map(|line| line.strip_prefix("TracerPid:"));
    tracer.unwrap_or("0").trim().to_owned()
}
