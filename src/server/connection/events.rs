//! What goes into a connection and what comes out of it, besides bytes.

use crate::sys::Errno;

/// What happens to a connection.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// Bytes have been received.
    Received(&'a [u8]),
    /// The client has sent end of file.
    EndOfFile,
    /// Nothing is there to be received.
    Nothing,
    /// Nothing more can be received.
    Broken(Errno),
    /// This many of the [ready](super::ServerConnection::ready) bytes have been sent.
    Sent(usize),
    /// The half-close failed: the client is gone, and is told nothing.
    Gone,
    /// Nothing more can be sent. This many bytes have arrived and are still to be received.
    Unsendable(Errno, usize),
    /// Time has passed: a silence, a delay, the idle limit or the client's time to close may be
    /// over.
    Time,
    /// The operator closes the clients. This many bytes have arrived: they are answered first.
    Close(usize),
}

/// What has happened, for the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionEvent<'a> {
    /// A message, with its line end.
    Message(&'a [u8]),
    /// A reply that is sent now.
    Reply(&'a [u8]),
    /// The reply to `SALIR`.
    Farewell(&'a [u8]),
    /// Everything queued has been sent.
    Drained,
    /// The client has sent end of file.
    EndOfFile,
    /// The connection is lost.
    Lost(Errno),
    /// The client was silent for too long, and is told so.
    Idle,
    /// Its message was too long, and it is told so.
    TooLong,
    /// There is no memory for its messages, and it is told so.
    NoMemory,
    /// It is told that the server is closing.
    Closing,
}

/// What a connection waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// Something to receive.
    pub read: bool,
    /// Room to send.
    pub write: bool,
}
