#!/usr/bin/env bash
# Draws the pictures of this directory again, from new traces: a minute. Takes strace, cc and nc.
#
# The short ones are a part of the whole ones, as wide as a page shows them.
# shellcheck source-path=SCRIPTDIR/../../scripts
set -euo pipefail

pictures=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
here=$(readlink -f "$pictures/../../scripts")
wide=830
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

. "$here/lib/script.sh"
. "$here/lib/build.sh"

main() {
    find_target
    find_programs
    export ENCHUFE_BIN=$bin
    for lang in en es; do
        conversation fork
        conversation select
        mistake
    done
}

conversation() { # SERVER
    local logs from to
    logs=("$work/$1.$lang"/{server,client-1,client-2}.log)
    scripts/trace.sh --lang "$lang" -o "$work/$1.$lang" "$1" >/dev/null
    draw "$1-whole" "${logs[@]}"
    # From the first client on, until Ctrl-C.
    "$bin/enchufe-trace" --facts "${logs[@]}" >"$work/facts"
    from=$(awk '/^call .* listen\(/ { listens = 1 } listens && /^call .* socket\(/ { print $3; exit }' "$work/facts")
    to=$(awk '/^call .* --- SIGINT/ { print last; exit } /^call/ && $3 > last { last = $3 }' "$work/facts")
    draw "$1" --width "$wide" --from "$from" --to "$to" "${logs[@]}"
}

# The parent keeps its copy of the connection: nc waits until somebody interrupts it.
mistake() {
    local talk=$work/mistake.$lang server client
    cc -o "$work/server" tests/mistakes/03_parent_keeps.c
    set -m # A group each, as in a terminal of its own.
    "$bin/enchufe-trace" -q -o "$talk" -- "$work/server" 7000 >/dev/null &
    server=$!
    until grep -q ':1B58 .* 0A ' /proc/net/tcp; do sleep 0.1; done
    "$bin/enchufe-trace" -q -o "$talk" -- nc -N 127.0.0.1 7000 <<<Hola >/dev/null &
    client=$!
    sleep 2
    interrupt "$client"
    interrupt "$server"
    draw mistake --width "$wide" "$talk"
}

interrupt() { # GROUP: as Ctrl-C does
    kill -INT -- "-$1"
    wait "$1" || true
}

draw() { # NAME OPTIONS... LOGS...
    "$bin/enchufe-trace" --quiet --lang "$lang" -o "$work/out" "${@:2}"
    mv "$work/out/trace.svg" "$pictures/$1.$lang.svg"
}

main
