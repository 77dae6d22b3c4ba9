//! Each program's `--help`, in both languages.

use super::Program;
use std::fmt::{self, Write};

/// In Spanish.
pub(super) fn es(program: Program, out: &mut impl Write) -> fmt::Result {
    let name = program.name();
    let (what, port, clients, greeting) = match program {
        Program::Fork => ("Servidor concurrente: un proceso por cliente.", 6667, 1000, "sí"),
        Program::Select => ("Servidor con select: un proceso, un bucle.", 10_000, 10_000, "no"),
        Program::Client => return es_client(name, out),
        Program::Trace => return es_trace(name, out),
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

fn es_client(name: &str, out: &mut impl Write) -> fmt::Result {
    write!(
        out,
        "\
Cliente: interactivo, con los mensajes dados o con muchos sockets a la vez.

Uso: {name} [OPCIONES] [HOST [PORT]]     (localhost 6667)

Mensajes
  -m, --message TEXT     envía esto en vez de preguntar; se puede repetir
      --raw              envía los mensajes sin fin de línea
      --repeat N         envía los mensajes N veces, con un contador (1)
      --delay MS         espera entre mensajes (0)
      --timeout SECS     se rinde si una respuesta tarda tanto (10)

Conexiones
  -c, --connections N    N sockets a la vez, cada mensaje por todos ellos (1)
      --parts            dos sockets y tres mensajes sin fin de línea, al 10000
      --once             conecta, envía un mensaje y cierra sin esperar

Lo que se ve
  -q, --quiet            solo respuestas, preguntas, avisos y errores
      --lang es|en       idioma (es; en si lo dice la configuración regional)
  -h, --help             esta ayuda
  -V, --version          versión

SALIR, Ctrl-D y Ctrl-C terminan; el servidor dice cuánto tiempo fue."
    )
}

fn es_trace(name: &str, out: &mut impl Write) -> fmt::Result {
    write!(
        out,
        "\
Cuenta los registros de strace de un servidor y sus clientes como una historia.

Uso: {name} [OPCIONES] LOG...

LOG son registros de: strace -f -tt -T -yy -s 200 -o LOG PROGRAMA (o con -ff).
Escribe trace.txt (texto), trace.svg (dibujo) y trace.html (dibujo que explica
cada llamada al pasar el ratón).

  -o, --output DIR       dónde los escribe (.)
  -q, --quiet            no dice qué archivos escribe
      --lang es|en       idioma (es; en si lo dice la configuración regional)
  -h, --help             esta ayuda
  -V, --version          versión"
    )
}

/// In English.
pub(super) fn en(program: Program, out: &mut impl Write) -> fmt::Result {
    let name = program.name();
    let (what, port, clients, greeting) = match program {
        Program::Fork => ("Concurrent server: one process per client.", 6667, 1000, "yes"),
        Program::Select => ("Select server: one process, one loop.", 10_000, 10_000, "no"),
        Program::Client => return en_client(name, out),
        Program::Trace => return en_trace(name, out),
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
      --reply time|echo  date, time and seconds, or bytes as they came (time)
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

fn en_client(name: &str, out: &mut impl Write) -> fmt::Result {
    write!(
        out,
        "\
Client: interactive, with the messages given, or with many sockets at once.

Usage: {name} [OPTIONS] [HOST [PORT]]     (localhost 6667)

Messages
  -m, --message TEXT     send this instead of asking; may be repeated
      --raw              send messages without a line end
      --repeat N         send the messages N times, with a counter (1)
      --delay MS         wait between messages (0)
      --timeout SECS     give up when a reply takes this long (10)

Connections
  -c, --connections N    N sockets at once, each message on all of them (1)
      --parts            two sockets and three unterminated messages, port 10000
      --once             connect, send one message and close without waiting

What is shown
  -q, --quiet            only replies, questions, warnings and errors
      --lang es|en       language (es; en if the locale says so)
  -h, --help             this help
  -V, --version          version

SALIR, Ctrl-D and Ctrl-C leave; the server says how long it was."
    )
}

fn en_trace(name: &str, out: &mut impl Write) -> fmt::Result {
    write!(
        out,
        "\
Tells strace's logs of a server and its clients as a story.

Usage: {name} [OPTIONS] LOG...

LOG are logs of: strace -f -tt -T -yy -s 200 -o LOG PROGRAM (or with -ff).
It writes trace.txt (text), trace.svg (a picture) and trace.html (a picture that
explains each call under the mouse).

  -o, --output DIR       where it writes them (.)
  -q, --quiet            does not say which files it writes
      --lang es|en       language (es; en if the locale says so)
  -h, --help             this help
  -V, --version          version"
    )
}
