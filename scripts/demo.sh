#!/usr/bin/env bash
# The whole system at work, in one command: starts each server under strace, runs the assignment's
# conversations against it, presses Ctrl-C, answers the question, and then confirms from evidence
# that nothing was left behind: no process, no port, no descriptor. Exit code 0 only if all is so.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fifos=
with_strace=1
interactive=0
locale=${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}
lang=es
[[ -z $locale || $locale == es* ]] || lang=en

. "$here/demo/linux.sh"
. "$here/demo/screens.sh"
. "$here/demo/evidence.sh"

main() {
    parse "$@"
    choose_words
    choose_colours
    trap cleanup EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    prepare

    heading "1/3 enchufe-fork: $(t 'un proceso por cliente' 'a process per client')"
    open_server enchufe-fork
    conversations
    ((!with_strace)) || show_calls
    check_server 2 2
    check_client client-1 2
    check_client client-2 1

    heading "2/3 enchufe-select: $(t 'un solo proceso, un select' 'one process, one select')"
    open_server enchufe-select
    conversations
    ((!with_strace)) || show_calls
    check_server 2 0
    check_client client-1 2
    check_client client-2 1

    heading "3/3 enchufe-select --reply echo: $(t 'dos sockets, un mensaje en partes' 'two sockets, a message in parts')"
    open_server enchufe-select --reply echo
    parts
    ((!with_strace)) || show_calls
    check_server 2 0
    check_echo client

    heading "$(t resultado result)"
    check "$(t "comprobaciones fallidas: $failures" "checks failed: $failures")" [ "$failures" = 0 ]
    note "$(t 'pantallas y registros:' 'screens and logs:') $target/demo/"
    ((!with_strace)) || note "$(t '*.strace: una llamada por línea: pid, hora, llamada(argumentos) = resultado; véase man strace' \
        '*.strace: a call a line: pid, time, call(arguments) = result; see man strace')"
    exit "$((failures > 0))"
}

# --- the story -----------------------------------------------------------------------------------

# Two clients at once; Ctrl-C with both connected; one leaves while the question stands, the answer
# closes the other.
conversations() {
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

    note "$(t 'la tabla de clientes: SIGUSR1' 'the table of clients: SIGUSR1')"
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
    note "$(t 'un segundo, para que se vea contar el tiempo' 'a second, to see time being counted')"
    sleep 1
}

answer_the_question() {
    local answer
    while :; do
        printf '%-9s │ ' "$(t operador operator)"
        if ((interactive)); then
            printf '%s ' "$(t '¿su respuesta?' 'your answer?')"
            read -r answer || { answer=s && echo "$answer"; }
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
    dir=$target/demo/$1${2:+-echo}
    rm -rf "$dir"
    mkdir -p "$dir"
    forget_all
    note "$(t 'se arranca' starting): ${command[*]}"
    traced server "$(t servidor server)" "$target/release/$1" "${command[@]:1}"
    server=${PID[server]}
    wait_for server "$listening \('127.0.0.1', ([0-9]+)\)"
    port=${BASH_REMATCH[1]}
    if ((with_strace)) && ! grep -q "^$server .*listen(" "$dir/server.strace"; then
        give_up "$(t 'strace no siguió al servidor (pruebe con --no-strace)' \
            'strace did not follow the server (try --no-strace)')"
    fi
    was_listening=0
    ! is_listening || was_listening=1
}

open_client() { # NAME LABEL OPTIONS...
    traced "$1" "$2" "$target/release/enchufe-client" --lang "$lang" "${@:3}" localhost "$port"
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

# --- before and after ----------------------------------------------------------------------------

prepare() {
    command -v cargo >/dev/null ||
        give_up "$(t 'falta Rust (cargo): https://rustup.rs' 'Rust (cargo) is missing: https://rustup.rs')"
    ((!with_strace)) || command -v strace >/dev/null || install_strace
    if ((with_strace)) && ! strace -o /dev/null true 2>/dev/null; then
        note "$(t 'aquí no se permite ptrace: sigo sin strace' 'ptrace is not permitted here: going on without strace')"
        with_strace=0
    fi
    cd "$here/.."
    note 'cargo build --release --locked'
    cargo build --release --locked
    target=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)
    fifos=$(mktemp -d)
}

install_strace() {
    if ((EUID == 0)) && command -v apt-get >/dev/null; then
        note "$(t 'falta strace: se instala con apt-get' 'strace is missing: installing it with apt-get')"
        export DEBIAN_FRONTEND=noninteractive
        { apt-get update && apt-get install -y --no-install-recommends strace; } </dev/null >/dev/null 2>&1 || true
        hash -r
    fi
    command -v strace >/dev/null || {
        note "$(t 'falta strace y no se pudo instalar (sudo apt-get install strace): sigo sin él' \
            'strace is missing and could not be installed (sudo apt-get install strace): going on without it')"
        with_strace=0
    }
}

# shellcheck disable=SC2317 # run by the trap
cleanup() {
    local status=$?
    trap '' INT TERM HUP
    set +e
    stop_all 2>/dev/null
    exit "$status"
}

# --- words ---------------------------------------------------------------------------------------

t() { if [[ $lang == es ]]; then printf '%s' "$1"; else printf '%s' "$2"; fi; } # ES EN

heading() { printf '\n%s━━━ %s ━━━%s\n' "$bold" "$1" "$plain"; }

note() { printf '%s── %s%s\n' "$dim" "$1" "$plain"; }

give_up() {
    printf '  %s✗%s %s\n' "$red" "$plain" "$1${dir:+ ($dir)}"
    exit 1
}

choose_words() { # what the programs print, as regular expressions
    if [[ $lang == es ]]; then
        listening='escuchando en' prompt='Ingrese mensaje' question='¿Cerrar (el|los) [^:]*:'
        table='clientes conectados:' child_ended=hijo echoed=recibido
        closing='cerrando (el|los) ' waiting='esperando a que termine' resumed='cancelado:'
    else
        listening='listening on' prompt='Enter a message' question='Close the [^:]*:'
        table='connected clients:' child_ended=child echoed=received
        closing='closing the ' waiting='waiting for the ([0-9]+ )?connected' resumed='cancelled:'
    fi
}

choose_colours() {
    bold='' dim='' plain='' red='' green='' cyan='' yellow='' magenta=''
    if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
        bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m' red=$'\e[31m' green=$'\e[32m'
        cyan=$'\e[36m' yellow=$'\e[33m' magenta=$'\e[35m'
    fi
}

parse() {
    local help=0
    while (($#)); do
        case $1 in
            --interactive) interactive=1 ;;
            --no-strace) with_strace=0 ;;
            --lang=*) choose_lang "${1#*=}" ;;
            --lang) choose_lang "${2-}" && shift ;;
            -h | --help) help=1 ;;
            *) wrong "$(t 'opción desconocida:' 'unknown option:') $1" ;;
        esac
        shift
    done
    ((!help)) || { usage && exit 0; }
}

choose_lang() {
    [[ $1 == es || $1 == en ]] || wrong "--lang '$1': $(t 'se esperaba es o en' 'expected es or en')"
    lang=$1
}

wrong() {
    echo "demo.sh: $1" >&2
    exit 2
}

usage() {
    t 'Uso: scripts/demo.sh [OPCIONES]

Compila, arranca cada servidor bajo strace, conversa con él, pulsa Ctrl-C, responde a la
pregunta y comprueba que no quede nada: ni procesos, ni puerto, ni descriptores.

  --interactive   la pregunta la responde usted
  --lang es|en    idioma (es; en si la configuración regional es otra)
  --no-strace     sin strace: menos comprobaciones, lo demás igual
  --help          esta ayuda
' 'Usage: scripts/demo.sh [OPTIONS]

Builds, starts each server under strace, talks to it, presses Ctrl-C, answers the question
and checks that nothing is left: no process, no port, no descriptor.

  --interactive   you answer the question
  --lang es|en    language (es; en if the locale is another)
  --no-strace     without strace: fewer checks, otherwise the same
  --help          this help
'
}

main "$@"
