# The goals of each lab, for check.sh: a mark of marks.awk, what it means, and what to do to get it; Spanish and English.
# shellcheck shell=sh

lab1() {
    goal parent-sleeps \
        'el padre de enchufe-fork duerme un segundo o más en select, sin esperar a ningún cliente' \
        'the parent of enchufe-fork sleeps for a second or more in select, and waits for no client' \
        'grabe enchufe-fork en uno de los directorios, y no escriba nada durante unos segundos' \
        'record enchufe-fork into one of the directories, and type nothing for some seconds'
    goal children-sleep \
        'dos hijos duermen a la vez, cada uno por su cliente' \
        'two children sleep at the same time, each for its own client' \
        'conecte dos clientes a enchufe-fork antes de esperar' \
        'connect two clients to enchufe-fork before you wait'
    goal client-sleeps \
        'un cliente duerme en una llamada que espera al teclado y al servidor' \
        'a client sleeps in one call that waits for the keyboard and for the server' \
        'grabe también el cliente interactivo: enchufe-trace -o DIR -- enchufe-client, sin -m' \
        'record the interactive client too: enchufe-trace -o DIR -- enchufe-client, without -m'
    goal one-for-all \
        'un solo proceso, enchufe-select, duerme en un select que espera a dos clientes' \
        'one process, enchufe-select, sleeps in one select that waits for two clients' \
        'grabe enchufe-select, con dos clientes conectados durante unos segundos, y dé aquí también ese directorio' \
        'record enchufe-select, with two clients connected for some seconds, and name that directory here too'
}

lab2() {
    goal child-stopped \
        'un hijo está detenido (SIGSTOP)' \
        'a child is stopped (SIGSTOP)' \
        'kill -STOP con el pid de un hijo, que está en la tabla del servidor' \
        'kill -STOP with the pid of a child, which is in the table of the server'
    goal others-served \
        'mientras, otro cliente recibe su respuesta' \
        'meanwhile another client gets its reply' \
        'con el hijo detenido, envíe un mensaje desde otro cliente' \
        'while the child is stopped, send a message from another client'
    goal child-killed \
        'un hijo muere por SIGKILL, y el padre lo recoge' \
        'a child is killed by SIGKILL, and the parent reaps it' \
        'kill -KILL con el pid de otro hijo, mientras vive el padre' \
        'kill -KILL with the pid of another child, while the parent lives'
    goal parent-killed \
        'el padre muere por SIGKILL' \
        'the parent is killed by SIGKILL' \
        'kill -KILL con el pid del servidor, que muestra ss -ltnp' \
        'kill -KILL with the pid of the server, which ss -ltnp shows'
    goal children-told \
        'un hijo se queda sin padre, y se despide de su cliente' \
        'a child is left without its parent, and says goodbye to its client' \
        'deje conectado un cliente, con su hijo en marcha, hasta que muera el padre' \
        'leave a client connected, its child running, until the parent is killed'
    goal child-woken \
        'el hijo detenido, cuando continúa (SIGCONT), también se despide' \
        'the stopped child, when it is continued (SIGCONT), says goodbye too' \
        'kill -CONT con el pid del hijo detenido, después de la muerte del padre' \
        'kill -CONT with the pid of the stopped child, after the death of the parent'
}

lab3() {
    goal short-queue \
        'la cola de escucha es corta (listen con menos de 8)' \
        'the listen queue is short (listen with less than 8)' \
        'arranque el servidor con --backlog 1' \
        'start the server with --backlog 1'
    goal server-stopped \
        'el servidor está detenido (SIGSTOP)' \
        'the server is stopped (SIGSTOP)' \
        'kill -STOP con el pid del servidor, que muestra ss -ltnp' \
        'kill -STOP with the pid of the server, which ss -ltnp shows'
    goal queued \
        'con el servidor detenido se conectan tantos clientes como caben en la cola' \
        'while the server is stopped as many clients connect as the queue takes' \
        'conecte clientes de uno en uno, antes de kill -CONT: caben uno más que --backlog' \
        'connect clients one by one, before kill -CONT: it takes one more than --backlog'
    goal sent \
        'un cliente envía un mensaje a un servidor que no lo ha aceptado' \
        'a client sends a message to a server that has not accepted it' \
        'dé a los clientes un mensaje: -m Hola' \
        'give the clients a message: -m Hola'
    goal late \
        'con la cola llena, un cliente tarda un segundo o más en conectarse' \
        'with the queue full, a client takes a second or more to connect' \
        'un cliente más de los que caben; kill -CONT antes de que se rinda (--timeout)' \
        'one client more than it takes; kill -CONT before it gives up (--timeout)'
    goal gave-up \
        'con la cola llena, otro cliente se rinde' \
        'with the queue full, another client gives up' \
        'uno más con --timeout 2, y espere a que termine antes de kill -CONT' \
        'one more with --timeout 2, and let it end before kill -CONT'
    goal accepted-later \
        'cuando el servidor continúa, los acepta a todos' \
        'when the server is continued, it accepts them all' \
        'kill -CONT con el pid del servidor, mientras los clientes esperan' \
        'kill -CONT with the pid of the server, while the clients wait'
}

lab4() {
    goal own \
        'el servidor es el suyo, no uno de enchufe' \
        'the server is yours, not one of enchufe' \
        'grabe my_server.py, en un directorio en que no haya otro servidor' \
        'record my_server.py, into a directory with no other server in it'
    goal pieces \
        'un mensaje llega en varios recv' \
        'a message arrives in several recvs' \
        'grabe a la vez el cliente que lo envía en partes: pieces.py' \
        'record the client that sends it in parts too: pieces.py'
    goal several \
        'varios mensajes se envían de una vez' \
        'several messages are sent at once' \
        'lo hace pieces.py, hasta el final: ¿terminó?' \
        'pieces.py does so, at its end: did it get there?'
    goal answers \
        'cada mensaje tiene una respuesta, ni más ni menos, y ninguna antes de estar entero' \
        'each message has one reply, no more and no less, and none before it is whole' \
        'guarde lo que llega hasta que haya un \n, y conteste una vez por cada \n' \
        'keep what arrives until there is a \n, and answer once for each \n'
}

lab5() {
    goal own \
        'el servidor es el suyo, no uno de enchufe' \
        'the server is yours, not one of enchufe' \
        'grabe su programa, en un directorio en que no haya otro servidor' \
        'record your program, into a directory with no other server in it'
    goal server \
        'el servidor acepta a dos clientes o más' \
        'the server accepts two clients or more' \
        'grabe el servidor, y conecte dos clientes' \
        'record the server, and connect two clients'
    goal one-process \
        'los atiende sin fork' \
        'it serves them without fork' \
        'quite fork: un solo proceso acepta, recibe y envía' \
        'take fork out: one process accepts, receives and sends'
    goal selects \
        'un select espera a dos clientes a la vez' \
        'one select waits for two clients at once' \
        'en cada vuelta, ponga en el conjunto el socket de escucha y a todos los clientes' \
        'each time round, put the listening socket and all clients into the set'
    goal together \
        'un mismo proceso responde a un cliente mientras otro, conectado, calla; y luego al otro' \
        'the same process answers one client while another is connected and silent, and then the other' \
        'conecte a los dos; escriba en el segundo, y después en el primero' \
        'connect both; type in the second, and then in the first'
}
