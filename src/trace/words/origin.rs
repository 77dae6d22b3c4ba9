//! Which function of ours makes a call, and its name in C.

use crate::trace::model::calls::is_vfork;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::task::Part;
use crate::trace::read::call::Call;

const SOCKET: &str = "src/sys/socket.rs";
const IO: &str = "src/sys/io.rs";
const PROCESS: &str = "src/sys/process.rs";
const SELECT: &str = "src/sys/select.rs";

/// The C function that makes a call.
#[must_use]
#[rustfmt::skip] // A table: a call and its prototype.
pub fn prototype(call: &Call) -> Option<&'static str> {
    let masked = call.arg(5).contains("sigmask");
    Some(match call.name() {
        "socket" => "int socket(int domain, int type, int protocol)",
        "socketpair" => "int socketpair(int domain, int type, int protocol, int fds[2])",
        "pipe" => "int pipe(int fds[2])",
        "pipe2" => "int pipe2(int fds[2], int flags)",
        "bind" => "int bind(int fd, const struct sockaddr *addr, socklen_t len)",
        "listen" => "int listen(int fd, int backlog)",
        "accept" => "int accept(int fd, struct sockaddr *addr, socklen_t *len)",
        "accept4" => "int accept4(int fd, struct sockaddr *addr, socklen_t *len, int flags)",
        "connect" => "int connect(int fd, const struct sockaddr *addr, socklen_t len)",
        "shutdown" => "int shutdown(int fd, int how)",
        "close" => "int close(int fd)",
        "dup" => "int dup(int fd)",
        "dup2" => "int dup2(int fd, int number)",
        "dup3" => "int dup3(int fd, int number, int flags)",
        "getsockname" => "int getsockname(int fd, struct sockaddr *addr, socklen_t *len)",
        "getpeername" => "int getpeername(int fd, struct sockaddr *addr, socklen_t *len)",
        "setsockopt" => "int setsockopt(int fd, int level, int option, const void *value, socklen_t len)",
        "getsockopt" => "int getsockopt(int fd, int level, int option, void *value, socklen_t *len)",
        "sendto" if call.arg(4) == "NULL" => "ssize_t send(int fd, const void *buf, size_t len, int flags)",
        "sendto" => "ssize_t sendto(int fd, const void *buf, size_t len, int flags, const struct sockaddr *to, socklen_t tolen)",
        "recvfrom" if call.arg(4) == "NULL" => "ssize_t recv(int fd, void *buf, size_t len, int flags)",
        "recvfrom" => "ssize_t recvfrom(int fd, void *buf, size_t len, int flags, struct sockaddr *from, socklen_t *fromlen)",
        "sendmsg" => "ssize_t sendmsg(int fd, const struct msghdr *message, int flags)",
        "recvmsg" => "ssize_t recvmsg(int fd, struct msghdr *message, int flags)",
        "sendmmsg" => "int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)",
        "recvmmsg" => "int recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *t)",
        "read" => "ssize_t read(int fd, void *buf, size_t len)",
        "write" => "ssize_t write(int fd, const void *buf, size_t len)",
        "readv" => "ssize_t readv(int fd, const struct iovec *parts, int count)",
        "writev" => "ssize_t writev(int fd, const struct iovec *parts, int count)",
        "sendfile" => "ssize_t sendfile(int to, int from, off_t *offset, size_t len)",
        "splice" => "ssize_t splice(int from, off_t *offset, int to, off_t *offset, size_t len, unsigned flags)",
        "pselect6" if masked => "int pselect(int nfds, fd_set *r, fd_set *w, fd_set *e, const struct timespec *t, const sigset_t *mask)",
        "select" | "pselect6" => "int select(int nfds, fd_set *r, fd_set *w, fd_set *e, struct timeval *t)",
        "poll" | "ppoll" => "int poll(struct pollfd *fds, nfds_t count, int milliseconds)",
        "epoll_ctl" => "int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event)",
        "epoll_wait" | "epoll_pwait" => "int epoll_wait(int epoll, struct epoll_event *events, int room, int milliseconds)",
        _ if is_vfork(call) => "pid_t vfork(void)",
        "clone" | "clone3" | "fork" if is_fork(call) => "pid_t fork(void)",
        "exit_group" => "void _exit(int status)",
        "wait4" => "pid_t waitpid(pid_t pid, int *status, int options)",
        "kill" => "int kill(pid_t pid, int signal)",
        "rt_sigaction" => "int sigaction(int signal, const struct sigaction *new, struct sigaction *old)",
        _ => return None,
    })
}

/// Whether it makes a process as fork(2) does: neither a thread nor one that shares memory until it runs a program.
fn is_fork(call: &Call) -> bool {
    !call.args().any(|arg| arg.contains("CLONE_VM"))
}

/// The function of ours that makes a call, and its file from the top of the package. Only for calls with their own
/// place in the picture.
#[must_use]
pub fn ours(meaning: Meaning, call: &Call, part: Part) -> Option<(&'static str, &'static str)> {
    Some(match meaning {
        Meaning::Socket => ("enchufe::sys::socket", SOCKET),
        Meaning::Bind => ("enchufe::sys::bind", SOCKET),
        Meaning::Listen => ("enchufe::sys::listen", SOCKET),
        Meaning::Accept => ("enchufe::sys::accept", SOCKET),
        Meaning::Connect => ("enchufe::sys::connect", SOCKET),
        Meaning::Shutdown => ("enchufe::sys::shutdown", SOCKET),
        Meaning::Send => ("enchufe::sys::send", IO),
        Meaning::Recv | Meaning::RecvEnd => ("enchufe::sys::recv", IO),
        Meaning::Select | Meaning::Told | Meaning::LastLook if call.arg(5).contains("sigmask") => {
            ("enchufe::sys::pselect", SELECT)
        }
        Meaning::Select | Meaning::Told | Meaning::LastLook => ("enchufe::sys::select", SELECT),
        Meaning::Fork => ("enchufe::sys::fork", PROCESS),
        Meaning::Exit if part == Part::Child => ("enchufe::sys::_exit", PROCESS),
        Meaning::Exit => ("enchufe::cli::main", "src/cli.rs"),
        Meaning::Wait => ("enchufe::sys::waitpid", PROCESS),
        Meaning::Kill => ("enchufe::server::fork::signal_children", "src/server/fork.rs"),
        Meaning::Interrupt
        | Meaning::Terminate
        | Meaning::ChildEnded
        | Meaning::ChildChanged
        | Meaning::Continue => ("enchufe::sys::signal::notify", "src/sys/signal.rs"),
        Meaning::Input => ("enchufe::screen::keyboard::Keyboard::read", "src/screen/keyboard.rs"),
        Meaning::Close | Meaning::CloseCopy | Meaning::CloseInherited | Meaning::CloseListener => {
            ("drop(OwnedFd)", "std::os::fd")
        }
        _ => return None,
    })
}
