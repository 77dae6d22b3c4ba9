//! The coursework's simple client: connect, one message, close.

use super::CAUGHT;
use super::options::ClientOptions;
use super::view::show_typed;
use crate::cli::Outcome;
use crate::net::{Connected, Error, connect_to};
use crate::repr::Peer;
use crate::screen::keyboard::{Keyboard, Typed};
use crate::screen::{Line, Screen};
use crate::sys::{self, Errno, FdSet, SHUT_WR, SigSet, Signal, Signals, SocketAddr};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// A server that closes at the end of file does so at once. One that does not is waited for no longer
/// than this.
const CLOSING: Duration = Duration::from_secs(1);

/// Runs it. What the server says is not shown.
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
    close(&socket);
    Ok(Outcome::Done)
}

/// Asks for the message; none at end of file.
fn ask(screen: &mut Screen) -> Result<Option<Vec<u8>>, Error> {
    // Dropped last: no signal ends the program before the terminal is restored.
    let signals;
    let mut keyboard = Keyboard::shown_on(screen);
    let caught = keyboard.can_edit().then(|| Signals::catch(&CAUGHT));
    signals = caught.transpose().map_err(Error::of_catch)?;
    keyboard.edit();
    screen.ask(&Line::AskOneMessage);
    loop {
        let message = match keyboard.take() {
            Some(Typed::Line(line)) => {
                show_typed(screen, &line, &keyboard);
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

/// Waits until something is typed, or there is room for what is to be printed. A signal ends or stops the
/// program as if it were not caught, but the terminal is restored first.
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

/// Half-closes, and reads to the end, but for no longer than [`CLOSING`]. Closing with bytes unread, or before
/// the reply has come, would reset the connection: the message might be lost with it, and the server would see an
/// error instead of an end of file.
fn close(socket: &OwnedFd) {
    let until = Instant::now() + CLOSING;
    let mut has_more = sys::shutdown(socket, SHUT_WR).is_ok();
    // A server that never stops sending is ready every time.
    while has_more && Instant::now() < until {
        let mut read = FdSet::new();
        read.insert(socket);
        let left = until.saturating_duration_since(Instant::now());
        has_more = match sys::select(Some(&mut read), None, None, Some(left)) {
            Ok(0) => false,
            Ok(_) => !matches!(sys::recv(socket, &mut [0; 4096], 0), Ok(0) | Err(_)),
            Err(errno) => errno == Errno::EINTR,
        };
    }
}
