//! What a step is for, if that depends on the call's arguments, its object, and its result.

use super::before::{is_datagrams, is_reset, is_thread_gone};
use crate::screen::Lang;
use crate::trace::model::address::between;
use crate::trace::model::calls::{is_of_streams_or_datagrams, is_vfork};
use crate::trace::model::channel::Channel;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::moves::source;
use crate::trace::model::story::{Step, Story};

type Words = (&'static str, &'static str);

/// What a step is for; `None` if its meaning says it all.
#[must_use]
pub(super) fn words(story: &Story, step: &Step) -> Option<Words> {
    let call = story.call(step);
    let channel = step.end.map(|end| &story.channels[end.channel]);
    let is_message = channel.is_some_and(Channel::is_of_messages);
    let is_pipe = channel.is_some_and(|channel| !channel.is_two_way);
    let is_off = call.arg(3) == "[0]";
    Some(match step.meaning {
        Meaning::ReuseAddr if is_datagrams(story, step) => reuse_of_datagrams(is_off),
        Meaning::ReuseAddr if is_off => (
            "no permite volver a usar el puerto mientras queden conexiones viejas en TIME_WAIT",
            "does not let the port be used again while old connections are still in TIME_WAIT",
        ),
        Meaning::NoDelay if is_off => (
            "lo que se envía puede esperar a llenar un segmento",
            "what is sent may wait to fill a segment",
        ),
        Meaning::KeepAlive if is_off => (
            "aunque el otro extremo calle mucho, el núcleo no le pregunta si sigue ahí",
            "even if the other end is silent for long, the kernel does not ask it whether it is still there",
        ),
        Meaning::SetPeer if call.arg(1).contains("AF_UNSPEC") => (
            "ya no tiene un interlocutor fijo: recibe de nuevo los datagramas de cualquiera",
            "it no longer has a fixed peer: datagrams from anybody are received again",
        ),
        Meaning::Connect if call.arg(1).contains("AF_UNSPEC") => {
            ("deshace la conexión", "undoes the connection")
        }
        Meaning::Pipe => pipe(call.name()),
        Meaning::Socket => socket(call.arg(0), call.arg(1), call.arg(2)),
        Meaning::Fork if is_vfork(&call) => (
            "un proceso nuevo, que usa la memoria de este hasta que ejecuta otro programa o termina; este espera",
            "a new process, which uses this one's memory until it runs another program or ends; this one waits",
        ),
        Meaning::IgnoreSignal => ignored(call.arg(0)),
        Meaning::NonBlocking => non_blocking(call.arg(1), call.arg(2)),
        Meaning::Bind if call.arg(1).contains("AF_UNIX") => (
            "da al socket su dirección, una ruta o un nombre",
            "gives the socket its address, a path or a name",
        ),
        Meaning::EpollSet => epoll(call.name(), call.arg(1)),
        Meaning::Connect if call.errno() == Some("EINPROGRESS") => (
            "pide una conexión; EINPROGRESS: está en curso, y más tarde se sabrá cómo acaba",
            "asks for a connection; EINPROGRESS: it is under way, and how it ends will be known later",
        ),
        Meaning::Connect => ("pide una conexión", "asks for a connection"),
        // Called again, or asked with getsockopt.
        Meaning::ConnectDone if call.arg(3) == "[0]" || call.name() == "connect" => {
            ("pregunta cómo acabó connect: 0, conectado", "asks how connect ended: 0, connected")
        }
        Meaning::ConnectDone => (
            "pregunta cómo acabó connect: no hay conexión",
            "asks how connect ended: there is no connection",
        ),
        Meaning::AskError if call.name().starts_with("recv") => (
            "toma un aviso de la cola de errores (MSG_ERRQUEUE): qué fue de algo que envió; no llegan datos",
            "takes a report from the error queue (MSG_ERRQUEUE): what became of something sent; no data arrives",
        ),
        Meaning::AskError if call.arg(3) == "[0]" => {
            ("pregunta si el socket tiene un error: no", "asks whether the socket has an error: no")
        }
        Meaning::AskError => (
            "pregunta si el socket tiene un error: sí, este",
            "asks whether the socket has an error: yes, this one",
        ),
        Meaning::Select if call.errno().is_some() => {
            ("dormía; una señal acaba la espera", "was asleep; a signal ends the wait")
        }
        Meaning::Select if has_limit(story, step) => (
            "duerme hasta que uno esté listo, llegue una señal o venza el plazo",
            "sleeps until one is ready, a signal arrives or time runs out",
        ),
        Meaning::Select => (
            "duerme hasta que uno esté listo o llegue una señal",
            "sleeps until one is ready or a signal arrives",
        ),
        Meaning::CloseCopy if step.end.is_none() => (
            "cierra este descriptor del socket de escucha: hay otro, y se sigue escuchando",
            "closes this descriptor of the listening socket: there is another, and the socket still listens",
        ),
        Meaning::CloseCopy if is_pipe => (
            "cierra este descriptor de la tubería: hay otro del mismo extremo, que sigue abierto",
            "closes this descriptor of the pipe: there is another of the same end, which stays open",
        ),
        Meaning::CloseCopy => (
            "cierra este descriptor: hay otro de la misma conexión, que sigue abierta",
            "closes this descriptor: there is another of the same connection, which stays open",
        ),
        Meaning::Close if is_reset(story, step) => (
            "corta la conexión con un reset (RST), pues SO_LINGER es 0: lo que quedara por enviar se pierde",
            "resets the connection (RST), since SO_LINGER is 0: what was still to be sent is lost",
        ),
        Meaning::Close if is_pipe => {
            if step.end.is_some_and(|end| end.end == 0) {
                (
                    "cierra el extremo en el que se escribe: no entrará nada más",
                    "closes the end that is written to: nothing more goes in",
                )
            } else {
                (
                    "cierra el extremo del que se lee: nadie más leerá de esta tubería",
                    "closes the end that is read from: nobody reads from this pipe any more",
                )
            }
        }
        Meaning::Close if step.is_end_seen => (
            "cierra la conexión: el otro extremo recibirá 0 bytes, fin de archivo",
            "closes the connection: the other end will receive 0 bytes, end of file",
        ),
        Meaning::RecvEnd if step.is_end_seen => (
            "0 bytes: fin de archivo, el otro extremo no enviará nada más",
            "0 bytes: end of file, the other end sends no more",
        ),
        Meaning::Close => (
            "cierra su extremo de la conexión: no enviará ni recibirá nada más por ella",
            "closes its end of the connection: it sends and receives nothing more on it",
        ),
        Meaning::Send if call.name().starts_with("sendfile") => (
            "el núcleo envía bytes de un archivo, sin que pasen por el programa",
            "the kernel sends bytes of a file, without their passing through the program",
        ),
        Meaning::Send | Meaning::Recv if call.name() == "splice" => (
            "el núcleo pasa bytes de un descriptor a otro, sin que pasen por el programa",
            "the kernel moves bytes from one descriptor to another, without their passing through the program",
        ),
        Meaning::Send if is_message => (
            "entrega un datagrama al núcleo: llegará entero, o no llegará",
            "hands a datagram to the kernel: it arrives whole, or not at all",
        ),
        Meaning::Send if is_pipe => {
            ("escribe los bytes en la tubería", "writes the bytes into the pipe")
        }
        Meaning::Send => (
            "entrega los bytes al núcleo, que los lleva al otro extremo",
            "hands the bytes to the kernel, which takes them to the other end",
        ),
        Meaning::Recv if is_message => (
            "toma el siguiente datagrama que ha llegado",
            "takes the next datagram that has arrived",
        ),
        Meaning::Recv if step.bytes == Some(0) => ("no pide ningún byte", "asks for no bytes"),
        Meaning::Recv => ("toma los bytes que han llegado", "takes the bytes that have arrived"),
        Meaning::Reset if call.errno() == Some("EPIPE") => {
            ("nadie recibe ya lo que envía", "nobody receives what it sends any more")
        }
        Meaning::Reset => (
            "la conexión se cortó: lo que quedara por recibir se ha perdido",
            "the connection was reset: what was still to be received is lost",
        ),
        Meaning::Shutdown if is_message && call.arg(1) != "SHUT_RD" => told_to_nobody(call.arg(1))?,
        Meaning::ShutdownRead => told_to_nobody(call.arg(1))?,
        Meaning::Shutdown if call.arg(1) == "SHUT_RDWR" => (
            "no enviará ni recibirá más: el otro extremo ve fin de archivo",
            "neither sends nor receives any more: the other end sees end of file",
        ),
        Meaning::Shutdown => (
            "no enviará más: el otro extremo ve fin de archivo, y aún puede contestar",
            "sends no more: the other end sees end of file, and may still answer",
        ),
        Meaning::Blocked if call.errno().is_some() => {
            ("esperaba; una señal acaba la llamada", "was waiting; a signal ends the call")
        }
        Meaning::Blocked => (
            "espera, y en el registro no acaba la llamada",
            "waits, and the log does not show the call end",
        ),
        Meaning::Print if call.arg(0).starts_with('2') => {
            ("lo escribe en su salida de errores", "writes it to its standard error")
        }
        Meaning::Print => ("lo escribe en su salida estándar", "writes it to its standard output"),
        Meaning::ChildEnded | Meaning::ChildChanged => child(story, step)?,
        Meaning::Wait if logged(story, step, "WIFSTOPPED") => {
            ("se entera de que un hijo se ha detenido", "learns that a child has stopped")
        }
        Meaning::Wait if logged(story, step, "WIFCONTINUED") => (
            "se entera de que un hijo que estaba detenido sigue",
            "learns that a child that was stopped has continued",
        ),
        Meaning::Wait if step.other.is_none() && call.value == Some(0) => {
            ("espera a un hijo", "waits for a child")
        }
        Meaning::Wait => (
            "recoge al hijo terminado: deja de ser zombi",
            "reaps the child that has ended: it is no longer a zombie",
        ),
        Meaning::Exit if call.name() == "exit" || is_thread_gone(story, step) => {
            ("termina el hilo", "the thread ends")
        }
        Meaning::Exit => (
            "termina; el núcleo cierra lo que quede abierto",
            "ends; the kernel closes what is still open",
        ),
        _ => return None,
    })
}

/// What is added: how much of it was sent, from which file.
pub(super) fn addition(story: &Story, step: &Step, lang: Lang) -> Option<String> {
    let is_spanish = lang == Lang::Es;
    if step.meaning != Meaning::Send {
        return None;
    }
    let call = story.call(step);
    if call.name().starts_with("sendfile") {
        return source(call.arg(1)).map(|path| format!(" ({path})"));
    }
    if call.arg(1).contains("SCM_RIGHTS") {
        let words =
            if is_spanish { "; lleva también descriptores" } else { "; descriptors go along" };
        return Some(words.into());
    }
    let asked: u32 =
        call.arg(2).parse().ok().filter(|_| matches!(call.name(), "sendto" | "write"))?;
    let taken = step.bytes.filter(|&bytes| bytes < asked)?;
    Some(if is_spanish {
        format!("; solo {taken} de {asked}: el resto queda por enviar")
    } else {
        format!("; only {taken} of {asked}: the rest is still to be sent")
    })
}

/// Whether a wait ends by itself after some time.
fn has_limit(story: &Story, step: &Step) -> bool {
    let call = story.call(step);
    let limit = match call.name() {
        "poll" | "ppoll" => 2,
        "epoll_wait" | "epoll_pwait" | "epoll_pwait2" => 3,
        _ => 4,
    };
    !matches!(call.arg(limit), "NULL" | "-1" | "")
}

fn reuse_of_datagrams(is_off: bool) -> Words {
    if is_off {
        (
            "no permite que otro socket use también esta dirección y este puerto",
            "does not let another socket use this address and port as well",
        )
    } else {
        (
            "permite que varios sockets que lo pidan usen la misma dirección y el mismo puerto",
            "lets several sockets that ask for this use the same address and port",
        )
    }
}

/// What has become of a child, as its SIGCHLD says.
fn child(story: &Story, step: &Step) -> Option<Words> {
    let words = [
        (
            "CLD_EXITED",
            "el núcleo avisa de que un hijo ha terminado",
            "the kernel reports that a child has exited",
        ),
        (
            "CLD_KILLED",
            "el núcleo avisa de que una señal ha matado a un hijo",
            "the kernel reports that a signal has killed a child",
        ),
        (
            "CLD_DUMPED",
            "el núcleo avisa de que una señal ha matado a un hijo, con volcado de memoria (core)",
            "the kernel reports that a signal has killed a child, which dumped core",
        ),
        (
            "CLD_STOPPED",
            "el núcleo avisa de que un hijo se ha detenido; no ha terminado",
            "the kernel reports that a child has stopped; it has not ended",
        ),
        (
            "CLD_CONTINUED",
            "el núcleo avisa de que un hijo que estaba detenido sigue",
            "the kernel reports that a child that was stopped has continued",
        ),
    ];
    let (_, es, en) = words.into_iter().find(|(code, ..)| logged(story, step, code))?;
    Some((es, en))
}

/// Whether strace's lines of a step have this text.
fn logged(story: &Story, step: &Step, text: &str) -> bool {
    story.raw(step).any(|line| line.contains(text))
}

/// A shutdown that only concerns the kernel.
fn told_to_nobody(how: &str) -> Option<Words> {
    Some(match how {
        "SHUT_WR" => (
            "no enviará más; al otro extremo no se le dice nada",
            "sends no more; the other end is not told",
        ),
        "SHUT_RDWR" => (
            "no enviará ni recibirá más; al otro extremo no se le dice nada",
            "neither sends nor receives any more; the other end is not told",
        ),
        _ => return None,
    })
}

fn pipe(name: &str) -> Words {
    if name == "socketpair" {
        return ("dos sockets conectados entre sí", "two sockets that are connected to each other");
    }
    (
        "una tubería: por un extremo se lee lo que se escribe en el otro",
        "a pipe: what is written to one end is read from the other",
    )
}

fn socket(family: &str, kind: &str, protocol: &str) -> Words {
    let is_usual = is_of_streams_or_datagrams(protocol);
    match (family, kind.contains("SOCK_DGRAM") && is_usual) {
        ("AF_UNIX" | "AF_LOCAL", _) => (
            "un socket local (AF_UNIX), todavía sin dirección",
            "a local socket (AF_UNIX), so far without an address",
        ),
        (_, true) => (
            "un extremo de UDP, todavía sin dirección",
            "a UDP endpoint, so far without an address",
        ),
        _ if kind.contains("SOCK_STREAM") && is_usual => (
            "un extremo de TCP, todavía sin dirección ni conexión",
            "a TCP endpoint, so far without an address or a connection",
        ),
        _ => ("un socket que no es de TCP ni de UDP", "a socket that is neither TCP nor UDP"),
    }
}

fn ignored(signal: &str) -> Words {
    match signal {
        "SIGPIPE" => (
            "enviar a quien ya no recibe no lo mata: la llamada falla con EPIPE",
            "sending to where nobody receives does not kill it: the call fails with EPIPE",
        ),
        "SIGCHLD" => (
            "no quiere saber de sus hijos: el núcleo los recoge, y no quedan zombis",
            "it does not want to hear of its children: the kernel reaps them, and no zombies are left",
        ),
        "SIGINT" => ("Ctrl-C no le hace nada", "Ctrl-C does nothing to it"),
        _ => {
            ("desde ahora esta señal no le hace nada", "from now on this signal does nothing to it")
        }
    }
}

fn non_blocking(command: &str, value: &str) -> Words {
    let waits = match command {
        "FIONBIO" => value == "[0]",
        _ => !value.contains("O_NONBLOCK"),
    };
    if waits {
        ("las llamadas sobre él esperan si hace falta", "calls on it wait if need be")
    } else {
        (
            "las llamadas sobre él no esperan: cuando tendrían que hacerlo, fallan con EAGAIN",
            "calls on it do not wait: where they would have to, they fail with EAGAIN",
        )
    }
}

fn epoll(name: &str, operation: &str) -> Words {
    match (name, operation) {
        (_, "EPOLL_CTL_ADD") => (
            "desde ahora epoll_wait lo vigila también",
            "from now on epoll_wait watches it as well",
        ),
        (_, "EPOLL_CTL_MOD") => {
            ("cambia lo que epoll_wait vigila en él", "changes what epoll_wait watches it for")
        }
        (_, "EPOLL_CTL_DEL") => ("epoll_wait ya no lo vigila", "epoll_wait no longer watches it"),
        _ => (
            "una lista, que guarda el núcleo, de lo que se vigila",
            "a list, kept by the kernel, of what is watched",
        ),
    }
}

/// The value in a result that is an array with one element: `[ECONNREFUSED]`.
#[must_use]
pub(super) fn inside(arg: &str) -> &str {
    between(arg, "[", "]").unwrap_or(arg)
}
