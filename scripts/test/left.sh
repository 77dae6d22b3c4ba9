# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables are test.sh's
# Part of test.sh: what is left behind.

# Our programs that are running, the examples and those in C too, by pid, if this script has started them.
processes() {
    local exe
    for exe in /proc/[0-9]*/exe; do
        case $(readlink "$exe") in
            "$target"/*/enchufe-* | "$target"/*/examples/* | "$target"/tmp/*) ;;
            */qemu-aarch64) grep -qaF "$target" "${exe%exe}cmdline" || continue ;;
            *) continue ;;
        esac
        ! is_ours "${exe%/exe}" || echo "$exe"
    done 2>/dev/null
}

# By its environment; where that has been taken from it (systemd-socket-activate does), by its session. A demo.sh,
# a server that somebody tries in another terminal, another test.sh: all may run meanwhile.
is_ours() { # /proc/PID
    local scripts
    if scripts=$(tr '\0' '\n' <"$1/environ" | grep '^ENCHUFE_SCRIPTS='); then
        [[ " ${scripts#*=} " == *" $$ "* ]]
    else
        [[ $(session_of "$1") == "$(session_of /proc/$$)" ]]
    fi
}

session_of() { sed 's/.*) //' "$1/stat" | cut -d ' ' -f 4; } # /proc/PID

nothing_left() { # none of our processes is running that was not there before
    local left until=$((SECONDS + 5))
    while
        left=$(comm -13 <(sort <<<"$before") <(processes | sort))
        [[ -n $left ]] && ((SECONDS < until))
    do sleep 0.1; done
    if [[ -n $left ]]; then
        echo "$(t 'quedó:' 'left behind:') ${left//$'\n'/ }" >&2
        return 1
    fi
    say 'no quedó ningún proceso' 'no process was left behind'
}
