//! Which function of ours makes a call, and what C calls it.

use super::cast::Role;
use super::topic::Topic;

/// Where a call comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The C function.
    pub c: &'static str,
    /// Our function.
    pub ours: &'static str,
    /// Its file, from the top of the package.
    pub file: &'static str,
}

const SOCKET: &str = "src/sys/socket.rs";
const IO: &str = "src/sys/io.rs";
const OPTIONS: &str = "src/sys/sockopt.rs";
const PROCESS: &str = "src/sys/process.rs";
const SIGNAL: &str = "src/sys/signal.rs";
const SELECT: &str = "src/sys/select.rs";
const FORK: &str = "src/server/fork.rs";

/// Where a step of that topic comes from, in a process of that role; `pselect` if it has a mask.
#[must_use]
pub fn of(topic: Topic, role: Role, name: &str, masked: bool) -> Option<Origin> {
    let (c, ours, file) = match topic {
        Topic::Socket => {
            ("int socket(int domain, int type, int protocol)", "enchufe::sys::socket", SOCKET)
        }
        Topic::Bind => (
            "int bind(int fd, const struct sockaddr *addr, socklen_t len)",
            "enchufe::sys::bind",
            SOCKET,
        ),
        Topic::Listen => ("int listen(int fd, int backlog)", "enchufe::sys::listen", SOCKET),
        Topic::Accept | Topic::AcceptNobody => (
            "int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)",
            "enchufe::sys::accept",
            SOCKET,
        ),
        Topic::Connect => (
            "int connect(int fd, const struct sockaddr *addr, socklen_t len)",
            "enchufe::sys::connect",
            SOCKET,
        ),
        Topic::Shutdown => ("int shutdown(int fd, int how)", "enchufe::sys::shutdown", SOCKET),
        Topic::OwnName => (
            "int getsockname(int fd, struct sockaddr *addr, socklen_t *len)",
            "enchufe::sys::getsockname",
            SOCKET,
        ),
        Topic::PeerName => (
            "int getpeername(int fd, struct sockaddr *addr, socklen_t *len)",
            "enchufe::sys::getpeername",
            SOCKET,
        ),
        Topic::Send => (
            "ssize_t send(int fd, const void *buf, size_t len, int flags)",
            "enchufe::sys::send",
            IO,
        ),
        Topic::Recv | Topic::RecvEnd | Topic::RecvNothing => RECV,
        Topic::Interrupted if name.starts_with("recv") => RECV,
        Topic::Select | Topic::Look | Topic::Woken | Topic::ConnectWait if masked => (
            "int pselect(int nfds, fd_set *r, fd_set *w, fd_set *e, const struct timespec *t, \
             const sigset_t *mask)",
            "enchufe::sys::pselect",
            SELECT,
        ),
        Topic::Select | Topic::Look | Topic::Woken | Topic::ConnectWait => (
            "int select(int nfds, fd_set *r, fd_set *w, fd_set *e, struct timeval *t)",
            "enchufe::sys::select",
            SELECT,
        ),
        Topic::ReuseAddr => (SETSOCKOPT, "enchufe::sys::sockopt::set_reuseaddr", OPTIONS),
        Topic::NoDelay => (SETSOCKOPT, "enchufe::sys::sockopt::set_nodelay", OPTIONS),
        Topic::ConnectDone => (
            "int getsockopt(int fd, int level, int name, void *value, socklen_t *len)",
            "enchufe::sys::sockopt::error",
            OPTIONS,
        ),
        Topic::Fork => ("pid_t fork(void)", "enchufe::sys::fork", PROCESS),
        Topic::Exit if role == Role::Child => {
            ("void _exit(int status)", "enchufe::sys::_exit", PROCESS)
        }
        Topic::Exit => ("void exit(int status)", "enchufe::cli::main", "src/cli.rs"),
        Topic::Wait | Topic::WaitNone | Topic::WaitAllGone => (
            "pid_t waitpid(pid_t pid, int *status, int options)",
            "enchufe::server::fork::reap",
            FORK,
        ),
        Topic::Kill => {
            ("int kill(pid_t pid, int signal)", "enchufe::server::fork::signal_children", FORK)
        }
        Topic::CatchSignals if role == Role::Child => {
            (SIGACTION, "enchufe::sys::Interrupt::on", SIGNAL)
        }
        Topic::CatchSignals => (SIGACTION, "enchufe::sys::Signals::catch", SIGNAL),
        Topic::IgnoreSignals => (SIGACTION, "enchufe::sys::ignore", SIGNAL),
        Topic::Interrupt | Topic::Terminate | Topic::ChildEnded if role == Role::Child => {
            ("void handler(int signal)", "enchufe::sys::signal::interrupt", SIGNAL)
        }
        Topic::Interrupt | Topic::Terminate | Topic::ChildEnded => {
            ("void handler(int signal)", "enchufe::sys::signal::notify", SIGNAL)
        }
        Topic::PipeWrite => (
            "ssize_t write(int fd, const void *buf, size_t len)",
            "enchufe::sys::signal::notify",
            SIGNAL,
        ),
        Topic::PipeRead => {
            ("ssize_t read(int fd, void *buf, size_t len)", "enchufe::sys::Signals::take", SIGNAL)
        }
        Topic::NonBlock => {
            ("int fcntl(int fd, int command, ...)", "enchufe::sys::signal::interrupt", SIGNAL)
        }
        Topic::Alarm => {
            ("unsigned alarm(unsigned seconds)", "enchufe::sys::signal::interrupt", SIGNAL)
        }
        Topic::ParentDeath => {
            ("int prctl(int option, ...)", "enchufe::server::child::talk", "src/server/child.rs")
        }
        Topic::Print => (
            "ssize_t write(int fd, const void *buf, size_t len)",
            "enchufe::journal::write_all",
            "src/journal.rs",
        ),
        Topic::Keyboard => (
            "ssize_t read(int fd, void *buf, size_t len)",
            "enchufe::keyboard::Keyboard::read",
            "src/keyboard.rs",
        ),
        Topic::Close | Topic::CloseCopy | Topic::CloseInherited | Topic::CloseListener => {
            ("int close(int fd)", "drop(OwnedFd)", "std::os::fd")
        }
        _ => return None,
    };
    Some(Origin { c, ours, file })
}

const RECV: (&str, &str, &str) =
    ("ssize_t recv(int fd, void *buf, size_t len, int flags)", "enchufe::sys::recv", IO);
const SETSOCKOPT: &str =
    "int setsockopt(int fd, int level, int name, const void *value, socklen_t len)";
const SIGACTION: &str =
    "int sigaction(int signal, const struct sigaction *act, struct sigaction *old)";
