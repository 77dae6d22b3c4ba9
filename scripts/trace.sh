#!/usr/bin/env bash
# See the system calls: runs a server and two clients under strace, through a short conversation and
# a Ctrl-C, and draws what the kernel saw: trace.txt, trace.svg and trace.html, in
# target/trace/fork or target/trace/select. Or draws strace logs that there are already. Or opens terminals
# for a server, two clients and what happens between them while it does.
#
# ENCHUFE_BIN=DIR takes the programs from there and builds nothing.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
server='' output='' logs=() live=0

. "$here/lib/script.sh"
. "$here/lib/build.sh"
. "$here/lib/packages.sh"
. "$here/lib/strace.sh"
. "$here/lib/screens.sh"
. "$here/trace/directory.sh"
. "$here/trace/live.sh"

main() {
    parse "$@"
    choose_colours
    [[ -n ${ENCHUFE_BIN:-} ]] || need_cargo
    ((${#logs[@]})) || has_strace || give_up "$why"
    find_target
    find_programs
    if ((${#logs[@]})); then
        exec "$bin/enchufe-trace" --lang "$lang" --output "${output:-$target/trace/log}" "${logs[@]}"
    fi
    if ((live)); then
        watch
        exit
    fi
    take_directory "$server"
    open_screens
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

parse() {
    local help=0
    while (($#)); do
        case $1 in
            live) live=1 ;;
            fork | select) [[ -z $server ]] || wrong "$(t 'sobra' 'one too many:') '$1'" && server=$1 ;;
            --log) shift && logs=("$@") && break ;;
            --lang=*) choose_lang "${1#*=}" ;;
            --lang) choose_lang "${2-}" && shift ;;
            --output=*) choose_output "${1#*=}" ;;
            -o | --output) choose_output "${2-}" && shift ;;
            -o*) choose_output "${1#-o}" ;;
            -h | --help) help=1 ;;
            -*) unknown_option "$1" ;;
            *) wrong "$(t 'se esperaba fork o select, y no' 'expected fork or select, not') '$1'" ;;
        esac
        shift
    done
    ((!help)) || { usage && exit 0; }
    [[ -n $server || ${#logs[@]} -gt 0 ]] ||
        wrong "$(t 'falta fork o select, o --log REGISTRO...' 'fork or select is missing, or --log LOG...')"
    for n in "${!logs[@]}"; do logs[n]=$(realpath -m "${logs[n]}"); done
}

choose_output() { # meant from where we were called
    [[ -n $1 ]] || wrong "--output: $(t 'falta el directorio' 'the directory is missing')"
    output=$(realpath -sm "$1")
}

usage() {
    t 'Uso: scripts/trace.sh [OPCIONES] fork|select
     scripts/trace.sh [OPCIONES] live fork|select
     scripts/trace.sh [OPCIONES] --log REGISTRO...

Ejecuta un servidor y dos clientes bajo strace, con una conversación corta y un Ctrl-C, y
dibuja las llamadas al sistema: target/trace/fork/trace.{txt,svg,html} (o .../select/...).
Con live abre, con tmux, un terminal para el servidor, dos para clientes y otro que muestra lo
que va pasando entre ellos; sin tmux dice qué escribir en cada terminal.
Con --log dibuja registros que ya hay, de cualquier programa; con estas opciones lo dicen
todo: strace -f -tt -T -yy -s 200 -o REGISTRO PROGRAMA.

  -o, --output DIR  dónde escribir
  --lang es|en      idioma (el de la configuración regional; si no hay, es)
  -h, --help        esta ayuda

Con ENCHUFE_BIN=DIRECTORIO los programas son los de ahí y no se compila nada.
' 'Usage: scripts/trace.sh [OPTIONS] fork|select
       scripts/trace.sh [OPTIONS] live fork|select
       scripts/trace.sh [OPTIONS] --log LOG...

Runs a server and two clients under strace, through a short conversation and a Ctrl-C, and
draws the system calls: target/trace/fork/trace.{txt,svg,html} (or .../select/...).
With live it opens, with tmux, a terminal for the server, two for clients, and one that shows
what happens between them as it does; without tmux it says what to type in which terminal.
With --log it draws logs that there are already, of any program; with these options they tell
all: strace -f -tt -T -yy -s 200 -o LOG PROGRAM.

  -o, --output DIR  where to write
  --lang es|en      language (that of the locale; es if there is none)
  -h, --help        this help

With ENCHUFE_BIN=DIRECTORY the programs are those there, and nothing is built.
'
}

main "$@"; exit # in one line: bash reads on where the file has changed meanwhile
