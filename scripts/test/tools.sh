# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables are test.sh's
# Part of test.sh: what is used besides cargo, and installed if we may.

packages=()
tool() { # COMMAND|FILE PACKAGE WHAT-FOR-ES [WHAT-FOR-EN]
    if command -v "$1" >/dev/null || [[ -f $1 ]]; then return; fi
    echo "$(t falta: missing:) $1 ($(t paquete package) $2): $(t "$3" "${4:-$3}")"
    packages+=("$2")
}

install_tools() {
    local failed=("${packages[@]}") one
    ((${#packages[@]})) || return 0
    if can_install; then
        heading "apt-get install ${packages[*]}"
        ! install_packages "${packages[@]}" || return 0
    fi
    for one in "${failed[@]}"; do
        echo "$(t 'no instalado:' 'not installed:') $one"
        skipped+=("$(t 'lo que necesita' 'what needs') ${one%% *}")
    done
    say 'las pruebas que lo necesiten dirán que se omiten' 'the tests that need it will say that they are skipped'
}

component() { # of cargo
    cargo "$1" --version >/dev/null 2>&1 && return
    skip "cargo $1" "rustup component add ${1/fmt/rustfmt}"
    return 1
}

skip() { # WHAT COMMAND: to be typed for it
    heading "$(t "SE OMITE: $1 no está instalado" "SKIPPED: $1 is not installed") ($2)"
    skipped+=("$1")
}
