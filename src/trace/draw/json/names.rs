//! The words of `docs/trace-json.md`, which stay whatever the types here are called.

use crate::trace::model::channel::ChannelKind;
use crate::trace::model::meaning::{Meaning, On};
use crate::trace::model::story::ArrowKind;

/// The meaning of a step: the field `topic`.
pub fn topic(meaning: Meaning) -> &'static str {
    use Meaning::*;
    match meaning {
        Pipe => "pipe",
        CatchSignals => "catch_signals",
        IgnoreSignal => "ignore_signal",
        BlockSignals => "block_signals",
        UnblockSignals => "unblock_signals",
        Socket => "socket",
        ReuseAddr => "reuse_addr",
        NoDelay => "no_delay",
        KeepAlive => "keep_alive",
        SetOption => "set_option",
        GetOption => "get_option",
        NonBlocking => "non_blocking",
        Bind => "bind",
        Listen => "listen",
        OwnName => "own_name",
        PeerName => "peer_name",
        Connect => "connect",
        ConnectWait => "connect_wait",
        ConnectDone => "connect_done",
        AskError => "ask_error",
        SetPeer => "set_peer",
        Select => "select",
        Look => "look",
        EpollSet => "epoll_set",
        Accept => "accept",
        AcceptNobody => "accept_nobody",
        Fork => "fork",
        Thread => "thread",
        Run => "run",
        Duplicate => "duplicate",
        CloseCopy => "close_copy",
        CloseInherited => "close_inherited",
        CloseListener => "close_listener",
        CloseOne => "close_one",
        Close => "close",
        Arrived => "arrived",
        Send => "send",
        SendNothing => "send_nothing",
        Recv => "recv",
        Peek => "peek",
        RecvEnd => "recv_end",
        RecvNothing => "recv_nothing",
        Reset => "reset",
        Shutdown => "shutdown",
        ShutdownRead => "shutdown_read",
        Blocked => "blocked",
        Kill => "kill",
        Interrupt => "interrupt",
        Terminate => "terminate",
        ChildEnded => "child_ended",
        ChildChanged => "child_changed",
        Continue => "continue",
        OtherSignal => "other_signal",
        Stopped => "stopped",
        Input => "input",
        Print => "print",
        Wait => "wait",
        WaitNone => "wait_none",
        WaitAllGone => "wait_all_gone",
        Lock => "lock",
        Sleep => "sleep",
        Pause => "pause",
        Exit => "exit",
        Killed => "killed",
        Failed => "failed",
        Aside => "aside",
        OpenScreen => "open_screen",
        Terminal => "terminal",
        Spare => "spare",
        Woken => "woken",
        Told => "told",
        LastLook => "last_look",
        AskEpoll => "ask_epoll",
        CloseUnused => "close_unused",
        TellAll => "tell_all",
        DropSyns => "drop_syns",
        Unanswered => "unanswered",
        PipeWrite => "pipe_write",
        PipeRead => "pipe_read",
        HandOver => "hand_over",
        TakeOver => "take_over",
    }
}

/// What a descriptor stands for that is neither a listener nor an end of a channel.
pub fn other(what: On) -> &'static str {
    match what {
        On::Socket => "socket",
        On::Datagrams => "datagrams",
        On::Epoll => "epoll",
        On::Input => "input",
        On::Output => "output",
        On::Keyboard => "keyboard",
        On::Screen => "screen",
        On::Other | On::Listener(_) | On::End(_) | On::More(_) => "other",
    }
}

/// What goes through it.
pub fn channel(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Tcp => "tcp",
        ChannelKind::Unix => "unix",
        ChannelKind::Datagram => "datagram",
        ChannelKind::Pipe => "pipe",
    }
}

/// The kind of an arrow.
pub fn arrow(kind: ArrowKind) -> &'static str {
    match kind {
        ArrowKind::Connect => "connect",
        ArrowKind::Data => "data",
        ArrowKind::End => "end",
        ArrowKind::Signal => "signal",
        ArrowKind::Reap => "reap",
        ArrowKind::Reset => "reset",
    }
}
