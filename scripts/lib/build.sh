# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of script.sh
# The programs, and where cargo puts things, whatever the user's configuration of it says; a directory to write to
# that no other script is writing to.

# A cargo that can build this package.
need_cargo() {
    local version oldest
    if ! command -v cargo >/dev/null; then
        [[ ! -x ~/.cargo/bin/cargo ]] ||
            give_up "$(t 'cargo está en ~/.cargo/bin, que no está en PATH: . ~/.cargo/env' \
                'cargo is in ~/.cargo/bin, which is not in PATH: . ~/.cargo/env')"
        give_up "$(t 'falta Rust (cargo); en https://rustup.rs se dice cómo instalarlo' \
            'Rust (cargo) is missing; https://rustup.rs says how to install it')"
    fi
    version=$(cargo --version 2>&1) || give_up "cargo --version: ${version%%$'\n'*}"
    version=${version#cargo }
    version=${version%%[ -]*}
    oldest=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml")
    printf '%s\n' "$oldest" "$version" | sort -VC ||
        give_up "$(t "cargo es $version y hace falta $oldest o posterior (rustup update; https://rustup.rs)" \
            "cargo is $version, and $oldest or later is needed (rustup update; https://rustup.rs)")"
}

# From here on in the checkout, whose configuration of cargo holds too. `target` is where cargo writes.
find_target() {
    local built strings
    [[ -z ${CARGO_TARGET_DIR:-} ]] || CARGO_TARGET_DIR=$(realpath -m "$CARGO_TARGET_DIR")
    [[ -z ${ENCHUFE_BIN:-} ]] || ENCHUFE_BIN=$(realpath -m "$ENCHUFE_BIN")
    cd "$root/"
    target=${CARGO_TARGET_DIR:-}
    if [[ -z $target ]] && command -v cargo >/dev/null; then
        built=$(cargo metadata --no-deps --format-version 1 --offline)
        json_strings target_directory "$built"
        target=${strings[0]-}
    fi
    target=${target:-$root/target}
}

# Builds the programs; `bin` is where they are. ENCHUFE_BIN=DIR: they are there.
find_programs() {
    local built program strings quiet=()
    bin=${ENCHUFE_BIN:-}
    [[ -z $bin ]] || return 0
    need_cargo
    writable_target
    [[ -t 2 ]] || quiet=(--quiet)
    built=$(cargo build --release --locked --bins --message-format=json-render-diagnostics "${quiet[@]}") ||
        why_not_built
    # With several targets, those for this machine.
    json_strings executable "$built"
    for program in "${strings[@]}"; do
        [[ $program == */enchufe-trace ]] || continue
        bin=${program%/*}
        ! "$program" --version >/dev/null 2>&1 || return 0
    done
    give_up "$bin: $(t 'los programas no son para esta máquina (build.target de cargo)' \
        'the programs are not for this machine (build.target of cargo)')"
}

writable_target() {
    writable "$target" || give_up "$target: $why; $(t \
        'con CARGO_TARGET_DIR=DIRECTORIO se usa otro' 'CARGO_TARGET_DIR=DIRECTORY uses another')"
}

# cargo has said what failed, and in which words it is hard to guess what is missing.
why_not_built() {
    local scratch
    # What began may have filled the disk.
    writable_target
    command -v cc >/dev/null ||
        give_up "$(t 'falta un compilador de C, que enlaza los programas: sudo apt-get install gcc libc6-dev' \
            'a C compiler is missing, which links the programs: sudo apt-get install gcc libc6-dev')"
    writable_directory "${TMPDIR:-/tmp}"
    scratch=$(mktemp -d)
    if ! cc -static -x c -o "$scratch/none" - <<<'int main(void) { return 0; }' 2>/dev/null; then
        rm -r "$scratch"
        give_up "$(t \
            'falta la biblioteca de C estática (libc6-dev en Debian, glibc-static en Fedora); sin ella: RUSTFLAGS=' \
            'the static C library is missing (libc6-dev on Debian, glibc-static on Fedora); without it: RUSTFLAGS=') $0"
    fi
    rm -r "$scratch"
    give_up "$(t 'no se pudo compilar' 'it could not be built')"
}

# `strings` are those under that key, from JSON as cargo writes it: its escapes are those of printf, but for \".
json_strings() { # KEY JSON
    local string
    strings=()
    while IFS= read -r string; do
        string=${string#*:\"}
        string=${string%\"}
        printf -v string %b "${string//\\\"/\\x22}"
        strings+=("$string")
    done < <(grep -oE "\"$1\":\"([^\"\\\\]|\\\\.)*\"" <<<"$2")
}

writable() { # DIR: makes it if need be; otherwise what is in the way is in `why`
    local said
    why=$(t 'no se puede escribir ahí' 'cannot be written to')
    said=$(
        export LC_ALL=C
        exec 2>&1
        mkdir -p "$1" && probe=$(mktemp "$1/.XXXXXX") || exit
        trap 'rm "$probe"' EXIT
        # A full disk may have room for an empty file.
        echo >"$probe"
    ) && return
    [[ $said != *@(No space left|Disk quota exceeded)* ]] || why=$(t 'el disco está lleno' 'the disk is full')
    return 1
}

writable_directory() { writable "$1" || give_up "$1: $why"; } # DIR

# Only one script at once has a directory. What a script runs must not keep it: 9<&-
lock() { exec 9<"$1" && flock -n 9; } # DIR

own_directory() { # DIR of `target`: that one, or DIR-2 and so on while other scripts have those before; `dir`
    local n=1
    writable_target
    dir=$1
    while
        writable_directory "$dir"
        ! lock "$dir"
    do
        n=$((n + 1)) dir=$1-$n
    done
}
