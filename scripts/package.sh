#!/usr/bin/env bash
# Makes the two packages, cargo's and Debian's, from a copy of the project's files, and looks at what is in them.
# It installs nothing.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
programs=(enchufe-{client,fork,select,trace})

. "$here/lib/script.sh"
. "$here/lib/build.sh"

main() {
    parse "$@"
    need_cargo
    find_target
    writable_target
    # cargo's package has none.
    [[ -e debian ]] || give_up "$(t 'falta debian/: ¿es esto un clon?' 'there is no debian/: is this a clone?')"
    out=$target/packages
    unpacked=$out/unpacked
    writable_directory "$out"
    lock "$out" || give_up "$out: $(t 'otro package.sh está escribiendo ahí' 'another package.sh is writing there')"
    find "$out" -mindepth 1 -delete
    mkdir "$out/enchufe"
    files | xargs -0 cp -P --parents -t "$out/enchufe"
    cd "$out/enchufe"
    export CARGO_TARGET_DIR=$target/packages.target
    # The package is tried, not how fast its programs are.
    export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
    of_cargo
    of_debian
}

# What git knows; without git, everything but what was built.
files() {
    if git ls-files -z --error-unmatch Cargo.toml >/dev/null 2>&1; then
        git ls-files -z
    else
        find . '(' -name .git -o -name target ')' -prune -o '(' -type f -o -type l ')' -print0
    fi
}

of_cargo() {
    rm -f "$CARGO_TARGET_DIR"/package/enchufe-*.crate
    cargo package --locked
    local crate size
    crate=$(echo "$CARGO_TARGET_DIR"/package/enchufe-*.crate)
    size=$(stat -c %s "$crate")
    # More than 10 MiB is refused by crates.io.
    ((size < 10 << 20)) || give_up "$crate has $size bytes"
}

of_debian() {
    local tool
    for tool in dpkg-buildpackage dh lintian; do
        command -v $tool >/dev/null || {
            t "SE OMITE: el paquete de Debian: falta $tool" "SKIPPED: Debian's package: $tool is missing" && echo
            return
        }
    done
    # Of what it needs to build, cargo does not come from Debian.
    dpkg-buildpackage -us -uc -b >"$out/build.log" 2>&1 || { cat "$out/build.log" && exit 1; }
    lintian --allow-root --fail-on error,warning "$out"/enchufe_*.changes
    dpkg-deb -x "$out"/enchufe_*.deb "$unpacked"

    local program page link version code=0
    version=$(sed -n '0,/^version = "\(.*\)"/s//\1/p' Cargo.toml)
    for program in "${programs[@]}"; do
        [[ $("$unpacked/usr/bin/$program" --version) == "$program $version" ]] || give_up "$program --version"
        bash -c '. "$1/usr/share/bash-completion/completions/$2" && complete -p "$2"' - "$unpacked" "$program" \
            >/dev/null || give_up "completions of $program"
        for page in "$unpacked"/usr/share/man/{,es/}man1/"$program".1.gz; do
            man -l "$page" 2>&1 | grep "$program" >/dev/null || give_up "$page"
        done
    done
    for page in "$unpacked"/usr/share/man/{,es/}man7/enchufe.7.gz; do [[ -f $page ]] || give_up "$page"; done
    [[ -f $unpacked/usr/share/zsh/vendor-completions/_enchufe ]] || give_up 'completions for zsh'
    # That solves no lab; 2 would be that it cannot be told.
    mkdir "$out/lab"
    echo '1 00:00:01 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3' >"$out/lab/any.strace"
    PATH=$unpacked/usr/bin:$PATH "$unpacked"/usr/share/doc/enchufe/docs/labs/check.sh 1 "$out/lab" >"$out/check.log" 2>&1 || code=$?
    ((code == 1)) || give_up "check.sh of the labs: $code, $out/check.log"
    # Links in the pages lead somewhere.
    while IFS=: read -r page link; do
        [[ $link == *:* || -e ${page%/*}/$link ]] || give_up "$page: $link"
    done < <(grep -roP --include='*.md' '(\]\(|href=")\K[^)"#\s]+' "$unpacked/usr/share/doc/enchufe")
    # The units start what is installed.
    program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$unpacked"/lib/systemd/system/enchufe-select.service)
    [[ -x $unpacked$program ]] || give_up "the unit starts $program"
    say "paquetes en $out y $CARGO_TARGET_DIR/package, con lo que deben tener" \
        "packages in $out and $CARGO_TARGET_DIR/package, with what they should have"
}

parse() {
    local help=0
    while (($#)); do
        case $1 in
            --lang=*) choose_lang "${1#*=}" ;;
            --lang) choose_lang "${2-}" && shift ;;
            -h | --help) help=1 ;;
            *) unknown_option "$1" ;;
        esac
        shift
    done
    ((!help)) || { usage && exit 0; }
}

usage() {
    t 'Uso: scripts/package.sh [OPCIONES]

Hace dos paquetes, el de cargo y el de Debian (si están dpkg-buildpackage, dh y lintian), y
comprueba lo que hay en ellos. No instala nada. Quedan en target/packages y
target/packages.target/package.

  --lang es|en    idioma (el de la configuración regional; si no hay, es)
  -h, --help      esta ayuda
' 'Usage: scripts/package.sh [OPTIONS]

Makes two packages, that of cargo and that of Debian (where there are dpkg-buildpackage, dh and
lintian), and looks at what is in them. It installs nothing. They are in target/packages and
target/packages.target/package.

  --lang es|en    language (that of the locale; es if there is none)
  -h, --help      this help
'
}

main "$@"; exit # in one line: bash reads on where the file has changed meanwhile
