# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are shared with demo.sh
# Part of demo.sh: what is said and done with each server.

# Two clients at once; Ctrl-C with both connected; one leaves while the question stands, the answer
# closes the other.
conversation() {
    local hello='Hola soy el cliente'
    open_client client-1 "$(t cliente client) 1"
    wait_for client-1 "$prompt"
    answer_prompt client-1 "$hello 1"
    wait_for client-1 "$prompt"
    let_time_pass
    open_client client-2 "$(t cliente client) 2"
    wait_for client-2 "$prompt"
    answer_prompt client-2 "$hello 2"
    wait_for client-2 "$prompt"
    let_time_pass
    answer_prompt client-1 'Mensaje 2 del cliente 1'
    wait_for client-1 "$prompt"

    note "$(t 'SIGUSR1: la tabla de clientes' 'SIGUSR1: the table of clients')"
    signal server USR1
    wait_for server "$table 2"
    children=$(children_of "$server")

    note "$(t 'el operador pulsa Ctrl-C: SIGINT' 'the operator presses Ctrl-C: SIGINT')"
    signal server INT
    wait_for server "$question"
    show_prompt server
    note "$(t 'mientras tanto el servicio sigue: el cliente 1 se despide' \
        'meanwhile the service goes on: client 1 says goodbye')"
    answer_prompt client-1 SALIR
    wait_end client-1
    wait_for server "$table 1"
    answer_the_question
    wait_end client-2
    close_server
}

let_time_pass() {
    note "$(t 'pasa un segundo, y se verá en las respuestas' 'a second passes, which the replies will show')"
    sleep 1
}

answer_the_question() {
    local answer
    while :; do
        printf '%-9s │ ' "$(t operador operator)"
        if ((interactive)); then
            printf '%s ' "$(t '¿su respuesta?' 'your answer?')"
            read -r answer || answer=$(t s y)
            [[ -t 0 ]] || echo "$answer"
        else
            answer=$(t s y)
            echo "$bold$answer$plain"
        fi
        enter server "$answer"
        wait_for server "$closing|$waiting|$resumed|$question"
        case ${BASH_REMATCH[0]} in
            c[el]*) return ;; # closing
            esper* | wait*)
                note "$(t 'el servidor espera al cliente 2, que se despide' \
                    'the server waits for client 2, which says goodbye')"
                answer_prompt client-2 SALIR
                return
                ;;
            cancel*)
                note "$(t 'el servidor sigue; otra vez Ctrl-C' 'the server goes on; Ctrl-C again')"
                signal server INT
                wait_for server "$question"
                ;;
        esac
        show_prompt server
    done
}

# The coursework's two-socket client. Once it has ended there is nobody to ask about.
parts() {
    open_client client "$(t cliente client)" --parts
    wait_end client
    children=$(children_of "$server")
    note "$(t 'Ctrl-C sin clientes: no hay nada que preguntar' \
        'Ctrl-C without clients: there is nothing to ask')"
    signal server INT
    close_server
}

open_server() { # PROGRAM OPTIONS...: on a free port
    local command=("$@" -p 0 --on-exit ask --lang "$lang")
    dir=$screens/$1${2:+-echo}
    rm -rf "$dir"
    mkdir "$dir"
    forget_all
    note "$(t 'se inicia:' 'starting:') ${command[*]}"
    traced server "$(t servidor server)" "$bin/$1" "${command[@]:1}"
    server=${PID[server]}
    wait_for server "$listening \('127.0.0.1', ([0-9]+)\)"
    port=${BASH_REMATCH[1]}
    if ((with_strace)) && ! grep -q "^$server .*listen(" "$dir/server.strace"; then
        give_up "$(t 'strace no siguió al servidor (pruebe con --no-strace)' \
            'strace did not follow the server (try --no-strace)')"
    fi
    listener=$(listeners)
}

open_client() { # NAME LABEL OPTIONS...
    traced "$1" "$2" "$bin/enchufe-client" --lang "$lang" "${@:3}" localhost "$port"
}

traced() { # NAME LABEL PROGRAM...: under strace, with a log of its own
    local tracer=()
    # With -D, strace is a grandchild of the program and not its parent: the program is our own child.
    ((!with_strace)) || tracer=(strace -f -D -ttt -T -yy -s 80 -o "$dir/$1.strace")
    start "$1" "$2" "${tracer[@]}" "${@:3}"
}

close_server() { # it is on its way out; strace ends after it, with its log complete
    wait_end server
    ((!with_strace)) || wait_until "$(t 'strace no termina' 'strace does not end')" strace_is_done
}
