//! Every line in English.

use super::{Expected, Line, Program};
use crate::repr::{Bytes, Peer};
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
            write!(out, "received {} from client: {}", Bytes(bytes), Peer(peer))
        }
        Line::SelectReceived { bytes, peer } => {
            write!(out, "  received {} from {}", Bytes(bytes), Peer(peer))
        }
        Line::ForkSending => write!(out, "sending a message back to the client"),
        Line::SelectSending { bytes, peer } => {
            write!(out, " sending {} to {}", Bytes(bytes), Peer(peer))
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
        Line::Client {
            peer,
            since,
            seconds,
            pid,
            widths: [peer_width, seconds_width],
        } => {
            let peer = Peer(peer).to_string();
            write!(
                out,
                "  {peer:peer_width$}  since {since}  {seconds:seconds_width$} secs"
            )?;
            pid.map_or(Ok(()), |pid| write!(out, "  pid {pid}"))
        }
        Line::Reaped { pid, peer, signal } => {
            write!(out, "child {pid} ended {}", Peer(peer))?;
            signal.map_or(Ok(()), |signal| write!(out, " by {signal}"))
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
            write!(
                out,
                "warning: full, at most {limit}: refused {}",
                Peer(peer)
            )
        }
        Line::NoRoom(errno) => write!(
            out,
            "warning: accept: {errno}; new clients wait in the queue, \
             connected ones are still served"
        ),
        Line::NoFork { errno, peer } => {
            write!(out, "warning: fork: {errno}: refused {}", Peer(peer))
        }
        Line::FewerFit { asked, fit } => write!(
            out,
            "warning: the descriptor limit only has room for {fit} clients of {asked}"
        ),
        Line::Forced(1) => write!(out, "1 client did not close in time: connection cut"),
        Line::Forced(clients) => {
            write!(
                out,
                "{clients} clients did not close in time: connections cut"
            )
        }
        Line::Suppressed(more) => write!(out, " (and {more} more such warnings)"),

        Line::Failed(error) => write!(out, "{error}"),
        Line::UnknownFlag(flag) => write!(out, "unknown option: {flag}"),
        Line::MissingValue(flag) => write!(out, "{flag} needs a value"),
        Line::RepeatedFlag(flag) => write!(out, "option given twice: {flag}"),
        Line::UnwantedValue { flag, value } => {
            write!(out, "{flag} takes no value, and was given '{value}'")
        }
        Line::BadValue {
            flag,
            value,
            expected,
        } => {
            write!(out, "invalid value of {flag}: '{value}'; expected ")?;
            match expected {
                Expected::Number { min, max } => write!(out, "a number from {min} to {max}"),
                Expected::Word(words) => write!(out, "{}", words.join(" or ")),
                Expected::Text => write!(out, "some text"),
            }
        }
        Line::Conflict { flag, value, with } => {
            write!(out, "{flag} '{value}' cannot be used with {with}")
        }
        Line::StrayArgument(argument) => write!(out, "unexpected argument: '{argument}'"),
        Line::TryHelp(program) => write!(out, "Try {} --help", program.name()),
        Line::Help(program) => help(program, out),
    }
}

fn help(program: Program, out: &mut impl Write) -> fmt::Result {
    let name = program.name();
    let (what, port, clients, greeting) = match program {
        Program::Fork => (
            "Concurrent server: one process per client.",
            6667,
            1000,
            "yes",
        ),
        Program::Select => (
            "Select server: one process, one loop.",
            10_000,
            10_000,
            "no",
        ),
        Program::Client => return Ok(()),
    };
    write!(
        out,
        "\
{what}

Usage: {name} [OPTIONS]

Address
  -b, --bind ADDR        address or name to bind, IPv4 or IPv6 (127.0.0.1)
  -p, --port PORT        port; 0 picks a free one ({port})
      --backlog N        listen(2) backlog (1024)

Clients
  -n, --max-clients N    most clients at once ({clients})
      --max-per-ip N     most per client address; 0, no limit (0)
      --idle SECS        close a client that is silent this long; 0, never (0)

Replies
      --reply time|echo  date, time and seconds, or the bytes as they came (time)
      --greeting, --no-greeting
                         greet on accept or not ({greeting})
      --silence MS       silence that ends a message without a line end;
                         0, every chunk received is a message (50)
      --delay MS         wait before each reply (0)

Leaving
      --on-exit ask|close|wait
                         what Ctrl-C does: ask, close the clients or wait for
                         them (ask at a terminal, else close)
      --grace SECS       how long closing may take before it is forced (5)

What is shown
  -q, --quiet            only the port, the prompt, warnings and errors
      --lang es|en       language (es; en if the locale says so)
  -h, --help             this help
  -V, --version          version

At a terminal you may type: clients, quit, help. SIGUSR1 shows the table of
clients; SIGTERM and SIGHUP close without asking."
    )
}
