# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the variables are shared with the scripts
# Runs programs with a FIFO for a keyboard and a file for a screen, shows what they
# print as it happens, types, waits for what must appear. Nothing is synchronised by sleeping.
# Whatever ends the script ends them.

readonly patience=10 # seconds
# A script that is killed with SIGKILL cleans nothing up, but the kernel can be asked to tell them.
with_us=(setpriv --pdeathsig TERM)
"${with_us[@]}" true 2>/dev/null || with_us=()

# Of each program running: its name here, what the reader calls it, its process, its keyboard, what
# it has printed, how much of that has been shown, and how much was there when it was last acted on.
names=()
declare -A LABEL=() PID=() KEYBOARD=() SCREEN=() SHOWN=() FROM=()
declare -A CODE=() # the exit codes of those that have ended

open_screens() {
    trap clean_up EXIT
    fifos=$(mktemp -d)
    choose_words
}

start() { # NAME LABEL PROGRAM...
    local name=$1 fd
    names+=("$name")
    LABEL[$name]=$2 SCREEN[$name]='' SHOWN[$name]=0 FROM[$name]=0
    : >"$dir/$name.txt"
    mkfifo "$fifos/$name"
    exec {fd}<>"$fifos/$name"
    KEYBOARD[$name]=$fd
    (
        for fd in "${KEYBOARD[@]}"; do exec {fd}>&-; done
        exec 9<&- "${with_us[@]}" "${@:3}"
    ) <"$fifos/$name" >"$dir/$name.txt" 2>&1 &
    PID[$name]=$!
}

running() { kill -0 "${PID[$1]}" 2>/dev/null; }

show() { # NAME TEXT: a line of its screen
    local colour=$yellow
    [[ $1 != server ]] || colour=$cyan
    [[ $1 != client-2 ]] || colour=$magenta
    printf '%s%-9s │%s %s\n' "$colour" "${LABEL[$1]}" "$plain" "$2"
}

look() { # shows the lines that are new; one without an end yet, such as a question, must wait
    local name text line lines
    for name in "${names[@]}"; do
        IFS= read -r -d '' text <"$dir/$name.txt" || true
        SCREEN[$name]=$text
        text=${text:SHOWN[$name]}
        [[ $text == *$'\n'* ]] || continue
        text=${text%$'\n'*}
        SHOWN[$name]=$((SHOWN[$name] + ${#text} + 1))
        mapfile -t lines <<<"$text"
        for line in "${lines[@]}"; do
            [[ -z $line ]] || show "$name" "$line"
        done
    done
}

show_prompt() { # NAME [TYPED]: the line without an end, if there is one, and what is typed there
    local prompt=${SCREEN[$1]:SHOWN[$1]}
    [[ -z $prompt ]] || show "$1" "$prompt$bold${2:-}$plain"
    SHOWN[$1]=${#SCREEN[$1]}
}

enter() { # NAME TEXT: types a line
    look
    FROM[$1]=${#SCREEN[$1]}
    printf '%s\n' "$2" >&"${KEYBOARD[$1]}"
}

answer_prompt() { # NAME TEXT: types a line where the prompt is
    look
    show_prompt "$1" "$2"
    enter "$1" "$2"
}

signal() { # NAME SIGNAL
    look
    FROM[$1]=${#SCREEN[$1]}
    kill "-$2" "${PID[$1]}"
}

wait_until() { # COMPLAINT COMMAND...: looks at the screens until the command succeeds
    local until=$((SECONDS + patience))
    until "${@:2}"; do
        ((SECONDS < until)) || nothing_came "$1"
        sleep 0.05
    done
}

wait_for() { # NAME REGEX: until its screen shows this, after what was last done to it
    wait_until "${LABEL[$1]}: $(t 'no muestra' 'does not show') «$2»" shows "$1" "$2"
}

shows() {
    local alive=0
    ! running "$1" || alive=1
    look
    [[ ${SCREEN[$1]:FROM[$1]} =~ $2 ]] ||
        { ((alive)) || nothing_came "${LABEL[$1]}: $(t 'terminó sin mostrar' 'ended without') «$2»"; false; }
}

nothing_came() { # COMPLAINT: unless its screen or its log is where no more can be written
    writable_directory "$dir"
    give_up "$1"
}

wait_end() { # NAME: until the program has ended; its exit code
    wait_until "${LABEL[$1]}: $(t 'no termina' 'does not end')" has_ended "$1"
    CODE[$1]=0
    wait "${PID[$1]}" || CODE[$1]=$?
    unset "PID[$1]"
    look
}

has_ended() {
    look
    ! running "$1"
}

forget_all() { # all have ended: room for others
    local fd
    for fd in "${KEYBOARD[@]}"; do exec {fd}>&-; done
    rm -f "$fifos"/*
    names=() KEYBOARD=()
}

clean_up() { # nothing may stay behind, wherever the script was
    local name pids=("${PID[@]}") tries=60
    trap '' HUP INT QUIT TERM
    set +e
    exec 2>/dev/null
    for name in "${!PID[@]}"; do
        [[ $name == server ]] || kill -KILL "${PID[$name]}" 2>/dev/null
    done
    # The server takes its children with it; with the clients gone it has nobody to wait for.
    [[ -z ${PID[server]:-} ]] || kill -TERM "${PID[server]}" 2>/dev/null
    while ((${#pids[@]} && tries-- > 0)) && kill -0 "${pids[@]}" 2>/dev/null; do sleep 0.05; done
    ((${#pids[@]} == 0)) || kill -KILL "${pids[@]}" 2>/dev/null
    wait
    rm -rf "$fifos"
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
