# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables are trace.sh's
# Part of trace.sh: the directory that it writes to.

# Removes what an earlier run left there, and nothing else. A directory that we have written to holds
# our mark; in one without it, a file with a name of ours is somebody else's. Without -o it is ours.
take_directory() { # NAME: of its own one
    local name mark
    dir=$output
    [[ -n $dir ]] || own_directory "$target/trace/$1"
    mark=$dir/.enchufe-trace
    local ours=({server,client-1,client-2}.{log,txt} trace.{txt,svg,html})
    # Those of the live view are as many as clients there were.
    for name in "$dir"/enchufe-{fork,select,client}*.strace; do ours+=("${name##*/}"); done
    if [[ -n $output ]]; then
        [[ -f $mark ]] || nothing_in_the_way
        writable_directory "$dir"
        lock "$dir" || give_up "$dir: $(t 'otro trace.sh está escribiendo ahí' 'another trace.sh is writing there')"
    fi
    : >>"$mark"
    rm -f "${ours[@]/#/$dir/}"
}

nothing_in_the_way() {
    for name in "${ours[@]}"; do
        [[ ! -e $dir/$name && ! -L $dir/$name ]] ||
            give_up "$dir/$name: $(t 'ya existe y no se sobrescribe; elija otro directorio con -o' \
                'exists and is not overwritten; choose another directory with -o')"
    done
}
