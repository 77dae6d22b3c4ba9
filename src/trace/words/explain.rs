//! A few words on what each step is for, in two languages.

use crate::screen::Lang;
use crate::trace::model::story::{Step, Story};
use crate::trace::model::topic::Topic;
use std::borrow::Cow;

/// What a step is for.
#[must_use]
pub fn words(_story: &Story, step: &Step, lang: Lang) -> Cow<'static, str> {
    let (es, en) = both(step.topic);
    match lang {
        Lang::Es => es.into(),
        Lang::En => en.into(),
    }
}

#[rustfmt::skip] // A table: one row per topic, Spanish above English.
fn both(topic: Topic) -> (&'static str, &'static str) {
    match topic {
        Topic::OpenScreen => (
            "abre otra vez su salida, sin bloqueo: quien no la lee no lo detiene",
            "opens its output anew, non-blocking: who does not read it does not stop it"),
        Topic::Pipe => (
            "una tubería: por un extremo se lee lo que se escribe en el otro",
            "a pipe: what is written to one end is read from the other"),
        Topic::CatchSignals => (
            "desde ahora estas señales no matan al proceso: llaman a una función suya",
            "from now on these signals do not kill the process: they call a function of its own"),
        Topic::BlockSignals => (
            "retiene las señales: el hijo nace así, y solo las atiende mientras espera en pselect",
            "holds signals back: the child is born so, and takes them only while it waits in pselect"),
        Topic::UnblockSignals => (
            "deja pasar las señales",
            "lets signals through"),
        Topic::Terminal => (
            "cambia cómo entrega el terminal lo que se escribe: tecla a tecla o por líneas",
            "changes how the terminal hands over what is typed: key by key, or by lines"),
        Topic::Socket => (
            "un extremo de TCP, todavía sin dirección ni conexión",
            "an end point for TCP, as yet without address or connection"),
        Topic::ReuseAddr => (
            "permite volver a usar el puerto aunque queden conexiones viejas en TIME_WAIT",
            "lets the port be used again while old connections are still in TIME_WAIT"),
        Topic::NoDelay => (
            "lo que se envía sale enseguida, sin esperar a llenar un segmento",
            "what is sent leaves at once, without waiting to fill a segment"),
        Topic::KeepAlive => (
            "si un cliente calla mucho, el núcleo le pregunta si sigue ahí: uno cuya máquina ya no está deja su sitio",
            "when a client is silent for long the kernel asks it whether it is there: one whose machine is gone leaves its place"),
        Topic::SetOption => (
            "cambia una opción del socket",
            "changes an option of the socket"),
        Topic::Bind => (
            "le da su dirección; con el puerto 0, el núcleo elige uno libre",
            "gives it its address; with port 0 the kernel picks a free one"),
        Topic::Listen => (
            "pasivo desde ahora; el núcleo pone las conexiones en cola",
            "passive from now on; the kernel queues connections"),
        Topic::Spare => (
            "un descriptor de reserva: si se agotan, lo cierra para poder aceptar a uno más",
            "a spare descriptor: when there are no more, it is closed, to accept one more"),
        Topic::OwnName => (
            "pregunta su propia dirección, con el puerto que eligió el núcleo",
            "asks for its own address, with the port that the kernel picked"),
        Topic::PeerName => (
            "pregunta la dirección del otro extremo",
            "asks for the address at the other end"),
        Topic::Connect => (
            "pide una conexión; EINPROGRESS: ya se sabrá cuándo está hecha",
            "asks for a connection; EINPROGRESS: it will be known later when it is made"),
        Topic::ConnectWait => (
            "espera a que se pueda escribir: entonces la conexión está decidida",
            "waits until it can be written to: then the connection is decided"),
        Topic::ConnectDone => (
            "pregunta cómo acabó connect: 0, conectado",
            "asks how connect ended: 0, connected"),
        Topic::Select => (
            "duerme hasta que uno esté listo, llegue una señal o pase el tiempo",
            "sleeps until one is ready, a signal comes or the time is over"),
        Topic::Look => (
            "mira si hay algo, sin esperar",
            "looks whether there is something, without waiting"),
        Topic::Woken => (
            "vuelve enseguida: la tubería tiene el aviso de que llegó una señal",
            "returns at once: the self-pipe holds word that a signal has come"),
        Topic::Told => (
            "hay algo en la tubería del padre: hay que despedir al cliente",
            "there is something in the parent's pipe: the client is to be closed"),
        Topic::LastLook => (
            "espera un instante a las conexiones ya empezadas: nadie queda a medias",
            "waits a moment for connections that have been begun: nobody is left half connected"),
        Topic::EpollSet => (
            "con muchos clientes, el núcleo lleva la lista de a quién se espera",
            "with many clients the kernel keeps the list of who is waited for"),
        Topic::EpollWait => (
            "pregunta al núcleo qué clientes están listos, sin esperar",
            "asks the kernel which clients are ready, without waiting"),
        Topic::Accept => (
            "saca la siguiente conexión de la cola: un descriptor nuevo, solo para este cliente",
            "takes the next connection off the queue: a new descriptor, for this client alone"),
        Topic::AcceptNobody => (
            "no hay nadie más en la cola",
            "nobody else is in the queue"),
        Topic::Fork => (
            "un proceso nuevo, copia de este, para atender a un solo cliente",
            "a new process, a copy of this one, to serve one client only"),
        Topic::CloseCopy => (
            "el padre cierra su copia: la conexión sigue abierta en el hijo",
            "the parent closes its copy: the connection stays open in the child"),
        Topic::CloseInherited => (
            "el hijo no acepta a nadie: cierra el socket de escucha que heredó",
            "the child accepts nobody: it closes the listening socket that it inherited"),
        Topic::CloseUnused => (
            "suelta el extremo del padre: habrá fin de archivo cuando el padre ya no esté",
            "lets go of the parent's end: there will be end of file once the parent is gone"),
        Topic::TellAll => (
            "avisa a todos los hijos a la vez: cada uno vigila esta tubería, y nadie saca nada de ella",
            "tells all children at once: each watches this pipe, and nobody takes anything out of it"),
        Topic::CloseListener => (
            "deja de escuchar: nadie más puede conectarse",
            "stops listening: nobody else can connect"),
        Topic::Close => (
            "cierra la conexión: el otro extremo recibirá 0 bytes, fin de archivo",
            "closes the connection: the other end will receive 0 bytes, end of file"),
        Topic::DropSyns => (
            "desde ahora el núcleo descarta las peticiones de conexión nuevas (SYN)",
            "from now on the kernel drops new requests to connect (SYN)"),
        Topic::Arrived => (
            "pregunta cuántos bytes han llegado sin leer: se contestan antes de cerrar",
            "asks how many bytes have arrived unread: they are answered before it closes"),
        Topic::Send => (
            "entrega los bytes al núcleo, que los lleva al otro extremo",
            "hands the bytes to the kernel, which takes them to the other end"),
        Topic::Recv => (
            "toma los bytes que han llegado",
            "takes the bytes that have arrived"),
        Topic::RecvEnd => (
            "0 bytes: fin de archivo, el otro extremo no enviará nada más",
            "0 bytes: end of file, the other end sends no more"),
        Topic::RecvNothing => (
            "no ha llegado nada, y no espera",
            "nothing has arrived, and it does not wait"),
        Topic::Shutdown => (
            "no enviará más: el otro extremo ve fin de archivo, y aún puede contestar",
            "sends no more: the other end sees end of file, and may still answer"),
        Topic::Kill => (
            "envía una señal: SIGCONT despierta al hijo que esté detenido; SIGKILL lo termina",
            "sends a signal: SIGCONT wakes a child that is stopped; SIGKILL ends it"),
        Topic::Interrupt => (
            "llega Ctrl-C; el manejador solo lo apunta, y el bucle actúa (un hijo se lo deja a su padre)",
            "Ctrl-C comes; the handler only takes note, and the loop acts (a child leaves that to its parent)"),
        Topic::Terminate => (
            "llega la orden de terminar; el manejador la apunta y acaba la espera",
            "word comes to end; the handler takes note and ends the waiting"),
        Topic::ChildEnded => (
            "el núcleo avisa: un hijo ha terminado y hay que recogerlo",
            "the kernel gives word: a child has ended and is to be reaped"),
        Topic::Continue => (
            "si estaba detenido (Ctrl-Z), sigue; si no, solo acaba la espera",
            "if it was stopped (Ctrl-Z) it goes on; if not, only the waiting ends"),
        Topic::OtherSignal => (
            "llega una señal",
            "a signal comes"),
        Topic::PipeWrite => (
            "el manejador: un byte en la tubería propia despierta a select",
            "the handler: a byte in the self-pipe wakes select"),
        Topic::PipeRead => (
            "el bucle vacía la tubería: ya sabe que hubo una señal",
            "the loop empties the self-pipe: it knows of the signal now"),
        Topic::HandOver => (
            "pasa sus líneas al padre (o: salida, e: error), el único que escribe en la pantalla",
            "hands its lines to the parent (o: output, e: error), who alone writes to the screen"),
        Topic::TakeOver => (
            "lee las líneas de los hijos, para mostrarlas",
            "reads the children's lines, to show them"),
        Topic::Keyboard => (
            "lee lo que se escribió en el teclado",
            "reads what was typed"),
        Topic::Print => (
            "lo dice en la pantalla",
            "says so on the screen"),
        Topic::Wait => (
            "recoge al hijo terminado: deja de ser zombi",
            "reaps the child that has ended: it is a zombie no more"),
        Topic::WaitNone => (
            "los demás hijos siguen vivos",
            "the other children are alive"),
        Topic::WaitAllGone => (
            "no queda ningún hijo",
            "no child is left"),
        Topic::Exit => (
            "termina; el núcleo cierra lo que quede abierto",
            "ends; the kernel closes what is still open"),
        Topic::Killed => (
            "una señal ha terminado el proceso",
            "a signal has ended the process"),
        Topic::Failed => (
            "la llamada ha fallado; el error dice por qué",
            "the call has failed; the error says why"),
    }
}
