# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are shared with demo.sh
# Part of demo.sh: what is checked when a server has ended, and on what evidence.

failures=0

check() { # TEXT COMMAND...: whether the command succeeds
    local mark="$green✓"
    "${@:2}" || { mark="$red✗" && failures=$((failures + 1)); }
    printf '  %s%s %s\n' "$mark" "$plain" "$1"
}

is_listening() { # in the kernel's tables: a socket in state 0A (LISTEN) on the port
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
        awk -v port="$(printf ':%04X$' "$port")" '$2 ~ port && $4 == "0A" { n++ } END { exit !n }'
}

# shellcheck disable=SC2317 # called by check
was_closed() { ((was_listening)) && ! is_listening; } # unless it was seen, not to see it says nothing

children_of() { # PID: by the parent that each process names in /proc/PID/stat
    awk -v parent="$1" '{ pid = $1; sub(/.*\) /, "") } $2 == parent { print pid }' \
        /proc/[0-9]*/stat 2>/dev/null || true
}

facts() { sed -n "s/^$1 //p" "$dir/facts.txt"; }

sorted() { sort -n | xargs; } # on one line

strace_is_done() { tail -n 1 "$dir/strace.log" | grep -Eq "^$server .*\+\+\+"; }

show_calls() { # SELECTS: how many of select
    local course selects
    # What the log lacks matters to nobody here.
    "$target/release/enchufe-trace" --facts "$dir/strace.log" >"$dir/facts.txt" 2>/dev/null
    course='^(bind|listen|socket|close|kill|clone3?|v?fork)\(|^pipe2\(.*, O_CLOEXEC\)'
    course+='|^accept4?\(.*\) = [0-9]|^wait4\(.*\) += [1-9]'
    selects=$(facts "call $server" | grep -Ec '^[0-9:.]+ p?select6?\(' || true)
    note "$(t 'las llamadas del servidor, según strace (pid, hora, llamada)' \
        "the server's calls, as strace saw them (pid, time, call)")"
    facts "call $server" | awk -v pid="$server" -v course="$course" -v most="$1" '
        { call = substr($0, length($1) + 2) }
        call ~ /^p?select6?\(/ && ++selects <= most || call ~ course { print "  " pid, $0 }'
    ((selects <= $1)) || echo "  … $(t "select: $selects veces en total" "select: $selects times in all")"
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
