//! A client's end of a connection.

use super::{DEADLINE, Reply, uninterrupted};
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

/// A connection to a server; every wait ends at the deadline.
#[derive(Debug)]
pub(crate) struct Conn {
    stream: TcpStream,
    /// Received, and not yet taken.
    pending: Vec<u8>,
}

impl Conn {
    pub(crate) fn to(addr: SocketAddr) -> Self {
        TcpStream::connect_timeout(&addr, DEADLINE).expect("the server accepts").into()
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).expect("the server reads");
    }

    /// Half-closes the connection: it sends no more.
    pub(crate) fn half_close(&self) {
        self.stream.shutdown(Shutdown::Write).expect("connected");
    }

    /// Everything received up to and including `end`.
    pub(crate) fn until(&mut self, end: &str) -> String {
        let end = end.as_bytes();
        loop {
            let found = self.pending.windows(end.len()).position(|it| it == end);
            if let Some(at) = found {
                let taken = self.pending.drain(..at + end.len()).collect();
                return String::from_utf8(taken).expect("text");
            }
            let count = self.receive().expect("more to come");
            assert!(count > 0, "the end, after {:?}", show(&self.pending));
        }
    }

    /// The next line, with its line end.
    pub(crate) fn line(&mut self) -> String {
        self.until("\n")
    }

    /// The next `count` bytes.
    pub(crate) fn bytes(&mut self, count: usize) -> Vec<u8> {
        while self.pending.len() < count {
            let received = self.receive().expect("more to come");
            assert!(received > 0, "the end, after {:?}", show(&self.pending));
        }
        self.pending.drain(..count).collect()
    }

    /// Everything received until the server closes, which must not be with a reset.
    pub(crate) fn rest(&mut self) -> String {
        while self.receive().expect("an end, not an error") > 0 {}
        show(&std::mem::take(&mut self.pending))
    }

    /// What has arrived and not been taken; it does not wait.
    pub(crate) fn arrived(&mut self) -> String {
        self.stream.set_nonblocking(true).expect("an option");
        while self.receive().is_ok_and(|count| count > 0) {}
        self.stream.set_nonblocking(false).expect("an option");
        show(&self.pending)
    }

    /// The reply to a message that ended in a newline.
    pub(crate) fn reply(&mut self) -> Reply {
        let line = self.line();
        Reply::parse(line.strip_suffix('\n').expect("a line"))
    }

    /// The replies to `count` messages that ended in a newline.
    pub(crate) fn replies(&mut self, count: usize) -> Vec<Reply> {
        (0..count).map(|_| self.reply()).collect()
    }

    /// Sends a message that ends in a newline, and returns the reply.
    pub(crate) fn ask(&mut self, message: &str) -> Reply {
        assert!(message.ends_with('\n'), "as this is about lines");
        self.send(message);
        self.reply()
    }

    /// Its address as the programs show it.
    pub(crate) fn name(&self) -> String {
        let addr = self.stream.local_addr().expect("connected");
        format!("('{}', {})", addr.ip(), addr.port())
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    fn receive(&mut self) -> io::Result<usize> {
        let mut buffer = [0; 65_536];
        let count = uninterrupted(|| self.stream.read(&mut buffer))?;
        self.pending.extend_from_slice(&buffer[..count]);
        Ok(count)
    }
}

impl From<TcpStream> for Conn {
    fn from(stream: TcpStream) -> Self {
        // Every piece goes out as it is sent.
        stream.set_nodelay(true).expect("an option");
        stream.set_read_timeout(Some(DEADLINE)).expect("an option");
        stream.set_write_timeout(Some(DEADLINE)).expect("an option");
        let pending = Vec::new();
        Self { stream, pending }
    }
}

/// Bytes as text, for messages and comparisons.
fn show(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
