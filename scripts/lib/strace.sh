# shellcheck shell=bash
# strace, which is installed if it is missing and we may.

has_strace() { # otherwise the reason is in `why`
    if ! command -v strace >/dev/null && can_install; then
        note "$(t 'falta strace: se instala con apt-get' 'strace is missing: installing it with apt-get')"
        install_packages strace || true
        hash -r
    fi
    if ! command -v strace >/dev/null; then
        why=$(t 'falta strace (sudo apt-get install strace)' 'strace is missing (sudo apt-get install strace)')
        return 1
    fi
    why=$(t 'strace no funciona: aquí no se permite ptrace' 'strace does not work: ptrace is not permitted here')
    strace -o /dev/null true 2>/dev/null
}
