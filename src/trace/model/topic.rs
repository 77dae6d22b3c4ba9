//! What a call is about: the same `close` is one thing for a listener and another for a client.

use super::task::{EndRef, Part};
use crate::trace::read::call::Call;
use crate::trace::read::fd::{Target, fd};

/// What a step of the story is about. `explain.rs` says it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "explain.rs says what each is")]
pub enum Topic {
    OpenScreen,
    Pipe,
    CatchSignals,
    BlockSignals,
    UnblockSignals,
    Terminal,
    Socket,
    ReuseAddr,
    NoDelay,
    KeepAlive,
    SetOption,
    Bind,
    Listen,
    Spare,
    OwnName,
    PeerName,
    Connect,
    ConnectWait,
    ConnectDone,
    Select,
    Look,
    Woken,
    Told,
    LastLook,
    EpollSet,
    EpollWait,
    Accept,
    AcceptNobody,
    Fork,
    CloseCopy,
    CloseInherited,
    CloseUnused,
    CloseListener,
    TellAll,
    Close,
    DropSyns,
    Arrived,
    Send,
    Recv,
    RecvEnd,
    RecvNothing,
    Shutdown,
    Kill,
    Interrupt,
    Terminate,
    ChildEnded,
    Continue,
    OtherSignal,
    PipeWrite,
    PipeRead,
    HandOver,
    TakeOver,
    Keyboard,
    Print,
    Wait,
    WaitNone,
    WaitAllGone,
    Exit,
    Killed,
    Failed,
}

/// How much a topic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A mark in the picture.
    Mark,
    /// Waiting: a bar in the picture.
    Wait,
    /// In the text, and with the next mark of the picture.
    Before,
    /// In the text, and with the last mark of the picture.
    After,
}

impl Topic {
    /// How much it matters.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Self::Select | Self::LastLook => Level::Wait,
            Self::OpenScreen | Self::Pipe | Self::CatchSignals | Self::BlockSignals => {
                Level::Before
            }
            Self::UnblockSignals
            | Self::Terminal
            | Self::Spare
            | Self::EpollSet
            | Self::EpollWait
            | Self::CloseUnused
            | Self::DropSyns
            | Self::Arrived
            | Self::HandOver
            | Self::TakeOver
            | Self::ReuseAddr
            | Self::NoDelay
            | Self::KeepAlive
            | Self::SetOption
            | Self::OwnName
            | Self::PeerName
            | Self::ConnectWait
            | Self::ConnectDone
            | Self::Look
            | Self::Woken
            | Self::AcceptNobody
            | Self::RecvNothing
            | Self::PipeWrite
            | Self::PipeRead
            | Self::Print
            | Self::WaitNone
            | Self::WaitAllGone => Level::After,
            _ => Level::Mark,
        }
    }

    /// Whether such a call may have to wait for something.
    #[must_use]
    pub fn can_wait(self) -> bool {
        use Topic::*;
        matches!(
            self,
            Select | Told | LastLook | ConnectWait | Accept | Recv | RecvEnd | Wait | Keyboard
        )
    }

    /// Whether bytes are sent or received.
    #[must_use]
    pub fn has_data(self) -> bool {
        use Topic::*;
        matches!(self, Send | Print | HandOver | Recv | Keyboard)
    }

    /// The topic of a signal.
    #[must_use]
    pub fn of_signal(name: &str) -> Self {
        match name {
            "SIGINT" => Self::Interrupt,
            "SIGTERM" => Self::Terminate,
            "SIGCHLD" => Self::ChildEnded,
            "SIGCONT" => Self::Continue,
            _ => Self::OtherSignal,
        }
    }

    /// The topic of a call on what its first argument stands for; `None` for what nobody came to see.
    #[must_use]
    pub fn of_call(call: &Call, on: On, part: Part) -> Option<Self> {
        let topic = match call.name() {
            "socket" => {
                let made = fd(call.result().split(' ').next().unwrap_or_default());
                let tcp = made.is_some_and(|fd| matches!(fd.target, Target::Tcp));
                tcp.then_some(Self::Socket)?
            }
            "rt_sigaction" => return of_sigaction(call),
            "rt_sigprocmask" if call.arg(0) == "SIG_BLOCK" => Self::BlockSignals,
            "rt_sigprocmask" => Self::UnblockSignals,
            "openat" if opens_screen(call) => Self::OpenScreen,
            "openat" if call.arg(1) == "\"/dev/null\"" => Self::Spare,
            "pipe2" => Self::Pipe,
            "epoll_create1" | "epoll_ctl" => Self::EpollSet,
            "epoll_wait" if call.arg(3) == "0" => Self::EpollWait,
            "kill" => Self::Kill,
            "clone" | "clone3" | "fork" | "vfork" => Self::Fork,
            "exit_group" => return Some(Self::Exit),
            "wait4" | "waitid" | "waitpid" => match (call.value, call.errno()) {
                (Some(0), _) => Self::WaitNone,
                (_, Some("ECHILD")) => return Some(Self::WaitAllGone),
                _ => Self::Wait,
            },
            "select" | "pselect6" | "poll" | "ppoll" | "epoll_wait" | "epoll_pwait" => {
                return Some(Self::Select);
            }
            _ => return of_descriptor(call, on, part),
        };
        Some(if call.errno().is_some() { Self::Failed } else { topic })
    }
}

/// Whether it opens standard output or error anew.
#[must_use]
pub fn opens_screen(call: &Call) -> bool {
    call.name() == "openat" && call.arg(1).starts_with("\"/proc/self/fd/")
}

/// What a descriptor is to the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// The socket that listens.
    Listener,
    /// An end of a channel.
    End(EndRef),
    /// A TCP socket that is neither yet.
    Socket,
    /// The self-pipe.
    Pipe,
    /// The pipe in which the children see that their parent closes: its reading end.
    Parent,
    /// Its writing end.
    Children,
    /// The pipe through which the children's lines go.
    Lines,
    /// An epoll instance.
    Epoll,
    /// Standard input.
    Keyboard,
    /// Standard output or error.
    Screen,
    /// Anything else, or no descriptor.
    Other,
}

fn of_sigaction(call: &Call) -> Option<Topic> {
    let startup = ["SIGPIPE", "SIGSEGV", "SIGBUS", "SIGRT_1", "SIGRTMIN"];
    if startup.contains(&call.arg(0)) || call.arg(1) == "NULL" || call.errno().is_some() {
        return None;
    }
    let (_, action) = call.arg(1).split_once("sa_handler=")?;
    match action.split(',').next()? {
        "SIG_DFL" | "SIG_IGN" => None,
        _ => Some(Topic::CatchSignals),
    }
}

fn of_descriptor(call: &Call, on: On, part: Part) -> Option<Topic> {
    let in_tcp = matches!(on, On::Listener | On::End(_) | On::Socket);
    let again = call.errno() == Some("EAGAIN");
    let topic = match (call.name(), on) {
        ("read" | "write", On::Screen | On::Lines | On::Pipe) if again => return None,
        ("read", On::Keyboard) => Topic::Keyboard,
        ("write" | "writev", On::Screen) => Topic::Print,
        ("ioctl", On::Keyboard) if call.arg(1).contains("TCSETS") => Topic::Terminal,
        ("read", On::Pipe) => Topic::PipeRead,
        ("write", On::Pipe) => Topic::PipeWrite,
        ("read", On::Lines) => Topic::TakeOver,
        ("write", On::Lines) => Topic::HandOver,
        ("close", On::Children) if part == Part::Child => Topic::CloseUnused,
        ("write" | "close", On::Children) => Topic::TellAll,
        _ if !in_tcp => return None,
        ("setsockopt", _) if call.arg(2) == "SO_REUSEADDR" => Topic::ReuseAddr,
        ("setsockopt", _) if call.arg(2) == "TCP_NODELAY" => Topic::NoDelay,
        ("setsockopt", _)
            if ["SO_KEEPALIVE", "TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT"]
                .contains(&call.arg(2)) =>
        {
            Topic::KeepAlive
        }
        ("setsockopt", _) if call.arg(2) == "SO_ATTACH_FILTER" => Topic::DropSyns,
        ("setsockopt", _) => Topic::SetOption,
        ("ioctl", _) if call.arg(1) == "FIONREAD" => Topic::Arrived,
        ("bind", _) => Topic::Bind,
        ("listen", _) => Topic::Listen,
        ("getsockname", _) => Topic::OwnName,
        ("getpeername", _) => Topic::PeerName,
        ("connect", _) if call.errno() == Some("EINPROGRESS") => {
            return Some(Topic::Connect);
        }
        ("connect", _) => Topic::Connect,
        ("getsockopt", _) if call.arg(2) == "SO_ERROR" => Topic::ConnectDone,
        ("accept" | "accept4", _) if again => return Some(Topic::AcceptNobody),
        ("accept" | "accept4", _) => Topic::Accept,
        ("close", On::Listener) if part == Part::Child => Topic::CloseInherited,
        ("close", On::Listener) => Topic::CloseListener,
        ("close", _) => Topic::Close,
        ("sendto" | "sendmsg" | "write" | "writev", On::End(_)) => Topic::Send,
        ("recvfrom" | "recvmsg" | "read" | "readv", On::End(_)) => {
            return Some(match (call.value, again) {
                (Some(0), _) => Topic::RecvEnd,
                (_, true) => Topic::RecvNothing,
                _ if call.errno().is_some() => Topic::Failed,
                _ => Topic::Recv,
            });
        }
        ("shutdown", _) => Topic::Shutdown,
        _ => return None,
    };
    Some(if call.errno().is_some() { Topic::Failed } else { topic })
}
