//! The client: interactive, with the messages given, or with many sockets at once.
//!
//! It goes in rounds: a message out on every connection, a reply in on each. Whatever it waits for,
//! replies, the keyboard or a delay, one select watches sockets, keyboard and signals.

mod connection;
mod ending;
mod once;
pub mod options;
mod replies;
mod session;
mod turn;
mod view;

use crate::cli::Outcome;
use crate::limits::make_room_for;
use crate::net::{Error, connect, connect_to};
use crate::screen::keyboard::Keyboard;
use crate::screen::{Line, Program, Screen};
use crate::sys::Signals;
use connection::ClientConnection;
use nix::sys::signal::Signal;
use options::{ClientOptions, Mode};
use session::ClientSession;
use std::iter;
use view::ClientView;

/// The signals to catch: those that ask it to leave and, if a line is edited, those that give up the
/// terminal.
const CAUGHT: [Signal; 6] = [
    Signal::SIGINT,
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGQUIT,
    Signal::SIGTSTP,
    Signal::SIGCONT,
];

/// Runs the client.
///
/// # Errors
///
/// No connection, or a call that should not fail.
pub fn run(options: &ClientOptions) -> Result<Outcome, Error> {
    let mut screen = Screen::patient(Program::Client, options.lang, options.quiet)?;
    let sockets = match options.mode {
        Mode::Once => {
            let outcome = once::run(options, &mut screen);
            screen.drain(None);
            return outcome.and_then(|outcome| screen.check().map(|()| outcome));
        }
        Mode::Parts => 2,
        Mode::Sockets(sockets) => sockets,
    };
    let fit = make_room_for(sockets, 0);
    if fit < sockets {
        screen.say(&Line::TooManyConnections { asked: sockets, fit });
        screen.drain(None);
        return Ok(Outcome::Failed);
    }
    let (host, port) = (options.host.as_str(), options.port);
    screen.event(&Line::Connecting { host, port });
    screen.drain(None);
    screen.check()?;
    let first = connect_to(host, port, options.timeout)?;
    // The address that has answered is used for the others too.
    let peer = first.peer;
    let others = (1..sockets).map(|_| connect(peer, options.timeout));
    let connections = iter::once(Ok(first)).chain(others);
    let connections = connections
        .map(|connected| Ok(ClientConnection::new(connected?, options.timeout)))
        .collect::<Result<_, _>>()?;
    let mut keyboard = Keyboard::shown_on(&screen);
    let edits = keyboard.can_edit() && options.messages.is_empty();
    let caught = if edits { &CAUGHT[..] } else { &CAUGHT[..3] };
    // Not earlier: until now Ctrl-C ends the program, as it always does.
    let signals = Signals::catch(caught).map_err(Error::of_catch)?;
    if edits {
        keyboard.edit();
    }
    let view = ClientView::new(screen, sockets > 1);
    ClientSession::new(options, view, signals, keyboard, connections).run()
}
