//! What a step means: the same `close` is one thing for a listener and another for a client.

use super::address::between;
use super::task::EndRef;
use crate::trace::read::record::Signal;

/// What a step of the story means. `words/explain.rs` puts it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "explain.rs says what each is")]
pub enum Meaning {
    Pipe,
    CatchSignals,
    IgnoreSignal,
    BlockSignals,
    UnblockSignals,
    Socket,
    ReuseAddr,
    NoDelay,
    KeepAlive,
    SetOption,
    GetOption,
    NonBlocking,
    Bind,
    Listen,
    OwnName,
    PeerName,
    Connect,
    ConnectWait,
    ConnectDone,
    AskError,
    SetPeer,
    Select,
    Look,
    EpollSet,
    Accept,
    AcceptNobody,
    Fork,
    Thread,
    Run,
    Duplicate,
    CloseCopy,
    CloseInherited,
    CloseListener,
    CloseOne,
    Close,
    Arrived,
    Send,
    SendNothing,
    Recv,
    Peek,
    RecvEnd,
    RecvNothing,
    Reset,
    Shutdown,
    ShutdownRead,
    Blocked,
    Kill,
    Interrupt,
    Terminate,
    ChildEnded,
    ChildChanged,
    Continue,
    OtherSignal,
    Stopped,
    Input,
    Print,
    Wait,
    WaitNone,
    WaitAllGone,
    Lock,
    Sleep,
    Pause,
    Exit,
    Killed,
    Failed,
    /// No part of the conversation: removed from the story.
    Aside,
    // Only in this package's programs: see `profile`.
    OpenScreen,
    Terminal,
    Spare,
    Woken,
    Told,
    LastLook,
    AskEpoll,
    CloseUnused,
    TellAll,
    DropSyns,
    Unanswered,
    PipeWrite,
    PipeRead,
    HandOver,
    TakeOver,
}

/// How much a meaning matters.
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

impl Meaning {
    /// How much it matters.
    #[must_use]
    pub fn level(self) -> Level {
        use Meaning::*;
        match self {
            Select | LastLook | Blocked | Lock | Sleep | Pause => Level::Wait,
            OpenScreen | Pipe | CatchSignals | IgnoreSignal | BlockSignals | Run => Level::Before,
            UnblockSignals | Terminal | Spare | EpollSet | AskEpoll | CloseUnused | CloseOne
            | DropSyns | Arrived | Unanswered | HandOver | TakeOver | ReuseAddr | NoDelay
            | KeepAlive | SetOption | GetOption | AskError | NonBlocking | Duplicate | OwnName
            | PeerName | ConnectWait | ConnectDone | Look | Woken | AcceptNobody | Peek
            | RecvNothing | SendNothing | PipeWrite | PipeRead | Print | WaitNone | WaitAllGone => {
                Level::After
            }
            _ => Level::Mark,
        }
    }

    /// Whether such a call may have to wait for something.
    #[must_use]
    pub fn can_wait(self) -> bool {
        use Meaning::*;
        matches!(
            self,
            Select
                | Told
                | LastLook
                | Blocked
                | Lock
                | Sleep
                | Pause
                | ConnectWait
                | Accept
                | Recv
                | Peek
                | RecvEnd
                | Reset
                | Wait
                | Input
        )
    }

    /// Whether a process or a thread is made.
    #[must_use]
    pub fn makes_task(self) -> bool {
        matches!(self, Self::Fork | Self::Thread)
    }

    /// Whether bytes are sent or received.
    #[must_use]
    pub fn has_data(self) -> bool {
        use Meaning::*;
        matches!(self, Send | Print | HandOver | Recv | Peek | TakeOver | Input)
    }

    /// The meaning of a signal that arrives.
    #[must_use]
    pub fn of_signal(signal: &Signal) -> Self {
        match &*signal.name {
            "SIGINT" => Self::Interrupt,
            "SIGTERM" => Self::Terminate,
            "SIGCHLD" => match between(&signal.raw, "si_code=", ",") {
                Some("CLD_STOPPED" | "CLD_CONTINUED" | "CLD_TRAPPED") => Self::ChildChanged,
                // From kill(2): it says nothing of a child.
                Some(code) if !code.starts_with("CLD_") => Self::OtherSignal,
                _ => Self::ChildEnded,
            },
            "SIGCONT" => Self::Continue,
            _ => Self::OtherSignal,
        }
    }
}

/// What a descriptor stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "two that go together have one line")]
pub enum On {
    /// A listening socket: its place among the listeners.
    Listener(usize),
    /// An end of a channel.
    End(EndRef),
    /// A socket that is neither yet.
    Socket,
    /// A datagram socket.
    Datagrams,
    /// An epoll instance.
    Epoll,
    /// Standard input.
    Input,
    /// Standard output or error.
    Output,
    /// The same in this package's programs, under the names that those use.
    Keyboard,
    Screen,
    /// Anything else, or not known.
    Other,
    /// This many more.
    More(usize),
}
