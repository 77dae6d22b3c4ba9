# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables are test.sh's
# Part of test.sh: what later steps need is compiled while tests run, most of which wait most of the time.

# At a low priority, so that no test notices; but not at none, as cargo has locks that others wait for. In target
# directories that no test needs. Nothing that fails here is lost: the step itself will fail too.
meanwhile() { # FUNCTION...: those with the later steps
    set -m
    compile "$@" </dev/null >"$target/meanwhile.txt" 2>&1 9<&- &
    compiling=$!
    disown
    set +m
}

# The tests are over, and a low priority would now keep the steps waiting.
stop_compiling() {
    [[ -z $compiling ]] || kill -KILL -- "-$compiling" 2>/dev/null || true
    compiling=''
}

compile() { # FUNCTION...
    local later
    set +e
    renice -n $(($(nice) + 10)) -p "$BASHPID"
    heading() { :; }
    skip() { :; }
    meanwhile() { :; }
    step() {
        local word command=()
        for word; do
            command+=("$word")
            [[ $word != test ]] || command+=(--no-run)
        done
        [[ $* == *ENCHUFE_BIN=* ]] || "${command[@]}"
    }
    for later; do "$later"; done
}
