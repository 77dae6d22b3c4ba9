# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are shared with demo.sh
# Part of demo.sh: what is checked when a server has ended, and on what evidence.

failures=0

check() { # TEXT COMMAND...: whether the command succeeds
    local mark="$green✓"
    "${@:2}" || { mark="$red✗" && failures=$((failures + 1)); }
    printf '  %s%s %s\n' "$mark" "$plain" "$1"
}

# Those on the port, by inode: once the port is free, another program may be given it.
listeners() { # in the kernel's tables: sockets in state 0A (LISTEN)
    { cat /proc/net/tcp /proc/net/tcp6 2>/dev/null || true; } |
        awk -v port="$(printf ':%04X$' "$port")" '$2 ~ port && $4 == "0A" { print $10 }'
}

was_closed() { # unless it was seen, not to see it says nothing
    [[ -n $listener && $'\n'$(listeners)$'\n' != *$'\n'"$listener"$'\n'* ]]
}

children_of() { # PID: by the parent that each process names in /proc/PID/stat
    # Some of them end meanwhile.
    { cat /proc/[0-9]*/stat 2>/dev/null || true; } |
        awk -v parent="$1" '{ pid = $1; sub(/.*\) /, "") } $2 == parent { print pid }'
}

facts() { sed -n "s/^$1 //p" "$dir/facts.txt"; }

sorted() { sort -n | xargs; } # on one line

strace_is_done() { tail -n 1 "$dir/server.strace" | grep -Eq "^$server .*\+\+\+"; }

show_calls() { # who did what, and what led to what: in columns on a terminal, otherwise in lines
    # What the log lacks matters to nobody here.
    "$bin/enchufe-trace" --facts "$dir/server.strace" >"$dir/facts.txt" 2>/dev/null ||
        nothing_came "enchufe-trace --facts $dir/server.strace: $?"
    note "$(t 'las llamadas al sistema, según strace' 'the system calls, as strace saw them')"
    "$bin/enchufe-trace" --lang "$lang" --live "$dir" </dev/null
}

check_server() { # CLIENTS CHILDREN
    local created=$children reaped left=0 pid
    if ((with_strace)); then
        created=$(facts "child $server") reaped=$(facts "reaped $server" | sorted)
    else
        reaped=$(sed -nE "s/^$child_ended ([0-9]+) .*/\1/p" "$dir/server.txt" | sorted)
    fi
    created=$(sorted <<<"$created")
    for pid in $server $created $children; do
        [[ ! -e /proc/$pid ]] || left=$((left + 1))
    done

    note "$(t comprobaciones checks)"
    check "$(t 'código de salida del servidor:' 'exit code of the server:') ${CODE[server]}" \
        [ "${CODE[server]}" = 0 ]
    check "$(t "hijos creados: ${created:-ninguno}; recogidos: ${reaped:-ninguno}; quedan en /proc: $left" \
        "children created: ${created:-none}; reaped: ${reaped:-none}; left in /proc: $left")" \
        [ "$(wc -w <<<"$created"),$reaped,$left" = "$2,$created,0" ]
    check "$(t "nadie escucha ya en el puerto $port (/proc/net/tcp y tcp6)" \
        "nobody listens on port $port any more (/proc/net/tcp and tcp6)")" was_closed
    ((!with_strace)) || check_descriptors "$1"
}

check_descriptors() { # CLIENTS: every process closed its copy of every socket it had
    local accepted closed open
    accepted=$(facts "accepted $server" | wc -l)
    open=$(facts left | sed 's/ /:/' | sorted)
    closed=$(facts closed | sort -sn | awk '
        $1 != pid { printf "%s%s:", sep, pid = $1; sep = "; " } { printf " %s", $2 }')
    check "$(t "sockets aceptados: $accepted/$1; cerrados (pid: descriptores) $closed; sin cerrar: ${open:-ninguno}" \
        "sockets accepted: $accepted/$1; closed (pid: descriptors) $closed; not closed: ${open:-none}")" \
        [ "$accepted,$open" = "$1," ]
}

check_client() { # NAME REPLIES: date, time and seconds for each message, and the time connected
    local screen=$dir/$1.txt replies total
    replies=$(grep -Ec "b'../../.... ..:..:.. [0-9]+ secs" "$screen" || true)
    total=$(sed -nE 's/^[^:]*: ([0-9]+) secs$/\1/p' "$screen")
    # It must be the server's figure: the reply to SALIR, or what it said when it closed.
    grep -Eq "b'[0-9]+ secs|^Servidor: cerrando, [0-9]+ secs" "$screen" || total=
    check "${LABEL[$1]}: $(t 'respuestas con fecha, hora y segundos:' \
        'replies with date, time and seconds:') $replies/$2; $(t 'tiempo conectado:' \
        'time connected:') ${total:-?} secs; $(t 'código de salida' 'exit code') ${CODE[$1]}" \
        [ "$replies,${total:+known},${CODE[$1]}" = "$2,known,0" ]
}

check_echo() { # NAME: each part went out on two sockets, and came back on both
    local part back=''
    for part in 'Este mensaje ' 'es enviado ' 'en partes.'; do
        back+=", b'$part' ×$(grep -Ec "^\('127.0.0.1', [0-9]+\): $echoed b'$part'$" "$dir/$1.txt" || true)"
    done
    check "${LABEL[$1]}: $(t volvieron 'echoed:') ${back#, }; $(t 'código de salida' 'exit code') ${CODE[$1]}" \
        [ "${back//[^0-9]/},${CODE[$1]}" = '222,0' ]
}
