# shellcheck shell=bash
# shellcheck disable=SC2034 # the variables are for the scripts
# What every script begins with: its language, whether this is Linux, how it fails. Nothing here is newer than
# the bash of macOS, 3.2, so that it can say there what it needs.

# As the programs do it: the first of these that is set and not empty.
lang=${LC_ALL:-${LC_MESSAGES:-${LANG:-es}}}
case $lang in es*) lang=es ;; *) lang=en ;; esac
locale_lang=$lang

t() { if [[ $lang == es ]]; then printf '%s' "$1"; else printf '%s' "$2"; fi; } # ES EN

say() { t "$@" && echo; }

give_up() { # WHY [CODE]
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    exit "${2:-1}"
}

wrong() { give_up "$1; $(t pruebe try) '$0 --help'" 2; } # WHAT: of the command line

if [[ $(uname -s) != Linux ]]; then
    give_up "$(t 'necesita Linux, por strace y /proc;' 'needs Linux, for strace and /proc;') $(t \
        'aquí quedan los programas (cargo build --release): enchufe-trace dibuja registros hechos en Linux' \
        'here there are the programs (cargo build --release): enchufe-trace draws logs made on Linux')"
fi
if [[ ! -e /proc/self/fd/1 ]]; then
    give_up "$(t 'la salida estándar está cerrada' 'standard output is closed')"
fi

# Where something is to be put right at the end, a trap for EXIT does it.
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 131' QUIT
trap 'exit 143' TERM

root=${here%/*}
# What a script runs has this in its environment: whose it is, and for whom that one ran.
export ENCHUFE_SCRIPTS="${ENCHUFE_SCRIPTS:-} $$"

unknown_option() { wrong "$(t 'opción desconocida:' 'unknown option:') '$1'"; }

choose_lang() { # LANG: what --lang says
    [[ $1 == es || $1 == en ]] || wrong "--lang '$1': $(t 'se esperaba es o en' 'expected es or en')"
    lang=$1
}

choose_colours() {
    bold='' dim='' plain='' red='' green='' cyan='' yellow='' magenta=''
    if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
        bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m' red=$'\e[31m' green=$'\e[32m'
        cyan=$'\e[36m' yellow=$'\e[33m' magenta=$'\e[35m'
    fi
}

note() { printf '%s── %s%s\n' "${dim-}" "$1" "${plain-}"; }
