//! A few words on what each step is for, in two languages: only from the call, its arguments and its result. What
//! else is known about this package's own programs is in `profile`.

use super::special;
use crate::screen::Lang;
use crate::trace::model::meaning::Meaning;
use crate::trace::model::story::{Step, Story};
use crate::trace::model::task::Part;
use crate::trace::profile;
use std::borrow::Cow;

/// What a step is for.
#[must_use]
pub fn words(story: &Story, step: &Step, lang: Lang) -> Cow<'static, str> {
    let task = &story.tasks[step.task];
    let ours =
        if task.is_ours { profile::words(step.meaning, task.part == Part::Child) } else { None };
    let known = ours.or_else(|| special::words(story, step));
    let (es, en) = known.or_else(|| plain(step.meaning)).unwrap_or_default();
    let words = if lang == Lang::Es { es } else { en };
    match special::addition(story, step, lang) {
        Some(more) => format!("{words}{more}").into(),
        None => words.into(),
    }
}

#[rustfmt::skip] // A table: one row per meaning, Spanish above English.
fn plain(meaning: Meaning) -> Option<(&'static str, &'static str)> {
    Some(match meaning {
        Meaning::CatchSignals => (
            "desde ahora estas señales llaman a una función del programa",
            "from now on these signals call a function of the program"),
        Meaning::BlockSignals => (
            "bloquea las señales: quedan pendientes",
            "blocks signals: they stay pending"),
        Meaning::UnblockSignals => (
            "desbloquea las señales: llegan las pendientes",
            "unblocks signals: pending ones are delivered"),
        Meaning::ReuseAddr => (
            "permite volver a usar el puerto aunque queden conexiones viejas en TIME_WAIT",
            "lets the port be used again while old connections are still in TIME_WAIT"),
        Meaning::NoDelay => (
            "lo que se envía sale enseguida, sin esperar a llenar un segmento",
            "what is sent leaves at once, without waiting to fill a segment"),
        Meaning::KeepAlive => (
            "si el otro extremo calla mucho, el núcleo le pregunta si sigue ahí",
            "if the other end is silent for long, the kernel asks it whether it is still there"),
        Meaning::SetOption => (
            "cambia una opción del socket",
            "sets a socket option"),
        Meaning::GetOption => (
            "lee una opción del socket",
            "reads a socket option"),
        Meaning::Bind => (
            "da al socket su dirección; con el puerto 0, el núcleo elige uno libre",
            "gives the socket its address; with port 0 the kernel picks a free one"),
        Meaning::Listen => (
            "pasivo desde ahora; el núcleo pone las conexiones en cola",
            "passive from now on; the kernel queues connections"),
        Meaning::OwnName => (
            "pregunta su propia dirección",
            "asks for its own address"),
        Meaning::PeerName => (
            "pregunta la dirección del otro extremo",
            "asks for the address at the other end"),
        Meaning::SetPeer => (
            "fija su interlocutor: los datagramas van a esta dirección, y solo se reciben los suyos",
            "sets its peer: datagrams go to this address, and only those from it are received"),
        Meaning::ConnectWait => (
            "espera a que se pueda escribir en el socket: entonces se sabe cómo acabó connect",
            "waits until the socket is writable: then it is known how connect ended"),
        Meaning::Look => (
            "mira si hay algo listo, sin esperar",
            "checks whether anything is ready, without waiting"),
        Meaning::Accept => (
            "saca la siguiente conexión de la cola: un descriptor nuevo, solo para ella",
            "takes the next connection off the queue: a new descriptor, for it alone"),
        Meaning::AcceptNobody => (
            "no hay nadie en la cola, y no espera",
            "nobody is in the queue, and it does not wait"),
        Meaning::Fork => (
            "un proceso nuevo, copia de este",
            "a new process, a copy of this one"),
        Meaning::Thread => (
            "un hilo nuevo del mismo proceso: usa los mismos descriptores",
            "a new thread of the same process: it uses the same descriptors"),
        Meaning::Run => (
            "desde aquí ejecuta otro programa",
            "from here on it runs another program"),
        Meaning::Duplicate => (
            "otro descriptor para lo mismo",
            "another descriptor for the same thing"),
        Meaning::CloseListener => (
            "cierra el último descriptor del socket de escucha: nadie más puede conectarse a él",
            "closes the last descriptor of the listening socket: nobody else can connect to it"),
        Meaning::CloseInherited => (
            "cierra el socket de escucha que heredó; otros lo tienen aún",
            "closes the listening socket that it inherited; others still have it"),
        Meaning::CloseOne => (
            "cierra el descriptor",
            "closes the descriptor"),
        Meaning::Arrived => (
            "pregunta cuántos bytes han llegado y están sin leer",
            "asks how many bytes have arrived and are unread"),
        Meaning::SendNothing => (
            "no cabe nada más por ahora, y no espera",
            "there is no room for more for now, and it does not wait"),
        Meaning::Peek => (
            "mira los bytes que han llegado, y los deja donde están",
            "looks at the bytes that have arrived, and leaves them there"),
        Meaning::RecvEnd => (
            "0 bytes: fin de archivo, no llegará nada más",
            "0 bytes: end of file, nothing more will come"),
        Meaning::RecvNothing => (
            "no ha llegado nada, y no espera",
            "nothing has arrived, and it does not wait"),
        Meaning::ShutdownRead => (
            "no recibirá más; al otro extremo no se le dice nada",
            "receives no more; the other end is not told"),
        Meaning::Kill => (
            "envía una señal",
            "sends a signal"),
        Meaning::Interrupt => (
            "llega SIGINT, como con Ctrl-C",
            "SIGINT arrives, as from Ctrl-C"),
        Meaning::Terminate => (
            "una señal le pide que termine",
            "a signal asks it to terminate"),
        Meaning::ChildEnded => (
            "el núcleo avisa de que un hijo ha cambiado de estado; casi siempre, de que ha terminado",
            "the kernel reports that a child has changed state; most often, that it has ended"),
        Meaning::ChildChanged => (
            "el núcleo avisa de que un hijo ha cambiado de estado; no ha terminado",
            "the kernel reports that a child has changed state; it has not ended"),
        Meaning::Continue => (
            "si estaba detenido (Ctrl-Z), sigue; si no, solo lo nota un manejador",
            "if it was stopped (Ctrl-Z), it continues; if not, only a handler notices"),
        Meaning::OtherSignal => (
            "llega una señal",
            "a signal arrives"),
        Meaning::Input => (
            "lee su entrada estándar",
            "reads its standard input"),
        Meaning::WaitNone => (
            "ningún otro hijo ha terminado",
            "no other child has ended"),
        Meaning::WaitAllGone => (
            "no queda ningún hijo",
            "no child is left"),
        Meaning::Lock => (
            "espera a otro hilo o proceso: a que suelte un cerrojo, avise o acabe",
            "waits for another thread or process: to release a lock, to give notice, or to end"),
        Meaning::Sleep => (
            "duerme un tiempo",
            "sleeps for a while"),
        Meaning::Pause => (
            "espera una señal",
            "waits for a signal"),
        Meaning::Stopped => (
            "una señal lo ha detenido: no hace nada hasta que llegue SIGCONT",
            "a signal has stopped it: it does nothing until SIGCONT arrives"),
        Meaning::Killed => (
            "una señal ha matado el proceso",
            "a signal has killed the process"),
        Meaning::Failed => (
            "la llamada ha fallado; el error dice por qué",
            "the call has failed; the error says why"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::tests::story;

    const TCP: &str = "connect(3<TCP:[9]>, {sa_family=AF_INET, sin_port=htons(7000), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0";
    const BEGUN: &str = "connect(3<TCP:[9]>, {sa_family=AF_INET, sin_port=htons(7000), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = -1 EINPROGRESS (Operation now in progress)";
    const LINGER: &str = "setsockopt(3<TCP:[127.0.0.1:5000->127.0.0.1:7000]>, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=0}, 8) = 0";
    const UDP: &str = "socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3";
    const PEER: &str = "connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0";
    const STREAM: &str = "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3<TCP:[9]>";
    const THREAD: &str = "clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD) = 8";

    /// The words for the last step of a log; lines without a pid are pid 7's.
    fn last(lines: &[&str]) -> [String; 2] {
        let line = |(at, line): (usize, &&str)| match line.strip_prefix("pid 8 ") {
            Some(line) => format!("8 10:00:00.{at:06} {line}\n"),
            None => format!("7 10:00:00.{at:06} {line} <0.000001>\n"),
        };
        let story = story(&lines.iter().enumerate().map(line).collect::<String>());
        let step = story.steps.last().expect("a step");
        [Lang::Es, Lang::En].map(|lang| words(&story, step, lang).into_owned())
    }

    #[test]
    #[rustfmt::skip] // A table.
    fn what_is_said_is_true_of_the_call() {
        let option = |name: &str| format!("setsockopt(3<TCP:[9]>, SOL_SOCKET, {name}, [0], 4) = 0");
        let [reuse, delay, keep] = ["SO_REUSEADDR", "TCP_NODELAY", "SO_KEEPALIVE"].map(option);
        let close = "close(3<TCP:[127.0.0.1:5000->127.0.0.1:7000]>) = 0";
        for (lines, es, en) in [
            (&[STREAM, &*reuse][..], "no permite volver a usar", "does not let the port be used again"),
            (&[STREAM, &delay], "puede esperar", "may wait"),
            (&[STREAM, &keep], "no le pregunta", "does not ask"),
            (&[STREAM, &reuse.replace("[0]", "[1]")], "permite volver a usar", "lets the port be used again"),
            (&[UDP, "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0"], "la misma dirección", "the same address"),
            (&[UDP, PEER, "connect(3, {sa_family=AF_UNSPEC, sa_data=\"\"}, 16) = 0"], "cualquiera", "anybody"),
            (&[UDP, PEER, "shutdown(3, SHUT_WR) = 0"], "no enviará más; al otro", "sends no more; the other"),
            (&[UDP, PEER, "shutdown(3, SHUT_RD) = 0"], "no recibirá más", "receives no more"),
            (&[STREAM, TCP, LINGER, close], "reset (RST)", "resets the connection"),
            (&[STREAM, TCP, close], "cierra su extremo", "closes its end"),
            (&[STREAM, BEGUN, TCP], "cómo acabó connect: 0, conectado", "how connect ended: 0, connected"),
            (&[STREAM, THREAD, "pid 8 +++ exited with 0 +++"], "termina el hilo", "the thread ends"),
        ] {
            let [said_es, said_en] = last(lines);
            assert!(said_es.contains(es) && said_en.contains(en), "{lines:?}: {said_es} / {said_en}");
        }
    }

    #[test]
    #[rustfmt::skip] // A table.
    fn a_child_that_stops_has_not_ended() {
        let about = |code: &str, status: &str| {
            format!("pid 8 --- SIGCHLD {{si_signo=SIGCHLD, si_code={code}, si_pid=9, si_uid=0, si_status={status}}} ---")
        };
        let wait = |how: &str| format!("wait4(-1, [{{{how}(s)}}], WSTOPPED|WCONTINUED, NULL) = 9");
        for (line, es, en) in [
            (about("CLD_EXITED", "0"), "ha terminado", "has exited"),
            (about("CLD_KILLED", "SIGKILL"), "una señal ha matado a un hijo", "a signal has killed a child"),
            (about("CLD_DUMPED", "SIGABRT"), "con volcado de memoria", "which dumped core"),
            (about("CLD_STOPPED", "SIGSTOP"), "un hijo se ha detenido", "a child has stopped"),
            (about("CLD_CONTINUED", "SIGCONT"), "que estaba detenido sigue", "was stopped has continued"),
            (about("SI_USER", "0"), "llega una señal", "a signal arrives"),
            (wait("WIFSTOPPED"), "un hijo se ha detenido", "a child has stopped"),
            (wait("WIFCONTINUED"), "que estaba detenido sigue", "was stopped has continued"),
            ("pid 8 --- stopped by SIGTSTP ---".into(), "lo ha detenido", "has stopped it"),
        ] {
            let [said_es, said_en] = last(&[STREAM, &line]);
            assert!(said_es.contains(es) && said_en.contains(en), "{line}: {said_es} / {said_en}");
        }
    }

    #[test]
    fn a_poll_waits_for_what_the_kernel_looks_at() {
        let log = format!(
            "7 10:00:00.000000 {STREAM} <0.000001>\n7 10:00:00.000001 {TCP} <0.000001>\n7 10:00:00.000002 \
             poll([{{fd=-1, events=POLLIN}}, {{fd=3<TCP:[127.0.0.1:5000->127.0.0.1:7000]>, events=0}}, \
             {{fd=3<TCP:[127.0.0.1:5000->127.0.0.1:7000]>, events=POLLIN}}], 3, -1) = 1 ([{{fd=3, \
             revents=POLLIN}}]) <0.500000>\n"
        );
        let story = story(&log);
        let [read, write] = story.awaited(story.steps.last().expect("a step"));
        assert_eq!((read.len(), write.len()), (1, 0));
    }
}
