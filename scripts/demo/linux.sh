# shellcheck shell=bash
# Part of demo.sh, trace.sh and test.sh, and the first: they need Linux. Nothing here is newer than the bash
# of macOS, 3.2.

if [[ $(uname -s) != Linux ]]; then
    if [[ ${lang:-en} == es ]]; then
        echo "${0##*/}: necesita Linux, por strace y /proc; aquí quedan los programas (cargo build --release)," \
            'entre ellos enchufe-trace, que dibuja registros de strace hechos en Linux'
    else
        echo "${0##*/}: needs Linux, for strace and /proc; what remains here is the programs" \
            '(cargo build --release), among them enchufe-trace, which draws strace logs made on Linux'
    fi >&2
    exit 1
fi
