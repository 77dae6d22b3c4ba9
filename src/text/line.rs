//! What can be said: the [`Line`]s and what they are made of.

use crate::clock::Stamp;
use crate::net;
use crate::sys::{Errno, SocketAddr};
use nix::unistd::Pid;

/// A line that a program prints. Those named `Fork…` and `Select…` are the coursework's two wordings
/// of one event.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "es.rs and en.rs say what each is")]
pub enum Line<'a> {
    // The servers: events.
    ForkSocket,
    ForkBind,
    ForkListen,
    SelectStart { host: &'a str, port: u16 },
    Listening(SocketAddr),
    SelectWait,
    ForkConnected(SocketAddr),
    SelectConnected(SocketAddr),
    ForkReceived { bytes: &'a [u8], peer: SocketAddr },
    SelectReceived { bytes: &'a [u8], peer: SocketAddr },
    ForkSending,
    SelectSending { bytes: &'a [u8], peer: SocketAddr },
    SelectDrained(SocketAddr),
    ForkEnd(SocketAddr),
    SelectEnd(SocketAddr),
    Lost { peer: SocketAddr, errno: Errno },
    IdleClosed(SocketAddr),
    Closed(SocketAddr),
    TooLong(SocketAddr),
    Clients(usize),
    Client { peer: SocketAddr, since: Stamp, seconds: u64, pid: Option<Pid>, widths: [usize; 2] },
    Reaped { pid: Pid, peer: SocketAddr, signal: Option<i32> },
    Finished(usize),
    // The servers: the operator.
    Question(usize),
    WaitingFor(usize),
    ClosingAll(usize),
    Resumed,
    Commands,
    UnknownCommand(&'a str),
    // The servers: warnings.
    Full { limit: usize, peer: SocketAddr },
    NoRoom(Errno),
    NoFork { errno: Errno, peer: SocketAddr },
    FewerFit { asked: usize, fit: usize },
    Forced(usize),
    Suppressed(usize),
    // All programs: failures.
    Failed(&'a net::Error),
    UnknownFlag(&'a str),
    MissingValue(&'a str),
    RepeatedFlag(&'a str),
    UnwantedValue { flag: &'a str, value: &'a str },
    BadValue { flag: &'a str, value: &'a str, expected: Expected<'a> },
    Conflict { flag: &'a str, value: &'a str, with: &'a str },
    NotUtf8(&'a str),
    StrayArgument(&'a str),
    // The client. `on` is the socket's own address, where there are several.
    Connecting { host: &'a str, port: u16 },
    Connected,
    NotConnected,
    Step(u64),
    Lap { lap: u64, of: u64 },
    AskMessage,
    AskOneMessage,
    AskLeave(usize),
    Sending { on: Option<SocketAddr>, bytes: &'a [u8] },
    Received { on: Option<SocketAddr>, bytes: &'a [u8] },
    Reply(&'a [u8]),
    Notice { on: Option<SocketAddr>, text: &'a [u8] },
    ServerClosed { on: Option<SocketAddr> },
    TimeConnected { on: Option<SocketAddr>, seconds: u64 },
    ClosingSocket { on: Option<SocketAddr> },
    ConnectionLost { on: Option<SocketAddr>, loss: Loss<'a> },
    CutShort(usize),
    TooManyConnections { asked: usize, fit: usize },
    Needs(&'a str, &'a str),
}

/// What a flag's value should have been.
#[derive(Clone, Copy, Debug)]
pub enum Expected<'a> {
    /// A whole number in this range.
    Number {
        /// The least.
        min: u64,
        /// The greatest.
        max: u64,
    },
    /// One of these words.
    Word(&'a [&'a str]),
    /// Any text but the empty one.
    Text,
}

/// What a connection that ended took with it.
#[derive(Clone, Copy, Debug)]
pub struct Loss<'a> {
    /// The server's address.
    pub peer: SocketAddr,
    /// Why it ended.
    pub cause: Cause<'a>,
    /// The message that awaits a reply.
    pub unanswered: Option<&'a [u8]>,
    /// How many messages are left.
    pub unsent: u64,
}

/// Why a connection is lost.
#[derive(Clone, Copy, Debug)]
pub enum Cause<'a> {
    /// The server closed it, with these last words, if any.
    Closed(&'a str),
    /// A call on it failed.
    Failed(&'static str, Errno),
    /// No reply came in so many seconds.
    Late(u64),
}
