# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables are trace.sh's
# Part of trace.sh: live, in terminals.

# Side by side where tmux is installed: who talks on the left, to be typed to, what happens on the right.
watch() {
    local in_lang='' show serve talk port
    take_directory "live-$server"
    [[ $lang == "$locale_lang" ]] || in_lang=" --lang $lang"
    port=$(free_port)
    show="enchufe-trace$in_lang --live ."
    serve="enchufe-trace$in_lang -q -o . -- enchufe-$server$in_lang -p $port"
    talk="enchufe-trace$in_lang -q -o . -- enchufe-client$in_lang 127.0.0.1 $port"
    if ! has_room; then
        tell_what_to_type
        return
    fi
    cd "$dir"
    export PATH="$bin:$PATH" SHELL=$BASH
    sockets=$(mktemp -d)
    tmux=(env -u TMUX tmux -S "$sockets/tmux" -f /dev/null)
    trap '"${tmux[@]}" kill-server 2>/dev/null || true; rm -r "$sockets"' EXIT
    # The view has most of the width; the others are left of it, one below the other.
    "${tmux[@]}" new-session -d -x "$(tput cols)" -y "$(tput lines)" "$(pane "$serve")" \; \
        set -g mouse on \; set -g status-left '' \; set -g window-status-current-format '' \; \
        set -g status-right-length 90 \; set -g status-right "$(t 'Ctrl-B y flecha: otro panel; Ctrl-B &: cerrar todo' \
            'Ctrl-B and an arrow: another pane; Ctrl-B &: close all')" \; \
        split-window -h -l 58% "$(pane "$show")" \; select-pane -t 0 \; \
        split-window -v -l 67% "$(pane "$talk" 'read -r')" \; split-window -v -l 50% "$(pane "$talk" 'read -r')" \; \
        select-pane -t 1 9<&-
    "${tmux[@]}" attach 9<&- || true
    note "$(t 'la historia:' 'the story:') $dir/trace.html"
}

# A terminal on which four panes can be read, and tmux.
has_room() {
    [[ -t 0 && -t 1 && ${TERM:-dumb} != dumb ]] && command -v tmux >/dev/null &&
        (($(tput cols) >= 80 && $(tput lines) >= 20))
}

pane() { # COMMAND [BEFORE]: shows the command, runs it, then whatever is typed
    printf '%s' "printf '\$ %s ' '$1'; ${2:-echo}; $1; exec bash --norc"
}

tell_what_to_type() {
    local there="cd ${dir@Q}; PATH=${bin@Q}:\$PATH"
    t "Primero, en cada terminal:
  $there
En uno, lo que va pasando:
  $show
En otro, el servidor; Ctrl-C lo termina:
  $serve
En otro u otros, clientes:
  $talk
Cuando terminan queda la historia en trace.html.
" "First, in each terminal:
  $there
In one, what happens:
  $show
In another, the server; Ctrl-C ends it:
  $serve
In one or more others, clients:
  $talk
When they have ended, the story is in trace.html.
"
}

free_port() { # one on which nobody listens now
    local port
    for ((port = 7000 + RANDOM % 1000; ; port++)); do
        grep -qE "$(printf ':%04X [0-9A-F:]+ 0A' "$port")" /proc/net/tcp /proc/net/tcp6 2>/dev/null || break
    done
    echo "$port"
}
