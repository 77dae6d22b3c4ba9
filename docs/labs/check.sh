#!/bin/sh
# Tells whether a lab is solved: what the recordings in DIR show, and what they do not show yet.
# 0: solved; 1: not yet; 2: it cannot be told. Reads only.
set -u

usage='check.sh [--lang es|en] LAB DIR...'
here=$(dirname "$0")

# As the programs do: the first that is set decides; none is set: Spanish.
locale=${LC_ALL:-${LC_MESSAGES:-${LANG:-es}}}
case $locale in es*) lang=es ;; *) lang=en ;; esac
if [ "${1:-}" = --lang ] && [ $# -gt 1 ]; then lang=$2 && shift 2; fi

say() { # ES EN
    if [ "$lang" = es ]; then printf '%s\n' "$1"; else printf '%s\n' "$2"; fi
}
cannot() { # ES EN
    say "check.sh: $1" "check.sh: $2" >&2
    exit 2
}
case $lang in es | en) ;; *) cannot "--lang es o en; uso: $usage" "--lang es or en; usage: $usage" ;; esac
[ $# -ge 2 ] || cannot "uso: $usage; LAB de 1 a 5" "usage: $usage; LAB is 1 to 5"
lab=$1 && shift
case $lab in [1-5]) ;; *) cannot "no hay práctica $lab: de 1 a 5" "there is no lab $lab: 1 to 5" ;; esac
command -v enchufe-trace >/dev/null || cannot 'no se encuentra enchufe-trace: ¿está en PATH?' 'enchufe-trace is not found: is it in PATH?'

own=1
for dir; do
    # A name may look like an option.
    case $dir in -*) dir=./$dir ;; esac
    shift && set -- "$@" "$dir"
    [ -d "$dir" ] || cannot "no existe el directorio $dir: grabe primero, con enchufe-trace -o $dir -- …" \
        "there is no directory $dir: record first, with enchufe-trace -o $dir -- …"
    for log in "$dir"/enchufe-fork*.strace "$dir"/enchufe-select*.strace; do
        if [ -e "$log" ]; then own=0; fi
    done
done
facts=$(enchufe-trace --lang "$lang" --facts "$@") ||
    cannot "no hay nada grabado en $*" "nothing is recorded in $*"
# Where a decimal comma is usual, mawk reads 0.5 as 0.
marks=$(printf '%s\n' "$facts" | LC_ALL=C awk -f "$here/marks.awk") || cannot 'awk falla' 'awk fails'
if [ $own = 1 ]; then marks="$marks
own"; fi
mistakes=$(enchufe-trace --lang "$lang" --check "$@" 2>/dev/null)
case $? in 0) marks="$marks
no-mistake" ;; esac

solved=1
goal() { # MARK, what is seen (ES EN), what to do if it is not (ES EN)
    if printf '%s\n' "$marks" | grep -qx -e "$1"; then
        say " ✓ $2" " ✓ $3"
    else
        solved=0
        say " ✗ todavía no: $2
     $4" " ✗ not yet: $3
     $5"
    fi
}
. "$here/goals.sh"
"lab$lab"
goal no-mistake 'enchufe-trace --check no encuentra ningún error' 'enchufe-trace --check finds no mistake' \
    'lea lo que dice, aquí debajo; corrija el programa y grabe de nuevo en un directorio nuevo' \
    'read what it says, below; fix the program, and record again into a new directory'
if [ $solved = 0 ]; then
    if [ -n "$mistakes" ]; then printf '\n%s\n' "$mistakes"; fi
    say "
Práctica $lab: todavía no está resuelta." "
Lab $lab: not solved yet."
    exit 1
fi
say "
Práctica $lab: resuelta." "
Lab $lab: solved."
