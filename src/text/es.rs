//! Every line in Spanish. The coursework's lines are as its screens show them, to the letter.

use super::{Expected, Line, Program};
use crate::repr::{Bytes, Peer};
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
            write!(out, "recibido {} del cliente: {}", Bytes(bytes), Peer(peer))
        }
        Line::SelectReceived { bytes, peer } => {
            write!(out, "  recibido {} desde {}", Bytes(bytes), Peer(peer))
        }
        Line::ForkSending => write!(out, "enviando mensaje de vuelta al cliente"),
        Line::SelectSending { bytes, peer } => {
            write!(out, " enviando {} a {}", Bytes(bytes), Peer(peer))
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
                "  {peer:peer_width$}  desde {since}  {seconds:seconds_width$} secs"
            )?;
            pid.map_or(Ok(()), |pid| write!(out, "  pid {pid}"))
        }
        Line::Reaped { pid, peer, signal } => {
            write!(out, "hijo {pid} terminado {}", Peer(peer))?;
            signal.map_or(Ok(()), |signal| write!(out, " por {signal}"))
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
            write!(
                out,
                "esperando a que terminen los {clients} clientes conectados"
            )
        }
        Line::ClosingAll(0) => write!(out, "cerrando"),
        Line::ClosingAll(1) => write!(out, "cerrando el cliente conectado"),
        Line::ClosingAll(clients) => write!(out, "cerrando los {clients} clientes conectados"),
        Line::Resumed => write!(out, "cancelado: el servidor sigue"),
        Line::Commands => write!(
            out,
            "órdenes: clientes (la tabla de conectados), salir (como Ctrl-C), ayuda"
        ),
        Line::UnknownCommand(text) => {
            write!(
                out,
                "orden desconocida: {}; pruebe con ayuda",
                Bytes(text.as_bytes())
            )
        }

        Line::Full { limit, peer } => {
            write!(
                out,
                "aviso: completo, máximo {limit}: rechazado {}",
                Peer(peer)
            )
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
            write!(
                out,
                "{clients} clientes no cerraron a tiempo: conexiones cortadas"
            )
        }
        Line::Suppressed(more) => write!(out, " (y {more} avisos iguales más)"),

        Line::Failed(error) => write!(out, "{error}"),
        Line::UnknownFlag(flag) => write!(out, "opción desconocida: {flag}"),
        Line::MissingValue(flag) => write!(out, "falta el valor de {flag}"),
        Line::RepeatedFlag(flag) => write!(out, "opción repetida: {flag}"),
        Line::UnwantedValue { flag, value } => {
            write!(out, "{flag} no lleva valor, y se le dio '{value}'")
        }
        Line::BadValue {
            flag,
            value,
            expected,
        } => {
            write!(out, "valor no válido de {flag}: '{value}'; se esperaba ")?;
            match expected {
                Expected::Number { min, max } => write!(out, "un número de {min} a {max}"),
                Expected::Word(words) => write!(out, "{}", words.join(" o ")),
                Expected::Text => write!(out, "un texto"),
            }
        }
        Line::Conflict { flag, value, with } => {
            write!(out, "{flag} '{value}' no se puede usar con {with}")
        }
        Line::StrayArgument(argument) => write!(out, "argumento de más: '{argument}'"),
        Line::TryHelp(program) => write!(out, "Pruebe con {} --help", program.name()),
        Line::Help(program) => help(program, out),
    }
}

fn help(program: Program, out: &mut impl Write) -> fmt::Result {
    let name = program.name();
    let (what, port, clients, greeting) = match program {
        Program::Fork => (
            "Servidor concurrente: un proceso por cliente.",
            6667,
            1000,
            "sí",
        ),
        Program::Select => (
            "Servidor con select: un proceso, un bucle.",
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

Uso: {name} [OPCIONES]

Dirección
  -b, --bind ADDR        dirección o nombre, IPv4 o IPv6 (127.0.0.1)
  -p, --port PORT        puerto; 0 elige uno libre ({port})
      --backlog N        cola de conexiones de listen(2) (1024)

Clientes
  -n, --max-clients N    máximo de clientes a la vez ({clients})
      --max-per-ip N     máximo por dirección; 0, sin límite (0)
      --idle SECS        cierra al cliente que calla tanto tiempo; 0, nunca (0)

Respuestas
      --reply time|echo  fecha, hora y segundos, o lo mismo que llega (time)
      --greeting, --no-greeting
                         saluda o no al conectar ({greeting})
      --silence MS       silencio que termina un mensaje sin fin de línea;
                         0, cada trozo recibido es un mensaje (50)
      --delay MS         espera antes de cada respuesta (0)

Al salir
      --on-exit ask|close|wait
                         qué hace Ctrl-C: preguntar, cerrar a los clientes o
                         esperarlos (ask en un terminal; si no, close)
      --grace SECS       lo que puede tardar el cierre antes de forzarlo (5)

Lo que se ve
  -q, --quiet            solo el puerto, la pregunta, los avisos y los errores
      --lang es|en       idioma (es; en si lo dice la configuración regional)
  -h, --help             esta ayuda
  -V, --version          versión

En un terminal se puede escribir: clientes, salir, ayuda. SIGUSR1 muestra la
tabla de clientes; SIGTERM y SIGHUP cierran sin preguntar."
    )
}
