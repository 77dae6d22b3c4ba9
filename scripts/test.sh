#!/usr/bin/env bash
# Everything that CI checks, in the order in which it fails fastest. Stops at the first failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
skipped=()

main() {
    # What the tests use besides cargo: command, Debian package, what for.
    tool strace strace 'the demonstration watches the system calls'
    tool nc.openbsd netcat-openbsd 'a client that is not ours'
    tool telnet telnet 'a client that ends its lines with \r\n'
    tool python3 python3 'clients as the coursework wrote them'
    tool chromium chromium 'the pages that trace.sh draws are looked at in a browser'
    tool ss iproute2 'who holds a listening socket'
    tool ps procps 'to look at processes from outside'
    install_tools

    # Of our programs, those that run already.
    before=$(processes)
    if component fmt; then step cargo fmt --check; fi
    if component clippy; then step cargo clippy --locked --all-targets -- -D warnings; fi
    step env RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps
    # A signal that whoever runs this ignores (nohup does SIGHUP) would be ignored by our programs too.
    step env --default-signal cargo test --locked
    step demo
    step nothing_left

    heading "all passed${skipped[*]:+, but not checked: ${skipped[*]}}"
}

heading() { printf '\n=== %s\n' "$*"; }

step() {
    heading "$@"
    "$@"
}

packages=()
tool() { # COMMAND PACKAGE PURPOSE
    command -v "$1" >/dev/null && return
    echo "missing: $1 (package $2): $3"
    packages+=("$2")
}

install_tools() {
    ((${#packages[@]})) || return 0
    if ((EUID == 0)) && command -v apt-get >/dev/null; then
        heading "apt-get install ${packages[*]}"
        export DEBIAN_FRONTEND=noninteractive
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}"; } \
            </dev/null >/dev/null && return
    fi
    echo "not installed: ${packages[*]}; the tests that need them will say that they were skipped"
    skipped+=("what needs ${packages[*]}")
}

component() { # of cargo
    cargo "$1" --version >/dev/null 2>&1 && return
    heading "SKIPPED: cargo $1 is not installed (rustup component add ${1/fmt/rustfmt})"
    skipped+=("cargo $1")
    return 1
}

demo() {
    local screen=$target/demo.txt
    if ! scripts/demo.sh </dev/null >"$screen" 2>&1; then
        cat "$screen"
        echo "scripts/demo.sh failed: its screen is above, and in $screen" >&2
        return 1
    fi
    echo "scripts/demo.sh: all its checks passed; its screen is in $screen"
}

processes() { # our programs that are running, the examples and those in C too, by pid
    local exe
    for exe in /proc/[0-9]*/exe; do
        [[ $(readlink "$exe") != "$target"/@(*/enchufe-|*/examples/|tmp/)* ]] || echo "$exe"
    done 2>/dev/null
}

nothing_left() { # none of our processes is running that was not there before
    local left tries=100
    while
        left=$(comm -13 <(sort <<<"$before") <(processes | sort))
        [[ -n $left ]] && ((tries-- > 0))
    do sleep 0.05; done
    [[ -z $left ]] && echo 'no process was left behind' && return
    printf 'left behind: %s\n' "$left" >&2
    return 1
}

main
