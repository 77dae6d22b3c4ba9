//! What each system call does, as far as it matters here.

use crate::trace::read::call::Call;

/// What a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the table below says which calls each is")]
pub enum Does {
    MakesSocket,
    MakesPair,
    MakesPipe,
    MakesEpoll,
    Opens,
    Duplicates,
    Controls,
    Ioctl,
    Binds,
    Listens,
    Accepts,
    Connects,
    OwnName,
    PeerName,
    SetsOption,
    GetsOption,
    ShutsDown,
    Closes,
    ClosesRange,
    Sends,
    Receives,
    SendsFile,
    Splices,
    Selects,
    Polls,
    EpollControl,
    EpollWaits,
    Forks,
    Runs,
    Exits,
    Kills,
    Reaps,
    Locks,
    Sleeps,
    Pauses,
    SetsHandler,
    SetsMask,
    Unshares,
}

/// What the call of that name does; `None` if it does not matter.
#[must_use]
pub fn does(name: &str) -> Option<Does> {
    Some(match name {
        "socket" => Does::MakesSocket,
        "socketpair" => Does::MakesPair,
        "pipe" | "pipe2" => Does::MakesPipe,
        "epoll_create" | "epoll_create1" => Does::MakesEpoll,
        "open" | "openat" | "openat2" | "creat" | "eventfd" | "eventfd2" | "timerfd_create"
        | "signalfd" | "signalfd4" | "inotify_init" | "inotify_init1" | "memfd_create"
        | "pidfd_open" | "pidfd_getfd" | "userfaultfd" | "io_uring_setup" | "perf_event_open"
        | "fanotify_init" | "bpf" => Does::Opens,
        "dup" | "dup2" | "dup3" => Does::Duplicates,
        "fcntl" | "fcntl64" => Does::Controls,
        "ioctl" => Does::Ioctl,
        "bind" => Does::Binds,
        "listen" => Does::Listens,
        "accept" | "accept4" => Does::Accepts,
        "connect" => Does::Connects,
        "getsockname" => Does::OwnName,
        "getpeername" => Does::PeerName,
        "setsockopt" => Does::SetsOption,
        "getsockopt" => Does::GetsOption,
        "shutdown" => Does::ShutsDown,
        "close" => Does::Closes,
        "close_range" => Does::ClosesRange,
        "send" | "sendto" | "sendmsg" | "sendmmsg" | "write" | "writev" | "vmsplice" => Does::Sends,
        "recv" | "recvfrom" | "recvmsg" | "recvmmsg" | "read" | "readv" => Does::Receives,
        "sendfile" | "sendfile64" => Does::SendsFile,
        "splice" => Does::Splices,
        "select" | "_newselect" | "pselect6" => Does::Selects,
        "poll" | "ppoll" => Does::Polls,
        "epoll_ctl" => Does::EpollControl,
        "epoll_wait" | "epoll_pwait" | "epoll_pwait2" => Does::EpollWaits,
        "clone" | "clone3" | "fork" | "vfork" => Does::Forks,
        "execve" | "execveat" => Does::Runs,
        "exit" | "exit_group" => Does::Exits,
        "kill" | "tgkill" | "tkill" | "pidfd_send_signal" => Does::Kills,
        "wait4" | "waitid" | "waitpid" => Does::Reaps,
        "futex" | "flock" => Does::Locks,
        "nanosleep" | "clock_nanosleep" => Does::Sleeps,
        "pause" | "rt_sigsuspend" | "rt_sigtimedwait" => Does::Pauses,
        "rt_sigaction" => Does::SetsHandler,
        "rt_sigprocmask" => Does::SetsMask,
        "unshare" => Does::Unshares,
        _ => return None,
    })
}

/// Whether the call returns the lowest free descriptor.
#[must_use]
pub fn gives_lowest(name: &str) -> bool {
    use Does::{Accepts, MakesEpoll, MakesSocket, Opens};
    let makes_one = matches!(does(name), Some(MakesSocket | MakesEpoll | Opens | Accepts));
    // bpf(2) also returns numbers that are not descriptors.
    (makes_one && name != "bpf") || name == "dup"
}

/// A signal ended the call before it had done anything.
#[must_use]
pub fn is_interruption(errno: &str) -> bool {
    errno == "EINTR" || errno.starts_with("ERESTART")
}

/// Whether it makes a process that shares memory until it runs a program or ends, and waits for that: posix_spawn(3)
/// does so.
#[must_use]
pub fn is_vfork(call: &Call) -> bool {
    let has = |flag: &str| call.args().any(|arg| arg.contains(flag));
    call.name() == "vfork" || (call.name().starts_with("clone") && has("CLONE_VFORK"))
}

/// Whether a socket of this protocol is of TCP, of UDP or local, and not of ICMP, as that of ping(8) is.
#[must_use]
pub fn is_of_streams_or_datagrams(protocol: &str) -> bool {
    matches!(protocol, "" | "0" | "IPPROTO_IP" | "IPPROTO_TCP" | "IPPROTO_MPTCP" | "IPPROTO_UDP")
}
