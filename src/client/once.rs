//! The coursework's simple client: connect, one message, close.

use super::CAUGHT;
use super::options::ClientOptions;
use crate::cli::Outcome;
use crate::net::{Connected, Error, connect_to};
use crate::repr::Peer;
use crate::screen::keyboard::{Keyboard, Typed};
use crate::screen::{Line, Screen};
use crate::sys::{self, Errno, FdSet, SigSet, Signal, Signals, SocketAddr};
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
    let mut keyboard = Keyboard::shown_on(screen);
    let signals = keyboard.can_edit().then(|| Signals::catch(&CAUGHT));
    let signals = signals.transpose().map_err(Error::of_catch)?;
    keyboard.edit();
    screen.ask(&Line::AskOneMessage);
    loop {
        let message = match keyboard.take() {
            Some(Typed::Line(line)) => {
                let shown = if keyboard.edits() { &line[..] } else { &[] };
                screen.typed(shown, keyboard.is_terminal() && !keyboard.edits());
                Some(line)
            }
            Some(Typed::EndOfFile | Typed::Gone) => None,
            None => {
                screen.typing(&mut keyboard);
                wait(&mut keyboard, signals.as_ref(), screen)?;
                continue;
            }
        };
        screen.withdraw_question();
        return Ok(message);
    }
}

/// Waits until something is typed, or there is room for what is to be printed. A signal ends the program, or
/// stops it, as if it were not caught; but the terminal is left as it was.
fn wait(
    keyboard: &mut Keyboard,
    signals: Option<&Signals>,
    screen: &mut Screen,
) -> Result<(), Error> {
    let (mut read, mut write) = (FdSet::new(), FdSet::new());
    screen.watch(&mut write);
    screen.check()?;
    read.insert(&*keyboard);
    signals.into_iter().for_each(|signals| read.insert(signals));
    match sys::select(Some(&mut read), Some(&mut write), None, None) {
        Ok(_) if read.contains(&*keyboard) => {
            keyboard.read().map_err(|errno| Error::new("read", "stdin", errno))?;
        }
        Ok(_) | Err(Errno::EINTR) => {}
        Err(errno) => return Err(Error::new("select", "stdin", errno)),
    }
    for signal in &signals.map_or_else(SigSet::empty, Signals::take) {
        if signal == Signal::SIGCONT {
            keyboard.edit();
            screen.restore();
        } else {
            screen.give_way(signal, keyboard);
        }
    }
    Ok(())
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
