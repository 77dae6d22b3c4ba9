//! The servers' command line.

use super::connection::ConnectionRules;
use super::network::Network;
use crate::options::FlagKind::{Nothing, Number, Switch, Texts, Word};
use crate::options::{Asked, Both, Parsed, Usage, UsageError, flag, heading, parse, value};
use crate::protocol::session;
use crate::screen::{Lang, Line, Program};
use std::io::{IsTerminal, stdin};
use std::time::Duration;

/// What SIGINT does while clients are connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnExit {
    /// Ask the operator.
    Ask,
    /// Close them.
    Close,
    /// Wait until the last one leaves.
    Wait,
}

/// What a server was asked to do.
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// Which server.
    pub program: Program,
    /// Addresses or names to bind; none for the default.
    pub bind: Vec<String>,
    /// 0 picks a free port.
    pub port: u16,
    /// For listen(2).
    pub backlog: i32,
    /// Select on every descriptor, whatever their number.
    pub plain_select: bool,
    /// Maximum number of clients.
    pub max_clients: usize,
    /// Maximum number of clients of one address; 0 for no limit.
    pub max_per_ip: usize,
    /// After how long a silence the kernel checks that a client's machine is still there.
    pub keepalive: Option<Duration>,
    /// Networks whose connections begin with a PROXY header.
    pub proxies: Vec<Network>,
    /// How connections are treated.
    pub rules: ConnectionRules,
    /// What SIGINT does.
    pub on_exit: OnExit,
    /// Only the listening line, the prompt, warnings and errors.
    pub quiet: bool,
    /// The language of what is printed.
    pub lang: Lang,
}

/// How many headers may be awaited at once; fewer if descriptors are few.
const MOST_PENDING: usize = 64;

const DAY: u64 = 86_400;
const HOUR_MS: u64 = 3_600_000;
const MILLION: u64 = 1_000_000;

/// The flags of `program`, `Fork` or `Select`.
pub(crate) fn usage(program: Program) -> Usage {
    let select = program == Program::Select;
    let (port, clients) = if select { (10_000, 10_000) } else { (6667, 1000) };
    let (es, en) = if select {
        ("Servidor con select: un proceso, un bucle.", "Select server: one process, one loop.")
    } else {
        (
            "Servidor concurrente: un proceso por cliente.",
            "Concurrent server: one process per client.",
        )
    };
    let mut rows = vec![
        heading("Dirección", "Address"),
        flag("b", "bind", Texts(value::ADDRESS)).help(
            "dirección o nombre, IPv4 o IPv6; se puede repetir (127.0.0.1)",
            "address or name, IPv4 or IPv6; may be repeated (127.0.0.1)",
        ),
        flag("p", "port", Number(value::PORT, 0..=65_535, port))
            .help("puerto; 0 elige uno libre", "port; 0 picks a free one"),
        flag("", "backlog", Number(value::N, 0..=65_535, 1024))
            .help("longitud de la cola de listen(2)", "listen(2) backlog"),
        heading("Clientes", "Clients"),
        flag("n", "max-clients", Number(value::N, 1..=MILLION, clients))
            .help("máximo de clientes a la vez", "most clients at once"),
        flag("", "max-per-ip", Number(value::N, 0..=MILLION, 0))
            .help("máximo por dirección; 0, sin límite", "most per client address; 0, no limit"),
        flag("", "idle", Number(value::SECONDS, 0..=365 * DAY, 0)).help(
            "cierra un cliente que calle tanto tiempo; 0, nunca",
            "close a client that is silent this long; 0, never",
        ),
        flag("", "keepalive", Number(value::SECONDS, 0..=32_767, 60)).help(
            "comprueba si sigue ahí la máquina de un cliente que calle tanto tiempo; 0, nunca",
            "check whether the machine of a client silent this long is still there; 0, never",
        ),
        flag("", "proxy", Texts(value::NETWORK)).help(
            "red de balanceadores, que envían la cabecera PROXY; se puede repetir",
            "network of load balancers, which send the PROXY header; may be repeated",
        ),
    ];
    if select {
        rows.push(flag("", "plain-select", Nothing).help(
            "vigila a todos los clientes con select, por muchos que sean, como en C",
            "watch all clients with select, however many, as in C",
        ));
    }
    rows.extend([
        heading("Respuestas", "Replies"),
        flag("", "reply", Word(&["time", "echo"], Some("time"))).help(
            "fecha, hora y segundos, o lo mismo que llega",
            "date, time and seconds, or the bytes as they came",
        ),
        flag("", "greeting", Switch(!select))
            .help("saluda o no a quien se conecta", "greet each client or not"),
        flag("", "silence", Number(value::MILLISECONDS, 0..=HOUR_MS, 50)).help(
            "silencio que termina un mensaje sin fin de línea;\n\
             0, cada trozo recibido es un mensaje",
            "silence that ends a message without a line end;\n\
             0, every chunk received is a message",
        ),
        flag("", "delay", Number(value::MILLISECONDS, 0..=HOUR_MS, 0))
            .help("espera antes de cada respuesta", "wait before each reply"),
        heading("Al salir", "Leaving"),
        flag("", "on-exit", Word(&["ask", "close", "wait"], None)).help(
            "qué hace Ctrl-C: preguntar, cerrar los clientes o esperarlos \
             (ask en un terminal; si no, close)",
            "what Ctrl-C does: ask, close the clients or wait for them \
             (ask at a terminal, else close)",
        ),
        flag("", "grace", Number(value::SECONDS, 0..=DAY, 5)).help(
            "lo que puede tardar el cierre antes de forzarlo",
            "how long closing may take before it is forced",
        ),
        heading("En pantalla", "Output"),
        flag("q", "quiet", Nothing).help(
            "solo la dirección, la pregunta, los avisos y los errores",
            "only the address, the prompt, warnings and errors",
        ),
    ]);
    let closing = Both {
        es: "En un terminal se puede escribir: clientes, salir, ayuda. SIGUSR1 muestra la tabla de \
             clientes; SIGTERM, SIGHUP y SIGQUIT cierran sin preguntar. De un supervisor toma los \
             sockets (sd_listen_fds(3)) y lo mantiene informado (sd_notify(3)).",
        en: "At a terminal you may type: clients, quit, help. SIGUSR1 shows the table of clients; \
             SIGTERM, SIGHUP and SIGQUIT close without asking. From a supervisor it takes sockets \
             (sd_listen_fds(3)), and it keeps the supervisor informed (sd_notify(3)).",
    };
    Usage { program, what: Both { es, en }, arguments: Both { es: "", en: "" }, rows, closing }
}

impl ServerOptions {
    /// Parses the arguments of `program`, `Fork` or `Select`, which `listens` on inherited sockets or not.
    ///
    /// # Errors
    ///
    /// Wrong usage, in words.
    pub fn parse(
        program: Program,
        args: &[String],
        listens: bool,
    ) -> Result<Asked<Self>, UsageError> {
        parse(usage(program), args, |parsed| Self::from_parsed(program, parsed, listens))
    }

    /// How many PROXY headers may be awaited at once.
    #[must_use]
    pub fn most_pending(&self) -> usize {
        if self.proxies.is_empty() { 0 } else { MOST_PENDING }
    }

    fn from_parsed(program: Program, parsed: &Parsed, listens: bool) -> Result<Self, UsageError> {
        parsed.at_most(0)?;
        if let Some(name) = ["bind", "port"].into_iter().find(|name| listens && parsed.has(name)) {
            let flag = &format!("--{name}");
            return Err(parsed.error(&Line::Conflict { flag, with: "LISTEN_FDS" }));
        }
        let seconds = |flag| {
            let seconds = parsed.number(flag)?;
            Ok::<_, UsageError>((seconds > 0).then(|| Duration::from_secs(seconds)))
        };
        let on_exit = match parsed.word("on-exit")? {
            Some("ask") => OnExit::Ask,
            Some("wait") => OnExit::Wait,
            None if stdin().is_terminal() => OnExit::Ask,
            _ => OnExit::Close,
        };
        Ok(Self {
            program,
            bind: parsed.texts("bind")?,
            port: parsed.number("port")? as u16,
            backlog: parsed.number("backlog")? as i32,
            plain_select: program == Program::Select && parsed.has("plain-select"),
            max_clients: parsed.number("max-clients")? as usize,
            max_per_ip: parsed.number("max-per-ip")? as usize,
            keepalive: seconds("keepalive")?,
            proxies: parsed
                .all("proxy")
                .iter()
                .map(|value| network(parsed, value))
                .collect::<Result<_, _>>()?,
            rules: ConnectionRules {
                session: session::SessionRules {
                    echo: parsed.word("reply")? == Some("echo"),
                    silence: Duration::from_millis(parsed.number("silence")?),
                },
                greeting: parsed.is_on("greeting"),
                delay: Duration::from_millis(parsed.number("delay")?),
                idle: seconds("idle")?,
                grace: Duration::from_secs(parsed.number("grace")?),
            },
            on_exit,
            quiet: parsed.has("quiet"),
            lang: parsed.lang,
        })
    }
}

fn network(parsed: &Parsed, value: &str) -> Result<Network, UsageError> {
    value.parse().map_err(|_| parsed.error(&Line::BadNetwork { flag: "--proxy", value }))
}
