//! Which function of ours makes a call, and what C calls it.

use crate::trace::model::task::Part;
use crate::trace::model::topic::Topic;

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
const PROCESS: &str = "src/sys/process.rs";
const SELECT: &str = "src/sys/select.rs";

/// Where a step of that topic comes from, in a process of that role; `pselect` if it has a mask. Of
/// those alone that have a place of their own in the picture.
#[must_use]
pub fn of(topic: Topic, part: Part, masked: bool) -> Option<Origin> {
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
        Topic::Accept => (
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
        Topic::Send => (
            "ssize_t send(int fd, const void *buf, size_t len, int flags)",
            "enchufe::sys::send",
            IO,
        ),
        Topic::Recv | Topic::RecvEnd => {
            ("ssize_t recv(int fd, void *buf, size_t len, int flags)", "enchufe::sys::recv", IO)
        }
        Topic::Select | Topic::Told | Topic::LastLook if masked => (
            "int pselect(int nfds, fd_set *r, fd_set *w, fd_set *e, const struct timespec *t, \
             const sigset_t *mask)",
            "enchufe::sys::pselect",
            SELECT,
        ),
        Topic::Select | Topic::Told | Topic::LastLook => (
            "int select(int nfds, fd_set *r, fd_set *w, fd_set *e, struct timeval *t)",
            "enchufe::sys::select",
            SELECT,
        ),
        Topic::Fork => ("pid_t fork(void)", "enchufe::sys::fork", PROCESS),
        Topic::Exit if part == Part::Child => {
            ("void _exit(int status)", "enchufe::sys::_exit", PROCESS)
        }
        Topic::Exit => ("void exit(int status)", "enchufe::cli::main", "src/cli.rs"),
        Topic::Wait => {
            ("pid_t waitpid(pid_t pid, int *status, int options)", "enchufe::sys::waitpid", PROCESS)
        }
        Topic::Kill => (
            "int kill(pid_t pid, int signal)",
            "enchufe::server::fork::signal_children",
            "src/server/fork.rs",
        ),
        Topic::Interrupt | Topic::Terminate | Topic::ChildEnded | Topic::Continue => {
            ("void handler(int signal)", "enchufe::sys::signal::notify", "src/sys/signal.rs")
        }
        Topic::Keyboard => (
            "ssize_t read(int fd, void *buf, size_t len)",
            "enchufe::screen::keyboard::Keyboard::read",
            "src/screen/keyboard.rs",
        ),
        Topic::Close | Topic::CloseCopy | Topic::CloseInherited | Topic::CloseListener => {
            ("int close(int fd)", "drop(OwnedFd)", "std::os::fd")
        }
        _ => return None,
    };
    Some(Origin { c, ours, file })
}
