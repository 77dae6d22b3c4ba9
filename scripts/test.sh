#!/usr/bin/env bash
# Everything that is checked, what fails fastest first. Stops at the first failure.
# CI says --all: the tests once more with musl, and some of them on other machines, one of them emulated.
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
all=0
skipped=()
running=''
compiling=''

. "$here/lib/script.sh"
. "$here/lib/build.sh"
. "$here/lib/packages.sh"
. "$here/test/tools.sh"
. "$here/test/targets.sh"
. "$here/test/meanwhile.sh"
. "$here/test/left.sh"

main() {
    local before list
    parse "$@"
    prepare
    # Command or file, Debian package, what the tests use it for.
    tool shellcheck shellcheck 'mira los scripts' 'looks at the scripts'
    tool strace strace 'la demostración mira las llamadas al sistema' 'the demonstration watches the system calls'
    tool nc.openbsd netcat-openbsd 'un cliente que no es nuestro' 'a client that is not ours'
    tool telnet telnet 'un cliente que acaba sus líneas con \r\n' 'a client that ends its lines with \r\n'
    tool jq jq 'lee lo que escribe enchufe-trace --json' 'reads what enchufe-trace --json writes'
    tool python3 python3 'clientes como se escribieron en el curso' 'clients as the coursework wrote them'
    tool chromium chromium 'las páginas de trace.sh, en un navegador' 'the pages that trace.sh draws, in a browser'
    tool haproxy haproxy 'un balanceador delante de los servidores' 'a load balancer in front of our servers'
    tool nginx nginx-light 'otro' 'another one'
    tool /usr/lib/nginx/modules/ngx_stream_module.so libnginx-mod-stream 'su parte para TCP' 'its part for TCP'
    tool ss iproute2 'quién tiene un socket de escucha' 'who holds a listening socket'
    tool systemd-socket-activate systemd 'un supervisor que abre los sockets' 'a supervisor that opens the sockets'
    tool ps procps 'mirar los procesos desde fuera' 'to look at processes from outside'
    tool mandoc mandoc 'las páginas de manual se comprueban y se muestran' 'the man pages are checked and shown'
    tool zsh zsh 'las compleciones se prueban en él' 'the completions are tried in it'
    if ((all)); then
        tool dh debhelper 'hace el paquete de Debian' "makes Debian's package"
        tool lintian lintian 'lo examina' 'looks through it'
    fi
    if ((all)) && [[ $(uname -m) == x86_64 ]]; then
        tool qemu-aarch64 qemu-user 'ejecuta programas de otra máquina' 'runs programs for another machine'
        tool aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu 'los enlaza' 'links them'
        tool /usr/aarch64-linux-gnu/lib/libc.a libc6-dev-arm64-cross 'se enlaza con ellos' 'is linked into them'
    fi
    install_tools
    install_rust

    before=$(processes)
    step scripts
    if component fmt; then step cargo fmt --check; fi
    if component clippy; then step cargo clippy --locked --all-targets -- -D warnings; fi
    step env RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps
    export RUST_TEST_THREADS=$(($(nproc) + 1))
    if ((all)); then
        meanwhile release other_compilers with_musl other_machines
    else
        meanwhile release other_compilers
    fi
    # A signal that whoever runs this ignores (nohup does SIGHUP) would be ignored by our programs too.
    step env --default-signal cargo test --locked
    stop_compiling
    step demo
    other_compilers
    if ((all)); then
        with_musl
        other_machines
        step scripts/package.sh
    else
        skipped+=("$(t 'las pruebas con musl y en otras máquinas, los paquetes (--all)' \
            'the tests with musl and on other machines, the packages (--all)')")
    fi
    step nothing_left

    printf -v list ', %s' "${skipped[@]}"
    running=''
    heading "$(t 'todo pasó' 'all passed') ($(duration "$SECONDS"))${skipped[*]:+$(t ', pero no se comprobó' \
        ', but not checked'): ${list:2}}"
}

prepare() {
    need_cargo
    find_target
    writable_target
    # The tests write to directories of their own names.
    lock "$target" || give_up "$(t \
        "otro test.sh está en marcha en $target; con CARGO_TARGET_DIR=DIRECTORIO este usa otro" \
        "another test.sh is at work in $target; with CARGO_TARGET_DIR=DIRECTORY this one uses another")"
    trap 'finish $?' EXIT
}

heading() { printf '\n=== %s\n' "$*"; }

step() {
    local began=$SECONDS
    running=$*
    heading "$@"
    "$@" 9<&-
    printf -- '--- %s\n' "$(duration $((SECONDS - began)))"
}

duration() { # SECONDS
    if (($1 < 60)); then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

finish() { # CODE
    stop_compiling
    (($1 == 0)) || [[ -z $running ]] ||
        heading "$(t 'falló' failed) ($(t código code) $1, $(duration "$SECONDS")): $running"
}

scripts() {
    local script
    # cargo's package has no .ci.
    local ours=(scripts/*.sh docs/labs/check.sh docs/pictures/draw.sh)
    [[ ! -e .ci/run ]] || ours+=(.ci/run)
    for script in "${ours[@]}" scripts/*/*.sh docs/*/*.sh; do bash -n "$script"; done
    if command -v shellcheck >/dev/null; then shellcheck --check-sourced "${ours[@]}"; fi
}

release() { step cargo build --release --locked --bins; } # what the demonstration shows

demo() {
    local screen=$target/demo.txt
    if ! scripts/demo.sh </dev/null >"$screen" 2>&1; then
        cat "$screen"
        say "scripts/demo.sh falló; su pantalla está arriba y en $screen" \
            "scripts/demo.sh failed; its screen is above, and in $screen" >&2
        return 1
    fi
    say "scripts/demo.sh: pasaron todas sus comprobaciones; su pantalla está en $screen" \
        "scripts/demo.sh: all its checks passed; its screen is in $screen"
}

parse() {
    local help=0
    while (($#)); do
        case $1 in
            --all) all=1 ;;
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
    t 'Uso: scripts/test.sh [OPCIONES]

Todo lo que se comprueba, y se detiene en lo primero que falle: los scripts (shellcheck), formato,
análisis (clippy), documentación, que compile para otros sistemas y con el Rust más antiguo,
todas las pruebas, la demostración, y que no quede ningún proceso. Unos 8 minutos.

Como root instala lo que falte: con apt-get los programas que usan las pruebas, con rustup la
biblioteca estándar para otros sistemas y el Rust más antiguo. Si no, dice qué falta y lo omite.

  --all           además, las pruebas con musl, parte de ellas con 32 bits y en un ARM emulado, y
                  los paquetes (package.sh), como en CI: unos 15 minutos en total
  --lang es|en    idioma (el de la configuración regional; si no hay, es)
  -h, --help      esta ayuda
' 'Usage: scripts/test.sh [OPTIONS]

Everything that is checked, up to the first failure: the scripts (shellcheck), format, lints
(clippy), documentation, that it compiles for other systems and with the oldest Rust, all tests,
the demonstration, and that no process is left. About 8 minutes.

As root it installs what is missing: with apt-get the programs that the tests use, with rustup
the standard library for other systems and the oldest Rust. Otherwise it says what is missing,
and skips it.

  --all           also the tests with musl, some of them with 32 bits and on an emulated ARM, and
                  the packages (package.sh), as CI does: about 15 minutes in all
  --lang es|en    language (that of the locale; es if there is none)
  -h, --help      this help
'
}

main "$@"; exit # in one line: bash reads on where the file has changed meanwhile
