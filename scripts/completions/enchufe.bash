# Completion for bash. Made by src/options/completions.rs from the programs' flags: do not edit.

_enchufe() {
    local program=${1##*/} current=$2 previous=$3 flags values words
    # --flag=value is three words here.
    if [[ $current == = ]]; then
        current=
    elif [[ $previous == = ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    COMPREPLY=()
    case $program in
        enchufe-fork)
            flags='-b --bind -p --port --backlog -n --max-clients --max-per-ip --idle --keepalive --proxy --reply --greeting --no-greeting --silence --delay --on-exit --grace -q --quiet --lang -h --help -V --version'
            values='-b --bind -p --port --backlog -n --max-clients --max-per-ip --idle --keepalive --proxy --reply --silence --delay --on-exit --grace --lang'
            ;;
        enchufe-select)
            flags='-b --bind -p --port --backlog -n --max-clients --max-per-ip --idle --keepalive --proxy --plain-select --reply --greeting --no-greeting --silence --delay --on-exit --grace -q --quiet --lang -h --help -V --version'
            values='-b --bind -p --port --backlog -n --max-clients --max-per-ip --idle --keepalive --proxy --reply --silence --delay --on-exit --grace --lang'
            ;;
        enchufe-client)
            flags='-m --message --raw --repeat --delay --timeout -c --connections --parts --once -q --quiet --lang -h --help -V --version'
            values='-m --message --repeat --delay --timeout -c --connections --lang'
            ;;
        enchufe-trace)
            flags='-o --output --live --pid --port --from --to --width --check --facts --json --mermaid -q --quiet --lang -h --help -V --version'
            values='-o --output --pid --port --from --to --width --lang'
            ;;
    esac

    local index skip=0 arguments=0
    for ((index = 1; index < COMP_CWORD; index++)); do
        if ((skip)); then
            skip=0
        elif [[ ${COMP_WORDS[index]} == -- ]]; then
            _enchufe_after $((index + 1))
            return
        elif [[ " $values " == *" ${COMP_WORDS[index]} "* ]]; then
            skip=1
        elif [[ ${COMP_WORDS[index]} != [-=]* && ${COMP_WORDS[index - 1]} != = ]]; then
            ((++arguments))
        fi
    done

    if [[ " $values " == *" $previous "* ]]; then
        case $previous in
            --lang) mapfile -t COMPREPLY < <(compgen -W 'es en' -- "$current") ;;
            --on-exit) mapfile -t COMPREPLY < <(compgen -W 'ask close wait' -- "$current") ;;
            --reply) mapfile -t COMPREPLY < <(compgen -W 'time echo' -- "$current") ;;
            -o | --output)
                compopt -o filenames
                mapfile -t COMPREPLY < <(compgen -d -- "$current")
                ;;
            -b | --bind) _enchufe_hosts "$current" ;;
        esac
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$current")
    elif [[ $program == enchufe-trace ]]; then
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    elif [[ $program == enchufe-client ]] && ((arguments == 0)); then
        _enchufe_hosts "$current"
    fi
}

# What follows -- is a command of its own.
_enchufe_after() { # INDEX: where it begins
    if [[ $program != enchufe-trace ]]; then
        return
    elif declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    elif ((COMP_CWORD == $1)); then
        mapfile -t COMPREPLY < <(compgen -c -- "$current")
    else
        compopt -o filenames
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    fi
}

_enchufe_hosts() { # PREFIX
    if declare -F _known_hosts_real >/dev/null; then
        _known_hosts_real -- "$1"
    else
        mapfile -t COMPREPLY < <(compgen -A hostname -- "$1")
    fi
}

complete -F _enchufe enchufe-fork enchufe-select enchufe-client enchufe-trace
