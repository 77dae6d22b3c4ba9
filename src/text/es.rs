//! Every line in Spanish. The coursework's lines are as its screens show them, to the letter.

use super::{Cause, Expected, Line};
use crate::repr::{Bytes, Excerpt, Label, Peer, Shown, SignalName, Text};
use std::fmt::{self, Write};

pub(super) fn write(line: &Line<'_>, out: &mut impl Write) -> fmt::Result {
    match *line {
        Line::ForkSocket => write!(out, "Socket Creado"),
        Line::ForkBind => write!(out, "socket bind Completado"),
        Line::ForkListen => write!(out, "socket en modo escucha - pasivo"),
        Line::SelectStart { host, port } => write!(out, "iniciando en {host} port {port}"),
        Line::Listening(addr) => write!(out, "escuchando en {}", Peer(addr)),
        Line::SelectWait => write!(out, "esperando el próximo evento"),
        Line::ForkConnected(peer) => write!(out, "conexion con {}.", Peer(peer)),
        Line::SelectConnected(peer) => write!(out, "  conexión desde: {}", Peer(peer)),
        Line::ForkReceived { bytes, peer } => {
            write!(out, "recibido {} del cliente: {}", Shown(bytes), Peer(peer))
        }
        Line::SelectReceived { bytes, peer } => {
            write!(out, "  recibido {} desde {}", Shown(bytes), Peer(peer))
        }
        Line::ForkSending => write!(out, "enviando mensaje de vuelta al cliente"),
        Line::SelectSending { bytes, peer } => {
            write!(out, " enviando {} a {}", Shown(bytes), Peer(peer))
        }
        Line::SelectDrained(peer) => write!(out, "   {} cola vacía", Peer(peer)),
        Line::ForkEnd(peer) => write!(out, "no hay mas datos {}", Peer(peer)),
        Line::SelectEnd(peer) | Line::Closed(peer) => {
            write!(out, "  cerrando... {}", Peer(peer))
        }
        Line::Lost { peer, errno } => write!(out, "  conexión perdida {}: {errno}", Peer(peer)),
        Line::IdleClosed(peer) => write!(out, "  cerrando por inactividad... {}", Peer(peer)),
        Line::TooLong(peer) => {
            write!(out, "  mensaje demasiado largo: cerrando... {}", Peer(peer))
        }
        Line::Clients(count) => write!(out, "clientes conectados: {count}"),
        Line::Client { peer, since, seconds, pid, widths: [peer_width, seconds_width] } => {
            let peer = Peer(peer).to_string();
            write!(out, "  {peer:peer_width$}  desde {since}  {seconds:seconds_width$} secs")?;
            pid.map_or(Ok(()), |pid| write!(out, "  pid {pid}"))
        }
        Line::Reaped { pid, peer, signal } => {
            write!(out, "hijo {pid} terminado {}", Peer(peer))?;
            signal.map_or(Ok(()), |signal| write!(out, " por {}", SignalName(signal)))
        }
        Line::Finished(1) => write!(out, "servidor finalizado: 1 cliente atendido"),
        Line::Finished(served) => {
            write!(out, "servidor finalizado: {served} clientes atendidos")
        }

        Line::Question(1) => write!(
            out,
            "¿Cerrar el cliente conectado? [s]í / [n]o, esperar a que termine / [c]ancelar: "
        ),
        Line::Question(clients) => write!(
            out,
            "¿Cerrar los {clients} clientes conectados? \
             [s]í / [n]o, esperar a que terminen / [c]ancelar: "
        ),
        Line::WaitingFor(1) => write!(out, "esperando a que termine el cliente conectado"),
        Line::WaitingFor(clients) => {
            write!(out, "esperando a que terminen los {clients} clientes conectados")
        }
        Line::ClosingAll(0) => write!(out, "cerrando"),
        Line::ClosingAll(1) => write!(out, "cerrando el cliente conectado"),
        Line::ClosingAll(clients) => write!(out, "cerrando los {clients} clientes conectados"),
        Line::Resumed => write!(out, "cancelado: el servidor sigue"),
        Line::Commands => {
            write!(out, "órdenes: clientes (la tabla de conectados), salir (como Ctrl-C), ayuda")
        }
        Line::UnknownCommand(text) => {
            write!(out, "orden desconocida: {}; pruebe con ayuda", Bytes(text.as_bytes()))
        }

        Line::Full { limit, peer } => {
            write!(out, "aviso: completo, máximo {limit}: rechazado {}", Peer(peer))
        }
        Line::NoRoom(errno) => write!(
            out,
            "aviso: accept: {errno}; los clientes nuevos esperan en la cola, \
             los conectados siguen atendidos"
        ),
        Line::NoFork { errno, peer } => {
            write!(out, "aviso: fork: {errno}: rechazado {}", Peer(peer))
        }
        Line::FewerFit { asked, fit } => write!(
            out,
            "aviso: el límite de descriptores solo deja sitio para {fit} clientes de {asked}"
        ),
        Line::Forced(1) => write!(out, "1 cliente no cerró a tiempo: conexión cortada"),
        Line::Forced(clients) => {
            write!(out, "{clients} clientes no cerraron a tiempo: conexiones cortadas")
        }
        Line::Suppressed(more) => write!(out, " (y {more} avisos iguales más)"),

        Line::Failed(error) => write!(out, "{error}"),
        Line::UnknownFlag(flag) => write!(out, "opción desconocida: {flag}"),
        Line::MissingValue(flag) => write!(out, "falta el valor de {flag}"),
        Line::RepeatedFlag(flag) => write!(out, "opción repetida: {flag}"),
        Line::UnwantedValue { flag, value } => {
            write!(out, "{flag} no lleva valor, y se le dio '{value}'")
        }
        Line::BadValue { flag, value, expected } => {
            write!(out, "valor no válido de {flag}: '{value}'; se esperaba ")?;
            match expected {
                Expected::Number { min, max } => write!(out, "un número de {min} a {max}"),
                Expected::Word(words) => write!(out, "{}", words.join(" o ")),
                Expected::Text => write!(out, "un texto"),
            }
        }
        Line::Conflict { flag, value: "", with } => {
            write!(out, "{flag} no se puede usar con {with}")
        }
        Line::Conflict { flag, value, with } => {
            write!(out, "{flag} '{value}' no se puede usar con {with}")
        }
        Line::NotUtf8(argument) => write!(out, "argumento que no es UTF-8: '{argument}'"),
        Line::StrayArgument(argument) => write!(out, "argumento de más: '{argument}'"),

        Line::Connecting { host, port } => write!(out, "conectando a {host} puerto {port}"),
        Line::Connected => write!(out, "cliente conectado"),
        Line::NotConnected => write!(out, "connection failed"),
        Line::Step(step) => write!(out, "Paso: {step}"),
        Line::Lap { lap, of } => write!(out, "vuelta {lap} de {of}"),
        Line::AskMessage => write!(out, "Ingrese mensaje ('SALIR' para terminar): "),
        Line::AskOneMessage => write!(out, "Ingrese mensaje: "),
        Line::AskLeave(1) => write!(out, "¿Cerrar la conexión? [s]í / [n]o: "),
        Line::AskLeave(count) => write!(out, "¿Cerrar las {count} conexiones? [s]í / [n]o: "),
        Line::Sending { on, bytes } => {
            write!(out, "{}enviando {}", Label(on), Bytes(bytes))
        }
        Line::Received { on: None, bytes } => write!(out, "recibiendo {}", Bytes(bytes)),
        Line::Received { on, bytes } => {
            write!(out, "{}recibido {}", Label(on), Bytes(bytes))
        }
        Line::Reply(text) => write!(out, "{}", Text(text)),
        Line::Notice { on, text } => write!(out, "{}{}", Label(on), Text(text)),
        Line::ServerClosed { on } => {
            write!(out, "{}el servidor cerró la conexión", Label(on))
        }
        Line::TimeConnected { on, seconds } => write!(
            out,
            "{}Tiempo que estuvo el cliente conectado al servidor: {seconds} secs",
            Label(on)
        ),
        Line::ClosingSocket { on: None } => write!(out, "cerrando socket"),
        Line::ClosingSocket { on: Some(local) } => {
            write!(out, "cerrando socket {}", Peer(local))
        }
        Line::ConnectionLost { on, loss } => {
            write!(out, "{}", Label(on))?;
            let peer = Peer(loss.peer);
            match loss.cause {
                Cause::Closed("") => write!(out, "{peer}: conexión perdida")?,
                Cause::Closed(words) => {
                    write!(out, "{peer}: conexión perdida ({})", Text(words.as_bytes()))?
                }
                Cause::Failed(call, errno) => write!(out, "{call} {peer}: {errno}")?,
                Cause::Late(1) => write!(out, "{peer}: sin respuesta en 1 segundo")?,
                Cause::Late(seconds) => write!(out, "{peer}: sin respuesta en {seconds} segundos")?,
            }
            if let Some(message) = loss.unanswered {
                let late = matches!(loss.cause, Cause::Late(_));
                let to = if late { " a " } else { "; sin respuesta a " };
                write!(out, "{to}{}", Excerpt(message))?;
            }
            match loss.unsent {
                0 => Ok(()),
                1 => write!(out, "; 1 mensaje sin enviar"),
                unsent => write!(out, "; {unsent} mensajes sin enviar"),
            }
        }
        Line::CutShort(1) => write!(out, "conexión cortada sin esperar al servidor"),
        Line::CutShort(count) => {
            write!(out, "{count} conexiones cortadas sin esperar al servidor")
        }
        Line::TooManyConnections { asked, fit } => write!(
            out,
            "el límite de descriptores solo deja sitio para {fit} conexiones de {asked}"
        ),
        Line::Needs(flag, needed) => write!(out, "{flag} necesita {needed}"),
    }
}
