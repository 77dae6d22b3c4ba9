#!/usr/bin/env bash
# Everything that is checked, in the order in which it fails fastest. Stops at the first failure.
# CI says --all: the tests once more with musl, and some of them on other machines, one of them emulated.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/demo/linux.sh
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
skipped=()

# Types are checked for all of these; for those that are not Linux nothing else is.
linux=({x86_64,aarch64}-unknown-linux-{gnu,musl} i686-unknown-linux-gnu armv7-unknown-linux-gnueabihf)
not_linux=(aarch64-apple-darwin x86_64-unknown-freebsd)
unsupported=x86_64-unknown-netbsd
musl=$(uname -m)-unknown-linux-musl

main() {
    local all=0 list
    case $* in
        '') ;;
        --all) all=1 ;;
        *) echo 'test.sh: the only option is --all' >&2 && exit 2 ;;
    esac
    # What the tests use besides cargo: command or file, Debian package, what for.
    tool strace strace 'the demonstration watches the system calls'
    tool nc.openbsd netcat-openbsd 'a client that is not ours'
    tool telnet telnet 'a client that ends its lines with \r\n'
    tool python3 python3 'clients as the coursework wrote them'
    tool chromium chromium 'the pages that trace.sh draws are looked at in a browser'
    tool haproxy haproxy 'a load balancer in front of our servers'
    tool nginx nginx-light 'another one'
    tool /usr/lib/nginx/modules/ngx_stream_module.so libnginx-mod-stream 'its part for TCP'
    tool ss iproute2 'who holds a listening socket'
    tool systemd-socket-activate systemd 'a supervisor that opens the listening sockets'
    tool ps procps 'to look at processes from outside'
    tool mandoc mandoc 'the man pages are checked and shown'
    tool zsh zsh 'the completions are tried in it'
    if ((all)); then
        tool dh debhelper "Debian's package is made"
        tool lintian lintian 'and looked through'
    fi
    if ((all)) && [[ $(uname -m) == x86_64 ]]; then
        tool qemu-aarch64 qemu-user 'runs programs for another machine'
        tool aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu 'links them'
        tool /usr/aarch64-linux-gnu/lib/libc.a libc6-dev-arm64-cross 'is linked into them'
    fi
    install_tools

    # Of our programs, those that run already.
    before=$(processes)
    if component fmt; then step cargo fmt --check; fi
    if component clippy; then step cargo clippy --locked --all-targets -- -D warnings; fi
    step env RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps
    other_compilers
    # Most tests wait most of the time.
    export RUST_TEST_THREADS=$(($(nproc) + 1))
    # A signal that whoever runs this ignores (nohup does SIGHUP) would be ignored by our programs too.
    step env --default-signal cargo test --locked
    step demo
    if ((all)); then
        with_musl
        if [[ $(uname -m) == x86_64 ]]; then other_machines; fi
        step scripts/package.sh
    else
        skipped+=('the tests with musl and on other machines, the packages (--all)')
    fi
    step nothing_left

    printf -v list ', %s' "${skipped[@]}"
    heading "all passed${skipped[*]:+, but not checked: ${list:2}}"
}

heading() { printf '\n=== %s\n' "$*"; }

step() {
    heading "$@"
    "$@"
}

skip() { # WHAT COMMAND: to be typed for it
    heading "SKIPPED: $1 is not installed ($2)"
    skipped+=("$1")
}

packages=()
tool() { # COMMAND|FILE PACKAGE PURPOSE
    if command -v "$1" >/dev/null || [[ -f $1 ]]; then return; fi
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
    skip "cargo $1" "rustup component add ${1/fmt/rustfmt}"
    return 1
}

# --- other systems, machines and compilers -------------------------------------------------------

other_compilers() {
    local flags oldest
    if targets "${linux[@]}"; then
        step env RUSTFLAGS='-D warnings' cargo check --locked --all-targets "${flags[@]}"
    fi
    if targets "${not_linux[@]}"; then
        step env RUSTFLAGS='-D warnings' cargo check --locked --lib --bins --examples "${flags[@]}"
    fi
    if targets "$unsupported"; then step refused "${flags[@]}"; fi

    oldest=$(sed -n 's/^rust-version = "\(.*\)"/\1.0/p' Cargo.toml)
    if toolchain "$oldest"; then step cargo "+$oldest" check --locked --all-targets; fi
}

refused() { # FLAGS: the one sentence is all that the compiler says
    local said
    said=$(cargo check --quiet --locked --lib "$@" 2>&1) || true
    if [[ $(grep '^error' <<<"$said") != 'error: enchufe runs on '*$'\nerror: could not compile'* ]]; then
        echo "$said" >&2
        return 1
    fi
    grep -m 1 '^error' <<<"$said"
}

# Of enchufe-trace what makes its pictures is no other there, and its tests take long.
with_musl() {
    local flags
    targets "$musl" || return 0
    step env --default-signal cargo test --locked "${flags[@]}" \
        --lib --test sys --test sys_alone --test single_thread
    step cargo build --locked "${flags[@]}" --examples
    step env --default-signal cargo test --locked "${flags[@]}" --test integration -- --skip trace_
}

other_machines() {
    local linker=aarch64-linux-gnu-gcc emulator=qemu-aarch64
    local -x CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=$linker
    local -x CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER=$emulator
    # x86_64 runs its programs as they are.
    other_machine i686-unknown-linux-musl
    # Without these it has been said that this is skipped.
    if command -v $linker >/dev/null && command -v $emulator >/dev/null; then
        other_machine aarch64-unknown-linux-gnu $emulator
    fi
}

# The wrappers' own tests there. Of the others, which run here and start the programs there, those of the wire and
# of leaving: what strace, limits and clocks have to say of the programs would be of the emulator too.
other_machine() { # TRIPLE [EMULATOR]
    local flags
    targets "$1" || return 0
    step cargo test --locked "${flags[@]}" --lib -- sys::
    step cargo test --locked "${flags[@]}" --test sys --test sys_alone
    # Threads, and what strace can run, would be the emulator's.
    step cargo test --locked "${flags[@]}" --test single_thread -- ${2:+signals::}
    step cargo build --locked "${flags[@]}" --bins
    step env --default-signal ENCHUFE_BIN="$target/$1/debug" ${2:+ENCHUFE_RUN="$2"} \
        cargo test --locked --test integration -- wire:: leaving::
}

# The standard library for other targets; `flags` names those that it is there for.
targets() { # TRIPLE...
    local triple missing
    mapfile -t missing < <(installed_targets -v "$@")
    ((${#missing[@]} == 0)) || rustup_as_root target add "${missing[@]}"
    mapfile -t missing < <(installed_targets -v "$@")
    ((${#missing[@]} == 0)) || skip "Rust for ${missing[*]}" "rustup target add ${missing[*]}"
    flags=()
    for triple in $(installed_targets "$@"); do flags+=(--target "$triple"); done
    ((${#flags[@]}))
}

installed_targets() { # [-v] TRIPLE...: those of them that are installed, or are not
    local invert=()
    if [[ $1 == -v ]]; then invert=(-v) && shift; fi
    printf '%s\n' "$@" | grep -xF "${invert[@]}" -f <(rustup target list --installed 2>/dev/null)
}

toolchain() { # VERSION
    installed_toolchain "$1" || rustup_as_root toolchain install --profile minimal "$1"
    installed_toolchain "$1" && return
    skip "Rust $1" "rustup toolchain install --profile minimal $1"
    return 1
}

installed_toolchain() { rustup toolchain list 2>/dev/null | grep "^$1-" >/dev/null; }

rustup_as_root() { # ARGUMENTS...
    ((EUID == 0)) || return 0
    heading "rustup $*"
    timeout 180 rustup "$@" </dev/null || true
}

# --- the demonstration, and what is left ---------------------------------------------------------

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
        case $(readlink "$exe") in
            "$target"/*/enchufe-* | "$target"/*/examples/* | "$target"/tmp/*) echo "$exe" ;;
            */qemu-aarch64) ! grep -qaF "$target" "${exe%exe}cmdline" || echo "$exe" ;;
        esac
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

main "$@"
