//! The coursework's simple client: connect, one message, close.

use super::options::ClientOptions;
use crate::cli::Outcome;
use crate::net::{Connected, Error, connect_to};
use crate::repr::Peer;
use crate::screen::keyboard::{Keyboard, Typed};
use crate::screen::{Line, Screen};
use crate::sys::{self, Errno, FdSet, SocketAddr};
use std::os::fd::OwnedFd;
use std::time::Instant;

/// Runs it. No reply is awaited.
pub(super) fn run(options: &ClientOptions, screen: &mut Screen) -> Result<Outcome, Error> {
    let connected = connect_to(&options.host, options.port, options.timeout);
    let Connected { socket, peer, .. } =
        connected.inspect_err(|_| screen.event(&Line::NotConnected))?;
    screen.event(&Line::Connected);
    let message = match options.messages.first() {
        Some(message) => Some(message.clone().into_bytes()),
        None => ask(screen)?,
    };
    if let Some(message) = message {
        send_all(&socket, peer, &options.on_the_wire(&message), options)?;
    }
    drain(&socket);
    Ok(Outcome::Done)
}

/// Asks for the message; none at end of file.
fn ask(screen: &mut Screen) -> Result<Option<Vec<u8>>, Error> {
    let mut keyboard = Keyboard::new();
    screen.ask(&Line::AskOneMessage);
    loop {
        match keyboard.take() {
            Some(Typed::Line(line)) => {
                screen.typed("", keyboard.is_terminal());
                screen.withdraw_question();
                return Ok(Some(line));
            }
            Some(Typed::EndOfFile | Typed::Gone) => {
                screen.withdraw_question();
                return Ok(None);
            }
            None => {
                screen.drain(None);
                screen.check()?;
                let mut read = FdSet::new();
                read.insert(&keyboard);
                match sys::select(Some(&mut read), None, None, None) {
                    Ok(_) => {
                        let read = keyboard.read();
                        read.map_err(|errno| Error::new("read", "stdin", errno))?;
                    }
                    Err(Errno::EINTR) => {}
                    Err(errno) => return Err(Error::new("select", "stdin", errno)),
                }
            }
        }
    }
}

/// Sends all of `message`, in as many pieces as it takes.
fn send_all(
    socket: &OwnedFd,
    peer: SocketAddr,
    message: &[u8],
    options: &ClientOptions,
) -> Result<(), Error> {
    let failed = |call, errno| Error::new(call, Peer(peer), errno);
    let deadline = Instant::now() + options.timeout;
    let mut left = message;
    while !left.is_empty() {
        match sys::send(socket, left, 0) {
            Ok(count) => left = &left[count..],
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) => {
                let mut write = FdSet::new();
                write.insert(socket);
                let wait = deadline.saturating_duration_since(Instant::now());
                match sys::select(None, Some(&mut write), None, Some(wait)) {
                    Ok(0) => return Err(failed("send", Errno::ETIMEDOUT)),
                    Ok(_) | Err(Errno::EINTR) => {}
                    Err(errno) => return Err(failed("select", errno)),
                }
            }
            Err(errno) => return Err(failed("send", errno)),
        }
    }
    Ok(())
}

/// Takes what has come so far: to close with bytes unread would reset the connection, and the
/// message might be lost with it.
fn drain(socket: &OwnedFd) {
    let mut buffer = [0; 4096];
    while matches!(sys::recv(socket, &mut buffer, 0), Ok(1..)) {}
}
