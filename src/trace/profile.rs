//! What is known about this package's own programs: what their pipes are for, and what some of their calls mean. Used
//! only for them.

use crate::screen::{Lang, Program};
use crate::trace::model::meaning::{Meaning, On};
use crate::trace::read::call::Call;

/// What a pipe of ours is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pipe {
    /// The fork server writes to it, or closes it, and its children notice.
    Closing,
    /// The children's lines go to their parent.
    Lines,
    /// The self-pipe: the signal handler writes to it.
    Signals,
}

/// Whether a program is one of ours.
#[must_use]
pub fn is_ours(program: &str) -> bool {
    [Program::Fork, Program::Select, Program::Client].iter().any(|ours| ours.name() == program)
}

/// What a pipe of ours is for: the fork server begins with two between itself and its children. Only the closing pipe
/// may block.
#[must_use]
pub fn pipe(flags: &str, made: &[Pipe]) -> Pipe {
    match made {
        _ if !flags.contains("O_NONBLOCK") => Pipe::Closing,
        [Pipe::Closing] => Pipe::Lines,
        _ => Pipe::Signals,
    }
}

/// What a call of ours means, if it means more than another program's; an inner `None` hides it.
#[must_use]
pub fn meaning(
    call: &Call,
    meaning: Meaning,
    pipe: Option<(Pipe, usize)>,
    is_child: bool,
) -> Option<Meaning> {
    let name = call.name();
    let again = call.errno() == Some("EAGAIN");
    Some(match (meaning, pipe) {
        (_, Some((Pipe::Lines | Pipe::Signals, _))) if again => return None,
        (Meaning::Print, _) if again => return None,
        (Meaning::Send, Some((Pipe::Signals, _))) => Meaning::PipeWrite,
        (Meaning::Recv, Some((Pipe::Signals, _))) => Meaning::PipeRead,
        (Meaning::Send, Some((Pipe::Lines, _))) => Meaning::HandOver,
        (Meaning::Recv, Some((Pipe::Lines, _))) => Meaning::TakeOver,
        (Meaning::Close | Meaning::CloseCopy, Some((Pipe::Closing, 0))) if is_child => {
            Meaning::CloseUnused
        }
        (Meaning::Send | Meaning::Close | Meaning::CloseCopy, Some((Pipe::Closing, 0))) => {
            Meaning::TellAll
        }
        (
            Meaning::Close | Meaning::CloseCopy | Meaning::CloseOne | Meaning::NonBlocking,
            Some(_),
        ) => {
            return None;
        }
        (Meaning::Arrived, _) => Meaning::Unanswered,
        (Meaning::SetOption, _) if call.arg(2) == "SO_ATTACH_FILTER" => Meaning::DropSyns,
        (Meaning::Select, _) if name == "epoll_wait" && call.arg(3) == "0" => Meaning::AskEpoll,
        (meaning, _) => meaning,
    })
}

/// What a call of ours means that would be no part of another program's conversation.
#[must_use]
pub fn aside(call: &Call) -> Option<Meaning> {
    match call.name() {
        "openat" if call.arg(1).starts_with("\"/proc/self/fd/") => Some(Meaning::OpenScreen),
        "openat" if call.arg(1) == "\"/dev/null\"" => Some(Meaning::Spare),
        "ioctl" if call.arg(1).contains("TCSETS") => Some(Meaning::Terminal),
        _ => None,
    }
}

/// What a wait of ours means, by what it reads, whether it has a timeout, and what was ready.
#[must_use]
pub fn waits(
    awaited: &[On],
    has_limit: bool,
    ready: &[On],
    pipe: impl Fn(&On) -> Option<Pipe>,
) -> Meaning {
    let is = |on: &On, known: &[Pipe]| pipe(on).is_some_and(|pipe| known.contains(&pipe));
    if ready.iter().any(|on| is(on, &[Pipe::Closing])) {
        Meaning::Told
    } else if ready.iter().any(|on| is(on, &[Pipe::Signals]))
        && ready.iter().all(|on| is(on, &[Pipe::Signals, Pipe::Lines]))
    {
        Meaning::Woken
    } else if has_limit && matches!(awaited, [On::Listener(_)]) {
        Meaning::LastLook
    } else {
        Meaning::Select
    }
}

/// The name of a pipe, from the end that the program has.
#[must_use]
pub fn name(pipe: Pipe, end: usize, lang: Lang) -> &'static str {
    let (es, en) = match (pipe, end) {
        (Pipe::Signals, _) => ("señales", "signals"),
        (Pipe::Closing, 0) => ("hijos", "children"),
        (Pipe::Closing, _) => ("padre", "parent"),
        (Pipe::Lines, _) => ("líneas", "lines"),
    };
    match lang {
        Lang::Es => es,
        Lang::En => en,
    }
}

/// What a step of ours is for, if that is more than the call says.
#[must_use]
#[rustfmt::skip] // A table: one row per meaning, Spanish above English.
pub fn words(meaning: Meaning, is_child: bool) -> Option<(&'static str, &'static str)> {
    Some(match meaning {
        Meaning::OpenScreen => (
            "abre otra vez su salida, sin bloqueo: si nadie la lee, el programa no se detiene",
            "opens its output anew, non-blocking: if nobody reads it, the program does not stop"),
        Meaning::Terminal => (
            "cambia cómo entrega el terminal lo que se escribe: tecla a tecla o por líneas",
            "changes how the terminal hands over what is typed: key by key, or by lines"),
        Meaning::CatchSignals => (
            "desde ahora estas señales no matan al proceso: llaman a una función suya",
            "from now on these signals do not kill the process: they call a function of its own"),
        Meaning::Accept => (
            "saca la siguiente conexión de la cola: un descriptor nuevo, solo para este cliente",
            "takes the next connection off the queue: a new descriptor, for this client alone"),
        Meaning::ChildEnded => (
            "el núcleo avisa de que un hijo ha terminado: hay que recogerlo",
            "the kernel reports that a child has ended: it is to be reaped"),
        Meaning::WaitNone => (
            "los demás hijos siguen vivos",
            "the other children are alive"),
        Meaning::CloseListener => (
            "deja de escuchar: nadie más puede conectarse",
            "stops listening: nobody else can connect"),
        Meaning::BlockSignals if !is_child => (
            "bloquea las señales: el hijo nace con ellas bloqueadas, y solo las recibe mientras espera en pselect",
            "blocks signals: the child starts with them blocked, and receives them only while it waits in pselect"),
        Meaning::KeepAlive => (
            "si un cliente calla mucho, el núcleo pregunta a su máquina si sigue ahí: si ya no está, su sitio queda libre",
            "if a client is silent for long, the kernel asks its machine whether it is still there: if it is gone, its place is free"),
        Meaning::Spare => (
            "un descriptor de reserva: si se agotan, lo cierra para poder aceptar a uno más",
            "a spare descriptor: when descriptors run out, it is closed so that one more client can be accepted"),
        Meaning::Woken => (
            "vuelve enseguida: la tubería tiene el aviso de que llegó una señal",
            "returns at once: the self-pipe says that a signal has arrived"),
        Meaning::Told => (
            "hay algo en la tubería del padre: hay que despedir al cliente",
            "there is something in the parent's pipe: the client is to be closed"),
        Meaning::LastLook => (
            "espera un instante a las conexiones ya empezadas: nadie queda a medias",
            "waits a moment for connections under way: nobody is left half connected"),
        Meaning::EpollSet => (
            "con muchos clientes, el núcleo lleva la lista de los que se vigilan",
            "with many clients, the kernel keeps the list of those that are watched"),
        Meaning::AskEpoll => (
            "pregunta al núcleo qué clientes están listos, sin esperar",
            "asks the kernel which clients are ready, without waiting"),
        Meaning::Fork => (
            "un proceso nuevo, copia de este, para atender a un solo cliente",
            "a new process, a copy of this one, to serve one client only"),
        Meaning::CloseCopy if !is_child => (
            "el padre cierra su copia: la conexión sigue abierta en el hijo",
            "the parent closes its copy: the connection stays open in the child"),
        Meaning::CloseInherited => (
            "el hijo no acepta a nadie: cierra el socket de escucha que heredó",
            "the child accepts nobody: it closes the listening socket that it inherited"),
        Meaning::CloseUnused => (
            "cierra su copia del extremo del padre: así verá fin de archivo cuando el padre ya no esté",
            "closes its copy of the parent's end: so it sees end of file once the parent is gone"),
        Meaning::TellAll => (
            "avisa a todos los hijos a la vez: cada uno vigila esta tubería, y nadie saca nada de ella",
            "tells all children at once: each watches this pipe, and nobody takes anything out of it"),
        Meaning::DropSyns => (
            "desde ahora el núcleo descarta las peticiones de conexión nuevas (SYN)",
            "from now on the kernel drops new requests to connect (SYN)"),
        Meaning::Unanswered => (
            "pregunta cuántos bytes han llegado y están sin leer: se contestan antes de cerrar",
            "asks how many bytes have arrived and are unread: they are answered before it closes"),
        Meaning::Kill => (
            "envía una señal: SIGCONT despierta al hijo que esté detenido; SIGKILL lo termina",
            "sends a signal: SIGCONT wakes a child that is stopped; SIGKILL ends it"),
        Meaning::Interrupt => (
            "llega SIGINT, como con Ctrl-C; el manejador solo lo apunta, y el bucle actúa (un hijo se lo deja a su padre)",
            "SIGINT arrives, as from Ctrl-C; the handler only takes note, and the loop acts (a child leaves that to its parent)"),
        Meaning::Terminate => (
            "una señal le pide que termine; el manejador lo apunta, y acaba la espera",
            "a signal asks it to terminate; the handler takes note, and the wait ends"),
        Meaning::PipeWrite => (
            "el manejador: un byte en la tubería propia despierta a select",
            "the handler: a byte in the self-pipe wakes select"),
        Meaning::PipeRead => (
            "el bucle vacía la tubería: ya sabe que hubo una señal",
            "the loop empties the self-pipe: it knows of the signal now"),
        Meaning::HandOver => (
            "pasa sus líneas al padre (o: salida, e: error), el único que escribe en la pantalla",
            "hands its lines to the parent (o: output, e: error), the only one that writes to the screen"),
        Meaning::TakeOver => (
            "lee las líneas de los hijos, para mostrarlas",
            "reads the children's lines, to show them"),
        Meaning::Input => (
            "lee lo que se escribió en el teclado",
            "reads what was typed"),
        Meaning::Print => (
            "lo dice en la pantalla",
            "says so on the screen"),
        _ => return None,
    })
}
