//! Every line that the programs print, one row each: its stream, its colour, and its words in
//! Spanish and in English. The coursework's lines are exactly as its screens show them.

use super::lang::{Lang, Printable, Program};
use crate::clock::Stamp;
use crate::net;
use crate::reason::{Reason, Why};
use crate::repr::{Bytes, Excerpt, Peer, PeerLabel, PidColumn, Shown, SignalName, Text};
use nix::unistd::Pid;
use std::fmt::{self, Write};

/// Which of the two streams a line goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Events, on stdout.
    Out,
    /// Warnings and errors, on stderr.
    Err,
}

/// A line's colour on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// The terminal's own colour.
    Plain,
    /// Dim.
    Dim,
    /// A question.
    Bold,
    /// A client has connected.
    Green,
    /// Something was received.
    Cyan,
    /// A warning.
    Yellow,
    /// An error.
    Red,
}

impl Colour {
    /// The terminal's escape sequence; the plain colour has none.
    #[must_use]
    pub fn escape(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Dim => "\x1b[2m",
            Self::Bold => "\x1b[1m",
            Self::Green => "\x1b[32m",
            Self::Cyan => "\x1b[36m",
            Self::Yellow => "\x1b[33m",
            Self::Red => "\x1b[31m",
        }
    }
}

/// Makes the type [`Line`] of the table. A row is
///
/// `Name { fields }: stream colour` and then `"in Spanish" "in English"`, each after a word that says
/// when it applies: `one FIELD`, if that field is 1; `all` programs; `fork` or `select`, where the
/// servers word it differently, or only one prints it.
macro_rules! lines {
    ($(
        $name:ident $({ $($field:ident: $type:ty),+ })? : $stream:ident $colour:ident
        $(one $count:ident $es_one:literal $en_one:literal)?
        $(all $es:literal $en:literal)?
        $(fork $es_fork:literal $en_fork:literal)?
        $(select $es_select:literal $en_select:literal)?
    ;)+) => {
        /// A line that a program prints.
        #[derive(Clone, Copy, Debug)]
        #[expect(missing_docs, reason = "the table says what each is")]
        pub enum Line<'a> {
            $($name $({ $($field: $type),+ })?),+
        }

        /// Each row: its name, its fields and their types, the one that has words of its own when it is 1, all
        /// other words.
        #[cfg(test)]
        const ROWS: &[(&str, &[(&str, &str)], &[&str], &[&str])] = &[$((
            stringify!($name),
            &[$($((stringify!($field), stringify!($type))),+)?],
            &[$(stringify!($count))?],
            &[$($es, $en,)? $($es_fork, $en_fork,)? $($es_select, $en_select)?],
        )),+];

        impl Line<'_> {
            /// Its stream.
            #[must_use]
            pub fn stream(&self) -> Stream {
                match self { $(Self::$name { .. } => Stream::$stream),+ }
            }

            /// Its colour on a terminal.
            #[must_use]
            pub fn colour(&self) -> Colour {
                match self { $(Self::$name { .. } => Colour::$colour),+ }
            }

            /// Whether `program` prints it.
            #[must_use]
            pub fn is_said_by(&self, program: Program) -> bool {
                match self { $(
                    Self::$name { .. } => {
                        let by_all: &[&str] = &[$($es)?];
                        let by_fork: &[&str] = &[$($es_fork)?];
                        let by_select: &[&str] = &[$($es_select)?];
                        !match program {
                            _ if !by_all.is_empty() => by_all,
                            Program::Fork => by_fork,
                            Program::Select => by_select,
                            _ => by_all,
                        }.is_empty()
                    }
                )+ }
            }

            /// Writes its words, without a line end: nothing if `program` does not print it.
            ///
            /// # Errors
            ///
            /// Only those of `out`.
            #[allow(unreachable_code, unused_variables)]
            pub fn write(&self, lang: Lang, program: Program, out: &mut impl Write) -> fmt::Result {
                let out = &mut Printable(out);
                match *self { $(
                    Self::$name $({ $($field),+ })? => {
                        $(if $count == 1 {
                            return in_lang!(lang, out, $es_one, $en_one);
                        })?
                        $(return in_lang!(lang, out, $es, $en);)?
                        $(if program == Program::Fork {
                            return in_lang!(lang, out, $es_fork, $en_fork);
                        })?
                        $(if program == Program::Select {
                            return in_lang!(lang, out, $es_select, $en_select);
                        })?
                        Ok(())
                    }
                )+ }
            }
        }
    };
}

macro_rules! in_lang {
    ($lang:ident, $out:ident, $es:literal, $en:literal) => {
        match $lang {
            Lang::Es => write!($out, $es),
            Lang::En => write!($out, $en),
        }
    };
}

lines! {
    // The servers: how they start.
    SocketMade: Out Plain
        fork "Socket Creado" "socket created";
    Bound: Out Plain
        fork "socket bind Completado" "socket bind done";
    Passive: Out Plain
        fork "socket en modo escucha - pasivo" "socket in listening mode - passive";
    Starting { host: &'a str, port: u16 }: Out Plain
        select "iniciando en {host} port {port}" "starting on {host} port {port}";
    Listening { addr: Peer }: Out Green
        all "escuchando en {addr}" "listening on {addr}";

    NotBound { error: &'a net::Error }: Err Yellow
        all "aviso: {error:#}; se escucha en las demás direcciones del nombre"
            "warning: {error}; listening on the other addresses of the name";

    // The servers: what happens to a client.
    Waiting: Out Dim
        select "esperando el próximo evento" "waiting for the next event";
    ClientConnected { peer: Peer }: Out Green
        fork "conexion con {peer}." "connection with {peer}."
        select "  conexión desde: {peer}" "  connection from: {peer}";
    ClientSaid { bytes: Shown<'a>, peer: Peer }: Out Cyan
        fork "recibido {bytes} del cliente: {peer}" "received {bytes} from client: {peer}"
        select "  recibido {bytes} desde {peer}" "  received {bytes} from {peer}";
    Answering { bytes: Shown<'a>, peer: Peer }: Out Plain
        fork "enviando mensaje de vuelta al cliente" "sending a message back to the client"
        select " enviando {bytes} a {peer}" " sending {bytes} to {peer}";
    // The coursework's fork server prints nothing about the reply to SALIR.
    AnsweringFarewell { bytes: Shown<'a>, peer: Peer }: Out Plain
        select " enviando {bytes} a {peer}" " sending {bytes} to {peer}";
    AllSent { peer: Peer }: Out Dim
        select "   {peer} cola vacía" "   {peer} queue empty";
    ClientEnded { peer: Peer }: Out Plain
        fork "no hay mas datos {peer}" "no more data {peer}"
        select "  cerrando... {peer}" "  closing... {peer}";
    ClientLost { peer: Peer, errno: Why }: Out Plain
        all "  conexión perdida {peer}: {errno:#}" "  connection lost {peer}: {errno}";
    ClientClosed { peer: Peer }: Out Plain
        all "  cerrando... {peer}" "  closing... {peer}";
    ClientIdle { peer: Peer }: Out Plain
        all "  cerrando por inactividad... {peer}" "  closing, idle too long... {peer}";
    MessageTooLong { peer: Peer }: Out Plain
        all "  mensaje demasiado largo: cerrando... {peer}" "  message too long: closing... {peer}";
    Clients { count: usize }: Out Plain
        all "clientes conectados: {count}" "connected clients: {count}";
    Client { peer: &'a str, since: Stamp, seconds: u64, pid: PidColumn, width: usize, digits: usize }: Out Plain
        all "  {peer:width$}  desde {since}  {seconds:digits$} secs{pid}"
            "  {peer:width$}  since {since}  {seconds:digits$} secs{pid}";
    Reaped { pid: Pid, peer: Peer }: Out Plain
        all "hijo {pid} terminado {peer}" "child {pid} ended {peer}";
    ReapedBySignal { pid: Pid, peer: Peer, signal: SignalName }: Out Plain
        all "hijo {pid} terminado {peer} por {signal}" "child {pid} ended {peer}, killed by {signal}";
    ReapedWithCode { pid: Pid, peer: Peer, code: i32 }: Out Plain
        all "hijo {pid} terminado {peer} con código de salida {code}"
            "child {pid} ended {peer}, exit code {code}";

    // The servers: the operator, and leaving.
    Question { count: usize }: Out Bold
        one count
            "¿Cerrar el cliente conectado? [s]í / [n]o, esperar a que termine / [c]ancelar: "
            "Close the connected client? [y]es / [n]o, wait for it to finish / [c]ancel: "
        all
            "¿Cerrar los {count} clientes conectados? [s]í / [n]o, esperar a que terminen / [c]ancelar: "
            "Close the {count} connected clients? [y]es / [n]o, wait for them to finish / [c]ancel: ";
    WaitingFor { count: usize }: Out Plain
        one count
            "esperando a que termine el cliente conectado"
            "waiting for the connected client to finish"
        all "esperando a que terminen los {count} clientes conectados"
            "waiting for the {count} connected clients to finish";
    Closing: Out Plain
        all "cerrando" "closing";
    ClosingAll { count: usize }: Out Plain
        one count "cerrando el cliente conectado" "closing the connected client"
        all "cerrando los {count} clientes conectados" "closing the {count} connected clients";
    Resumed: Out Plain
        all "cancelado: el servidor sigue en marcha" "cancelled: the server keeps running";
    Commands: Out Plain
        all "órdenes: clientes (la tabla de conectados), salir (como Ctrl-C), ayuda"
            "commands: clients (the table), quit (like Ctrl-C), help";
    HowToLeave: Out Plain
        all "Ctrl-D no termina el servidor: use salir o Ctrl-C" "Ctrl-D does not stop the server: use quit or Ctrl-C";
    UnknownCommand { typed: Bytes<'a> }: Out Plain
        all "orden desconocida: {typed}; pruebe con ayuda" "unknown command: {typed}; try help";
    Finished { count: usize }: Out Plain
        one count "servidor finalizado: 1 cliente atendido" "server finished: 1 client served"
        all "servidor finalizado: {count} clientes atendidos" "server finished: {count} clients served";
    LinesLost { count: usize }: Out Yellow
        one count "… 1 línea perdida" "… 1 line lost"
        all "… {count} líneas perdidas" "… {count} lines lost";

    // The servers: warnings.
    Full { limit: usize, peer: Peer }: Err Yellow
        all "aviso: completo, máximo {limit}: rechazado {peer}"
            "warning: full, at most {limit}: refused {peer}";
    NoRoom { errno: Why }: Err Yellow
        all "aviso: accept: {errno:#}; los clientes nuevos esperan en la cola, los conectados siguen atendidos"
            "warning: accept: {errno}; new clients wait in the queue, connected ones are still served";
    NoFork { errno: Why, peer: Peer }: Err Yellow
        all "aviso: fork: {errno:#}: rechazado {peer}" "warning: fork: {errno}: refused {peer}";
    NoMemory { peer: Peer }: Err Yellow
        all "aviso: sin memoria: cerrando {peer}" "warning: out of memory: closing {peer}";
    NoHeader { what: &'a str, peer: Peer }: Err Yellow
        all "aviso: cabecera PROXY: {what}: cerrando {peer}" "warning: PROXY header: {what}: closing {peer}";
    Retried { error: &'a net::Error }: Err Yellow
        all "aviso: {error:#}; se reintenta" "warning: {error}; trying again";
    NoInput { error: &'a net::Error }: Err Yellow
        all "aviso: {error:#}; no se lee nada más" "warning: {error}; no more input is read";
    NotNotified { error: &'a net::Error }: Err Yellow
        all "aviso: {error:#}; no se pudo avisar al supervisor"
            "warning: {error}; the supervisor could not be told";
    Suppressed { count: usize, what: &'a str }: Err Yellow
        one count "aviso: {what}: 1 aviso más como este" "warning: {what}: 1 more such warning"
        all "aviso: {what}: {count} avisos más como este" "warning: {what}: {count} more such warnings";
    FewerFit { asked: usize, fit: usize }: Err Yellow
        all "aviso: el límite de descriptores solo permite {fit} de los {asked} clientes"
            "warning: the descriptor limit allows only {fit} of the {asked} clients";
    NotEnded { pid: Pid, peer: Peer }: Err Red
        all "hijo {pid} no termina {peer}" "child {pid} has not ended {peer}";
    Forced { count: usize }: Err Red
        one count "1 cliente no cerró a tiempo: conexión cortada" "1 client did not close in time: connection cut"
        all "{count} clientes no cerraron a tiempo: conexiones cortadas"
            "{count} clients did not close in time: connections cut";

    // What is wrong with a PROXY header.
    HeaderMissing: Err Yellow
        all "falta" "missing";
    HeaderProtocol: Err Yellow
        all "ni TCP4 ni TCP6 ni UNKNOWN" "neither TCP4 nor TCP6 nor UNKNOWN";
    HeaderAddress: Err Yellow
        all "dirección no válida" "invalid address";
    HeaderPort: Err Yellow
        all "puerto no válido" "invalid port";
    HeaderLineEnd: Err Yellow
        all "falta el fin de línea" "the line end is missing";
    HeaderVersion: Err Yellow
        all "versión desconocida" "unknown version";
    HeaderCommand: Err Yellow
        all "orden desconocida" "unknown command";
    HeaderFamily: Err Yellow
        all "ni TCP sobre IPv4 ni TCP sobre IPv6" "neither TCP over IPv4 nor TCP over IPv6";
    HeaderLength: Err Yellow
        all "longitud no válida" "invalid length";
    HeaderTlv: Err Yellow
        all "los TLV no terminan donde la cabecera" "the TLVs do not end where the header does";
    HeaderChecksum: Err Yellow
        all "CRC32C incorrecto" "wrong CRC32C";
    HeaderLate { seconds: u64 }: Err Yellow
        all "no llegó entera en {seconds} segundos" "incomplete after {seconds} seconds";
    HeaderCutOff: Err Yellow
        all "no llegó entera antes del fin de archivo" "incomplete at end of file";
    HeaderLost { errno: Why }: Err Yellow
        all "conexión perdida: {errno:#}" "connection lost: {errno}";

    // All programs: failures.
    Failed { error: &'a net::Error }: Err Red
        all "{error:#}" "{error}";
    WrongUsage { program: &'a str, what: &'a str }: Err Plain
        all "{program}: {what}; pruebe '{program} --help'" "{program}: {what}; try '{program} --help'";
    UnknownFlag { flag: &'a str }: Err Plain
        all "opción desconocida: {flag}" "unknown option: {flag}";
    MissingValue { flag: &'a str }: Err Plain
        all "falta el valor de {flag}" "{flag} needs a value";
    RepeatedFlag { flag: &'a str }: Err Plain
        all "opción repetida: {flag}" "option given more than once: {flag}";
    UnwantedValue { flag: &'a str, value: &'a str }: Err Plain
        all "{flag} no lleva valor, y se le dio '{value}'" "{flag} takes no value, and was given '{value}'";
    BadNumber { flag: &'a str, value: &'a str, min: u64, max: u64 }: Err Plain
        all "valor no válido de {flag}: '{value}'; se esperaba un número de {min} a {max}"
            "invalid value for {flag}: '{value}'; expected a number from {min} to {max}";
    BadWord { flag: &'a str, value: &'a str, words: &'a str }: Err Plain
        all "valor no válido de {flag}: '{value}'; se esperaba {words}"
            "invalid value for {flag}: '{value}'; expected {words}";
    Or: Err Plain
        all " o " " or ";
    BadNetwork { flag: &'a str, value: &'a str }: Err Plain
        all "valor no válido de {flag}: '{value}'; se esperaba una dirección, o una red sin bits a 1 tras el prefijo, como 10.0.0.0/8 o ::1/128"
            "invalid value for {flag}: '{value}'; expected an address, or a network with no bits set after its prefix, such as 10.0.0.0/8 or ::1/128";
    BadText { flag: &'a str }: Err Plain
        all "valor no válido de {flag}: ''; se esperaba un texto" "invalid value for {flag}: ''; expected some text";
    Conflict { flag: &'a str, with: &'a str }: Err Plain
        all "{flag} no se puede usar con {with}" "{flag} cannot be used with {with}";
    ConflictOf { flag: &'a str, value: &'a str, with: &'a str }: Err Plain
        all "{flag} '{value}' no se puede usar con {with}" "{flag} '{value}' cannot be used with {with}";
    TakesOne { flag: &'a str, one: &'a str, value: &'a str }: Err Plain
        all "{flag} lleva un solo {one}: sobra '{value}'" "{flag} takes one {one}: '{value}' is one too many";
    Needs { flag: &'a str, needed: &'a str }: Err Plain
        all "{flag} necesita {needed}" "{flag} needs {needed}";
    Missing { what: &'a str }: Err Plain
        all "falta {what}" "{what} is missing";
    NotUtf8 { argument: &'a str }: Err Plain
        all "argumento que no es UTF-8: '{argument}'" "argument is not UTF-8: '{argument}'";
    StrayArgument { argument: &'a str }: Err Plain
        all "argumento de más: '{argument}'" "unexpected argument: '{argument}'";

    // enchufe-trace: a command that is run.
    NoCommand { command: &'a str }: Err Plain
        all "{command}: no se encuentra" "{command}: not found";
    NotExecutable { command: &'a str, errno: &'a Reason }: Err Plain
        all "{command}: no se puede ejecutar: {errno:#}" "{command}: cannot be executed: {errno}";
    SetId { command: &'a str }: Err Plain
        all "{command}: bajo strace no surte efecto su bit setuid o setgid: ejecute enchufe-trace como root"
            "{command}: its setuid or setgid bit has no effect under strace: run enchufe-trace as root";
    NoStrace: Err Plain
        all "falta strace (sudo apt-get install strace)" "strace is missing (sudo apt-get install strace)";
    NoPtrace { reason: &'a str }: Err Plain
        all "strace no funciona: aquí no se permite ptrace ({reason})"
            "strace does not work: ptrace is not permitted here ({reason})";
    LeftBehind { command: &'a str }: Err Plain
        all "{command} terminó y dejó procesos: la historia se cuenta cuando terminen, o con Ctrl-C"
            "{command} has ended and left processes behind: the story is told when they end, or on Ctrl-C";
    StillRecorded { count: usize }: Err Plain
        one count "1 registro sigue creciendo: el último en terminar lo contará todo"
            "1 log is still growing: the last to end will tell the whole story"
        all "{count} registros siguen creciendo: el último en terminar lo contará todo"
            "{count} logs are still growing: the last to end will tell the whole story";

    // The client. `on` is the socket's own address, if there are several.
    Connecting { host: &'a str, port: u16 }: Out Plain
        all "conectando a {host} puerto {port}" "connecting to {host} port {port}";
    Connected: Out Plain
        all "cliente conectado" "client connected";
    NotConnected: Out Plain
        all "connection failed" "connection failed";
    Step { step: u64 }: Out Plain
        all "Paso: {step}" "Step: {step}";
    Lap { lap: u64, of: u64 }: Out Plain
        all "vuelta {lap} de {of}" "round {lap} of {of}";
    AskMessage: Out Plain
        all "Ingrese mensaje ('SALIR' para terminar): " "Enter a message ('SALIR' to finish): ";
    AskOneMessage: Out Plain
        all "Ingrese mensaje: " "Enter a message: ";
    AskLeave { count: usize }: Out Bold
        one count "¿Cerrar la conexión? [s]í / [n]o: " "Close the connection? [y]es / [n]o: "
        all "¿Cerrar las {count} conexiones? [s]í / [n]o: " "Close the {count} connections? [y]es / [n]o: ";
    Sending { on: PeerLabel, bytes: Bytes<'a> }: Out Plain
        all "{on}enviando {bytes}" "{on}sending {bytes}";
    Receiving { bytes: Bytes<'a> }: Out Cyan
        all "recibiendo {bytes}" "receiving {bytes}";
    Received { on: PeerLabel, bytes: Bytes<'a> }: Out Cyan
        all "{on}recibido {bytes}" "{on}received {bytes}";
    Reply { text: Text<'a> }: Out Plain
        all "{text}" "{text}";
    Notice { on: PeerLabel, text: Text<'a> }: Out Plain
        all "{on}{text}" "{on}{text}";
    ServerClosed { on: PeerLabel }: Out Plain
        all "{on}el servidor cerró la conexión" "{on}the server closed the connection";
    ServerClosedOnUs { on: PeerLabel }: Err Plain
        all "{on}el servidor cerró la conexión" "{on}the server closed the connection";
    TimeConnected { on: PeerLabel, seconds: u64 }: Out Plain
        all "{on}Tiempo que estuvo el cliente conectado al servidor: {seconds} secs"
            "{on}Time the client was connected to the server: {seconds} secs";
    ClosingSocket: Out Plain
        all "cerrando socket" "closing socket";
    ClosingSocketOf { local: Peer }: Out Plain
        all "cerrando socket {local}" "closing socket {local}";
    CutShort { count: usize }: Err Red
        one count "conexión cortada sin esperar al servidor" "connection cut without waiting for the server"
        all "{count} conexiones cortadas sin esperar al servidor"
            "{count} connections cut without waiting for the server";
    OutputCut: Err Red
        all "no se pudo escribir toda la salida" "some of the output could not be written";
    TooManyConnections { asked: usize, fit: usize }: Err Red
        one asked "el límite de descriptores no permite ninguna conexión"
            "the descriptor limit allows no connection"
        all "el límite de descriptores solo permite {fit} de las {asked} conexiones"
            "the descriptor limit allows only {fit} of the {asked} connections";

    // A connection lost: what happened, what has no reply and what was not sent, one after the other.
    Lost { on: PeerLabel, what: &'a str }: Err Red
        all "{on}{what}" "{on}{what}";
    Interrupted: Err Red
        all "interrumpido" "interrupted";
    LostClosed { peer: Peer }: Err Red
        all "{peer}: conexión perdida" "{peer}: connection lost";
    LostSaying { peer: Peer, words: Text<'a> }: Err Red
        all "{peer}: conexión perdida ({words})" "{peer}: connection lost ({words})";
    LostFailed { call: &'static str, peer: Peer, errno: Why }: Err Red
        all "{call} {peer}: {errno:#}" "{call} {peer}: {errno}";
    LostLate { peer: Peer, count: u64 }: Err Red
        one count "{peer}: sin respuesta en 1 segundo" "{peer}: no reply in 1 second"
        all "{peer}: sin respuesta en {count} segundos" "{peer}: no reply in {count} seconds";
    LateTo { message: Excerpt<'a> }: Err Red
        all " a {message}" " to {message}";
    NoReplyTo { message: Excerpt<'a> }: Err Red
        all "; sin respuesta a {message}" "; no reply to {message}";
    ReplyCutOff { message: Excerpt<'a> }: Err Red
        all "; respuesta cortada a {message}" "; reply cut off to {message}";
    Unsent { count: u64 }: Err Red
        one count "; 1 mensaje sin enviar" "; 1 message not sent"
        all "; {count} mensajes sin enviar" "; {count} messages not sent";
    UnsentAtLeast { count: u64 }: Err Red
        one count "; al menos 1 mensaje sin enviar" "; at least 1 message not sent"
        all "; al menos {count} mensajes sin enviar" "; at least {count} messages not sent";
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Never 1, where there is a plural after them.
    const OTHERS: [(&str, &str); 2] = [("FewerFit", "asked"), ("HeaderLate", "seconds")];

    #[test]
    fn what_is_counted_has_a_singular() {
        for (name, fields, one, texts) in ROWS {
            let numbers = fields.iter().filter(|(_, ty)| ["usize", "u64"].contains(ty));
            for (field, _) in numbers.filter(|(field, _)| !one.contains(field)) {
                for text in *texts {
                    let after = text.split_once(&format!("{{{field}}} ")).map_or("", |it| it.1);
                    let word = after.split([' ', ';', ':']).next().unwrap_or_default();
                    let is_plural = word.ends_with('s') && word != "secs";
                    assert!(!is_plural || OTHERS.contains(&(*name, *field)), "{name}: 1 {word}");
                }
            }
        }
    }

    #[test]
    fn reasons_are_in_the_language_of_their_line() {
        for (name, _, _, texts) in ROWS {
            for pair in texts.chunks(2) {
                for field in ["errno", "error"] {
                    let [is_es, is_en] =
                        [0, 1].map(|at| pair[at].contains(&format!("{{{field}}}")));
                    assert!(!is_es, "{name}: {{{field}:#}} is Spanish");
                    assert_eq!(pair[0].contains(&format!("{{{field}:#}}")), is_en, "{name}");
                }
            }
        }
    }
}
