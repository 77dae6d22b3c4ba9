#!/usr/bin/env bash
# Makes the two packages, cargo's and Debian's, from a copy of what git knows, and looks at what is in them.
# It installs nothing.
set -euo pipefail
cd "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/.."
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
out=$target/packages
root=$out/root
programs=(enchufe-{client,fork,select,trace})

main() {
    rm -rf "$out"
    mkdir -p "$out/enchufe"
    git ls-files -z | xargs -0 cp -P --parents -t "$out/enchufe"
    cd "$out/enchufe"
    export CARGO_TARGET_DIR=$target/packages.target
    # The package is tried, not how fast its programs are.
    export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
    of_cargo
    of_debian
}

of_cargo() {
    cargo package --locked
    local crate size
    crate=$(echo "$CARGO_TARGET_DIR"/package/enchufe-*.crate)
    size=$(stat -c %s "$crate")
    # More than 10 MiB is refused by crates.io.
    ((size < 10 << 20)) || fail "$crate has $size bytes"
}

of_debian() {
    local tool
    for tool in dpkg-buildpackage dh lintian; do
        command -v $tool >/dev/null || { echo "SKIPPED: Debian's package: $tool is not installed" && return; }
    done
    # Of what it needs to build, cargo does not come from Debian.
    dpkg-buildpackage -us -uc -b >"$out/build.log" 2>&1 || { cat "$out/build.log" && exit 1; }
    lintian --allow-root --fail-on error,warning "$out"/enchufe_*.changes
    dpkg-deb -x "$out"/enchufe_*.deb "$root"

    local program page version
    version=$(sed -n '0,/^version = "\(.*\)"/s//\1/p' Cargo.toml)
    for program in "${programs[@]}"; do
        [[ $("$root/usr/bin/$program" --version) == "$program $version" ]] || fail "$program --version"
        bash -c '. "$1/usr/share/bash-completion/completions/$2" && complete -p "$2"' - "$root" "$program" \
            >/dev/null || fail "completions of $program"
        for page in "$root"/usr/share/man/{,es/}man1/"$program".1.gz; do
            man -l "$page" 2>&1 | grep "$program" >/dev/null || fail "$page"
        done
    done
    for page in "$root"/usr/share/man/{,es/}man7/enchufe.7.gz; do [[ -f $page ]] || fail "$page"; done
    [[ -f $root/usr/share/zsh/vendor-completions/_enchufe ]] || fail 'completions for zsh'
    # The units start what is installed.
    program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$root"/lib/systemd/system/enchufe-select.service)
    [[ -x $root$program ]] || fail "the unit starts $program"
    echo "packages made, and as they should be: $(cd "$out" && echo enchufe_*.deb)"
}

fail() { # WHAT
    echo "package.sh: $*" >&2
    exit 1
}

main
