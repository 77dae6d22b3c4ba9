#!/usr/bin/env bash
# See the system calls: runs a server and two clients under strace, through a short conversation and
# a Ctrl-C, and draws what the kernel saw: trace.txt, trace.svg and trace.html, in
# target/trace/fork or target/trace/select. Or draws strace logs that there are already.
#
# ENCHUFE_BIN=DIR takes the programs from there and builds nothing.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
fifos=
locale=${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}
lang=es
[[ -z $locale || $locale == es* ]] || lang=en
server='' output='' logs=()

. "$here/demo/linux.sh"
. "$here/demo/screens.sh"

main() {
    parse "$@"
    choose_words
    choose_colours
    if ((${#logs[@]})); then
        find_programs
        exec "$bin/enchufe-trace" --lang "$lang" --output "${output:-$target/trace/log}" "${logs[@]}"
    fi
    trap cleanup EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    prepare
    conversation
    "$bin/enchufe-trace" --lang "$lang" --output "$dir" "$dir"/{server,client-1,client-2}.log
}

# Two clients at once, one of which leaves; then Ctrl-C, and the answer closes the other.
conversation() {
    local hello='Hola soy el cliente'
    # Both greet, so that the two pictures differ in nothing but the concurrency.
    trace server "$(t servidor server)" "enchufe-$server" --port 0 --greeting --on-exit ask
    wait_for server "$listening \('127.0.0.1', ([0-9]+)\)"
    port=${BASH_REMATCH[1]}
    grep -q 'listen(' "$dir/server.log" ||
        give_up "$(t 'strace no siguió al servidor' 'strace did not follow the server')"
    for n in 1 2; do
        trace client-$n "$(t cliente client) $n" enchufe-client 127.0.0.1 "$port"
        wait_for client-$n "$prompt"
        wait_for server "$table $n"
    done
    for n in 1 2; do
        answer_prompt client-$n "$hello $n"
        wait_for client-$n "$prompt"
    done
    # From here on: it has shown a table of one client before.
    FROM[server]=${#SCREEN[server]}
    answer_prompt client-1 SALIR
    wait_end client-1
    wait_for server "$table 1"
    note "$(t 'el operador pulsa Ctrl-C: SIGINT' 'the operator presses Ctrl-C: SIGINT')"
    signal server INT
    wait_for server "$question"
    answer_prompt server "$(t s y)"
    wait_end client-2
    wait_end server
    for name in server client-1 client-2; do
        wait_until "$name: $(t 'strace no termina' 'strace does not end')" log_is_done $name
    done
}

declare -A traced=() # the process of each log

trace() { # NAME LABEL PROGRAM OPTIONS...
    # With -D, strace is a grandchild of the program and not its parent: the program is our own child.
    start "$1" "$2" strace -f -D -tt -T -yy -s 200 -o "$dir/$1.log" \
        "$bin/$3" --lang "$lang" "${@:4}"
    traced[$1]=${PID[$1]}
}

# A program ends a moment before its log does.
log_is_done() { tail -n 1 "$dir/$1.log" | grep -Eq "^${traced[$1]} .*\+\+\+"; }

# --- before and after ----------------------------------------------------------------------------

prepare() {
    command -v strace >/dev/null ||
        give_up "$(t 'falta strace (sudo apt-get install strace)' 'strace is missing (sudo apt-get install strace)')"
    strace -o /dev/null true 2>/dev/null ||
        give_up "$(t 'strace no funciona: aquí no se permite ptrace' 'strace does not work: ptrace is not permitted here')"
    find_programs
    fifos=$(mktemp -d)
    dir=${output:-$target/trace/$server}
    take_directory
}

# Removes what an earlier run left there, and nothing else. A directory that we have written to holds
# our mark; in one without it, a file with a name of ours is somebody else's. Without -o it is ours.
take_directory() {
    local name mark=$dir/.enchufe-trace
    local ours=({server,client-1,client-2}.{log,txt} trace.{txt,svg,html})
    if [[ -n $output && ! -f $mark ]]; then
        for name in "${ours[@]}"; do
            [[ ! -e $dir/$name && ! -L $dir/$name ]] ||
                give_up "$dir/$name: $(t 'ya existe y no se sobrescribe; elija otro directorio con -o' \
                    'exists and is not overwritten; choose another directory with -o')"
        done
    fi
    { mkdir -p "$dir" && : >>"$mark"; } 2>/dev/null ||
        give_up "$dir: $(t 'no se puede escribir ahí' 'cannot be written to')"
    rm -f "${ours[@]/#/$dir/}"
}

find_programs() {
    local from=$PWD i
    # What was given is meant from where we were called.
    [[ -z $output || $output == /* ]] || output=$from/$output
    for i in "${!logs[@]}"; do [[ ${logs[i]} == /* ]] || logs[i]=$from/${logs[i]}; done
    cd "$here/.."
    target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
    bin=${ENCHUFE_BIN:-$target/release}
    [[ -z ${ENCHUFE_BIN:-} ]] || return 0
    command -v cargo >/dev/null ||
        give_up "$(t 'falta Rust (cargo): https://rustup.rs' 'Rust (cargo) is missing: https://rustup.rs')"
    cargo build --quiet --release --locked --bins
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

note() { printf '%s── %s%s\n' "$dim" "$1" "$plain"; }

give_up() {
    echo "trace.sh: $1" >&2
    exit 1
}

wrong() {
    echo "trace.sh: $1" >&2
    exit 2
}

choose_words() { # what the programs print, as regular expressions
    if [[ $lang == es ]]; then
        listening='escuchando en' prompt='Ingrese mensaje' question='¿Cerrar [^:]*:'
        table='clientes conectados:'
    else
        listening='listening on' prompt='Enter a message' question='Close the [^:]*:'
        table='connected clients:'
    fi
}

# shellcheck disable=SC2034 # for screens.sh
choose_colours() {
    bold='' dim='' plain='' red='' cyan='' yellow='' magenta=''
    if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
        bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m' red=$'\e[31m'
        cyan=$'\e[36m' yellow=$'\e[33m' magenta=$'\e[35m'
    fi
}

parse() {
    local help=0
    while (($#)); do
        case $1 in
            fork | select) [[ -z $server ]] || wrong "$(t 'sobra' 'too much:') $1" && server=$1 ;;
            --log) shift && logs=("$@") && break ;;
            --lang=*) choose_lang "${1#*=}" ;;
            --lang) choose_lang "${2-}" && shift ;;
            --output=*) choose_output "${1#*=}" ;;
            -o | --output) choose_output "${2-}" && shift ;;
            -h | --help) help=1 ;;
            *) wrong "$(t 'opción desconocida:' 'unknown option:') $1" ;;
        esac
        shift
    done
    ((!help)) || { usage && exit 0; }
    [[ -n $server || ${#logs[@]} -gt 0 ]] ||
        wrong "$(t 'falta fork o select, o --log FILE...' 'fork or select is missing, or --log FILE...')"
}

choose_lang() {
    [[ $1 == es || $1 == en ]] || wrong "--lang '$1': $(t 'se esperaba es o en' 'expected es or en')"
    lang=$1
}

choose_output() {
    [[ -n $1 ]] || wrong "--output: $(t 'falta el directorio' 'the directory is missing')"
    output=$1
}

usage() {
    t 'Uso: scripts/trace.sh [OPCIONES] fork|select
     scripts/trace.sh [OPCIONES] --log LOG...

Corre un servidor y dos clientes bajo strace, con una conversación corta y un Ctrl-C, y
dibuja las llamadas al sistema: target/trace/fork/trace.{txt,svg,html} (o .../select/...).
Con --log cuenta registros que ya hay, de cualquier programa; con estas opciones lo dicen
todo: strace -f -tt -T -yy -s 200 -o LOG PROGRAMA.

  -o, --output DIR  dónde escribir
  --lang es|en      idioma (es; en si la configuración regional es otra)
  --help            esta ayuda
' 'Usage: scripts/trace.sh [OPTIONS] fork|select
       scripts/trace.sh [OPTIONS] --log LOG...

Runs a server and two clients under strace, through a short conversation and a Ctrl-C, and
draws the system calls: target/trace/fork/trace.{txt,svg,html} (or .../select/...).
With --log it tells logs that there are, of any program; with these options they tell all:
strace -f -tt -T -yy -s 200 -o LOG PROGRAM.

  -o, --output DIR  where to write
  --lang es|en      language (es; en if the locale is another)
  --help            this help
'
}

main "$@"
