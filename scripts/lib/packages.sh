# shellcheck shell=bash
# Packages of Debian and its kin, in bounded time.

can_install() { ((EUID == 0)) && command -v apt-get >/dev/null; }

# What could not be installed is in `failed`, each with the reason.
install_packages() { # PACKAGE...
    local package together said='' deadline=$((SECONDS + 300))
    failed=()
    apt_get update || true
    fetch_and_install "$@" && return
    together=$said
    for package; do
        # A name that this system lacks must not keep the others away; without a network none can be had.
        if [[ $together == *@(nable to locate|no installation candidate)* ]]; then
            ! fetch_and_install "$package" || continue
        fi
        failed+=("$package ($(grep -m 1 '^E: ' <<<"$said" || t 'se acabó el tiempo' 'time is up'))")
    done
    ((${#failed[@]} == 0))
}

# Only the fetching may be cut short.
fetch_and_install() { # PACKAGE...
    apt_get install --download-only "$@" && apt_get install --no-download "$@"
}

# Waits as long as another one is at work. What it complained of is in `said`.
apt_get() { # COMMAND ARGUMENTS...
    local bounded
    while
        ((SECONDS < deadline)) || return 1
        bounded=(timeout --foreground $((deadline - SECONDS)))
        [[ $* != *--no-download* ]] || bounded=()
        said=$(DEBIAN_FRONTEND=noninteractive "${bounded[@]}" apt-get -qq --yes --no-install-recommends \
            -o Acquire::Retries=0 -o Acquire::http::Timeout=20 "$@" 2>&1 >/dev/null </dev/null) && return
        [[ $said == *'ould not get lock'* ]]
    do sleep 2; done
    return 1
}
