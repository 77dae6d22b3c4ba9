# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables are test.sh's
# Part of test.sh: other systems, machines and compilers. Each has a target directory of its own (see
# meanwhile.sh), and no debug information, which takes a third of the time.

# Types are checked for all of these; for those that are not Linux nothing else is.
linux=({x86_64,aarch64}-unknown-linux-{gnu,musl} i686-unknown-linux-gnu armv7-unknown-linux-gnueabihf)
not_linux=(aarch64-apple-darwin x86_64-unknown-freebsd)
unsupported=x86_64-unknown-netbsd
musl=$(uname -m)-unknown-linux-musl
x86=i686-unknown-linux-musl
arm=aarch64-unknown-linux-gnu
oldest=$(sed -n 's/^rust-version = "\(.*\)"/\1.0/p' "$root/Cargo.toml")

other_compilers() {
    local flags rest
    local -x CARGO_TARGET_DIR=$target/others
    # That one is what clippy looks at.
    mapfile -t rest < <(printf '%s\n' "${linux[@]}" | grep -vxF "$(uname -m)-unknown-linux-gnu")
    if targets "${rest[@]}"; then
        step env RUSTFLAGS='-D warnings' cargo check --locked --all-targets "${flags[@]}"
    fi
    if targets "${not_linux[@]}"; then
        step env RUSTFLAGS='-D warnings' cargo check --locked --lib --bins --examples "${flags[@]}"
    fi
    if targets "$unsupported"; then step refused "${flags[@]}"; fi
    if toolchain; then step cargo "+$oldest" check --locked --all-targets; fi
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

# The servers and the client. What makes pictures, pages and scripts is no other there, and its tests take long.
with_musl() {
    local flags name others=()
    local -x CARGO_TARGET_DIR=$target/musl CARGO_PROFILE_DEV_DEBUG=0
    targets "$musl" || return 0
    step env --default-signal cargo test --locked "${flags[@]}" \
        --lib --test sys --test sys_alone --test single_thread
    step cargo build --locked "${flags[@]}" --examples
    for name in trace_ scripts:: docs:: labs:: man:: completions::; do others+=(--skip "$name"); done
    meanwhile other_machines
    step env --default-signal cargo test --locked "${flags[@]}" --test integration -- "${others[@]}"
    stop_compiling
}

other_machines() {
    local linker=aarch64-linux-gnu-gcc emulator=qemu-aarch64
    local -x CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=$linker
    local -x CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER=$emulator
    [[ $(uname -m) == x86_64 ]] || return 0
    # It runs programs of its predecessors as they are.
    other_machine $x86
    # Without these it has been said that this is skipped.
    if command -v $linker >/dev/null && command -v $emulator >/dev/null; then
        other_machine $arm $emulator
    fi
}

# The wrappers' own tests there. Of the others, which run here and start the programs there, those of the wire and
# of leaving: what strace, limits and clocks have to say of the programs would be of the emulator too.
other_machine() { # TRIPLE [EMULATOR]
    local flags
    local -x CARGO_TARGET_DIR=$target/machines CARGO_PROFILE_DEV_DEBUG=0
    targets "$1" || return 0
    step cargo test --locked "${flags[@]}" --lib -- sys::
    step cargo test --locked "${flags[@]}" --test sys --test sys_alone
    # Threads, and what strace can run, would be the emulator's.
    step cargo test --locked "${flags[@]}" --test single_thread -- ${2:+signals::}
    step cargo build --locked "${flags[@]}" --bins
    step env --default-signal -u CARGO_PROFILE_DEV_DEBUG CARGO_TARGET_DIR="$target" \
        ENCHUFE_BIN="$target/machines/$1/debug" ${2:+ENCHUFE_RUN="$2"} \
        cargo test --locked --test integration -- wire:: leaving::
}

# What is missing of Rust, all at once.
install_rust() {
    local wanted=("${linux[@]}" "${not_linux[@]}" "$unsupported") missing
    ((!all)) || wanted+=("$x86")
    mapfile -t missing < <(installed_targets -v "${wanted[@]}")
    ((${#missing[@]} == 0)) || rustup_as_root target add "${missing[@]}"
    installed_toolchain || rustup_as_root toolchain install --profile minimal "$oldest"
}

rustup_as_root() { # ARGUMENTS...
    ((EUID == 0)) && command -v rustup >/dev/null || return 0
    heading "rustup $*"
    timeout --foreground 300 rustup "$@" </dev/null || true
}

# `flags` names those that there is a standard library for.
targets() { # TRIPLE...
    local triple missing
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

toolchain() { # the oldest
    ! installed_toolchain || return 0
    skip "Rust $oldest" "rustup toolchain install --profile minimal $oldest"
    return 1
}

installed_toolchain() { rustup toolchain list 2>/dev/null | grep "^$oldest-" >/dev/null; }
