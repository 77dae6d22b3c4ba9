//! Every line in English.

use super::{Cause, Expected, Line};
use crate::repr::{Bytes, Excerpt, Label, Peer, Shown, SignalName, Text};
use std::fmt::{self, Write};

pub(super) fn write(line: &Line<'_>, out: &mut impl Write) -> fmt::Result {
    match *line {
        Line::ForkSocket => write!(out, "socket created"),
        Line::ForkBind => write!(out, "socket bind done"),
        Line::ForkListen => write!(out, "socket in listening mode - passive"),
        Line::SelectStart { host, port } => write!(out, "starting on {host} port {port}"),
        Line::Listening(addr) => write!(out, "listening on {}", Peer(addr)),
        Line::SelectWait => write!(out, "waiting for the next event"),
        Line::ForkConnected(peer) => write!(out, "connection with {}.", Peer(peer)),
        Line::SelectConnected(peer) => write!(out, "  connection from: {}", Peer(peer)),
        Line::ForkReceived { bytes, peer } => {
            write!(out, "received {} from client: {}", Shown(bytes), Peer(peer))
        }
        Line::SelectReceived { bytes, peer } => {
            write!(out, "  received {} from {}", Shown(bytes), Peer(peer))
        }
        Line::ForkSending => write!(out, "sending a message back to the client"),
        Line::SelectSending { bytes, peer } => {
            write!(out, " sending {} to {}", Shown(bytes), Peer(peer))
        }
        Line::SelectDrained(peer) => write!(out, "   {} queue empty", Peer(peer)),
        Line::ForkEnd(peer) => write!(out, "no more data {}", Peer(peer)),
        Line::SelectEnd(peer) | Line::Closed(peer) => write!(out, "  closing... {}", Peer(peer)),
        Line::Lost { peer, errno } => write!(out, "  connection lost {}: {errno}", Peer(peer)),
        Line::IdleClosed(peer) => write!(out, "  closing, idle too long... {}", Peer(peer)),
        Line::TooLong(peer) => {
            write!(out, "  message too long: closing... {}", Peer(peer))
        }
        Line::Clients(count) => write!(out, "connected clients: {count}"),
        Line::Client { peer, since, seconds, pid, widths: [peer_width, seconds_width] } => {
            let peer = Peer(peer).to_string();
            write!(out, "  {peer:peer_width$}  since {since}  {seconds:seconds_width$} secs")?;
            pid.map_or(Ok(()), |pid| write!(out, "  pid {pid}"))
        }
        Line::Reaped { pid, peer, signal } => {
            write!(out, "child {pid} ended {}", Peer(peer))?;
            signal.map_or(Ok(()), |signal| write!(out, " by {}", SignalName(signal)))
        }
        Line::Finished(1) => write!(out, "server finished: 1 client served"),
        Line::Finished(served) => write!(out, "server finished: {served} clients served"),

        Line::Question(1) => write!(
            out,
            "Close the connected client? [y]es / [n]o, wait for it to finish / [c]ancel: "
        ),
        Line::Question(clients) => write!(
            out,
            "Close the {clients} connected clients? \
             [y]es / [n]o, wait for them to finish / [c]ancel: "
        ),
        Line::WaitingFor(1) => write!(out, "waiting for the connected client to finish"),
        Line::WaitingFor(clients) => {
            write!(out, "waiting for the {clients} connected clients to finish")
        }
        Line::ClosingAll(0) => write!(out, "closing"),
        Line::ClosingAll(1) => write!(out, "closing the connected client"),
        Line::ClosingAll(clients) => write!(out, "closing the {clients} connected clients"),
        Line::Resumed => write!(out, "cancelled: the server goes on"),
        Line::Commands => {
            write!(out, "commands: clients (the table), quit (as Ctrl-C), help")
        }
        Line::UnknownCommand(text) => {
            write!(out, "unknown command: {}; try help", Bytes(text.as_bytes()))
        }

        Line::Full { limit, peer } => {
            write!(out, "warning: full, at most {limit}: refused {}", Peer(peer))
        }
        Line::NoRoom(errno) => write!(
            out,
            "warning: accept: {errno}; new clients wait in the queue, \
             connected ones are still served"
        ),
        Line::NoFork { errno, peer } => {
            write!(out, "warning: fork: {errno}: refused {}", Peer(peer))
        }
        Line::FewerFit { asked, fit } => {
            write!(out, "warning: the descriptor limit only has room for {fit} clients of {asked}")
        }
        Line::Forced(1) => write!(out, "1 client did not close in time: connection cut"),
        Line::Forced(clients) => {
            write!(out, "{clients} clients did not close in time: connections cut")
        }
        Line::Suppressed(more) => write!(out, " (and {more} more such warnings)"),

        Line::Failed(error) => write!(out, "{error}"),
        Line::UnknownFlag(flag) => write!(out, "unknown option: {flag}"),
        Line::MissingValue(flag) => write!(out, "{flag} needs a value"),
        Line::RepeatedFlag(flag) => write!(out, "option given twice: {flag}"),
        Line::UnwantedValue { flag, value } => {
            write!(out, "{flag} takes no value, and was given '{value}'")
        }
        Line::BadValue { flag, value, expected } => {
            write!(out, "invalid value of {flag}: '{value}'; expected ")?;
            match expected {
                Expected::Number { min, max } => write!(out, "a number from {min} to {max}"),
                Expected::Word(words) => write!(out, "{}", words.join(" or ")),
                Expected::Text => write!(out, "some text"),
            }
        }
        Line::Conflict { flag, value: "", with } => {
            write!(out, "{flag} cannot be used with {with}")
        }
        Line::Conflict { flag, value, with } => {
            write!(out, "{flag} '{value}' cannot be used with {with}")
        }
        Line::NotUtf8(argument) => write!(out, "argument that is not UTF-8: '{argument}'"),
        Line::StrayArgument(argument) => write!(out, "unexpected argument: '{argument}'"),

        Line::Connecting { host, port } => write!(out, "connecting to {host} port {port}"),
        Line::Connected => write!(out, "client connected"),
        Line::NotConnected => write!(out, "connection failed"),
        Line::Step(step) => write!(out, "Step: {step}"),
        Line::Lap { lap, of } => write!(out, "lap {lap} of {of}"),
        Line::AskMessage => write!(out, "Enter a message ('SALIR' to finish): "),
        Line::AskOneMessage => write!(out, "Enter a message: "),
        Line::AskLeave(1) => write!(out, "Close the connection? [y]es / [n]o: "),
        Line::AskLeave(count) => write!(out, "Close the {count} connections? [y]es / [n]o: "),
        Line::Sending { on, bytes } => {
            write!(out, "{}sending {}", Label(on), Bytes(bytes))
        }
        Line::Received { on: None, bytes } => write!(out, "receiving {}", Bytes(bytes)),
        Line::Received { on, bytes } => {
            write!(out, "{}received {}", Label(on), Bytes(bytes))
        }
        Line::Reply(text) => write!(out, "{}", Text(text)),
        Line::Notice { on, text } => write!(out, "{}{}", Label(on), Text(text)),
        Line::ServerClosed { on } => {
            write!(out, "{}the server closed the connection", Label(on))
        }
        Line::TimeConnected { on, seconds } => {
            write!(out, "{}Time the client was connected to the server: {seconds} secs", Label(on))
        }
        Line::ClosingSocket { on: None } => write!(out, "closing socket"),
        Line::ClosingSocket { on: Some(local) } => {
            write!(out, "closing socket {}", Peer(local))
        }
        Line::ConnectionLost { on, loss } => {
            write!(out, "{}", Label(on))?;
            let peer = Peer(loss.peer);
            match loss.cause {
                Cause::Closed("") => write!(out, "{peer}: connection lost")?,
                Cause::Closed(words) => {
                    write!(out, "{peer}: connection lost ({})", Text(words.as_bytes()))?
                }
                Cause::Failed(call, errno) => write!(out, "{call} {peer}: {errno}")?,
                Cause::Late(1) => write!(out, "{peer}: no reply in 1 second")?,
                Cause::Late(seconds) => write!(out, "{peer}: no reply in {seconds} seconds")?,
            }
            if let Some(message) = loss.unanswered {
                let late = matches!(loss.cause, Cause::Late(_));
                let to = if late { " to " } else { "; no reply to " };
                write!(out, "{to}{}", Excerpt(message))?;
            }
            match loss.unsent {
                0 => Ok(()),
                1 => write!(out, "; 1 message not sent"),
                unsent => write!(out, "; {unsent} messages not sent"),
            }
        }
        Line::CutShort(1) => write!(out, "connection cut without waiting for the server"),
        Line::CutShort(count) => {
            write!(out, "{count} connections cut without waiting for the server")
        }
        Line::TooManyConnections { asked, fit } => {
            write!(out, "the descriptor limit only has room for {fit} connections of {asked}")
        }
        Line::Needs(flag, needed) => write!(out, "{flag} needs {needed}"),
    }
}
