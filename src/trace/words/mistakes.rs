//! The mistakes in words: what each is, why it matters, how to correct it.

use crate::screen::Lang;
use crate::trace::model::finding::Mistake;

impl Mistake {
    /// Its name.
    #[must_use]
    pub fn name(self, lang: Lang) -> &'static str {
        self.text(0, lang)
    }

    /// Why it matters.
    #[must_use]
    pub fn why(self, lang: Lang) -> &'static str {
        self.text(1, lang)
    }

    /// How to correct it.
    #[must_use]
    pub fn mend(self, lang: Lang) -> &'static str {
        self.text(2, lang)
    }

    fn text(self, column: usize, lang: Lang) -> &'static str {
        let [es, en] = TABLE[self.number() - 1];
        match lang {
            Lang::Es => es[column],
            Lang::En => en[column],
        }
    }
}

/// Its name, why it matters, how to correct it: in Spanish, in English.
#[rustfmt::skip]
const TABLE: [[[&str; 3]; 2]; 20] = [
    [["el puerto sin htons",
      "la red lee el puerto con el byte alto delante; un PC lo guarda al revés: el puerto resulta ser otro",
      "addr.sin_port = htons(puerto); e igual en el cliente"],
     ["the port without htons",
      "the network reads a port high byte first, a PC stores it the other way round: the port turns out to be another",
      "addr.sin_port = htons(port); likewise in the client"]],
    [["falta SO_REUSEADDR",
      "quien cierra primero deja su puerto en TIME_WAIT durante un minuto; mientras tanto el servidor no puede volver a arrancar",
      "antes de bind: int si = 1; setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &si, sizeof si)"],
     ["SO_REUSEADDR is missing",
      "whoever closes first leaves its port in TIME_WAIT for a minute; meanwhile the server cannot be started again",
      "before bind: int on = 1; setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on)"]],
    [["el padre no cierra el socket aceptado",
      "una conexión termina cuando se cierra su última copia; el cliente espera un fin de archivo que no llega, y al padre se le acaban los descriptores",
      "en el padre, después de fork: close(cliente)"],
     ["the parent does not close the accepted socket",
      "a connection ends when its last copy is closed; the client waits for an end of file that never comes, and the parent runs out of descriptors",
      "in the parent, after fork: close(client)"]],
    [["el hijo conserva el socket de escucha",
      "el puerto queda ocupado mientras viva el hijo: el servidor no puede volver a arrancar, y a quien se conecta nadie le contesta",
      "en el hijo, después de fork: close(escucha)"],
     ["the child keeps the listening socket",
      "the port stays in use as long as the child lives: the server cannot be started again, and whoever connects gets no answer",
      "in the child, after fork: close(listener)"]],
    [["nadie recoge a los hijos",
      "cada hijo que termina queda como zombi hasta que su padre lo recoja; se llena la tabla de procesos, y fork falla",
      "en un manejador de SIGCHLD: while (waitpid(-1, NULL, WNOHANG) > 0); o signal(SIGCHLD, SIG_IGN)"],
     ["children are not reaped",
      "a child that has ended stays a zombie until its parent reaps it; the process table fills up, and fork fails",
      "in a SIGCHLD handler: while (waitpid(-1, NULL, WNOHANG) > 0); or signal(SIGCHLD, SIG_IGN)"]],
    [["no se atiende el 0 de recv",
      "0 es el fin de archivo: el otro no enviará nada más, y cada recv vuelve enseguida; el bucle gasta todo un procesador",
      "if (n == 0) { close(fd); y dejar de atender a ese cliente }"],
     ["recv's 0 is ignored",
      "0 is end of file: the other side will send nothing more, and each recv returns at once; the loop burns a whole processor",
      "if (n == 0) { close(fd); and stop serving that client }"]],
    [["un send que se queda corto no continúa",
      "send toma lo que cabe y dice cuánto fue; lo demás se pierde, y el otro espera el resto o lee un mensaje roto",
      "repetir send con lo que falta hasta enviarlo todo (en Python, sendall); en un socket sin bloqueo, esperar con select a que quepa más"],
     ["a short send is not continued",
      "send takes what fits, and says how much that was; the rest is lost, and the other side waits for it or reads a broken message",
      "call send again with what is left until all is sent (in Python, sendall); on a non-blocking socket, wait with select until more fits"]],
    [["un recv se toma por un mensaje",
      "TCP es un flujo de bytes: junta y parte lo que se envía; un recv puede dar medio mensaje, o dos",
      "acordar dónde termina un mensaje (un '\\n', o su longitud delante), acumular lo recibido y sacar de ahí los mensajes"],
     ["one recv is taken for one message",
      "TCP is a stream of bytes: it joins and splits what is sent; one recv may give half a message, or two",
      "agree on where a message ends (a '\\n', or its length in front), collect what is received, and extract the messages from that"]],
    [["SIGPIPE mata al programa",
      "quien escribe en una conexión que el otro cerró recibe SIGPIPE, que por defecto mata a todo el proceso: un cliente que se va derriba el servidor",
      "send(fd, …, MSG_NOSIGNAL), o signal(SIGPIPE, SIG_IGN) al empezar; y atender EPIPE cerrando esa conexión"],
     ["SIGPIPE kills the program",
      "whoever writes to a connection that the other side has closed gets SIGPIPE, which by default kills the whole process: one client that leaves brings the server down",
      "send(fd, …, MSG_NOSIGNAL), or signal(SIGPIPE, SIG_IGN) at the start; and on EPIPE close that connection"]],
    [["EINTR se toma por un error, o por datos",
      "EINTR solo dice que llegó una señal mientras la llamada esperaba: no falló nada, ni se ha ido nadie",
      "if (n < 0 && errno == EINTR) continue; o instalar el manejador con SA_RESTART (a select y poll no les sirve)"],
     ["EINTR is taken for an error, or for data",
      "EINTR says only that a signal arrived while the call was waiting: nothing has failed, and nobody has left",
      "if (n < 0 && errno == EINTR) continue; or install the handler with SA_RESTART (which does not help select and poll)"]],
    [["un descriptor que no cabe en un fd_set",
      "un fd_set tiene FD_SETSIZE bits, 1024; FD_SET con un descriptor de 1024 en adelante escribe fuera de él",
      "usar poll o epoll; o cerrar la conexión si fd >= FD_SETSIZE"],
     ["a descriptor that does not fit in an fd_set",
      "an fd_set has FD_SETSIZE bits, 1024; FD_SET with descriptor 1024 or above writes outside it",
      "use poll or epoll; or close the connection if fd >= FD_SETSIZE"]],
    [["sockets aceptados que nunca se cierran",
      "cada uno ocupa un descriptor para siempre; al llegar al límite accept falla con EMFILE, y el cliente no ve nunca el fin de archivo",
      "close(cliente) por cada accept, también cuando recv da 0 o un error"],
     ["accepted sockets that are never closed",
      "each occupies a descriptor for ever; at the limit accept fails with EMFILE, and the client never sees end of file",
      "close(client) for each accept, also when recv returns 0 or an error"]],
    [["cerrar con datos sin leer",
      "el núcleo no cierra entonces con un fin de archivo, sino con un reset (RST): el otro recibe ECONNRESET, y lo que iba en camino se puede perder",
      "leer todo hasta que recv dé 0 antes de cerrar; o shutdown(fd, SHUT_WR), leer hasta 0 y entonces close"],
     ["closing with unread input",
      "the kernel then does not close with an end of file but with a reset (RST): the other side gets ECONNRESET, and what was on its way may be lost",
      "read until recv returns 0 before closing; or shutdown(fd, SHUT_WR), read until 0, then close"]],
    [["conectarse a donde nadie escucha",
      "ECONNREFUSED: en esa dirección y ese puerto no hay ningún servidor",
      "comprobar la dirección y el puerto del servidor (ss -ltnp), y que arranque antes que el cliente"],
     ["connecting to where nobody listens",
      "ECONNREFUSED: there is no server at that address and port",
      "check the server's address and port (ss -ltnp), and that it is started before the client"]],
    [["una llamada que bloquea dentro del bucle de select",
      "mientras espera a uno, nadie más es atendido: un cliente callado detiene a todos",
      "llamar a accept y recv una vez por cada descriptor que select dio por listo, con los sockets sin bloqueo (O_NONBLOCK)"],
     ["a call that blocks in the select loop",
      "while it waits for one, nobody else is served: one silent client stops them all",
      "call accept and recv once for each descriptor that select reports as ready, with non-blocking sockets (O_NONBLOCK)"]],
    [["los conjuntos de select no se renuevan",
      "select deja en ellos solo los descriptores listos; uno cerrado que sigue ahí da EBADF, uno que falta no se atiende más",
      "guardar un conjunto aparte y copiarlo antes de cada select: listos = todos; y FD_CLR al cerrar"],
     ["select's sets are not rebuilt",
      "select leaves only the ready descriptors in them; a closed one that is still there gives EBADF, one that is missing is no longer served",
      "keep a separate set and copy it before each select: ready = all; and FD_CLR when closing"]],
    [["preguntar sin parar en lugar de esperar",
      "EAGAIN dice que todavía no hay nada; volver a preguntar enseguida gasta todo un procesador para nada",
      "esperar con select, poll o epoll hasta que el descriptor esté listo; o dejar el socket con bloqueo"],
     ["asking again and again instead of waiting",
      "EAGAIN says that there is nothing yet; to ask again at once burns a whole processor for nothing",
      "wait with select, poll or epoll until the descriptor is ready; or leave the socket blocking"]],
    [["falta listen",
      "un socket TCP solo admite conexiones después de listen; hasta entonces accept da EINVAL, y a quien se conecta, connect le da ECONNREFUSED",
      "listen(fd, SOMAXCONN) después de bind, y accept con ese mismo descriptor"],
     ["listen is missing",
      "a TCP socket takes connections only after listen; until then accept fails with EINVAL, and whoever connects gets ECONNREFUSED",
      "listen(fd, SOMAXCONN) after bind, and accept on that same descriptor"]],
    [["se escucha en una dirección distinta de la que usa el cliente",
      "un socket asociado a 127.0.0.1 solo admite conexiones a 127.0.0.1, desde la misma máquina; en las demás direcciones no escucha nadie",
      "asociarlo a todas: INADDR_ANY (0.0.0.0), o in6addr_any; o que el cliente use esa dirección"],
     ["listening on a different address from the one the client uses",
      "a socket bound to 127.0.0.1 takes only connections to 127.0.0.1, from the same machine; on other addresses nobody listens",
      "bind it to all of them: INADDR_ANY (0.0.0.0), or in6addr_any; or let the client use that address"]],
    [["los dos esperan para siempre",
      "cada lado cree que le toca al otro; sin fin de archivo, el que lee hasta el final no sabe que ya lo tiene todo",
      "shutdown(fd, SHUT_WR) cuando no se enviará nada más; o acordar dónde termina un mensaje"],
     ["both sides wait for ever",
      "each side believes it is the other's turn; without an end of file, the one that reads to the end does not know that it has everything",
      "shutdown(fd, SHUT_WR) when no more will be sent; or agree on where a message ends"]],
];
