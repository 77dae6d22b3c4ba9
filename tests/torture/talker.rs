//! A client of ours that talks to a tortured server.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

pub(crate) struct Talker {
    stream: Option<TcpStream>,
    /// 0 if nothing listened.
    pub(crate) port: u16,
    /// How many messages it has sent.
    pub(crate) asked: usize,
    got: String,
    /// It has closed the connection itself.
    has_left: bool,
    end: Option<ErrorKind>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Everything was answered and, if it stayed, it was told of the end.
    Served,
    /// Not that, but the server said why.
    Told,
    /// Nothing listened.
    Refused,
    /// The connection was closed or reset without a word.
    Lost,
    /// Nothing came.
    Waits,
}

impl Talker {
    /// Connects as soon as something listens, unless nothing ever will.
    pub(crate) fn connect(addr: SocketAddr, limit: Duration, is_over: impl Fn() -> bool) -> Self {
        let deadline = Instant::now() + limit;
        let stream = loop {
            // Checked before connecting: a server that had ended by then does not listen now.
            let over = is_over() || Instant::now() >= deadline;
            match TcpStream::connect_timeout(&addr, limit) {
                Ok(stream) => break Some(stream),
                Err(_) if over => break None,
                Err(_) => sleep(Duration::from_millis(2)),
            }
        };
        let port = stream.as_ref().and_then(|it| it.local_addr().ok()).map_or(0, |it| it.port());
        Self { stream, port, asked: 0, got: String::new(), has_left: false, end: None }
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.port != 0
    }

    /// Its address as the programs show it.
    pub(crate) fn name(&self) -> String {
        format!("('127.0.0.1', {})", self.port)
    }

    /// Sends this many messages, unless the connection has ended.
    pub(crate) fn say(&mut self, bytes: &str, messages: usize) {
        if let Some(stream) = &mut self.stream {
            self.asked += messages;
            let _ = stream.write_all(bytes.as_bytes());
        }
    }

    /// Reads until every message is answered.
    pub(crate) fn hear_replies(&mut self, by: Instant) {
        while self.replies() < self.asked && self.hear(by) {}
    }

    /// Reads until the server closes, and then closes too.
    pub(crate) fn hear_the_end(&mut self, by: Instant) {
        while self.hear(by) {}
    }

    pub(crate) fn leave(&mut self) {
        self.has_left = true;
        self.stream = None;
    }

    /// Reads what is there, or waits for more; returns whether more may come.
    fn hear(&mut self, by: Instant) -> bool {
        let Some(stream) = &mut self.stream else { return false };
        let left = by.saturating_duration_since(Instant::now());
        let _ = stream.set_read_timeout(Some(left.max(Duration::from_millis(1))));
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).map_err(|error| error.kind()) {
            Ok(count @ 1..) => self.got += &String::from_utf8_lossy(&buffer[..count]),
            Err(ErrorKind::Interrupted) => {}
            Err(ErrorKind::WouldBlock | ErrorKind::TimedOut) => return !left.is_zero(),
            ended => {
                self.end = Some(ended.err().unwrap_or(ErrorKind::UnexpectedEof));
                self.stream = None;
            }
        }
        true
    }

    /// How many of its messages have been answered. A byte of a reply may be missing.
    pub(crate) fn replies(&self) -> usize {
        self.got.matches(" secs").count() - self.got.matches("cerrando, ").count()
    }

    pub(crate) fn fate(&self) -> Fate {
        let notices = ["cerrando, ", "completo, ", "sin recursos"];
        let is_told = self.end == Some(ErrorKind::UnexpectedEof)
            && notices.iter().any(|notice| self.got.contains(notice));
        let is_answered = self.replies() == self.asked;
        match () {
            () if !self.is_connected() => Fate::Refused,
            () if is_answered && (self.has_left || is_told) => Fate::Served,
            () if is_told => Fate::Told,
            () if self.end.is_some() => Fate::Lost,
            () => Fate::Waits,
        }
    }

    /// Everything about it, in a line.
    pub(crate) fn show(&self) -> String {
        let Self { asked, got, end, .. } = self;
        format!("{}: {:?}: {asked} messages, got {got:?}, {end:?}", self.name(), self.fate())
    }
}
