#!/usr/bin/env bash
# The whole system at work, in one command: starts each server under strace, runs the assignment's
# conversations against it, presses Ctrl-C, answers the question, and then confirms from evidence
# that nothing was left behind: no process, no port, no descriptor. Exit code 0 only if all is so.
#
# ENCHUFE_BIN=DIR takes the programs from there and builds nothing.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
with_strace=1
interactive=0

. "$here/lib/script.sh"
. "$here/lib/build.sh"
. "$here/lib/packages.sh"
. "$here/lib/strace.sh"
. "$here/lib/screens.sh"
. "$here/demo/conversation.sh"
. "$here/demo/evidence.sh"

main() {
    parse "$@"
    choose_colours
    prepare

    heading "1/3 enchufe-fork: $(t 'un proceso por cliente' 'one process per client')"
    open_server enchufe-fork
    conversation
    ((!with_strace)) || show_calls
    check_server 2 2
    check_client client-1 2
    check_client client-2 1

    heading "2/3 enchufe-select: $(t 'un solo proceso, un select' 'one process, one select')"
    open_server enchufe-select
    conversation
    ((!with_strace)) || show_calls
    check_server 2 0
    check_client client-1 2
    check_client client-2 1

    heading "3/3 enchufe-select --reply echo: $(t 'dos sockets, un mensaje en partes' \
        'two sockets, a message in parts')"
    open_server enchufe-select --reply echo
    parts
    ((!with_strace)) || show_calls
    check_server 2 0
    check_echo client

    heading "$(t resultado result)"
    check "$(t "comprobaciones fallidas: $failures" "checks failed: $failures")" [ "$failures" = 0 ]
    note "$(t 'pantallas y registros:' 'screens and logs:') $screens/"
    ((!with_strace)) || note "$(t \
        '*.strace: una llamada por línea: pid, hora, llamada(argumentos) = resultado; véase man strace' \
        '*.strace: one call per line: pid, time, call(arguments) = result; see man strace')"
    # Where the disk was full, screens and logs lack what was to be checked.
    ((!failures)) || writable_directory "$dir"
    exit "$((failures > 0))"
}

prepare() {
    [[ -n ${ENCHUFE_BIN:-} ]] || need_cargo
    if ((with_strace)) && ! has_strace; then
        note "$why: $(t 'sigo sin strace' 'going on without strace')"
        with_strace=0
    fi
    find_target
    [[ -n ${ENCHUFE_BIN:-} ]] || note 'cargo build --release --locked'
    find_programs
    own_directory "$target/demo"
    screens=$dir
    open_screens
}

heading() { printf '\n%s━━━ %s ━━━%s\n' "$bold" "$1" "$plain"; }

parse() {
    local help=0
    while (($#)); do
        case $1 in
            --interactive) interactive=1 ;;
            --no-strace) with_strace=0 ;;
            --lang=*) choose_lang "${1#*=}" ;;
            --lang) choose_lang "${2-}" && shift ;;
            -h | --help) help=1 ;;
            *) unknown_option "$1" ;;
        esac
        shift
    done
    ((!help)) || { usage && exit 0; }
}

usage() {
    t 'Uso: scripts/demo.sh [OPCIONES]

Compila, inicia cada servidor bajo strace, conversa con él, pulsa Ctrl-C, responde a la
pregunta y comprueba que no quede nada: ni procesos, ni puerto, ni descriptores.

  --interactive   la pregunta la responde usted
  --lang es|en    idioma (el de la configuración regional; si no hay, es)
  --no-strace     sin strace: menos comprobaciones, lo demás igual
  -h, --help      esta ayuda

Con ENCHUFE_BIN=DIRECTORIO los programas son los de ahí y no se compila nada.
' 'Usage: scripts/demo.sh [OPTIONS]

Builds, starts each server under strace, talks to it, presses Ctrl-C, answers the question
and checks that nothing is left: no process, no port, no descriptor.

  --interactive   you answer the question
  --lang es|en    language (that of the locale; es if there is none)
  --no-strace     without strace: fewer checks, otherwise the same
  -h, --help      this help

With ENCHUFE_BIN=DIRECTORY the programs are those there, and nothing is built.
'
}

main "$@"; exit # in one line: bash reads on where the file has changed meanwhile
